"""How a file of daily figures is laid out: what each column means, how its days and numbers are written."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.foundation.errors import Refused
from app.metrics.rules.dictionary import Metric

#: the meaning of the column that says the day
DAY = "day"
#: the meaning of a column that is not read
IGNORED = ""
#: a file with more columns is no table of days
MOST_COLUMNS = 80
_SHOWN = 40

_DATE_NAMES = frozenset({"date", "day", "on", "datum", "fecha"})
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
_METRIC_OF = {name: metric for metric, names in _SYNONYMS.items() for name in names}

_DIGIT_DATE = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", re.ASCII)
_NAMED_DATE = re.compile(
    r"(?:[A-Za-z]+,? )?(?:(?P<d1>[0-9]{1,2})(?:st|nd|rd|th)?\.? (?P<m1>[A-Za-z]{3,9})\.?,?"
    r"|(?P<m2>[A-Za-z]{3,9})\.? (?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?,?) (?P<y>[0-9]{4})",
    re.ASCII,
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july",
           "august", "september", "october", "november", "december")  # fmt: skip


class DateOrder(StrEnum):
    """How the days of a file are written."""

    YEAR_FIRST = "year_first"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    NAMED = "named"

    @property
    def label(self) -> str:
        """As on screen, with an example."""
        return _ORDER_LABELS[self]


_ORDER_LABELS = {
    DateOrder.YEAR_FIRST: "Year-month-day, 2026-11-09",
    DateOrder.DAY_FIRST: "Day/month/year, 09/11/2026",
    DateOrder.MONTH_FIRST: "Month/day/year, 11/09/2026",
    DateOrder.NAMED: "Month in words, Nov 9, 2026",
}


class NumberStyle(StrEnum):
    """How the whole numbers of a file are written."""

    PLAIN = "plain"
    COMMAS = "commas"
    POINTS = "points"
    BLANKS = "blanks"

    @property
    def label(self) -> str:
        """An example."""
        return {"plain": "1234", "commas": "1,234", "points": "1.234", "blanks": "1 234"}[self.value]

    @property
    def grouped(self) -> re.Pattern[str]:
        """A whole number with its thousands set apart, and perhaps a fraction of nothing."""
        return _GROUPED[self]


_GROUPED = {
    NumberStyle.PLAIN: re.compile(r"(?!)"),
    NumberStyle.COMMAS: re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.0*)?", re.ASCII),
    NumberStyle.POINTS: re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,0*)?", re.ASCII),
    NumberStyle.BLANKS: re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f'\u2019][0-9]{3})+(?:[.,]0*)?", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """For each column its meaning (a metric's name, ``DAY`` or ``IGNORED``), and how days and numbers are written."""

    meanings: tuple[str, ...]
    date_order: DateOrder = DateOrder.YEAR_FIRST
    number_style: NumberStyle = NumberStyle.PLAIN


@dataclass(frozen=True, slots=True)
class Columns:
    """Which position of a row holds what. ``unknown`` are headings that are not read, for the person to see."""

    date_at: int
    metrics_at: tuple[tuple[int, Metric], ...]
    unknown: tuple[str, ...]
    width: int
    date_order: DateOrder = DateOrder.YEAR_FIRST
    number_style: NumberStyle = NumberStyle.PLAIN

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics the file brings, in its order."""
        return tuple(metric for _, metric in self.metrics_at)


def match_columns(header: Sequence[str], layout: Layout | None = None) -> Columns:
    """Find the date and the metrics among the headings of a file, as the layout says or by their names.

    Refuses a file without a date column, without any known metric, or with two columns for the same thing.
    """
    layout = layout or Layout(guess_meanings(header))
    found: dict[str, int] = {}
    if not any(heading.strip() for heading in header):
        raise Refused("The first line of the file is empty; it names the columns, such as date, followers, posts.")
    for position, meaning in enumerate(layout.meanings):
        if meaning != IGNORED and meaning in found:
            raise Refused(_twice(header[found[meaning]], header[position]))
        found[meaning] = position
    metrics_at = tuple((at, Metric(meaning)) for meaning, at in found.items() if meaning not in {DAY, IGNORED})
    _refuse_unusable(header, has_day=DAY in found, has_metric=bool(metrics_at))
    return Columns(
        date_at=found[DAY],
        metrics_at=metrics_at,
        unknown=tuple(
            shown(heading)
            for heading, meaning in zip(header, layout.meanings, strict=True)
            if meaning == IGNORED and heading.strip()
        ),
        width=len(header),
        date_order=layout.date_order,
        number_style=layout.number_style,
    )


def guess_meanings(header: Sequence[str]) -> tuple[str, ...]:
    """What each heading means by its name; two headings may mean the same."""
    names = [_plain(heading) for heading in header]
    return tuple(DAY if name in _DATE_NAMES else _METRIC_OF.get(name, IGNORED) for name in names)


def fingerprint(header: Sequence[str]) -> str:
    """SHA-256 of the headings in their order, whatever their case."""
    return hashlib.sha256("\n".join(_plain(heading) for heading in header).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Guess:
    """How a file seems to be laid out, and what a person must say before it can be read; "" where nothing."""

    layout: Layout
    question: str = ""


def guess_layout(header: Sequence[str], sample: Sequence[Sequence[str]], meanings: Sequence[str]) -> Guess:
    """Days and numbers as the first rows write them, under columns that mean this.

    Asks where the columns cannot be used as they are, and where the days can be read in more than one way.
    """
    days = _under(sample, [at for at, meaning in enumerate(meanings) if meaning == DAY][:1])
    numbers = _under(sample, [at for at, meaning in enumerate(meanings) if meaning not in {DAY, IGNORED}])
    orders = guess_date_orders(days)
    layout = Layout(tuple(meanings), orders[0], guess_number_style(numbers))
    try:
        match_columns(header, layout)
    except Refused as refusal:
        return Guess(layout, f"{refusal} Say what each column means.")
    if len(orders) > 1:
        example = next(text for text in days if day_in(text, orders[0]))
        return Guess(layout, f"Days such as {example} can be read in two ways. Say how the file writes them.")
    return Guess(layout)


def _under(sample: Sequence[Sequence[str]], columns: Sequence[int]) -> list[str]:
    return [row[at].strip() for row in sample for at in columns if at < len(row) and row[at].strip()]


def guess_date_orders(texts: Sequence[str]) -> tuple[DateOrder, ...]:
    """The ways in which all the days of a sample can be read; the first is the one to offer.

    Days such as 03/04/2026 can be read in two ways, and a person must say which. Texts that are no day in any way
    are passed over; where nothing is a day, as ISO writes it.
    """
    wanted = [text.strip() for text in texts if any(day_in(text.strip(), order) for order in DateOrder)]
    found = [order for order in DateOrder if wanted and all(day_in(text, order) for text in wanted)]
    if not found and wanted:
        found = [max(DateOrder, key=lambda order: sum(day_in(text, order) is not None for text in wanted))]
    return tuple(found) or (DateOrder.YEAR_FIRST,)


def guess_number_style(texts: Sequence[str]) -> NumberStyle:
    """The one way of setting thousands apart that a sample shows; plain where it shows none, or more than one."""
    seen = {style for style in NumberStyle for text in texts if style.grouped.fullmatch(text.strip())}
    return seen.pop() if len(seen) == 1 else NumberStyle.PLAIN


def day_in(text: str, order: DateOrder) -> date | None:
    """The day that a text is when it is read in this way; a time of day after it is passed over."""
    parts = _READERS[order](text)
    if parts is None:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def is_written_as(text: str, order: DateOrder) -> bool:
    """Has the text the shape of this way, whether or not there is such a day?"""
    return _READERS[order](text) is not None


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?", re.ASCII)


def _year_first(text: str) -> tuple[int, int, int] | None:
    found = _ISO.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _day_first(text: str) -> tuple[int, int, int] | None:
    found = _DIGIT_DATE.fullmatch(text)
    return (int(found[3]), int(found[2]), int(found[1])) if found else None


def _month_first(text: str) -> tuple[int, int, int] | None:
    found = _DIGIT_DATE.fullmatch(text)
    return (int(found[3]), int(found[1]), int(found[2])) if found else None


def _named(text: str) -> tuple[int, int, int] | None:
    found = _NAMED_DATE.fullmatch(text)
    if found is None:
        return None
    word = (found["m1"] or found["m2"]).lower()
    month = next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), None)
    return None if month is None else (int(found["y"]), month, int(found["d1"] or found["d2"]))


_READERS: Mapping[DateOrder, Callable[[str], tuple[int, int, int] | None]] = {
    DateOrder.YEAR_FIRST: _year_first,
    DateOrder.DAY_FIRST: _day_first,
    DateOrder.MONTH_FIRST: _month_first,
    DateOrder.NAMED: _named,
}


def _refuse_unusable(header: Sequence[str], *, has_day: bool, has_metric: bool) -> None:
    if not has_day:
        raise Refused(f"The file has no column named “date”; its columns are {_listed(header)}.")
    if not has_metric:
        raise Refused(
            f"None of the columns {_listed(header)} is known; name at least one such as followers, posts, questions due."
        )


def _twice(first: str, second: str) -> str:
    return f"The columns “{shown(first)}” and “{shown(second)}” mean the same; keep one of them."


def _listed(header: Sequence[str]) -> str:
    return ", ".join(f"“{shown(heading)}”" for heading in header if heading.strip())[:400]


def _plain(heading: str) -> str:
    return " ".join(heading.removeprefix("\ufeff").replace("_", " ").replace("-", " ").casefold().split())


def shown(text: str) -> str:
    """A text as a sentence quotes it: on one line and short."""
    flat = " ".join(text.removeprefix("\ufeff").split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"
