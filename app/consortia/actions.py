"""Founding a consortium, adding places to its tree, and importing the Public Libraries Survey."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.models import BranchDetail, Consortium, ConsortiumSettings, LibraryDetail, Place
from app.consortia.rules import (
    BranchFacts,
    BranchType,
    Change,
    Directory,
    ImportPlan,
    LibraryFacts,
    PlaceFacts,
    PlaceKind,
    PlannedPlace,
    Population,
    SurveyPlace,
    code_problem,
    may_hold,
    plan_import,
    slug_of,
    slug_problem,
)
from app.foundation.database import enter_tenant
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed

_LONGEST_NAME = 200


def create_consortium(session: Session, *, name: str, slug: str, at: datetime) -> Consortium:
    """Found a consortium with its root place and settings, and enter its tenant.

    Refuses an empty or overlong name, and a slug that is malformed or taken.
    """
    name = _clean_name(name)
    if problem := slug_problem(slug):
        raise Refused(problem, field="slug")
    if queries.find_consortium_by_slug(session, slug):
        raise Refused(f"The slug {slug} belongs to another consortium. Choose another one.", field="slug")
    consortium = Consortium(id=new_id(), slug=slug, name=name, created_at=at)
    session.add(consortium)
    session.flush()
    enter_tenant(session, consortium.id)
    root = _new_place(consortium.id, parent=None, kind=PlaceKind.CONSORTIUM, code=slug, name=name)
    session.add_all([root, ConsortiumSettings(consortium_id=consortium.id)])
    session.flush()
    by = Actor.machine("Set-up", consortium_id=consortium.id)
    record(session, Deed.CONSORTIUM_CREATED, root, by=by, at=at, place_path=root.path, detail={"name": name})
    return consortium


def add_place(
    session: Session,
    *,
    parent: Place,
    kind: PlaceKind,
    name: str,
    by: Actor,
    at: datetime,
    code: str | None = None,
    facts: PlaceFacts | None = None,
) -> Place:
    """Add a system, a library or a branch; the code is made from the name where none is given.

    Refuses a kind that cannot stand below the parent, an empty name, a code that is malformed or taken, and a
    closing before the opening.
    """
    if not may_hold(parent.kind, kind):
        raise Refused(f"A {kind.value} cannot stand directly below a {parent.kind.value}.", field="kind")
    facts = facts or PlaceFacts()
    if facts.opened_on and facts.closed_on and facts.closed_on < facts.opened_on:
        raise Refused("The place closes before it opens.", field="closed_on")
    name = _clean_name(name)
    code = _free_code(session, code or slug_of(name), consortium_id=parent.consortium_id)
    place = _new_place(parent.consortium_id, parent=parent, kind=kind, code=code, name=name)
    place.opened_on, place.closed_on = facts.opened_on, facts.closed_on
    _state_population(place, facts.population)
    session.add(place)
    session.flush()
    if detail := _detail(place, facts.library, facts.branch):
        session.add(detail)
        session.flush()
    record(session, Deed.PLACE_ADDED, place, by=by, at=at, place_path=place.path, detail={"name": name, "code": code})
    return place


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
    _change_planned(plan, {entry.place.id: entry for entry in places})
    session.flush()
    record(session, Deed.PLACES_IMPORTED, root, by=by, at=at, place_path=root.path, detail=_counts_told(plan))
    return plan


def _add_planned(session: Session, plan: ImportPlan, *, root: Place, entries: list[queries.PlaceEntry]) -> None:
    """New libraries below the root, then new branches below theirs; places before details, for the foreign keys."""
    library_of = {entry.library.fscs_key: entry.place for entry in entries if entry.library}
    added: list[tuple[Place, SurveyPlace]] = []
    for values in (planned.values for planned in plan.places if planned.change == Change.ADDED):
        parent = root if values.kind == PlaceKind.LIBRARY else library_of[values.fscs_key]
        place = _new_place(root.consortium_id, parent=parent, kind=values.kind, code=values.code, name=values.name)
        place.closed_on = values.closed_on
        _state_population(place, values.population)
        if values.kind == PlaceKind.LIBRARY:
            library_of[values.fscs_key] = place
        added.append((place, values))
    session.add_all([place for place, _ in added])
    session.flush()
    details = [_detail(place, _library_facts(values), _branch_facts(values)) for place, values in added]
    session.add_all([detail for detail in details if detail])


def _change_planned(plan: ImportPlan, entry_of: Mapping[int, queries.PlaceEntry]) -> None:
    for planned in plan.places:
        if planned.change == Change.CHANGED and planned.place_id is not None:
            _change(entry_of[planned.place_id], planned)


def _change(entry: queries.PlaceEntry, planned: PlannedPlace) -> None:
    values = planned.values
    entry.place.name, entry.place.closed_on = values.name, values.closed_on
    _state_population(entry.place, values.population)
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


def _new_place(consortium_id: int, *, parent: Place | None, kind: PlaceKind, code: str, name: str) -> Place:
    place_id = new_id()
    return Place(
        id=place_id,
        consortium_id=consortium_id,
        kind=kind,
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}{place_id}/",
    )


def _state_population(place: Place, population: Population | None) -> None:
    place.population = population.residents if population else None
    place.population_method = population.method if population else None
    place.population_year = population.year if population else None


def _detail(place: Place, library: LibraryFacts, branch: BranchFacts) -> LibraryDetail | BranchDetail | None:
    if place.kind == PlaceKind.LIBRARY:
        return LibraryDetail(
            consortium_id=place.consortium_id,
            place_id=place.id,
            fscs_key=library.fscs_key,
            state_id=library.state_id,
            isil=library.isil,
            city=library.city,
            fiscal_year_start_month=library.fiscal_year_start_month,
        )
    if place.kind == PlaceKind.BRANCH:
        return BranchDetail(
            consortium_id=place.consortium_id,
            place_id=place.id,
            branch_type=branch.branch_type,
            fscs_key=branch.fscs_key,
            fscs_sequence=branch.fscs_sequence,
            city=branch.city,
            locale=branch.locale,
        )
    return None


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


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the name.", field="name")
    if len(name) > _LONGEST_NAME:
        raise Refused(f"The name is longer than {_LONGEST_NAME} characters. Shorten it.", field="name")
    return name


def _free_code(session: Session, code: str, *, consortium_id: int) -> str:
    if problem := code_problem(code):
        raise Refused(problem, field="code")
    if taken := queries.find_place(session, code, within=Scope(consortium_id=consortium_id)):
        raise Refused(f"The code {code} belongs to {taken.name}. Choose another one.", field="code")
    return code
