"""Rows of a file of daily figures: what each says, or why it cannot be read."""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.foundation.figures import Figure
from app.imports.rules.dates import DateOrder, Years, day_in, is_written_as
from app.imports.rules.exports import export_named, is_total
from app.imports.rules.layouts import Columns, Layout, shown
from app.imports.rules.meanings import ACCOUNT
from app.imports.rules.numbers import LARGEST, PLATFORM_BLANKS, CellReader, cell_reader
from app.imports.rules.plain_rows import AccountFinder, DailyRow, PlainRows, parts_of, row_of
from app.metrics.rules.dictionary import FurtherMetric, Metric

#: days before this are slips of the keyboard; no platform is older
EARLIEST_DAY = date(2000, 1, 1)
_DIGIT_DATE = re.compile(r"[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4}", re.ASCII)
_FORMULA_STARTS = ("=", "@", "+")
_TOO_WIDE = "The row has more cells than the heading; a comma inside a number splits it in two."
#: places for 12 months of 31 days, the first left out
_DAYS_OF_A_YEAR = 13 * 31 + 1


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is left out: one sentence, the line of the file, and the column where one is to blame."""

    line: int
    sentence: str
    column: str = ""
    value: str = ""
    #: the whole row as it stands in the file
    cells: tuple[str, ...] = ()
    #: the day that the row is of, where it is known
    day: date | None = None


def read_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    columns: Columns,
    today: date,
    years: Years | None = None,
    find_account: AccountFinder | None = None,
) -> Iterator[DailyRow | RowProblem]:
    """Read numbered lines one by one: each gives a row, or its problems; empty lines and totals give nothing.

    A day that came before is a problem of the later line. Keeps only the days in memory.
    """
    reader = RowReader(columns, today, years=years, find_account=find_account)
    read_plain = reader.plain.read if years is None and not columns.further_at else _never_plain
    seen = _Seen()
    for line, cells in rows:
        outcome = read_plain(line, cells) or reader.read(cells, line=line)
        if not isinstance(outcome, DailyRow):
            if not says_nothing(cells, columns):  # a row with a day says something
                yield from outcome
        elif earlier := seen.line_before(outcome):
            sentence = f"{outcome.day.isoformat()} is already on line {earlier}; a day stands in the file once."
            yield RowProblem(line, sentence, "date", outcome.day.isoformat(), tuple(cells))
        else:
            yield outcome


def _never_plain(_line: int, _cells: Sequence[str]) -> DailyRow | None:
    return None


def says_nothing(cells: Sequence[str], columns: Columns) -> bool:
    """Is this an empty line, or a row that sums the others up?"""
    return not any(cell.strip() for cell in cells) or is_total(cells, columns.totals_at)


def read_row(cells: Sequence[str], *, line: int, columns: Columns, today: date) -> DailyRow | list[RowProblem]:
    """One line of a file: its day and figures, or every problem it has."""
    return RowReader(columns, today).read(cells, line=line)


class RowReader:
    """Reads the rows of one file; how its cells are read is settled once."""

    def __init__(
        self,
        columns: Columns,
        today: date,
        *,
        years: Years | None = None,
        find_account: AccountFinder | None = None,
    ) -> None:
        """``years`` where days have no year; ``find_account`` where the file says whose row it is."""
        self._columns = columns
        self._read_figure, self._read_change = figure_reader(columns.layout), change_reader(columns.layout)
        self._read_day = day_reader(columns.date_order, today=today, years=years)
        self._find_account = find_account
        self._account_at = columns.at.get(ACCOUNT)
        self._parts = parts_of(columns)

    @property
    def plain(self) -> PlainRows:
        """What reads the rows in which nothing is wrong; not for days without years, which depend on the row before."""
        return PlainRows(
            self._columns, read_figure=self._read_figure, read_day=self._read_day, find_account=self._find_account
        )

    def read(self, cells: Sequence[str], *, line: int) -> DailyRow | list[RowProblem]:
        """One line: its day and figures, or every problem it has."""
        columns, problems = self._columns, list[RowProblem]()
        text = cell_at(cells, columns.date_at)
        day = self._read_day(text)
        if isinstance(day, str):
            problems.append(RowProblem(line, day, "date", shown(text), tuple(cells)))
        account_id = self._account(cells, line, problems)
        figures = read_figures(cells, line, columns, self._read_figure, problems)
        further = read_further(cells, line, columns, (self._read_figure, self._read_change), problems)
        if sentence := _why_no_total(further):
            problems.append(RowProblem(line, sentence, FurtherMetric.NEW_FOLLOWS.value, cells=tuple(cells)))
        if len(cells) > columns.width and any(cell.strip() for cell in cells[columns.width :]):
            problems.append(RowProblem(line, _TOO_WIDE, cells=tuple(cells)))
        for part, whole, sentence in self._parts:
            if _exceeds(figures, columns.metrics[part], columns.metrics[whole]):
                problems.append(RowProblem(line, sentence, cells=tuple(cells)))
        if problems or isinstance(day, str):
            return problems
        return row_of(line, day, figures, account_id)._replace(further=further)

    def _account(self, cells: Sequence[str], line: int, problems: list[RowProblem]) -> int | None:
        if self._account_at is None or self._find_account is None:
            return None
        text = cell_at(cells, self._account_at)
        found = self._find_account(text)
        if isinstance(found, str):
            problems.append(RowProblem(line, found, ACCOUNT, shown(text), tuple(cells)))
            return None
        return found


def read_figures(
    cells: Sequence[str], line: int, columns: Columns, read: CellReader, problems: list[RowProblem]
) -> dict[Metric, Figure]:
    """The figures of a row; cells that hold none are added to its problems."""
    figures: dict[Metric, Figure] = {}
    width = len(cells)
    for position, metric in columns.metrics_at:
        figure = read(cells[position] if position < width else "")
        if isinstance(figure, Figure):
            figures[metric] = figure
        else:
            text = shown(cell_at(cells, position))
            sentence = f"{metric.label}: {figure.format(text=text)}"
            problems.append(RowProblem(line, sentence, metric.value, text, tuple(cells)))
    return figures


def read_further(
    cells: Sequence[str],
    line: int,
    columns: Columns,
    readers: tuple[CellReader, CellReader],
    problems: list[RowProblem],
) -> dict[FurtherMetric, int]:
    """What a row tells beside the metrics, by readers of counts and of changes; a blank cell tells nothing."""
    read_figure, read_change = readers
    found: dict[FurtherMetric, int] = {}
    for position, metric in columns.further_at:
        text = cell_at(cells, position)
        figure = (read_change if metric.may_fall else read_figure)(text)
        if isinstance(figure, str):
            sentence = f"{metric.label}: {figure.format(text=shown(text))}"
            problems.append(RowProblem(line, sentence, metric.value, shown(text), tuple(cells)))
        elif figure.value is not None:
            found[metric] = round(figure.value)
    return found


def _why_no_total(further: Mapping[FurtherMetric, int]) -> str:
    """A total of new followers that its parts do not add up to may be of another thing: how many follow."""
    total, invited = further.get(FurtherMetric.NEW_FOLLOWS), further.get(FurtherMetric.NEW_FOLLOWS_INVITED, 0)
    parts = [further.get(metric) for metric in (FurtherMetric.NEW_FOLLOWS_ORGANIC, FurtherMetric.NEW_FOLLOWS_PAID)]
    known = [part for part in parts if part is not None]
    if total is None or len(known) < len(parts) or total in {sum(known), sum(known) + invited}:
        return ""
    return (
        f"The total of {total:,} new followers is not the sum of its parts, {sum(known) + invited:,}; "
        "it may be how many follow in all, which is another figure."
    )


def change_reader(layout: Layout) -> CellReader:
    """How cells are read that may be below zero."""
    blanks = PLATFORM_BLANKS if export_named(layout.export) else None
    return cell_reader(layout.number_style, blanks=blanks, lowest=-LARGEST)


def figure_reader(layout: Layout) -> CellReader:
    """How the cells of a file are read: a platform's words for nothing, and counts below zero, in its own files only."""
    export = export_named(layout.export)
    if export is None:
        return cell_reader(layout.number_style)
    return cell_reader(layout.number_style, blanks=PLATFORM_BLANKS, lowest=-LARGEST if export.may_fall else 0)


