"""What Meta exports: posts of Facebook pages and Instagram profiles, and single figures by day."""

from app.imports.rules.dates import DateOrder
from app.imports.rules.exports.shape import DAY, POST_ID, POST_TEXT, POST_URL, PUBLISHED, Export, Metric

#: the heading that our reading of a file of single figures gives its first column
SINGLE_FIGURES_DAY = "Date, Primary"
_BY = "Meta"

EXPORTS = (
    Export(
        name="facebook_posts",
        label="Facebook posts",
        by=_BY,
        platforms=("facebook",),
        marks=(frozenset({"post id", "page id"}), frozenset({"post id", "page name", "publish time"})),
        reads=(
            (POST_ID, ("post id",)),
            (POST_URL, ("permalink",)),
            (POST_TEXT, ("description", "title")),
            (PUBLISHED, ("publish time",)),
            (Metric.VIEWS, ("views", "impressions")),
            (Metric.REACH, ("reach", "viewers")),
            (Metric.REACTIONS, ("reactions",)),
            (Metric.COMMENTS, ("comments",)),
            (Metric.SHARES, ("shares",)),
            (Metric.LINK_CLICKS, ("link clicks",)),
        ),
        date_order=DateOrder.MONTH_FIRST,
    ),
    Export(
        name="instagram_posts",
        label="Instagram posts",
        by=_BY,
        platforms=("instagram",),
        marks=(frozenset({"post id", "account username"}), frozenset({"post id", "account id", "publish time"})),
        reads=(
            (POST_ID, ("post id",)),
            (POST_URL, ("permalink",)),
            (POST_TEXT, ("description",)),
            (PUBLISHED, ("publish time",)),
            (Metric.VIEWS, ("views", "impressions")),
            (Metric.REACH, ("reach",)),
            (Metric.REACTIONS, ("likes",)),
            (Metric.COMMENTS, ("comments",)),
            (Metric.SHARES, ("shares",)),
        ),
        date_order=DateOrder.MONTH_FIRST,
    ),
    Export(
        name="meta_days",
        label="Single figures by day",
        by="Meta Business Suite",
        platforms=("facebook", "instagram"),
        marks=(frozenset({SINGLE_FIGURES_DAY.casefold()}),),
        # follows are those of the day, and visits and interactions have no figure of ours
        reads=(
            (DAY, (SINGLE_FIGURES_DAY.casefold(),)),
            (Metric.VIEWS, ("views", "facebook views", "instagram views", "impressions", "aufrufe", "visualizaciones")),
            (Metric.REACH, ("reach", "viewers", "facebook reach", "instagram reach", "facebook viewers", "alcance")),
            (
                Metric.LINK_CLICKS,
                ("link clicks", "facebook link clicks", "instagram link clicks", "content link clicks", "link-klicks"),
            ),
        ),
    ),
)
