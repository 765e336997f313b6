"""Founding a consortium and adding places to its tree."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.actions.refusals import refuse_branch_facts, refuse_library_facts, refuse_population
from app.consortia.actions.rows import clean_name, detail_of, free_code, lock_tree, new_place, state_population
from app.consortia.models import Consortium, ConsortiumSettings, Place
from app.consortia.rules import PlaceFacts, PlaceKind, may_hold, slug_of, slug_problem
from app.foundation.database import enter_tenant
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed


def create_consortium(session: Session, *, name: str, slug: str, at: datetime) -> Consortium:
    """Found a consortium with its root place and settings, and enter its tenant.

    Refuses an empty or overlong name, and a slug that is malformed or taken.
    """
    name = clean_name(name)
    if problem := slug_problem(slug):
        raise Refused(problem, field="slug")
    if queries.find_consortium_by_slug(session, slug):
        raise Refused(f"The slug {slug} belongs to another consortium. Choose another one.", field="slug")
    consortium = Consortium(id=new_id(), slug=slug, name=name, created_at=at)
    session.add(consortium)
    session.flush()
    enter_tenant(session, consortium.id)
    root = new_place(consortium.id, parent=None, kind=PlaceKind.CONSORTIUM, code=slug, name=name)
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

    Refuses a kind that cannot stand below the parent, an empty name, a code that is malformed or taken, a closing
    before the opening, identifiers that are malformed or another's, and a population that cannot be.
    """
    if not may_hold(parent.kind, kind):
        raise Refused(f"A {kind.value} cannot stand directly below a {parent.kind.value}.", field="kind")
    facts = facts or PlaceFacts()
    lock_tree(session, parent)
    if facts.opened_on and facts.closed_on and facts.closed_on < facts.opened_on:
        raise Refused("The place closes before it opens.", field="closed_on")
    name = clean_name(name)
    code = free_code(session, code or slug_of(name), consortium_id=parent.consortium_id)
    _refuse_facts(session, facts, parent=parent, kind=kind, at=at)
    place = new_place(parent.consortium_id, parent=parent, kind=kind, code=code, name=name)
    place.opened_on, place.closed_on = facts.opened_on, facts.closed_on
    state_population(place, facts.population)
    session.add(place)
    session.flush()
    if detail := detail_of(place, facts.library, facts.branch):
        session.add(detail)
        session.flush()
    record(session, Deed.PLACE_ADDED, place, by=by, at=at, place_path=place.path, detail={"name": name, "code": code})
    return place


def _refuse_facts(session: Session, facts: PlaceFacts, *, parent: Place, kind: PlaceKind, at: datetime) -> None:
    within = Scope(consortium_id=parent.consortium_id)
    on = queries.today_of(session, within=within, at=at)
    refuse_population(facts.population, today=on)
    if kind is PlaceKind.LIBRARY:
        refuse_library_facts(session, facts.library, place=None, within=within)
    if kind is PlaceKind.BRANCH:
        refuse_branch_facts(session, facts.branch, place=None, library_id=parent.id, on=on, within=within)