def cell_at(cells: Sequence[str], position: int) -> str:
    """The text of a cell; a row may be shorter than the heading."""
    return cells[position].strip() if position < len(cells) else ""


def day_reader(order: DateOrder, *, today: date, years: Years | None = None) -> Callable[[str], date | str]:
    """What reads the day of each row in the order of the file: the day, or the sentence that says why it is none."""
    if years is not None:
        return lambda text: _day(text, order=order, today=today, find=years.day)

    @lru_cache(maxsize=16_384)  # in a file of many accounts each day comes again for every account
    def read(text: str) -> date | str:
        return _day(text, order=order, today=today, find=lambda day: day_in(day, order))

    return read


def _day(text: str, *, order: DateOrder, today: date, find: Callable[[str], date | None]) -> date | str:
    if not text:
        return "The row has no date."
    if text.startswith(_FORMULA_STARTS):
        return f"“{shown(text)}” is a formula; paste the date itself."
    if not is_written_as(text, order):
        return _other_way(text, order)
    day = find(text)
    if day is None:
        return f"“{shown(text)}” is no day in the calendar."
    if day > today:
        return f"{day} is in the future."
    return day if day >= EARLIEST_DAY else f"{day} is too long ago; the earliest day read is {EARLIEST_DAY}."


class _Seen:
    """The lines of the days that came, by account; eight bytes a day, so that a million of them are no burden."""

    def __init__(self) -> None:
        self._years: dict[int | None, dict[int, array[int]]] = defaultdict(dict)

    def line_before(self, row: DailyRow) -> int:
        """The line on which the day stood before, 0 where this is the first."""
        day = row.day
        years = self._years[row.account_id]
        lines = years.get(day.year)
        if lines is None:
            lines = years[day.year] = array("L", bytes(_DAYS_OF_A_YEAR * array("L").itemsize))
        at = day.month * 31 + day.day
        earlier = lines[at]
        lines[at] = earlier or row.line
        return earlier


def _other_way(text: str, order: DateOrder) -> str:
    if order is not DateOrder.YEAR_FIRST:
        return f"“{shown(text)}” is not a date as the file writes them: {order.label}."
    if _DIGIT_DATE.fullmatch(text):
        return f"“{text}” is not written as year-month-day, such as 2026-11-09."
    if any(letter.isalpha() for letter in text):
        return f"“{shown(text)}” is a date in words; write year-month-day, such as 2026-11-09."
    return f"“{shown(text)}” is not a date; write year-month-day, such as 2026-11-09."


def suggested_day(before: date | None, after: date | None) -> date | None:
    """The day that a row without one should have by its neighbors: the one between two days that leave one out."""
    if before is None or after is None or abs(after - before) != timedelta(days=2):
        return None
    return min(before, after) + timedelta(days=1)


def _exceeds(figures: Mapping[Metric, Figure], part: Metric, whole: Metric) -> bool:
    of_these, of_all = figures.get(part), figures.get(whole)
    if of_these is None or of_all is None or of_these.value is None or of_all.value is None:
        return False
    return of_these.value > of_all.value
