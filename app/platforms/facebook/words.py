"""The names Facebook gives to things, in one table; what it withdraws is taken out, or replaced, here."""

from collections.abc import Mapping

from app.platforms.contract import Metric
from app.platforms.meta.stream import Wording

PAGE_FIELDS = (
    "followers_count",
    "fan_count",
    "new_like_count",
    "talking_about_count",
    "were_here_count",
    "rating_count",
    "overall_star_rating",
    "is_published",
    "is_permanently_closed",
)
#: the fields of the page that are kept as Facebook worded them
RAW = ("id", "username", "link", *PAGE_FIELDS)
FOLLOWERS = "followers_count"
LIKES = "fan_count"
#: fewer likes, and Facebook keeps no statistics of the page
LIKES_NEEDED = 100

#: statistics by day, under our names
DAILY: Mapping[str, str] = {
    Metric.VIEWS: "page_media_view",
    Metric.REACH: "page_total_media_view_unique",
    Metric.FOLLOWERS: "page_follows",
    Metric.NEW_FOLLOWS: "page_daily_follows_unique",
    Metric.UNFOLLOWS: "page_daily_unfollows_unique",
    Metric.PROFILE_VIEWS: "page_views_total",
    Metric.ENGAGEMENTS: "page_post_engagements",
    Metric.VIDEO_VIEWS: "page_video_views",
}
#: an object of kinds
CLICKS_BY_KIND = "post_clicks_by_type"
#: statistics of a post until now, under our names
PER_POST: Mapping[str, str] = {
    Metric.VIEWS: "post_media_view",
    Metric.REACH: "post_total_media_view_unique",
    Metric.LINK_CLICKS: CLICKS_BY_KIND,
}
LINK_CLICKS = "link clicks"

_COMMENT_FIELDS = "id,created_time,message,from,parent{id},permalink_url"
#: what is asked of a post; the lists give their totals, and of the comments the latest
POSTS = Wording(
    edge="published_posts",
    time="created_time",
    fields=(
        "id",
        "created_time",
        "message",
        "story",
        "permalink_url",
        "status_type",
        "parent_id",
        "shares",
        "attachments{media_type,type,url}",
        "reactions.limit(0).summary(total_count)",
    ),
    comments=f"comments.filter(stream).order(reverse_chronological).limit(50).summary(total_count){{{_COMMENT_FIELDS}}}",
    metrics=tuple(PER_POST.values()),
    comments_permission="pages_read_user_content",
    statistics_permission="read_insights",
    comment_text="message",
    link="permalink_url",
    has_comment_links=True,
    at_once=50,
)
MENTION_FIELDS = "id,created_time,message,from,permalink_url"

MEDIA = frozenset({"photo", "video", "album", "animated_image_video", "animated_image_share"})
LINKS = frozenset({"link", "share"})
