"""Our own CSV layout of places: its columns, and what one row of it says."""

from dataclasses import dataclass
from datetime import date

from app.consortia.rules import BranchType, PlaceKind, PopulationMethod, code_problem
from app.consortia.rules.identifiers import fscs_key_problem, fscs_sequence_problem, isil_problem
from app.foundation.cells import Cells
from app.foundation.tables import Column, Layout

_KINDS = {kind.value: kind for kind in (PlaceKind.SYSTEM, PlaceKind.LIBRARY, PlaceKind.BRANCH)}
_TYPES = {kind.label: kind for kind in BranchType} | {kind.value: kind for kind in BranchType}
_METHODS = {method.value: method for method in PopulationMethod} | {method.label: method for method in PopulationMethod}
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_MONTHS = 12
_MOST_RESIDENTS = 100_000_000

PLACE_LAYOUT = Layout(
    columns=(
        Column("code", "Code", "The key: letters, digits and hyphens.", "east", is_required=True, longest=60),
        Column("name", "Name", "", "East Branch", is_required=True),
        Column("kind", "Kind", "system, library or branch.", "branch", is_required=True),
        Column(
            "parent",
            "Parent code",
            "Code of the place directly above, in this file or here already; blank below the consortium itself.",
            "green-county",
            ("Parent", "Below"),
        ),
        Column("branch_type", "Branch type", "Central, Branch, Bookmobile or Books by mail.", "Branch", ("Type",)),
        Column("city", "City", "Town of its address.", "Springfield", ("Town",), longest=100),
        Column("fscs_key", "FSCS key", "Two letters and four digits; a branch has its library's.", "OH0001", ("FSCSKEY",)),
        Column("sequence", "FSCS sequence", "Three digits, for a branch.", "002", ("FSCS_SEQ", "Sequence")),
        Column("isil", "ISIL", "For a library, such as US-WiMil.", longest=16),
        Column("state_id", "State ID", "The state's own number of a library.", "", ("LIBID",), longest=30),
        Column("opened_on", "Opened", "First day, as 2026-11-09 or 11/09/2026.", "1987-05-04", ("Opened on",)),
        Column("closed_on", "Closed", "From this day on it is closed for good.", "", ("Closed on",)),
        Column("population", "Population", "Residents served.", "12000", ("Residents",)),
        Column(
            "method",
            "Population method",
            f"How they were counted, needed with a population: {', '.join(PopulationMethod)}.",
            "stated",
            ("Method",),
        ),
        Column("year", "Population year", "The year the population is for.", "2025"),
        Column("fiscal_month", "Fiscal year month", "1 to 12: the month a library's year begins in.", "", ("Fiscal year start",)),
    ),
)  # fmt: skip

#: columns that only one kind of place has
_ONLY = {
    "branch_type": {PlaceKind.BRANCH},
    "city": {PlaceKind.LIBRARY, PlaceKind.BRANCH},
    "fscs_key": {PlaceKind.LIBRARY, PlaceKind.BRANCH},
    "sequence": {PlaceKind.BRANCH},
    "isil": {PlaceKind.LIBRARY},
    "state_id": {PlaceKind.LIBRARY},
    "fiscal_month": {PlaceKind.LIBRARY},
}


@dataclass(frozen=True, slots=True)
class PlaceValues:
    """A place as a row says it, or as it stands here; None and "" are what is not said."""

    code: str
    name: str
    kind: PlaceKind
    parent: str = ""
    branch_type: BranchType | None = None
    city: str = ""
    fscs_key: str | None = None
    sequence: str | None = None
    isil: str | None = None
    state_id: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    population: int | None = None
    method: PopulationMethod | None = None
    year: int | None = None
    fiscal_month: int | None = None


def read_place(cells: Cells) -> PlaceValues:
    """What one row says; raises :class:`CellError` for the first cell that cannot go in."""
    code = cells.needed("code")
    if problem := code_problem(code):
        raise cells.problem("code", problem)
    name = cells.needed("name")
    kind = cells.one_of("kind", _KINDS)
    if kind is None:
        raise cells.problem("kind", "The cell is blank. Write system, library or branch.")
    _refuse_of_other_kinds(cells, kind)
    return PlaceValues(
        code=code,
        name=name,
        kind=kind,
        parent=cells.text("parent"),
        branch_type=cells.one_of("branch_type", _TYPES),
        city=cells.text("city"),
        fscs_key=_key(cells),
        sequence=_sequence(cells),
        isil=_isil(cells),
        state_id=cells.text("state_id") or None,
        opened_on=cells.day("opened_on"),
        closed_on=cells.day("closed_on"),
        population=cells.whole("population", least=1, most=_MOST_RESIDENTS),
        method=cells.one_of("method", _METHODS),
        year=cells.whole("year", least=_EARLIEST_YEAR, most=_LATEST_YEAR),
        fiscal_month=cells.whole("fiscal_month", least=1, most=_MONTHS),
    )


def _refuse_of_other_kinds(cells: Cells, kind: PlaceKind) -> None:
    for name, kinds in _ONLY.items():
        if kind not in kinds and cells.text(name):
            raise cells.problem(name, f"A {kind.value} has none. Leave the cell blank.")


def _key(cells: Cells) -> str | None:
    key = cells.text("fscs_key").upper()
    if key and (problem := fscs_key_problem(key)):
        raise cells.problem("fscs_key", problem)
    return key or None


def _sequence(cells: Cells) -> str | None:
    text = cells.text("sequence")
    text = text.zfill(3) if text else ""  # zeros that a spreadsheet dropped come back
    if text and (problem := fscs_sequence_problem(text)):
        raise cells.problem("sequence", problem)
    if bool(text) != bool(cells.text("fscs_key")) and cells.text("kind").casefold() == PlaceKind.BRANCH:
        raise cells.problem("sequence", "A branch's FSCS key and its sequence go together. Write both or neither.")
    return text or None


def _isil(cells: Cells) -> str | None:
    text = cells.text("isil")
    if text and (problem := isil_problem(text)):
        raise cells.problem("isil", problem)
    return text or None
