"""What importing a file of places would change: each row compared with the tree and with the rows above it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date

from app.consortia.importers.place_rows import PLACE_LAYOUT, PlaceValues, read_place
from app.consortia.rules import BranchType, PlaceKind, may_hold
from app.foundation.cells import CellError, Cells
from app.foundation.imports import Change, Plan, Planned, in_order
from app.foundation.tables import Problem, Table

_FROM_THE_TOP = (PlaceKind.SYSTEM, PlaceKind.LIBRARY, PlaceKind.BRANCH)


def plan_place_rows(
    table: Table, *, known: Mapping[str, PlaceValues], root: PlaceValues, today: date
) -> Plan[PlaceValues]:
    """Compare a file with the tree; parents may stand anywhere in it.

    ``known`` is every place by its code, the root among them. A cell that is blank leaves what is here; places that
    the file does not name are left alone. A place stays below the one it stands below: moving is no import's business.
    """
    planning = _Planning(known, root, today, list(table.problems))
    planning.read(table)
    for kind in _FROM_THE_TOP:
        for line, said in planning.said:
            if said.kind == kind:
                planning.take(line, said)
    return Plan(table, tuple(planning.rows), in_order(planning.problems))


@dataclass
class _Planning:
    known: Mapping[str, PlaceValues]
    root: PlaceValues
    today: date
    problems: list[Problem]
    said: list[tuple[int, PlaceValues]] = field(default_factory=list)
    rows: list[Planned[PlaceValues]] = field(default_factory=list)
    #: the line of each code of the file
    lines: dict[str, int] = field(default_factory=dict)
    #: places as they would be, by code
    after: dict[str, PlaceValues] = field(default_factory=dict)
    #: whose FSCS key, or key and sequence, it is
    keys: dict[tuple[str | None, str | None], str] = field(default_factory=dict)
    #: the open central of each library, by the library's code
    centrals: dict[str, str] = field(default_factory=dict)

    def read(self, table: Table) -> None:
        """What each row says by itself."""
        self.keys = {(place.fscs_key, place.sequence): code for code, place in self.known.items() if place.fscs_key}
        self.centrals = {place.parent: code for code, place in self.known.items() if self._is_central(place)}
        for row in table.rows:
            cells = Cells(row, PLACE_LAYOUT)
            try:
                said = read_place(cells)
                if earlier := self.lines.get(said.code):
                    raise cells.problem("code", f"This code is already on line {earlier}. Keep one of the two.")
            except CellError as problem:
                self.problems.append(problem.at(row.line))
                self.lines.setdefault(row.cells.get("code", "").strip(), row.line)
            else:
                self.lines[said.code] = row.line
                self.said.append((row.line, said))

    def take(self, line: int, said: PlaceValues) -> None:
        """Compare one row with the tree and with what the rows above its kind made of it."""
        here = self.known.get(said.code)
        try:
            values = self._merged(said, here)
            if values != here:
                self._check(values)
        except CellError as problem:
            self.problems.append(problem.at(line))
            return
        change = Change.ADDED if here is None else Change.SAME if values == here else Change.CHANGED
        self.after[values.code] = values
        if values.fscs_key:
            self.keys[values.fscs_key, values.sequence] = values.code
        if self._is_central(values):
            self.centrals[values.parent] = values.code
        self.rows.append(Planned(line, change, values))

    def _merged(self, said: PlaceValues, here: PlaceValues | None) -> PlaceValues:
        if here is None:
            parent = said.parent or self._parent_unsaid(said)
            kind = BranchType.BRANCH if said.kind == PlaceKind.BRANCH else None
            return replace(said, parent=parent, branch_type=said.branch_type or kind)
        if here.kind != said.kind:
            raise _error("kind", f"This place is a {here.kind.value} here, and stays one.")
        if said.parent and said.parent != here.parent:
            raise _error("parent", f"This place stands below {here.parent} here. Move it on its own page.")
        told = {each.name: getattr(said, each.name) for each in fields(said)}
        return replace(here, **{name: value for name, value in told.items() if value not in (None, "")})

    def _parent_unsaid(self, said: PlaceValues) -> str:
        if may_hold(PlaceKind.CONSORTIUM, said.kind):
            return self.root.code
        raise _error("parent", f"A {said.kind.value} needs the code of its library.")

    def _check(self, values: PlaceValues) -> None:
        """What holds of a place as a whole."""
        self._check_parent(values)
        if values.opened_on and values.closed_on and values.closed_on < values.opened_on:
            raise _error("closed_on", "The place closes before it opens.")
        if values.population is not None and values.method is None:
            raise _error("method", "Say how the population was counted.")
        if values.population is None and (values.method or values.year):
            raise _error("population", "There is a method or a year, and no number of residents.")
        if values.year and values.year > self.today.year:
            raise _error("year", "The year is still to come.")
        if self._is_central(values) and self.centrals.get(values.parent, values.code) != values.code:
            central = self.centrals[values.parent]
            raise _error("branch_type", f"The place {central} is the central of this library. It has at most one.")
        holder = self.keys.get((values.fscs_key, values.sequence)) if values.fscs_key else None
        if holder not in (None, values.code):
            raise _error(
                "fscs_key", f"The place {holder} has this FSCS key{' and sequence' if values.sequence else ''} already."
            )

    def _is_central(self, place: PlaceValues) -> bool:
        is_open = place.closed_on is None or place.closed_on > self.today
        return place.branch_type is BranchType.CENTRAL and is_open

    def _check_parent(self, values: PlaceValues) -> None:
        parent = self.after.get(values.parent) or self.known.get(values.parent)
        if parent is None and values.parent in self.lines:
            where = self.lines[values.parent]
            raise _error("parent", f"The row of {values.parent}, line {where}, cannot go in. Mend that first.")
        if parent is None:
            raise _error("parent", f"There is no place with the code “{values.parent[:60]}”, here or in the file.")
        if not may_hold(parent.kind, values.kind):
            raise _error("parent", f"A {values.kind.value} cannot stand directly below a {parent.kind.value}.")


def _error(name: str, sentence: str) -> CellError:
    return CellError(PLACE_LAYOUT.column(name).title, sentence)
