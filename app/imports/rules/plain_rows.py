"""The plain rows of a file, which are nearly all of a large one: read by what cells said before, without a word on others."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from app.foundation.figures import Figure, Reason
from app.imports.rules.layouts import Columns
from app.imports.rules.meanings import ACCOUNT
from app.imports.rules.numbers import CellReader
from app.metrics.rules.dictionary import FurtherMetric, Metric

#: what cannot be more than what it is a part of
PARTS = (
    (Metric.QUESTIONS_IN_TIME, Metric.QUESTIONS_DUE, "More questions were answered in time than were due."),
    (Metric.BROADCASTS, Metric.POSTS, "There are more broadcasts than posts."),
)
#: finds the account that a cell names, or says why there is none
AccountFinder = Callable[[str], int | str]
#: so many cells are remembered of each kind; small counts and days come again and again
_REMEMBERED = 32_768
_NOTHING_ELSE: Mapping[Metric, Reason] = MappingProxyType({})
_NOTHING_FURTHER: Mapping[FurtherMetric, int] = MappingProxyType({})
_Said = TypeVar("_Said")


class DailyRow(NamedTuple):
    """A day and its figures; a blank cell is a reason, never 0, and a metric without a column is not in it.

    A tuple, since a file has a million of them.
    """

    line: int
    day: date
    metrics: tuple[Metric, ...]
    #: the figure of each metric; None is a blank cell where ``reasons`` says nothing else
    values: tuple[int | None, ...]
    reasons: Mapping[Metric, Reason] = _NOTHING_ELSE
    #: whose day it is, in a file of many accounts
    account_id: int | None = None
    #: what the file tells beside the metrics
    further: Mapping[FurtherMetric, int] = _NOTHING_FURTHER

    @property
    def figures(self) -> dict[Metric, Figure]:
        """The figure of each metric, or its reason."""
        return {
            metric: Figure.missing(self.reasons.get(metric, Reason.BLANK)) if value is None else Figure.of(value)
            for metric, value in zip(self.metrics, self.values, strict=True)
        }


def row_of(line: int, day: date, figures: Mapping[Metric, Figure], account_id: int | None) -> DailyRow:
    """A row with these figures."""
    reasons = {m: figure.reason for m, figure in figures.items() if figure.reason not in {None, Reason.BLANK}}
    values = tuple(None if figure.value is None else round(figure.value) for figure in figures.values())
    told = {metric: reason for metric, reason in reasons.items() if reason is not None}
    return DailyRow(line, day, tuple(figures), values, told or _NOTHING_ELSE, account_id)


class PlainRows:
    """Reads the rows of one file in which nothing is wrong, missing or odd."""

    def __init__(
        self,
        columns: Columns,
        *,
        read_figure: CellReader,
        read_day: Callable[[str], date | str],
        find_account: AccountFinder | None,
    ) -> None:
        """How cells are read that were not met before; what they say may not depend on the row."""
        self._width, self._date_at, self._metrics = columns.width, columns.date_at, columns.metrics
        positions = [at for at, _ in columns.metrics_at]
        self._cells_of: Callable[[Sequence[str]], Sequence[str]] = (
            itemgetter(*positions) if len(positions) > 1 else itemgetter(slice(positions[0], positions[0] + 1))
        )
        self._count_of = _Remembered(_count_by(read_figure)).__getitem__
        self._days = _Remembered(lambda cell: _unless_text(read_day(cell.strip()), cell))
        self._account_at = columns.at.get(ACCOUNT) if find_account else None
        self._accounts = _Remembered(lambda cell: _unless_text(find_account(cell.strip()), cell) if find_account else 0)
        self._parts = parts_of(columns)

    def read(self, line: int, cells: Sequence[str]) -> DailyRow | None:
        """The row; None where it is not plain."""
        if len(cells) != self._width:
            return None
        try:
            values = tuple(map(self._count_of, self._cells_of(cells)))
            day = self._days[cells[self._date_at]]
            account_id = None if self._account_at is None else self._accounts[cells[self._account_at]]
        except LookupError:
            return None
        for part, whole, _ in self._parts:
            of_these, of_all = values[part], values[whole]
            if of_these is not None and of_all is not None and of_these > of_all:
                return None
        return DailyRow(line, day, self._metrics, values, _NOTHING_ELSE, account_id)


def parts_of(columns: Columns) -> tuple[tuple[int, int, str], ...]:
    """Which of the file's metrics may not exceed which, by their places among them."""
    at = {metric: place for place, metric in enumerate(columns.metrics)}
    return tuple((at[part], at[whole], why) for part, whole, why in PARTS if part in at and whole in at)


class _Remembered(dict[str, _Said]):
    """What texts say; a text that says nothing plain raises ``LookupError``."""

    def __init__(self, read: Callable[[str], _Said]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> _Said:
        if len(self) >= _REMEMBERED:
            self.clear()
        said = self[text] = self._read(text)
        return said


def _count_by(read_figure: CellReader) -> Callable[[str], int | None]:
    def count(cell: str) -> int | None:
        figure = read_figure(cell)
        if isinstance(figure, str) or figure.reason not in {None, Reason.BLANK}:
            raise LookupError(cell)
        return None if figure.value is None else round(figure.value)

    return count


def _unless_text(said: Any, cell: str) -> Any:
    """A sentence is said of what is wrong."""
    if isinstance(said, str):
        raise LookupError(cell)  # noqa: TRY004 - what is not plain, not what is of a wrong type
    return said
