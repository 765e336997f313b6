"""The frame of a page: the trail of places, the sections a role sees, and counts where someone must act."""

from dataclasses import dataclass, replace

import flask
from flask import g, request, url_for
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.access.context import find_actor, has_several_consortia
from app.access.rules import Actor, Permission, Role, Scope, first_role, may, may_somewhere
from app.accounts.queries.health import count_in_trouble
from app.accounts.queries.requests import count_requests
from app.consortia import queries as consortia
from app.consortia.models import ConsortiumSettings, Place
from app.consortia.rules.places import PlaceKind
from app.duties.queries.coverage import coverage_summary
from app.findings import queries as findings
from app.foundation.clock import now
from app.foundation.database import db
from app.people.queries.roles import names_of_holders
from app.web.filters import day
from app.web.frame import Crumb, Frame, Section

#: people named on the page of a refusal
_MOST_ADMINS = 3


@dataclass(frozen=True)
class Door:
    """A section: its words, the endpoint behind it, what it asks for, and the endpoints that light it up."""

    label: str
    endpoint: str
    permission: Permission
    rooms: tuple[str, ...]
    takes_place: bool = True
    #: the letter that goes there after "g"
    key: str = ""


_HOME = Door(
    "Home", "desk.home", Permission.HOME_READ, ("desk.home", "desk.at", "desk.about"), takes_place=False, key="h"
)
_HOME_THERE = Door("its home", "desk.at", Permission.HOME_READ, ("desk.at",))
_COMPARE = Door("Compare branches", "scorecards.compare", Permission.COMPARE_READ, ("scorecards.",), key="c")
_GOALS = Door("Goals", "goals.index", Permission.GOALS_READ, ("goals.",), key="g")
_FINDINGS = Door("Findings", "findings.index", Permission.FINDINGS_READ, ("findings.",), key="f")
_POLICIES = Door("Policies", "policies.index", Permission.POLICIES_READ, ("policies.",), takes_place=False, key="p")
_DUTIES = Door("Duties", "duties.index", Permission.DUTIES_READ, ("duties.", "job_descriptions."), key="d")
_ACCOUNTS = Door(
    "Accounts",
    "accounts.index",
    Permission.ACCOUNTS_READ,
    ("accounts.", "metrics.", "imports.", "desk.account", "desk.decide_request", "desk.review_accounts"),
    key="a",
)
_POSTS = Door("Posts", "posts.index", Permission.METRICS_READ, ("posts.",), key="o")
_MENTIONS = Door(
    "Mentions",
    "desk.mentions",
    Permission.MENTIONS_READ,
    ("desk.mention", "desk.handle_", "desk.undo_handling"),
    key="m",
)
_PEOPLE = Door("People", "people.index", Permission.PEOPLE_READ, ("people.", "desk.person", "desk.leave", "desk.stay"))
_PLACES = Door("Places", "consortia.index", Permission.PLACES_WRITE, ("consortia.", "desk.merge"), takes_place=False)

#: what each role sees, in its order
_SECTIONS: dict[Role, tuple[Door, ...]] = {
    Role.CONSORTIUM_ADMIN: (
        _HOME,
        _POLICIES,
        _DUTIES,
        _GOALS,
        _COMPARE,
        _FINDINGS,
        _ACCOUNTS,
        _POSTS,
        _MENTIONS,
        _PEOPLE,
        _PLACES,
    ),
    Role.DIRECTOR: (_HOME, _COMPARE, _GOALS, _FINDINGS, _POLICIES, _DUTIES, _ACCOUNTS, _POSTS, _MENTIONS, _PEOPLE),
    Role.BRANCH_MANAGER: (
        _HOME,
        _DUTIES,
        _GOALS,
        _COMPARE,
        _FINDINGS,
        _POLICIES,
        _ACCOUNTS,
        _POSTS,
        _MENTIONS,
        _PEOPLE,
    ),
    Role.STAFF: (_HOME, _MENTIONS, _DUTIES, _GOALS, _FINDINGS, _POLICIES),
    Role.AUDITOR: (_HOME, _COMPARE, _GOALS, _FINDINGS, _POLICIES, _DUTIES, _ACCOUNTS, _POSTS, _MENTIONS, _PEOPLE),
}


#: pages about the reader, in no section
_ONES_OWN = {"people.me", "people.change_password", "people.ask_new_email", "people.confirm_email", "people.switch"}
#: the help page for an endpoint: the first whose beginning fits
_TOPICS = (
    ("policies.", "policies"),
    ("duties.", "duties"),
    ("job_descriptions.", "job-descriptions"),
    ("goals.", "goals"),
    ("scorecards.", "compare"),
    ("findings.", "findings"),
    ("imports.", "import"),
    ("desk.check_in", "figures"),
    ("metrics.costs", "tools"),
    ("metrics.", "figures"),
    ("posts.", "posts"),
    ("accounts.tools", "tools"),
    ("accounts.add", "tools"),
    ("accounts.edit_tool", "tools"),
    ("accounts.end", "tools"),
    ("accounts.", "accounts"),
    ("people.me", "me"),
    ("people.roles_at", "roles"),
    ("people.grant_role", "roles"),
    ("people.revoke", "roles"),
    ("people.invite", "signing-in"),
    ("people.ask_new_email", "signing-in"),
    ("people.confirm_email", "signing-in"),
    ("people.change_password", "signing-in"),
    ("people.", "people"),
    ("desk.set", "setting-up"),
    ("desk.first_steps", "setting-up"),
    ("desk.remove_demo", "setting-up"),
    ("consortia.settings", "setting-up"),
    ("consortia.", "places"),
    ("desk.accessibility", "accessibility"),
    ("desk.about", "places"),
    ("desk.merge", "places"),
    ("desk.account", "accounts"),
    ("desk.decide_request", "accounts"),
    ("desk.review_accounts", "accounts"),
    ("desk.person", "people"),
    ("desk.leave", "people"),
    ("desk.stay", "people"),
    ("desk.mention", "mentions"),
    ("desk.handle_", "mentions"),
    ("desk.undo_handling", "mentions"),
    ("desk.", "home"),
)


