"""Importing the Public Libraries Survey: the plan, and writing it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.actions.rows import as_it_is, detail_of, keep_changes, new_place, state_population
from app.consortia.models import Place
from app.consortia.rules import (
    BranchFacts,
    BranchType,
    Directory,
    ImportPlan,
    LibraryFacts,
    PlaceKind,
    PlannedPlace,
    SurveyPlace,
    plan_import,
)
from app.foundation.errors import Refused
from app.foundation.imports import Change
from app.history.actions import record
from app.history.rules import Deed


def plan_directory(session: Session, directory: Directory, *, within: Scope) -> ImportPlan:
    """What importing a directory would change; writes nothing."""
    return plan_import(directory, tree=queries.surveyed_tree(session, within=within))


def apply_plan(session: Session, plan: ImportPlan, *, by: Actor, at: datetime) -> ImportPlan:
    """Write a plan, as one deed; answers the plan as it was when it was written.

    The tree is locked and compared once more, so that a plan applied twice, or by two people, changes nothing the
    second time. Refuses a plan that no row of either file has come into.
    """
    within = Scope(consortium_id=plan.consortium_id)
    root = queries.root_for_change(session, within=within)
    plan = plan_directory(session, plan.directory, within=within)
    if not plan.places:
        raise Refused("None of the rows can be imported. Mend their problems and choose the files again.")
    if not plan.changes:
        return plan
    places = queries.entries_of(session, within=within)
    _add_planned(session, plan, root=root, entries=places)
    today = queries.today_of(session, within=within, at=at)
    _change_planned(session, plan, {entry.place.id: entry for entry in places}, on=today, at=at)
    session.flush()
    record(session, Deed.PLACES_IMPORTED, root, by=by, at=at, place_path=root.path, detail=_counts_told(plan))
    return plan


def _add_planned(session: Session, plan: ImportPlan, *, root: Place, entries: list[queries.PlaceEntry]) -> None:
    """New libraries below the root, then new branches below theirs; places before details, for the foreign keys."""
    library_of = {entry.library.fscs_key: entry.place for entry in entries if entry.library}
    added: list[tuple[Place, SurveyPlace]] = []
    for values in (planned.values for planned in plan.places if planned.change == Change.ADDED):
        parent = root if values.kind == PlaceKind.LIBRARY else library_of[values.fscs_key]
        place = new_place(root.consortium_id, parent=parent, kind=values.kind, code=values.code, name=values.name)
        place.closed_on = values.closed_on
        state_population(place, values.population)
        if values.kind == PlaceKind.LIBRARY:
            library_of[values.fscs_key] = place
        added.append((place, values))
    session.add_all([place for place, _ in added])
    session.flush()
    details = [detail_of(place, _library_facts(values), _branch_facts(values)) for place, values in added]
    session.add_all([detail for detail in details if detail])


def _change_planned(
    session: Session, plan: ImportPlan, entry_of: Mapping[int, queries.PlaceEntry], *, on: date, at: datetime
) -> None:
    for planned in plan.places:
        if planned.change == Change.CHANGED and planned.place_id is not None:
            entry = entry_of[planned.place_id]
            was = as_it_is(entry)
            _change(entry, planned)
            keep_changes(session, entry, was, on=on, at=at)


def _change(entry: queries.PlaceEntry, planned: PlannedPlace) -> None:
    values = planned.values
    entry.place.name, entry.place.closed_on = values.name, values.closed_on
    state_population(entry.place, values.population)
    if library := entry.library:
        library.state_id, library.city = values.state_id, values.city
        library.fiscal_year_start_month = values.fiscal_year_start_month
    if branch := entry.branch:
        branch.branch_type = values.branch_type or branch.branch_type
        branch.city, branch.locale = values.city, values.locale


def _counts_told(plan: ImportPlan) -> dict[str, int]:
    libraries, branches = plan.counts(PlaceKind.LIBRARY), plan.counts(PlaceKind.BRANCH)
    return {
        "libraries_added": libraries.added,
        "libraries_changed": libraries.changed,
        "branches_added": branches.added,
        "branches_changed": branches.changed,
        "problems": len(plan.problems),
    }


def _library_facts(values: SurveyPlace) -> LibraryFacts:
    return LibraryFacts(
        fscs_key=values.fscs_key,
        state_id=values.state_id,
        city=values.city,
        fiscal_year_start_month=values.fiscal_year_start_month,
    )


def _branch_facts(values: SurveyPlace) -> BranchFacts:
    return BranchFacts(
        branch_type=values.branch_type or BranchType.BRANCH,
        fscs_key=values.fscs_key,
        fscs_sequence=values.sequence,
        city=values.city,
        locale=values.locale,
    )
