"""The plain CSV of daily figures: which column is which, and what each row says or why it cannot be read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.foundation.errors import Refused
from app.foundation.figures import Figure, Reason
from app.metrics.rules.dictionary import Metric

#: days before this are slips of the keyboard; no platform is older
EARLIEST_DAY = date(2000, 1, 1)
#: what a column of the day's row can hold
LARGEST = 2_147_483_647
#: a number of more digits is not even read
_DIGITS = 30
_SHOWN = 40
_TOO_LARGE = "“{text}” is larger than any count can be."

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

_WHOLE = re.compile(r"-?[0-9]+(?:\.0*)?", re.ASCII)
_UNREADABLE = (
    (
        re.compile(r"-?[0-9]{1,3}(?:[.,\u00a0\u202f '\u2019][0-9]{3})+\Z"),
        "“{text}” can be read as more than one number; write it without separators.",
    ),
    (re.compile(r"-?[0-9]*[.,][0-9]+\Z"), "“{text}” is not a whole number."),
    (re.compile(r"[=@+]|-."), "“{text}” is a formula; paste the number itself."),
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGIT_DATE = re.compile(r"[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4}", re.ASCII)
_FORMULA_STARTS = ("=", "@", "+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which position of a row holds what. ``unknown`` are headings that are not read, for the person to see."""

    date_at: int
    metrics_at: tuple[tuple[int, Metric], ...]
    unknown: tuple[str, ...]
    width: int

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics the file brings, in its order."""
        return tuple(metric for _, metric in self.metrics_at)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is left out: one sentence, the line of the file, and the column where one is to blame."""

    line: int
    sentence: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class DailyRow:
    """A day and its figures; a blank cell is a reason, never 0, and a metric without a column is not in it."""

    line: int
    day: date
    figures: Mapping[Metric, Figure]


def match_columns(header: Sequence[str]) -> Columns:
    """Find the date and the metrics among the headings of a file.

    Refuses a file without a date column, without any known metric, or with two columns for the same thing.
    """
    date_at: list[int] = []
    found: dict[Metric, int] = {}
    unknown: list[str] = []
    for position, heading in enumerate(header):
        name = _plain(heading)
        metric = _METRIC_OF.get(name)
        if name in _DATE_NAMES:
            date_at.append(position)
        elif metric is None:
            unknown.extend([_shown(heading)] if name else [])
        elif metric in found:
            raise Refused(_twice(header[found[metric]], heading))
        else:
            found[metric] = position
    _refuse_unusable(header, date_at, found)
    return Columns(date_at[0], tuple((at, metric) for metric, at in found.items()), tuple(unknown), len(header))


def _refuse_unusable(header: Sequence[str], date_at: list[int], found: Mapping[Metric, int]) -> None:
    if not any(heading.strip() for heading in header):
        raise Refused("The first line of the file is empty; it names the columns, such as date, followers, posts.")
    if not date_at:
        raise Refused(f"The file has no column named “date”; its columns are {_listed(header)}.")
    if len(date_at) > 1:
        raise Refused(_twice(header[date_at[0]], header[date_at[1]]))
    if not found:
        raise Refused(
            f"None of the columns {_listed(header)} is known; name at least one such as followers, posts, questions due."
        )


def _twice(first: str, second: str) -> str:
    return f"The columns “{_shown(first)}” and “{_shown(second)}” mean the same; keep one of them."


def _listed(header: Sequence[str]) -> str:
    return ", ".join(f"“{_shown(heading)}”" for heading in header if heading.strip())[:400]


def _plain(heading: str) -> str:
    return " ".join(heading.removeprefix("\ufeff").replace("_", " ").replace("-", " ").casefold().split())


