"""The frame of a page: the trail of places, the sections a role sees, and counts where someone must act."""

from collections.abc import Callable
from dataclasses import dataclass

import flask
from flask import g, request, url_for
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.access.context import find_actor
from app.access.rules import Actor, Permission, Role, Scope, first_role, may, may_somewhere
from app.consortia import queries as consortia
from app.consortia.models import ConsortiumSettings, Place
from app.consortia.rules.places import PlaceKind
from app.findings import queries as findings
from app.foundation.database import db
from app.people.queries.sessions import consortia_of
from app.web.filters import day
from app.web.frame import Crumb, Frame, Section


@dataclass(frozen=True)
class _Door:
    """A section: its words, the endpoint behind it, what it asks for, and the endpoints that light it up."""

    label: str
    endpoint: str
    permission: Permission
    rooms: tuple[str, ...]
    takes_place: bool = True


_HOME = _Door("Home", "desk.home", Permission.HOME_READ, ("desk.home", "desk.at"), takes_place=False)
_COMPARE = _Door("Compare branches", "scorecards.compare", Permission.COMPARE_READ, ("scorecards.",))
_GOALS = _Door("Goals", "goals.index", Permission.GOALS_READ, ("goals.",))
_FINDINGS = _Door("Findings", "findings.index", Permission.FINDINGS_READ, ("findings.",))
_POLICIES = _Door("Policies", "policies.index", Permission.POLICIES_READ, ("policies.",), takes_place=False)
_DUTIES = _Door("Duties", "duties.index", Permission.DUTIES_READ, ("duties.", "job_descriptions."))
_ACCOUNTS = _Door("Accounts", "accounts.index", Permission.ACCOUNTS_READ, ("accounts.", "metrics."))
_PEOPLE = _Door("People", "people.index", Permission.PEOPLE_READ, ("people.",))
_PLACES = _Door("Places", "consortia.index", Permission.PLACES_WRITE, ("consortia.",), takes_place=False)

#: what each role sees, in its order
_SECTIONS: dict[Role, tuple[_Door, ...]] = {
    Role.CONSORTIUM_ADMIN: (_HOME, _POLICIES, _DUTIES, _GOALS, _COMPARE, _FINDINGS, _ACCOUNTS, _PEOPLE, _PLACES),
    Role.DIRECTOR: (_HOME, _COMPARE, _GOALS, _FINDINGS, _POLICIES, _DUTIES, _ACCOUNTS, _PEOPLE),
    Role.BRANCH_MANAGER: (_HOME, _DUTIES, _GOALS, _COMPARE, _FINDINGS, _POLICIES, _ACCOUNTS, _PEOPLE),
    Role.STAFF: (_HOME, _DUTIES, _GOALS, _FINDINGS, _POLICIES),
    Role.AUDITOR: (_HOME, _COMPARE, _GOALS, _FINDINGS, _POLICIES, _DUTIES, _ACCOUNTS, _PEOPLE),
}


def frame() -> Frame:
    """What surrounds the page being drawn, for whoever is here; the factory hands it to ``web``."""
    actor = find_actor()
    return Frame.bare() if actor is None else _frame(db.session, actor)


def _frame(session: Session, actor: Actor) -> Frame:
    whole = Scope(consortium_id=actor.consortium_id)
    place = here(session, actor)
    settings = consortia.settings_of(session, within=whole)
    trail = consortia.ancestors_of(session, place, within=whole)
    role = first_role(actor) or Role.STAFF
    several = len(consortia_of(session, actor.login_id)) > 1 if actor.login_id else False
    return Frame(
        theme=flask.session.get("theme", "auto"),
        trail=tuple(_crumb(actor, step) for step in trail),
        sections=tuple(_sections(session, actor, role, place)),
        person_name=actor.name,
        person_role=role.label,
        is_demo=settings.is_demo,
        consortium_name=trail[0].name,
        footer_notes=_footer(settings),
        switch_url=url_for("people.switch") if several else None,
        sign_out_url=url_for("people.sign_out"),
    )


def _crumb(actor: Actor, place: Place) -> Crumb:
    may_go = may(actor, Permission.HOME_READ, place.path)
    return Crumb(place.name, url_for("desk.at", place=place.code) if may_go else None)


def here(session: Session, actor: Actor) -> Place:
    """The place a page is about: the one the guard loaded, else the one in the reader's session, else their own."""
    whole = Scope(consortium_id=actor.consortium_id)
    found: Place | None = g.get("place")
    if found is not None:
        if inspect(found).expired:  # the view took its changes back; read it with its key, not by its id alone
            found = consortia.get_place_by_id(session, g.scope.place_id, within=whole)
        flask.session["place"] = found.code
        return found
    if code := flask.session.get("place"):
        remembered = consortia.find_place(session, code, within=whole)
        if remembered is not None and any(remembered.path.startswith(grant.path) for grant in actor.grants):
            return remembered
    return home_place(session, actor)


def home_place(session: Session, actor: Actor) -> Place:
    """The place of a person's first role; the root for one who has none."""
    whole = Scope(consortium_id=actor.consortium_id)
    first = min((grant.path for grant in actor.grants), default=None)
    if first is None:
        return consortia.root_of(session, within=whole)
    place_id = int(first.rstrip("/").split("/")[-1])
    return consortia.get_place_by_id(session, place_id, within=whole)


def _sections(session: Session, actor: Actor, role: Role, place: Place) -> list[Section]:
    scope = Scope(place.consortium_id, place.id, place.path)
    counts: dict[str, Callable[[], int]] = {_FINDINGS.endpoint: lambda: findings.count_open(session, within=scope)}
    return [
        Section(
            label=_label(door, role, place),
            url=url_for(door.endpoint, place=place.code) if door.takes_place else url_for(door.endpoint),
            count=counts[door.endpoint]() if door.endpoint in counts else 0,
            is_current=(request.endpoint or "").startswith(door.rooms),
        )
        for door in _SECTIONS[role]
        if may_somewhere(actor, door.permission)
    ]


def _label(door: _Door, role: Role, place: Place) -> str:
    if door is _HOME and role is Role.STAFF:
        return "My desk"
    if door is _COMPARE and place.kind is PlaceKind.CONSORTIUM:
        return "Compare libraries"
    return door.label


def _footer(settings: ConsortiumSettings) -> tuple[str, ...]:
    return (f"Demo figures up to {day(settings.demo_as_of)}",) if settings.demo_as_of else ()
