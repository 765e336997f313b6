"""How a comparison's rows read: names as far as the reader may see them, cells, medians, the words of the heading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.access.rules import Actor, Permission, may
from app.consortia.models import ConsortiumSettings
from app.goals.rules import MOST_ATTAINED, Direction, Kpi, State, Target, amount, attainment, get_kpi, target_words
from app.scorecards.queries.comparison import PER_RESIDENT, Cell, PlaceRow
from app.scorecards.rules import PLACES_FOR_MEDIAN
from app.scorecards.rules.asking import Asked

#: the upright line of the target stands at four fifths of it, as the template draws it once for all rows
_BAR_WIDTH = 44
_ONE_DECIMAL = ("K06", "K13", "K16")
_SHORT = {"K51": "Interactions", "K02": "Duties covered", "K17": "Followers", "K35": "Questions answered"}


@dataclass(frozen=True, slots=True)
class Names:
    """Which names this reader may see: of their own places, and of members where the vote and the member allow it."""

    actor: Actor
    settings: ConsortiumSettings
    today: date
    #: what stands in for a name that is kept, by place
    masks: Mapping[int, str]

    def may_open(self, row: PlaceRow) -> bool:
        """May the reader go to the place itself?"""
        return may(self.actor, Permission.COMPARE_READ, row.path)

    def may_see(self, path: str) -> bool:
        """May the reader see the figures behind the places there?"""
        return may(self.actor, Permission.METRICS_READ, path)

    def is_kept(self, *, path: str, shares_name: bool) -> bool:
        """Is the name kept from the reader?"""
        voted = self.settings.names_shared_on
        shared = shares_name and voted is not None and voted <= self.today
        return not shared and not may(self.actor, Permission.COMPARE_READ, path)

    def of(self, place_id: int, name: str, *, path: str, shares_name: bool) -> str:
        """The name, or what stands in for it."""
        if not self.is_kept(path=path, shares_name=shares_name):
            return name
        return self.masks.get(place_id, "Another library")


@dataclass(frozen=True, slots=True)
class Column:
    """A KPI as the head of a column."""

    kpi: Kpi
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell: a number with its bar and state (no word where it has no target), or the words in its place."""

    text: str
    state: State
    word: str
    #: length of the bar in pixels, None where there is no target
    bar: int | None = None
    url: str | None = None
    is_hole: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table."""

    name: str
    url: str | None
    residents: str
    cells: Sequence[CellShown]
    on_track: str
    state: State


def columns_of(asked: Asked, cells: Mapping[tuple[int, str], Cell]) -> list[Column]:
    """The heads of the KPI columns, each with its unit and with the target where all share one."""
    return [
        _column(get_kpi(name), asked, [cell for (_, one), cell in cells.items() if one == name])
        for name in asked.columns
    ]


def _column(kpi: Kpi, asked: Asked, cells: Sequence[Cell]) -> Column:
    unit = kpi.unit.removesuffix(" residents")
    if asked.is_total and kpi.id in PER_RESIDENT:
        unit = f"{kpi.cases} in the period"
    targets = {(cell.target, cell.target_upper) for cell in cells if cell.target is not None}
    if len(targets) == 1:
        lower, upper = next(iter(targets))
        words = target_words(Target(lower or 0.0, upper), direction=kpi.direction or Direction.UP, unit=kpi.unit)
        unit = f"{unit}, {words.removesuffix('%')}"
    elif targets:
        unit = f"{unit}, own targets"
    return Column(kpi, _SHORT.get(kpi.id, kpi.name), unit)


def lines_of(
    rows: Sequence[PlaceRow], cells: Mapping[tuple[int, str], Cell], *, asked: Asked, names: Names, noun: str
) -> list[Line]:
    """The rows of the page."""
    return [
        Line(
            name=names.of(row.place_id, row.name, path=row.path, shares_name=row.shares_name),
            url=url_for("goals.index", place=row.code) if names.may_open(row) else None,
            residents=f"{row.residents / 1000:,.1f}" if row.residents is not None else "",
            cells=[
                cell_shown(cells.get((row.place_id, one)), get_kpi(one), asked=asked, may_open=names.may_open(row))
                for one in asked.columns
            ],
            on_track=on_track_words(row, noun=noun),
            state=row.state,
        )
        for row in rows
    ]


def bars_of(lines: Sequence[Line]) -> list[tuple[State, int]]:
    """The bars of a page by state and length, each once: the template draws each once for all cells."""
    return sorted({(cell.state, cell.bar) for line in lines for cell in line.cells if cell.bar is not None})


def on_track_words(row: PlaceRow, *, noun: str) -> str:
    """Such as ``1 of 4``, with how many of them cannot be judged."""
    if not row.parts:
        return f"No {noun}"
    if not row.parts_judged:
        return "Not known"
    missing = row.parts - row.parts_judged
    return f"{row.parts_on_track} of {row.parts}" + (f", {missing} not known" if missing else "")


def cell_shown(cell: Cell | None, kpi: Kpi, *, asked: Asked, may_open: bool) -> CellShown:
    """One cell; a hole says in words why it is one."""
    if cell is None:
        return CellShown("Not collected", State.NO_DATA, State.NO_DATA.label, is_hole=True)
    url = url_for("goals.kpi", kpi_id=cell.kpi_id) if may_open and cell.kpi_id else None
    if not cell.figure.is_known or cell.value is None:
        return CellShown(cell.reason_words or "No data", cell.state, cell.state.label, url=url, is_hole=True)
    shown = cell.numerator if asked.is_total and kpi.id in PER_RESIDENT else cell.value
    bar: int | None = None
    if cell.target is not None:
        aim = Target(cell.target, cell.target_upper)
        bar = round(attainment(cell.value, aim, direction=kpi.direction or Direction.UP) / MOST_ATTAINED * _BAR_WIDTH)
    word = "" if cell.target is None else cell.reason.label if cell.reason else cell.state.label
    return CellShown(_number(shown or 0.0, kpi), cell.state, word, bar=bar, url=url)


def _number(value: float, kpi: Kpi) -> str:
    """A number without its unit, with as many decimals as the others of its column."""
    return f"{value:,.1f}" if kpi.id in _ONE_DECIMAL else amount(value, kpi.unit).removesuffix("%")


def median_words(medians: Mapping[str, tuple[int, float]], asked: Asked) -> list[tuple[str, bool]]:
    """The last row: the median of each column, or why there is none; the flag says which."""
    return [_median(medians.get(name), get_kpi(name)) for name in asked.columns]


def _median(found: tuple[int, float] | None, kpi: Kpi) -> tuple[str, bool]:
    if found is None:
        return "No figure", True
    n, value = found
    if n < PLACES_FOR_MEDIAN:
        return f"Only {n} with a figure", True
    return _number(value, kpi), False


def order_words(asked: Asked, title_of: Callable[[str], str]) -> str:
    """How the table is sorted, as its caption says it."""
    match asked.column, asked.is_descending:
        case "status", True:
            return "sorted by status, worst first"
        case "status", False:
            return "sorted by status, best first"
        case "name", False:
            return "sorted by name"
        case "name", True:
            return "sorted by name, from the end"
    return f"sorted by {title_of(asked.column)}, {'largest' if asked.is_descending else 'smallest'} first"