def _shown(text: str) -> str:
    flat = " ".join(text.removeprefix("\ufeff").split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"


def read_rows(
    rows: Iterable[tuple[int, Sequence[str]]], *, columns: Columns, today: date
) -> Iterator[DailyRow | RowProblem]:
    """Read numbered lines one by one: each gives a row, or its problems; empty lines give nothing.

    A day that came before is a problem of the later line. Keeps only the days in memory.
    """
    seen: dict[date, int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        outcome = read_row(cells, line=line, columns=columns, today=today)
        if not isinstance(outcome, DailyRow):
            yield from outcome
        elif (earlier := seen.setdefault(outcome.day, line)) != line:
            sentence = f"{outcome.day.isoformat()} is already on line {earlier}; a day stands in the file once."
            yield RowProblem(line, sentence, column="date", value=outcome.day.isoformat())
        else:
            yield outcome


def read_row(cells: Sequence[str], *, line: int, columns: Columns, today: date) -> DailyRow | list[RowProblem]:
    """One line of the file: its day and figures, or every problem it has."""
    problems: list[RowProblem] = []
    day = _day(cells[columns.date_at] if columns.date_at < len(cells) else "", today=today)
    if isinstance(day, str):
        problems.append(RowProblem(line, day, column="date", value=_shown(_cell(cells, columns.date_at))))
    figures: dict[Metric, Figure] = {}
    for position, metric in columns.metrics_at:
        figure = _figure(_cell(cells, position))
        if isinstance(figure, Figure):
            figures[metric] = figure
        else:
            text = _shown(_cell(cells, position))
            sentence = f"{metric.label}: {figure.format(text=text)}"
            problems.append(RowProblem(line, sentence, column=metric.value, value=text))
    problems.extend(RowProblem(line, sentence) for sentence in _contradictions(cells, columns, figures))
    if problems or isinstance(day, str):
        return problems
    return DailyRow(line, day, figures)


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position].strip() if position < len(cells) else ""


def _day(cell: str, *, today: date) -> date | str:
    """The day, or the sentence that says why it is none."""
    text = cell.strip()
    if not text:
        return "The row has no date."
    if text.startswith(_FORMULA_STARTS):
        return f"“{_shown(text)}” is a formula; paste the date itself."
    if not _ISO.fullmatch(text):
        return _not_iso(text)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return f"“{text}” is no day in the calendar."
    if day > today:
        return f"{text} is in the future."
    return day if day >= EARLIEST_DAY else f"{text} is too long ago; the earliest day read is {EARLIEST_DAY}."


def _not_iso(text: str) -> str:
    if _DIGIT_DATE.fullmatch(text):
        return f"“{text}” can be read as more than one day; write year-month-day, such as 2026-11-09."
    if any(letter.isalpha() for letter in text):
        return f"“{_shown(text)}” is a date in words; write year-month-day, such as 2026-11-09."
    return f"“{_shown(text)}” is not a date; write year-month-day, such as 2026-11-09."


def _figure(cell: str) -> Figure | str:
    """The figure of a cell, or a sentence with a blank for the cell's text."""
    if not cell:
        return Figure.missing(Reason.BLANK)
    text = cell.replace("\u2212", "-")  # the typographic minus of a word processor
    if _WHOLE.fullmatch(text):
        digits = text.partition(".")[0]
        return _whole(digits) if len(digits) <= _DIGITS else _TOO_LARGE
    for pattern, sentence in _UNREADABLE:
        if pattern.match(text):
            return sentence
    return "“{text}” is not a number; leave the cell blank where there is none."


@lru_cache(maxsize=65_536)  # small counts come again and again; halves the time of a large file
def _whole(digits: str) -> Figure | str:
    value = int(digits)
    if value < 0:
        return "“{text}” is below zero."
    return Figure.of(value) if value <= LARGEST else _TOO_LARGE


def _contradictions(cells: Sequence[str], columns: Columns, figures: Mapping[Metric, Figure]) -> list[str]:
    found = []
    if any(cell.strip() for cell in cells[columns.width :]):
        found.append("The row has more cells than the heading; a comma inside a number splits it in two.")
    if _exceeds(figures, Metric.QUESTIONS_IN_TIME, Metric.QUESTIONS_DUE):
        found.append("More questions were answered in time than were due.")
    if _exceeds(figures, Metric.BROADCASTS, Metric.POSTS):
        found.append("There are more broadcasts than posts.")
    return found


def _exceeds(figures: Mapping[Metric, Figure], part: Metric, whole: Metric) -> bool:
    of_these, of_all = figures.get(part), figures.get(whole)
    if of_these is None or of_all is None or of_these.value is None or of_all.value is None:
        return False
    return of_these.value > of_all.value
