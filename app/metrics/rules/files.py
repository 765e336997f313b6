"""Rows of a file of daily figures: what each says, or why it cannot be read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.foundation.figures import Figure, Reason
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.layouts import Columns, DateOrder, NumberStyle, day_in, is_written_as, shown

#: days before this are slips of the keyboard; no platform is older
EARLIEST_DAY = date(2000, 1, 1)
#: what a column of the day's row can hold
LARGEST = 2_147_483_647
#: a number of more digits is not even read
_DIGITS = 30
_TOO_LARGE = "“{text}” is larger than any count can be."

_WHOLE = re.compile(r"-?[0-9]+(?:\.0*)?", re.ASCII)
_UNREADABLE = (
    (
        re.compile(r"-?[0-9]{1,3}(?:[.,\u00a0\u202f '\u2019][0-9]{3})+\Z"),
        "“{text}” can be read as more than one number; write it without separators.",
    ),
    (re.compile(r"-?[0-9]*[.,][0-9]+\Z"), "“{text}” is not a whole number."),
    (re.compile(r"[=@+]|-."), "“{text}” is a formula; paste the number itself."),
)
_DIGIT_DATE = re.compile(r"[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4}", re.ASCII)
_FORMULA_STARTS = ("=", "@", "+")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is left out: one sentence, the line of the file, and the column where one is to blame."""

    line: int
    sentence: str
    column: str = ""
    value: str = ""
    #: the whole row as it stands in the file
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DailyRow:
    """A day and its figures; a blank cell is a reason, never 0, and a metric without a column is not in it."""

    line: int
    day: date
    figures: Mapping[Metric, Figure]


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
            yield RowProblem(line, sentence, "date", outcome.day.isoformat(), tuple(cells))
        else:
            yield outcome


def read_row(cells: Sequence[str], *, line: int, columns: Columns, today: date) -> DailyRow | list[RowProblem]:
    """One line of the file: its day and figures, or every problem it has."""
    problems: list[RowProblem] = []
    whole = tuple(cells)
    day = _day(_cell(cells, columns.date_at), order=columns.date_order, today=today)
    if isinstance(day, str):
        problems.append(RowProblem(line, day, "date", shown(_cell(cells, columns.date_at)), whole))
    figures: dict[Metric, Figure] = {}
    for position, metric in columns.metrics_at:
        figure = _figure(_cell(cells, position), columns.number_style)
        if isinstance(figure, Figure):
            figures[metric] = figure
        else:
            text = shown(_cell(cells, position))
            problems.append(RowProblem(line, f"{metric.label}: {figure.format(text=text)}", metric.value, text, whole))
    problems.extend(RowProblem(line, sentence, cells=whole) for sentence in _contradictions(cells, columns, figures))
    if problems or isinstance(day, str):
        return problems
    return DailyRow(line, day, figures)


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position].strip() if position < len(cells) else ""


def _day(text: str, *, order: DateOrder, today: date) -> date | str:
    """The day, or the sentence that says why it is none."""
    if not text:
        return "The row has no date."
    if text.startswith(_FORMULA_STARTS):
        return f"“{shown(text)}” is a formula; paste the date itself."
    if not is_written_as(text, order):
        return _other_way(text, order)
    day = day_in(text, order)
    if day is None:
        return f"“{shown(text)}” is no day in the calendar."
    if day > today:
        return f"{day} is in the future."
    return day if day >= EARLIEST_DAY else f"{day} is too long ago; the earliest day read is {EARLIEST_DAY}."


def _other_way(text: str, order: DateOrder) -> str:
    if order is not DateOrder.YEAR_FIRST:
        return f"“{shown(text)}” is not a date as the file writes them: {order.label}."
    if _DIGIT_DATE.fullmatch(text):
        return f"“{text}” can be read as more than one day; write year-month-day, such as 2026-11-09."
    if any(letter.isalpha() for letter in text):
        return f"“{shown(text)}” is a date in words; write year-month-day, such as 2026-11-09."
    return f"“{shown(text)}” is not a date; write year-month-day, such as 2026-11-09."


def suggested_day(before: date | None, after: date | None) -> date | None:
    """The day that a row without one should have by its neighbors: the one between two days that leave one out."""
    if before is None or after is None or abs(after - before) != timedelta(days=2):
        return None
    return min(before, after) + timedelta(days=1)


def _figure(cell: str, style: NumberStyle) -> Figure | str:
    """The figure of a cell, or a sentence with a blank for the cell's text."""
    if not cell:
        return Figure.missing(Reason.BLANK)
    text = cell.replace("\u2212", "-")  # the typographic minus of a word processor
    if style is not NumberStyle.PLAIN and style.grouped.fullmatch(text):
        text = _without_groups(text, style)
    if _WHOLE.fullmatch(text):
        digits = text.partition(".")[0]
        return _whole(digits) if len(digits) <= _DIGITS else _TOO_LARGE
    for pattern, sentence in _UNREADABLE:
        if pattern.match(text):
            return sentence
    return "“{text}” is not a number; leave the cell blank where there is none."


def _without_groups(text: str, style: NumberStyle) -> str:
    """The digits alone; a fraction, which is nothing but zeros here, is dropped."""
    fraction = {NumberStyle.COMMAS: ".", NumberStyle.POINTS: ","}.get(style, "")
    whole = text.split(fraction, maxsplit=1)[0] if fraction else re.split(r"[.,]", text)[0]
    return "".join(sign for sign in whole if sign.isdigit() or sign == "-")


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
