"""What TikTok exports: the overview by day, viewers by day, followers by day, videos; days without a year."""

from app.imports.rules.exports.shape import DAY, POST_TEXT, POST_URL, PUBLISHED, Export, FurtherMetric, Metric

_TIKTOK = ("tiktok",)
_WORDS = {
    "fecha": "date",
    "datum": "date",
    "data": "date",
    "visualizaciones de vídeos": "video views",
    "visualizaciones de videos": "video views",
    "visualizaciones de perfil": "profile views",
    "visualizaciones del perfil": "profile views",
    "me gusta": "likes",
    "comentarios": "comments",
    "veces compartido": "shares",
    "compartidos": "shares",
    "videoaufrufe": "video views",
    "profilaufrufe": "profile views",
    "kommentare": "comments",
    "seguidores": "followers",
}

EXPORTS = (
    Export(
        name="tiktok_days",
        label="TikTok overview by day",
        by="TikTok",
        platforms=_TIKTOK,
        marks=(frozenset({"date", "video views", "profile views"}),),
        own_marks=(frozenset({"date", "video views"}),),
        reads=(
            (DAY, ("date",)),
            (Metric.VIEWS, ("video views",)),
            (Metric.REACH, ("unique viewers", "reached audience")),
            (Metric.REACTIONS, ("likes",)),
            (Metric.COMMENTS, ("comments",)),
            (Metric.SHARES, ("shares",)),
            (FurtherMetric.PROFILE_VIEWS, ("profile views",)),
        ),
        words=_WORDS,
    ),
    Export(
        name="tiktok_viewers",
        label="TikTok viewers by day",
        by="TikTok",
        platforms=_TIKTOK,
        marks=(frozenset({"date", "total viewers", "returning viewers"}),),
        reads=((DAY, ("date",)), (Metric.REACH, ("total viewers",))),
        words=_WORDS,
    ),
    Export(
        name="tiktok_followers",
        label="TikTok followers by day",
        by="TikTok",
        platforms=_TIKTOK,
        marks=(frozenset({"date", "followers", "difference in followers from previous day"}),),
        reads=(
            (DAY, ("date",)),
            (Metric.FOLLOWERS, ("followers",)),
            (FurtherMetric.NET_FOLLOWS, ("difference in followers from previous day",)),
        ),
        words=_WORDS,
    ),
    Export(
        name="tiktok_posts",
        label="TikTok videos",
        by="TikTok",
        platforms=_TIKTOK,
        marks=(frozenset({"video link", "post time"}), frozenset({"video link", "total views"})),
        reads=(
            (POST_URL, ("video link",)),
            (POST_TEXT, ("video title",)),
            (PUBLISHED, ("post time",)),
            (Metric.VIEWS, ("total views",)),
            (Metric.REACTIONS, ("total likes",)),
            (Metric.COMMENTS, ("total comments",)),
            (Metric.SHARES, ("total shares",)),
            (FurtherMetric.SAVES, ("total saves", "total favorites", "saves", "favorites")),
            (FurtherMetric.NEW_FOLLOWS, ("new followers",)),
        ),
        holds_all_posts=False,  # the latest videos, as many as the page shows
    ),
    Export(
        name="tiktok_audience",
        label="TikTok audience",
        by="TikTok",
        platforms=_TIKTOK,
        marks=(
            frozenset({"gender", "distribution"}),
            frozenset({"top territories", "distribution"}),
            frozenset({"hour", "active followers"}),
        ),
        refusal=(
            "This is TikTok's table of who the followers are, which has no figures of days. "
            "Choose FollowerHistory or Overview from the same export."
        ),
    ),
)
