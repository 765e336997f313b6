"""What Meta exports: posts of Facebook pages and Instagram profiles, and single figures by day.

Meta put views in the place of impressions, which are another figure: a file with a column of impressions is a kind of its
own, so that the dictionary tells the two apart and a series breaks where one follows the other.
"""

from dataclasses import replace

from app.imports.rules.dates import DateOrder
from app.imports.rules.exports.shape import DAY, POST_ID, POST_TEXT, POST_URL, PUBLISHED, Export, FurtherMetric, Metric

#: the heading that our reading of a file of single figures gives its first column
SINGLE_FIGURES_DAY = "Date, Primary"
_BY = "Meta"
_IMPRESSIONS = "impressions"


def _of_either(figure: str) -> tuple[str, ...]:
    """The names of a single figure: by itself, and with the platform's before it."""
    return figure, f"facebook {figure}", f"instagram {figure}"


def _former(export: Export) -> Export:
    """The same file from before Meta counted views; known by its column of impressions where it has none of views."""
    views = next(headings for meaning, headings in export.reads if meaning == Metric.VIEWS)
    return replace(
        export,
        name=f"{export.name}_old",
        label=f"{export.label}, with impressions",
        marks=tuple(mark | {_IMPRESSIONS} for mark in export.marks),
        unless=frozenset(views),
        reads=tuple(
            (meaning, (_IMPRESSIONS,) if meaning == Metric.VIEWS else headings) for meaning, headings in export.reads
        ),
    )


_NOW = (
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
            (Metric.VIEWS, ("views",)),
            (Metric.REACH, ("reach", "viewers")),
            (Metric.REACTIONS, ("reactions",)),
            (Metric.COMMENTS, ("comments",)),
            (Metric.SHARES, ("shares",)),
            (Metric.LINK_CLICKS, ("link clicks",)),
            (FurtherMetric.CLICKS, ("total clicks",)),
            (FurtherMetric.VIDEO_VIEWS, ("3-second video views", "3 second video views")),
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
            (Metric.VIEWS, ("views",)),
            (Metric.REACH, ("reach",)),
            (Metric.REACTIONS, ("likes",)),
            (Metric.COMMENTS, ("comments",)),
            (Metric.SHARES, ("shares",)),
            (FurtherMetric.SAVES, ("saves",)),
            (FurtherMetric.NEW_FOLLOWS, ("follows",)),
            (FurtherMetric.PROFILE_VIEWS, ("profile visits",)),
        ),
        date_order=DateOrder.MONTH_FIRST,
    ),
    Export(
        name="meta_days",
        label="Single figures by day",
        by="Meta Business Suite",
        platforms=("facebook", "instagram"),
        marks=(frozenset({SINGLE_FIGURES_DAY.casefold()}),),
        # follows are those who began to on the day, and no count of followers
        reads=(
            (DAY, (SINGLE_FIGURES_DAY.casefold(),)),
            (Metric.VIEWS, (*_of_either("views"), "aufrufe", "visualizaciones")),
            (Metric.REACH, (*_of_either("viewers"), *_of_either("reach"), "alcance")),
            (Metric.LINK_CLICKS, (*_of_either("link clicks"), "content link clicks", "link-klicks")),
            (
                FurtherMetric.NEW_FOLLOWS,
                (*_of_either("follows"), *_of_either("new follows"), *_of_either("new followers")),
            ),
            (FurtherMetric.UNFOLLOWS, _of_either("unfollows")),
            (FurtherMetric.NET_FOLLOWS, _of_either("net follows")),
            (FurtherMetric.ENGAGEMENTS, (*_of_either("content interactions"), *_of_either("interactions"))),
            (
                FurtherMetric.PROFILE_VIEWS,
                (*_of_either("visits"), *_of_either("profile visits"), "facebook page visits"),
            ),
            (FurtherMetric.VIDEO_VIEWS, ("3-second views", "3-second video views", "facebook 3-second views")),
            (FurtherMetric.SAVES, _of_either("saves")),
        ),
    ),
)
#: the former kinds before those that would know them too
EXPORTS = (*(_former(export) for export in _NOW), *_NOW)
