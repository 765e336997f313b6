"""How a file of figures is laid out: what each column means, how its days and numbers are written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.foundation.errors import Refused
from app.imports.rules.dates import DateOrder, day_in, guess_date_orders
from app.imports.rules.exports import Recognized, is_known
from app.imports.rules.meanings import ACCOUNT, DAY, IGNORED, NO_METRICS, POST_ID, POST_URL, PUBLISHED, brings_posts
from app.imports.rules.numbers import NumberStyle, guess_number_style, number_styles
from app.metrics.rules.dictionary import FurtherMetric, Metric

_SHOWN = 40
#: so many headings are named in a sentence
_LISTED = 8

_DATE_NAMES = frozenset({"date", "day", "on", "datum", "fecha"})
_ACCOUNT_NAMES = frozenset({"account", "account url", "profile", "konto", "cuenta"})
_SYNONYMS: Mapping[Metric, tuple[str, ...]] = {
    Metric.FOLLOWERS: ("followers", "follower count", "fans", "subscribers", "page likes"),
    Metric.FOLLOWING: ("following", "follows", "accounts followed"),
    Metric.POSTS: ("posts", "post count", "posts published", "published"),
    Metric.REPLIES: ("replies", "replies sent", "our replies"),
    Metric.ASKS: ("asks", "posts that ask", "questions asked"),
    Metric.BROADCASTS: ("broadcasts", "broadcast posts", "announcements"),
    Metric.REACTIONS: ("reactions", "likes", "favorites", "favourites"),
    Metric.COMMENTS: ("comments", "replies received", "comments received"),
    Metric.SHARES: ("shares", "reposts", "boosts", "retweets"),
    Metric.VIEWS: ("views", "times shown", "impressions"),
    Metric.REACH: ("reach", "people reached"),
    Metric.LINK_CLICKS: ("link clicks", "clicks"),
    Metric.MENTIONS: ("mentions",),
    Metric.QUESTIONS_DUE: ("questions due", "due", "questions", "questions received"),
    Metric.QUESTIONS_IN_TIME: (
        "questions in time",
        "questions answered in time",
        "questions answered on time",
        "answered in time",
        "answered on time",
        "in time",
    ),
}
#: headings of a list of places
_DIRECTORY = frozenset({"address", "street", "zip", "zip code", "postcode", "latitude", "longitude", "opening hours"})
_METRICS, _FURTHER = frozenset(Metric), frozenset(FurtherMetric)
_METRIC_OF = {name: metric for metric, names in _SYNONYMS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Layout:
    """For each column its meaning (a metric's name or one of ``meanings``), and how days and numbers are written."""

    meanings: tuple[str, ...]
    date_order: DateOrder = DateOrder.YEAR_FIRST
    number_style: NumberStyle = NumberStyle.PLAIN
    #: the year of the file's last day, where its days say none
    year: int | None = None
    #: the name of the platform's file that this is, "" for one of our own columns
    export: str = ""

    @property
    def brings_posts(self) -> bool:
        """Are its rows posts rather than days?"""
        return brings_posts(self.meanings)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which position of a row holds what. ``unknown`` are headings that are not read, for the person to see."""

    layout: Layout
    #: where each meaning stands
    at: Mapping[str, int]
    metrics_at: tuple[tuple[int, Metric], ...]
    #: what is kept beside the metrics
    further_at: tuple[tuple[int, FurtherMetric], ...]
    unknown: tuple[str, ...]
    width: int

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics the file brings, in its order."""
        return tuple(metric for _, metric in self.metrics_at)

    @property
    def further(self) -> tuple[FurtherMetric, ...]:
        """What it brings beside them, in its order."""
        return tuple(metric for _, metric in self.further_at)

    @property
    def date_at(self) -> int:
        """The column of the day, or of the time a post was published."""
        return self.at[PUBLISHED] if self.layout.brings_posts else self.at[DAY]

    @property
    def date_order(self) -> DateOrder:
        """How its days are written."""
        return self.layout.date_order

    @property
    def number_style(self) -> NumberStyle:
        """How its numbers are written."""
        return self.layout.number_style

    @property
    def totals_at(self) -> tuple[int, ...]:
        """Where a row that sums the others up says so."""
        return tuple(self.at[meaning] for meaning in (DAY, PUBLISHED, POST_ID) if meaning in self.at)


def match_columns(header: Sequence[str], layout: Layout | None = None) -> Columns:
    """Find what is read among the headings of a file, as the layout says or by their names.

    Refuses a file of days without a day, or without any known metric; one of posts without an id or address of each;
    and two columns for the same thing.
    """
    layout = layout or Layout(guess_meanings(header))
    found: dict[str, int] = {}
    if not any(heading.strip() for heading in header):
        raise Refused("The first line of the file is empty; it names the columns, such as date, followers, posts.")
    for position, meaning in enumerate(layout.meanings):
        if meaning != IGNORED and meaning in found:
            raise Refused(_twice(header[found[meaning]], header[position]))
        if meaning != IGNORED:
            found[meaning] = position
    metrics_at = tuple((at, Metric(meaning)) for meaning, at in found.items() if meaning in _METRICS)
    if layout.brings_posts:
        _refuse_unusable_posts(found)
    else:
        is_told = any(meaning in _METRICS or meaning in _FURTHER for meaning in found)
        _refuse_unusable(header, has_day=DAY in found, has_metric=is_told)
    return Columns(
        layout=layout,
        at=found,
        metrics_at=metrics_at,
        further_at=tuple((at, FurtherMetric(meaning)) for meaning, at in found.items() if meaning in _FURTHER),
        unknown=tuple(
            shown(heading)
            for heading, meaning in zip(header, layout.meanings, strict=True)
            if meaning == IGNORED and heading.strip()
        ),
        width=len(header),
    )


def guess_meanings(header: Sequence[str]) -> tuple[str, ...]:
    """What each heading means by its name; two headings may mean the same."""
    return tuple(_meaning(_plain(heading)) for heading in header)


def _meaning(name: str) -> str:
    if name in _DATE_NAMES:
        return DAY
    return ACCOUNT if name in _ACCOUNT_NAMES else _METRIC_OF.get(name, IGNORED)


def is_header(cells: Sequence[str], *, platform: str) -> bool:
    """Are these the headings of a platform's file, or at least a day and a metric by our own words?"""
    meanings = guess_meanings(cells)
    has_metric = any(meaning not in NO_METRICS for meaning in meanings)
    return (DAY in meanings and has_metric) or is_known(cells, platform=platform)


def fingerprint(header: Sequence[str]) -> str:
    """SHA-256 of the headings in their order, whatever their case."""
    return hashlib.sha256("\n".join(_plain(heading) for heading in header).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Guess:
    """How a file seems to be laid out, and what a person must say before it can be read; "" where nothing."""

    layout: Layout
    question: str = ""


def guess_layout(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    meanings: Sequence[str],
    *,
    recognized: Recognized | None = None,
) -> Guess:
    """Days and numbers as the first rows write them, under columns that mean this.

    Refuses a file in which no column could be that of the days, whatever a person would say. Asks where the columns cannot be used as they are, where days or numbers can be read in more than one way, and
    where days say no year.
    """
    days = _under(sample, [at for at, meaning in enumerate(meanings) if meaning in {DAY, PUBLISHED}][:1])
    numbers = _under(sample, [at for at, meaning in enumerate(meanings) if meaning not in NO_METRICS])
    orders = _orders(days, recognized)
    name = recognized.export.name if recognized else ""
    layout = Layout(tuple(meanings), orders[0], guess_number_style(numbers), export=name)
    try:
        match_columns(header, layout)
    except Refused as refusal:
        _refuse_without_days(header, sample, str(refusal))
        return Guess(layout, f"{refusal} Say what each column means.")
    return Guess(layout, _question(days, orders, number_styles(numbers)))


def _refuse_without_days(header: Sequence[str], sample: Sequence[Sequence[str]], why: str) -> None:
    under = [_under(sample, [at]) for at in range(len(header))]
    if not sample or any(_are_days(cells) for cells in under):
        return
    if not _DIRECTORY.isdisjoint(_plain(heading) for heading in header):
        raise Refused(f"{why} It seems to be a list of places: those are given under Places.")
    raise Refused(
        f"{why} None of them holds days, such as 2026-11-09: choose a file with a row a day, or a row a post."
    )


def _are_days(cells: Sequence[str]) -> bool:
    """Are most of the cells under a heading days, in whatever way they are written?"""
    days = sum(any(day_in(cell, order) for order in DateOrder) for cell in cells)
    return days * 2 > len(cells)


def _orders(days: Sequence[str], recognized: Recognized | None) -> tuple[DateOrder, ...]:
    """What the days themselves leave open, the platform's habit may settle; not where another language is used."""
    orders = guess_date_orders(days)
    habit = recognized.export.date_order if recognized and recognized.is_english else None
    return (habit,) if habit in orders else orders


def _question(days: Sequence[str], orders: Sequence[DateOrder], styles: Sequence[NumberStyle]) -> str:
    if len(orders) > 1:
        example = next(text for text in days if day_in(text, orders[0]))
        return f"Days such as {example} can be read in two ways. Say how the file writes them."
    if len(styles) > 1:
        return "Some numbers of the file have commas and some points, or blanks. Say how it writes them."
    return year_question(orders[0], None, days[0] if days else "")


def year_question(order: DateOrder, year: int | None, example: str) -> str:
    """What to ask about days without a year; "" where they have one, or it was said."""
    if order is not DateOrder.YEARLESS or year is not None:
        return ""
    return f"Days such as {shown(example)} have no year. Say in which year the last day of the file lies."


def _under(sample: Sequence[Sequence[str]], columns: Sequence[int]) -> list[str]:
    return [row[at].strip() for row in sample for at in columns if at < len(row) and row[at].strip()]


def _refuse_unusable(header: Sequence[str], *, has_day: bool, has_metric: bool) -> None:
    if not has_day:
        raise Refused(f"The file has no column named “date”; its columns are {_listed(header)}.")
    if not has_metric:
        raise Refused(
            f"None of the columns {_listed(header)} is known; name at least one such as followers, posts, questions due."
        )


def _refuse_unusable_posts(found: Mapping[str, int]) -> None:
    if DAY in found:
        raise Refused(
            "The file has a column for the day and one for when a post was published; its rows are one of both."
        )
    if POST_ID not in found and POST_URL not in found:
        raise Refused("A file of posts needs a column with the id or the address of each post.")


def _twice(first: str, second: str) -> str:
    return f"The columns “{shown(first)}” and “{shown(second)}” mean the same; keep one of them."


def _listed(header: Sequence[str]) -> str:
    named = [f"“{shown(heading)}”" for heading in header if heading.strip()]
    more = len(named) - _LISTED
    return ", ".join(named[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _plain(heading: str) -> str:
    return " ".join(heading.removeprefix("\ufeff").replace("_", " ").replace("-", " ").casefold().split())


def shown(text: str) -> str:
    """A text as a sentence quotes it: on one line and short."""
    flat = " ".join(text.removeprefix("\ufeff").split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"