def topic_of(endpoint: str) -> str:
    """The help page that belongs to a page."""
    return next((topic for beginning, topic in _TOPICS if endpoint.startswith(beginning)), "home")


def find_door(endpoint: str) -> Door:
    """The section of a place with this endpoint; the home where there is none."""
    every = {door.endpoint: door for doors in _SECTIONS.values() for door in doors if door.takes_place}
    return every.get(endpoint, _HOME_THERE)


def frame() -> Frame:
    """What surrounds the page being drawn, for whoever is here; the factory hands it to ``web``."""
    actor = find_actor()
    return (
        replace(Frame.bare(), footer_links=(("Accessibility", url_for("desk.accessibility"), ""),))
        if actor is None
        else _frame(db.session, actor)
    )


def _frame(session: Session, actor: Actor) -> Frame:
    whole = Scope(consortium_id=actor.consortium_id)
    place = here(session, actor)
    settings = consortia.settings_of(session, within=whole)
    trail = consortia.ancestors_of(session, place, within=whole)
    role = first_role(actor) or Role.STAFF
    return Frame(
        theme=flask.session.get("theme", "auto"),
        trail=tuple(_crumb(actor, step) for step in trail),
        sections=tuple(_sections(session, actor, role, place)),
        person_name=actor.name,
        person_role=role.label,
        person_url=url_for("people.me"),
        is_demo=settings.is_demo,
        consortium_name=trail[0].name,
        footer_notes=_footer(settings),
        switch_url=url_for("people.switch") if has_several_consortia() else None,
        sign_out_url=url_for("people.sign_out"),
        search_url=url_for("desk.search"),
        help_url=url_for("desk.help_topic", topic=topic_of(request.endpoint or "")),
        change_url=_change_url(actor, place),
        whom_to_ask=_whom_to_ask(session, whole) if g.get("is_refused") else (),
        footer_links=(
            ("Accessibility", url_for("desk.help_topic", topic="accessibility"), ""),
            ("Keyboard shortcuts", url_for("desk.help_topic", topic="keyboard"), "k"),
        ),
    )


def _change_url(actor: Actor, place: Place) -> str | None:
    """Where to change the place and stay in the section; None for those who have one branch only, and are there."""
    if place.kind is PlaceKind.BRANCH and all(grant.place_id == place.id for grant in actor.grants):
        return None
    current = request.endpoint or ""
    door = next((door for doors in _SECTIONS.values() for door in doors if current.startswith(door.rooms)), _HOME)
    return url_for("desk.choose", to=door.endpoint if door.takes_place else None)


def _whom_to_ask(session: Session, whole: Scope) -> tuple[str, ...]:
    return tuple(names_of_holders(session, Role.CONSORTIUM_ADMIN, within=whole, most=_MOST_ADMINS))


def _crumb(actor: Actor, place: Place) -> Crumb:
    """A place leads to its home; on its own home, to what is known of it."""
    may_go = may(actor, Permission.HOME_READ, place.path)
    is_here = request.endpoint == "desk.at" and (request.view_args or {}).get("place") == place.code
    endpoint = "desk.about" if is_here and may(actor, Permission.PLACES_READ, place.path) else "desk.at"
    return Crumb(place.name, url_for(endpoint, place=place.code) if may_go else None)


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
    counts = _counts(session, actor, role, place)
    return [
        Section(
            label=_label(door, role, place),
            url=url_for(door.endpoint, place=place.code) if door.takes_place else url_for(door.endpoint),
            count=counts.get(door.endpoint, 0),
            is_current=(request.endpoint or "").startswith(door.rooms) and request.endpoint not in _ONES_OWN,
            key=door.key,
        )
        for door in _SECTIONS[role]
        if may_somewhere(actor, door.permission)
    ]


def _counts(session: Session, actor: Actor, role: Role, place: Place) -> dict[str, int]:
    """How many things wait in a section for this very person: none where they may only look."""
    scope = Scope(place.consortium_id, place.id, place.path)
    counts = {}
    if may(actor, Permission.FINDINGS_ACT, place.path):
        counts[_FINDINGS.endpoint] = findings.count_open(session, within=scope)
    if may(actor, Permission.ACCOUNTS_WRITE, place.path):
        counts[_ACCOUNTS.endpoint] = count_in_trouble(session, within=scope) + count_requests(session, within=scope)
    if (
        role is Role.BRANCH_MANAGER
        and place.kind is PlaceKind.BRANCH
        and may(actor, Permission.DUTIES_WRITE, place.path)
    ):
        today = consortia.today_of(session, within=scope, at=now())
        counts[_DUTIES.endpoint] = coverage_summary(session, within=scope, on=today).gaps
    return counts


def _label(door: Door, role: Role, place: Place) -> str:
    if door is _HOME and role is Role.STAFF:
        return "My desk"
    if door is _COMPARE and place.kind is PlaceKind.CONSORTIUM:
        return "Compare libraries"
    return door.label


def _footer(settings: ConsortiumSettings) -> tuple[str, ...]:
    return (f"Demo figures up to {day(settings.demo_as_of)}",) if settings.demo_as_of else ()
