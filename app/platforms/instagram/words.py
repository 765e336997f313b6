"""The names Instagram gives to things, in one table; what it withdraws is taken out, or replaced, here."""

from collections.abc import Mapping

from app.platforms.contract import Metric
from app.platforms.meta.stream import Wording

PROFILE_FIELDS = ("id", "username", "name", "followers_count", "follows_count", "media_count")
#: the fields of the profile that are kept as Instagram worded them
RAW = PROFILE_FIELDS
PROFILE_COUNTS: Mapping[str, str] = {
    Metric.FOLLOWERS: "followers_count",
    Metric.FOLLOWING: "follows_count",
    Metric.POSTS_TOTAL: "media_count",
}

#: a series of days
DAILY_REACH = "reach"
#: totals of what is asked for, so they are asked for day by day
DAILY_TOTALS: Mapping[str, str] = {
    Metric.VIEWS: "views",
    Metric.PROFILE_VIEWS: "profile_views",
    Metric.ENGAGEMENTS: "total_interactions",
    Metric.SAVES: "saves",
}
DAILY: Mapping[str, str] = {**DAILY_TOTALS, Metric.REACH: DAILY_REACH}

MEDIA_COUNTS: Mapping[str, str] = {Metric.REACTIONS: "like_count", Metric.COMMENTS: "comments_count"}
#: statistics of one of the media until now, under our names
PER_MEDIA: Mapping[str, str] = {Metric.VIEWS: "views", Metric.REACH: "reach", Metric.SHARES: "shares"}

_REPLIES = "replies.limit(20){id,timestamp,text,from}"
MEDIA = Wording(
    edge="media",
    time="timestamp",
    fields=(
        "id",
        "caption",
        "timestamp",
        "permalink",
        "media_type",
        "media_product_type",
        "alt_text",
        "like_count",
        "comments_count",
        "children{media_type,alt_text}",
    ),
    comments=f"comments.limit(50){{id,timestamp,text,from,{_REPLIES}}}",
    metrics=tuple(PER_MEDIA.values()),
    comments_permission="instagram_manage_comments",
    statistics_permission="instagram_manage_insights",
    comment_text="text",
    link="permalink",
    has_comment_links=False,
    at_once=25,
)
TAG_FIELDS = "id,caption,timestamp,permalink,owner"

STORY = "STORY"
IMAGE = "IMAGE"
