"""What X exports: an account by day, its posts in old words and new, its videos."""

from app.imports.rules.exports.shape import DAY, POST_ID, POST_TEXT, POST_URL, PUBLISHED, Export, FurtherMetric, Metric

_X = ("x",)

EXPORTS = (
    Export(
        name="x_posts_old",
        label="X posts, in the words of before 2023",
        by="X",
        platforms=_X,
        marks=(frozenset({"tweet id", "tweet permalink"}), frozenset({"tweet id", "tweet text"})),
        reads=(
            (POST_ID, ("tweet id",)),
            (POST_URL, ("tweet permalink",)),
            (POST_TEXT, ("tweet text",)),
            (PUBLISHED, ("time",)),
            (Metric.VIEWS, ("impressions",)),
            (Metric.REACTIONS, ("likes", "favorites")),
            (Metric.COMMENTS, ("replies",)),
            (Metric.SHARES, ("retweets",)),
            (Metric.LINK_CLICKS, ("url clicks",)),
            (FurtherMetric.ENGAGEMENTS, ("engagements",)),
            (FurtherMetric.PROFILE_VIEWS, ("user profile clicks",)),
            (FurtherMetric.NEW_FOLLOWS, ("follows",)),
            (FurtherMetric.DETAIL_VIEWS, ("detail expands",)),
            (FurtherMetric.HASHTAG_CLICKS, ("hashtag clicks",)),
            (FurtherMetric.PERMALINK_CLICKS, ("permalink clicks",)),
            (FurtherMetric.MEDIA_VIEWS, ("media views",)),
        ),
    ),
    Export(
        name="x_posts",
        label="X posts",
        by="X",
        platforms=_X,
        marks=(frozenset({"post id", "post text", "impressions"}), frozenset({"post id", "post link", "impressions"})),
        reads=(
            (POST_ID, ("post id",)),
            (POST_URL, ("post link",)),
            (POST_TEXT, ("post text",)),
            (PUBLISHED, ("date",)),
            (Metric.VIEWS, ("impressions",)),
            (Metric.REACTIONS, ("likes",)),
            (Metric.COMMENTS, ("replies",)),
            (Metric.SHARES, ("reposts",)),
            (Metric.LINK_CLICKS, ("url clicks",)),
            (FurtherMetric.ENGAGEMENTS, ("engagements",)),
            (FurtherMetric.SAVES, ("bookmarks",)),
            (FurtherMetric.LINK_SHARES, ("shares",)),  # copies of the link
            (FurtherMetric.NEW_FOLLOWS, ("new follows",)),
            (FurtherMetric.PROFILE_VIEWS, ("profile visits",)),
            (FurtherMetric.DETAIL_VIEWS, ("detail expands",)),
            (FurtherMetric.HASHTAG_CLICKS, ("hashtag clicks",)),
            (FurtherMetric.PERMALINK_CLICKS, ("permalink clicks",)),
        ),
    ),
    Export(
        name="x_days",
        label="X account by day",
        by="X",
        platforms=_X,
        marks=(
            frozenset({"date", "impressions", "create post"}),
            frozenset({"date", "impressions", "engagements", "new follows"}),
        ),
        own_marks=(frozenset({"date", "impressions", "engagements"}),),
        reads=(
            (DAY, ("date",)),
            (Metric.POSTS, ("create post",)),
            (Metric.VIEWS, ("impressions",)),
            (Metric.REACTIONS, ("likes",)),
            (Metric.COMMENTS, ("replies",)),
            (Metric.SHARES, ("reposts",)),
            (FurtherMetric.ENGAGEMENTS, ("engagements",)),
            (FurtherMetric.SAVES, ("bookmarks",)),
            (FurtherMetric.LINK_SHARES, ("shares",)),
            (FurtherMetric.NEW_FOLLOWS, ("new follows",)),
            (FurtherMetric.UNFOLLOWS, ("unfollows",)),
            (FurtherMetric.PROFILE_VIEWS, ("profile visits",)),
            (FurtherMetric.VIDEO_VIEWS, ("video views",)),
            (FurtherMetric.MEDIA_VIEWS, ("media views",)),
        ),
    ),
    Export(
        name="x_video",
        label="X videos by day",
        by="X",
        platforms=_X,
        marks=(frozenset({"date", "views", "completion rate"}), frozenset({"date", "views", "watch time (ms)"})),
        refusal=(
            "This is X's overview of videos, which counts views of videos alone. "
            "Export the account overview by day, or the posts, and choose that file."
        ),
    ),
)
