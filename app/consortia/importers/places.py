"""Importing a file of places: the plan of what it would change, and writing it as one deed."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.actions.rows import as_it_is, detail_of, keep_changes, new_place, state_population
from app.consortia.importers.place_plan import plan_place_rows
from app.consortia.importers.place_rows import PLACE_LAYOUT, PlaceValues
from app.consortia.models import Place
from app.consortia.queries.whole import read_anew
from app.consortia.rules import BranchFacts, BranchType, LibraryFacts, PlaceKind, Population
from app.foundation.errors import Refused
from app.foundation.imports import Change, Plan
from app.foundation.tables import Table, read_table
from app.history.actions import record
from app.history.rules import Deed


def plan_places(session: Session, data: bytes | Table, *, within: Scope, at: datetime) -> Plan[PlaceValues]:
    """What importing a file of places would change; writes nothing. Refuses what is no such file."""
    table = read_table(data, PLACE_LAYOUT) if isinstance(data, bytes) else data
    whole = Scope(consortium_id=within.consortium_id)
    entries = queries.entries_of(session, within=whole)
    codes = {entry.place.id: entry.place.code for entry in entries}
    known = {entry.place.code: _values(entry, codes) for entry in entries}
    root = next(values for values in known.values() if values.kind == PlaceKind.CONSORTIUM)
    today = queries.today_of(session, within=whole, at=at)
    return plan_place_rows(table, known=known, root=root, today=today)


def import_places(session: Session, plan: Plan[PlaceValues], *, by: Actor, at: datetime) -> Plan[PlaceValues]:
    """Write a plan, as one deed; answers the plan as it was when it was written.

    The tree is locked and compared once more, so that a file imported twice, or by two people, changes nothing the
    second time. Refuses a file of which no row can go in.
    """
    within = Scope(consortium_id=by.consortium_id)
    root = queries.root_for_change(session, within=within)
    read_anew(session, within=within)
    plan = plan_places(session, plan.table, within=within, at=at)
    if not plan.rows:
        raise Refused("None of the rows can be imported. Mend their problems and choose the file again.")
    if not plan.changes:
        return plan
    entries = {entry.place.code: entry for entry in queries.entries_of(session, within=within)}
    _add(session, plan, {code: entry.place for code, entry in entries.items()})
    today = queries.today_of(session, within=within, at=at)
    for row in plan.rows:
        if row.change == Change.CHANGED:
            entry = entries[row.values.code]
            was = as_it_is(entry)
            _change(entry, row.values)
            keep_changes(session, entry, was, on=today, at=at)
    session.flush()
    counts = plan.counts
    detail = {"added": counts.added, "changed": counts.changed, "problems": len(plan.problems)}
    record(session, Deed.PLACES_IMPORTED, root, by=by, at=at, place_path=root.path, detail=detail)
    return plan


def _add(session: Session, plan: Plan[PlaceValues], place_of: dict[str, Place]) -> None:
    """New places, each after the one above it, then their details, for the foreign keys."""
    added: list[tuple[Place, PlaceValues]] = []
    for values in (row.values for row in plan.rows if row.change == Change.ADDED):
        parent = place_of[values.parent]
        place = new_place(parent.consortium_id, parent=parent, kind=values.kind, code=values.code, name=values.name)
        _state(place, values)
        place_of[values.code] = place
        added.append((place, values))
    session.add_all([place for place, _ in added])
    session.flush()
    details = [detail_of(place, _library(values), _branch(values)) for place, values in added]
    session.add_all([detail for detail in details if detail])


def _change(entry: queries.PlaceEntry, values: PlaceValues) -> None:
    entry.place.name = values.name
    _state(entry.place, values)
    if library := entry.library:
        library.fscs_key, library.state_id, library.isil = values.fscs_key, values.state_id, values.isil
        library.city, library.fiscal_year_start_month = values.city, values.fiscal_month
    if branch := entry.branch:
        branch.branch_type = values.branch_type or branch.branch_type
        branch.fscs_key, branch.fscs_sequence, branch.city = values.fscs_key, values.sequence, values.city


def _state(place: Place, values: PlaceValues) -> None:
    place.opened_on, place.closed_on = values.opened_on, values.closed_on
    population = None
    if values.population is not None and values.method is not None:
        population = Population(values.population, values.method, values.year)
    state_population(place, population)


def _library(values: PlaceValues) -> LibraryFacts:
    return LibraryFacts(values.fscs_key, values.state_id, values.isil, values.city, values.fiscal_month)


def _branch(values: PlaceValues) -> BranchFacts:
    return BranchFacts(values.branch_type or BranchType.BRANCH, values.fscs_key, values.sequence, values.city)


def _values(entry: queries.PlaceEntry, codes: dict[int, str]) -> PlaceValues:
    """A place as a row would say it."""
    place, library, branch = entry.place, entry.library, entry.branch
    detail = library or branch
    stated = queries.population_of(place)
    return PlaceValues(
        code=place.code,
        name=place.name,
        kind=place.kind,
        parent=codes.get(place.parent_id or 0, ""),
        branch_type=branch.branch_type if branch else None,
        city=entry.city,
        fscs_key=detail.fscs_key if detail else None,
        sequence=branch.fscs_sequence if branch else None,
        isil=library.isil if library else None,
        state_id=library.state_id if library else None,
        opened_on=place.opened_on,
        closed_on=place.closed_on,
        population=stated.residents if stated else None,
        method=stated.method if stated else None,
        year=stated.year if stated else None,
        fiscal_month=library.fiscal_year_start_month if library else None,
    )
