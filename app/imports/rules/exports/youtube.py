"""The tables that YouTube Studio exports: by day, of videos, and those that tell nothing of either.

An export is three files: "Totals" has a row a day; "Table data" has a row for each thing it is broken down by, with a
total above them; "Chart data" has both, for a few of the things. Columns are chosen by whoever exports, and headings
are in that person's language.
"""

from collections.abc import Mapping, Sequence

from app.foundation.errors import Refused
from app.imports.rules.exports.shape import Export, plain
from app.imports.rules.meanings import DAY, IGNORED, POST_ID, POST_TEXT, PUBLISHED
from app.metrics.rules.dictionary import FurtherMetric, Metric

PLATFORM = "youtube"
DAYS = Export(
    name="youtube_days", label="YouTube channel by day", by="YouTube Studio", platforms=(PLATFORM,), marks=(), reads=()
)
#: the videos that were watched most in the period, so their days cannot be counted
POSTS = Export(
    name="youtube_posts",
    label="YouTube videos",
    by="YouTube Studio",
    platforms=(PLATFORM,),
    marks=(),
    reads=((PUBLISHED, ("video publish time",)),),
    holds_all_posts=False,
)
EXPORTS = (DAYS, POSTS)
_DATE = "date"
_SUBSCRIBERS = "subscribers"
#: what counts something on a day. "Subscribers" are those gained less those lost, and not how many there are;
#: "impressions" are of thumbnails, so they are not here
METRICS: Mapping[str, Metric | FurtherMetric] = {
    "views": Metric.VIEWS,
    "unique viewers": Metric.REACH,
    "likes": Metric.REACTIONS,
    "comments": Metric.COMMENTS,
    "comments added": Metric.COMMENTS,
    "shares": Metric.SHARES,
    "videos published": Metric.POSTS,
    "subscribers gained": FurtherMetric.NEW_FOLLOWS,
    "subscribers lost": FurtherMetric.UNFOLLOWS,
    _SUBSCRIBERS: FurtherMetric.NET_FOLLOWS,
}
#: headings that no other file has
_MARKS = frozenset(
    {
        "watch time (hours)",
        "average view duration",
        "average percentage viewed (%)",
        "impressions click-through rate (%)",
        "thumbnail impressions",
        "thumbnail impressions click-through rate (%)",
        "subscribers gained",
        "subscribers lost",
        "unique viewers",
        "engaged views",
        "video publish time",
    }
)
_BREAKDOWNS = frozenset(
    {
        "content",
        "traffic source",
        "geography",
        "cities",
        "viewer age",
        "viewer gender",
        "new and returning viewers",
        "subscription status",
        "subscription source",
        "content type",
        "playlist",
        "device type",
        "operating system",
        "audio track",
        "sharing service",
        "subtitles and cc",
        "translation use",
    }
)
#: headings in other languages, as far as they were seen or are known
_IN_ENGLISH: Mapping[str, str] = {
    "datum": "date",
    "aufrufe": "views",
    "wiedergabezeit (stunden)": "watch time (hours)",
    "durchschnittliche wiedergabedauer": "average view duration",
    "abonnenten": "subscribers",
    "einzelne zuschauer": "unique viewers",
    "geteilte inhalte": "shares",
    "kommentare": "comments",
    "inhalte": "content",
    "geografie": "geography",
    "fecha": "date",
    "visualizaciones": "views",
    "vistas": "views",
    "tiempo de visualización (horas)": "watch time (hours)",
    "tiempo de reproducción (horas)": "watch time (hours)",
    "duración media de las visualizaciones": "average view duration",
    "suscriptores": "subscribers",
    "comentarios": "comments",
    "contenido": "content",
    "ubicación geográfica": "geography",
    "vues": "views",
    "durée de visionnage (heures)": "watch time (hours)",
    "durée moyenne d'une vue": "average view duration",
    "abonnés": "subscribers",
    "commentaires": "comments",
    "contenu": "content",
    "zone géographique": "geography",
    "data": "date",
    "visualizações": "views",
    "tempo de exibição (horas)": "watch time (hours)",
    "duração média da visualização": "average view duration",
    "inscritos": "subscribers",
    "comentários": "comments",
    "conteúdo": "content",
    "geografia": "geography",
}
_OF_A_VIDEO: Mapping[str, str] = {"content": POST_ID, "video title": POST_TEXT, "video publish time": PUBLISHED}


def studio_meanings(header: Sequence[str], *, platform: str) -> tuple[str, ...] | None:
    """What each column of one of YouTube Studio's tables means; None where the file is not one of Studio's.

    Refuses Studio's other tables, with what to choose instead, and a table by day of which nothing is counted.
    """
    names = [_in_english(heading) for heading in header]
    if not _is_studio(names, platform=platform):
        return None
    if _DATE not in names and {"content", "video publish time"}.issubset(names):
        return _first_of_each([_OF_A_VIDEO.get(name, "") or METRICS.get(name, IGNORED) for name in names])
    broken_down = next((at for at, name in enumerate(names) if name in _BREAKDOWNS), None)
    if broken_down is not None:
        raise Refused(_not_by_day(" ".join(header[broken_down].split()), has_days=_DATE in names))
    meanings = tuple(DAY if name == _DATE else METRICS.get(name, IGNORED) for name in names)
    if _MARKS.isdisjoint(names):  # a person's own file may name the followers so
        meanings = tuple(IGNORED if meaning == FurtherMetric.NET_FOLLOWS else meaning for meaning in meanings)
    if all(meaning in {DAY, IGNORED} for meaning in meanings):
        raise Refused(_nothing_counted(names))
    return meanings


def _first_of_each(meanings: Sequence[str]) -> tuple[str, ...]:
    return tuple(IGNORED if meaning in meanings[:at] else meaning for at, meaning in enumerate(meanings))


def _is_studio(names: Sequence[str], *, platform: str) -> bool:
    """Headings of Studio alone; for a channel of YouTube, also a table of nothing but words that Studio uses."""
    if platform != PLATFORM:
        return not _MARKS.isdisjoint(names) and (_DATE in names or not _BREAKDOWNS.isdisjoint(names))
    known = _MARKS | _BREAKDOWNS | set(METRICS) | {_DATE, "impressions", "video title", "duration"}
    return any(names) and (not _MARKS.isdisjoint(names) or all(name in known for name in names))


def _not_by_day(breakdown: str, *, has_days: bool) -> str:
    what = (
        f"the chart of YouTube Studio by {breakdown}, which draws only some of the rows"
        if has_days
        else f"the table of YouTube Studio by {breakdown}, which has no days"
    )
    return f"This is {what[:200]}. Choose Totals.csv from the same export, or export the breakdown by date."


def _nothing_counted(names: Sequence[str]) -> str:
    if _SUBSCRIBERS in names:
        return (
            "“Subscribers” in a file of YouTube Studio is what a day brought, not how many there are. "
            "Name the column followers if it holds the channel's subscribers."
        )
    return "This file of YouTube Studio has none of the columns that are read, such as Views, Likes, Comments added, Shares."


def _in_english(heading: str) -> str:
    name = plain(heading)
    return _IN_ENGLISH.get(name, name)
