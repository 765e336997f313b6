"""Who may come through each door: every route, method and role, against a table read by people and the views' marks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.access.marks import mark_of
from app.access.rules import Actor, Grant, Role, may, may_somewhere
from app.consortia.actions.adding import add_place
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.models import Login, LoginConsortium, Person
from tests.factories.everything import Values, fill
from tests.factories.world import World
from tests.views.security.addresses import address, filling, is_public, methods_of, rules_of
from tests.views.security.browsers import holding, token_of

# Who stands at a door. What the door leads to belongs to the east branch, wherever it belongs to a place at all.
HERE = frozenset({"admin", "director", "manager", "staff", "auditor"})
#: the director of another library, the manager of the branch beside
ELSEWHERE = frozenset({"other director", "neighbor"})
EVERYONE = HERE | ELSEWHERE
CHANGE = frozenset({"admin", "director", "manager"})
READ = CHANGE | {"auditor"}
ADMIN = frozenset({"admin"})

#: The reviewed answer to "who may?", room by room: what is true of each door's reading and writing alike. A route that
#: is not here fails; whoever adds one writes down whom it is for, and thinks of the auditor, who changes nothing.
DOORS: dict[str, dict[frozenset[str], str]] = {
    "accounts": {
        READ: "index export tools tools_export look_alikes",
        HERE - {"auditor"}: "ask ask_again report_look_alike",
        ADMIN: "norms",
        # whoever may connect an account anywhere comes back from a platform here; which account, their own browser knows
        CHANGE | ELSEWHERE: "came_back finish_sign_in",
        CHANGE: "give_address decide_trial drill begin_retirement tick stop_retirement decide_look_alike register edit connect try_connection sign_in_there contacts step retire undo add edit_tool end"
        " choose_accounts check_accounts account_problems account_template",
    },
    "consortia": {
        EVERYONE: "index",
        HERE: "show",
        CHANGE: "set_hours remove_hours close_for_a_time remove_closure",
        ADMIN: "add rename move open_on close reopen change_facts count_residents settings choose_survey check_survey"
        " choose_places check_places place_problems place_template",
    },
    "desk": {
        EVERYONE: "home choose search help_index help_topic",
        HERE: "at about person account_request mentions mentions_csv mention",
        HERE - {"admin", "auditor"}: "handle_ticked handle_mention undo_handling",
        HERE - {"auditor"}: "check_in",
        READ: "account account_decisions account_health account_reviews",
        CHANGE: "leave stay decide_request review_accounts",
        ADMIN: "first_steps merge remove_demo",
    },
    "duties": {EVERYONE: "mine", HERE: "index export cell", CHANGE: "assign end undo exempt need_again copy undo_copy"},
    "findings": {HERE: "index index_csv show evidence_csv", CHANGE: "act check_again finish_action reopen_action"},
    "goals": {HERE: "index kpi kpi_file", CHANGE: "strategy add_goal edit_goal end_goal add_kpi set_target add_event"},
    "imports": {CHANGE: "index batch choose_file check_file match_columns problems put_aside undo"},
    "job_descriptions": {HERE: "of_person of_position"},
    "metrics": {
        EVERYONE: "meanings",
        READ: "figures figures_file day runs run",
        CHANGE: "breaks rejoin costs pull by_hand decide",
        ADMIN: "mentions_kept precedence",
    },
    "posts": {
        READ: "index export show rules",
        CHANGE: "tag undo tag_one try_rule change_rule remove_rule log correct remove changes undo_change",
        ADMIN: "topics",
    },
    "people": {
        EVERYONE: "me ask_new_email change_password save_display save_notices switch",
        # by this address and session only the admin themselves
        ADMIN: "names_kept confirm_email end_session",
        READ: "index roles_at",
        CHANGE: "add edit invite leave add_position edit_position close_position choose_position fill_position begin"
        " grant_role revoke choose_people check_people people_problems people_template",
    },
    "policies": {
        EVERYONE: "index show show_version",
        # each director decides for their own library
        frozenset({"admin", "director", "other director"}): "adopt",
        ADMIN: "draft edit_clause publish revise",
    },
    "scorecards": {READ: "compare compare_file periods period", ADMIN: "close close_year reopen closing"},
}
ALLOWED = {
    f"{room}.{door}": who for room, kinds in DOORS.items() for who, doors in kinds.items() for door in doors.split()
}
#: open to those who are not signed in: the way in, and what says nothing about anybody
OPEN = {
    "desk": "accessibility health set_up set_up_demo set_up_restore",
    "people": "ask_for_link join new_password sign_in sign_in_by_link sign_out",
    "upkeep": "metrics ready",
    "web": "asset favicon",
}
#: whoever is not their owner finds nothing there
PRIVATE = frozenset({"people.confirm_email", "people.end_session"})
#: not there in this world: no demo to remove, nothing that could stand below a branch, no sign-in to come back from
OUT_OF_PLACE = frozenset({"desk.remove_demo", "consortia.add", "accounts.came_back"})


@dataclass(frozen=True)
class Somebody:
    """Who stands at the doors."""

    actor: Actor
    token: str


@pytest.fixture(params=["sqlite"])
def application(request: pytest.FixtureRequest, application: Flask) -> Flask:
    """One engine will do: a door knows nothing of it."""
    return application


@pytest.fixture
def values(session: Session, world: World) -> Values:
    """What fills the addresses."""
    return fill(session, world)


@pytest.fixture
def somebody(
    session: Session, world: World, values: Values, signed_in: Callable[[Person], FlaskClient]
) -> Callable[[str], Somebody]:
    """A person by the word that the table uses, signed in."""

    def come(word: str) -> Somebody:
        person, role, place = _who(session, world, word)
        token = token_of(signed_in(person))
        grants = (Grant(role, place.id, place.path),)
        return Somebody(Actor(person.name, world.consortium.id, person.id, None, grants), token)

    return come


def _who(session: Session, world: World, word: str) -> tuple[Person, Role, Place]:
    known = {
        "admin": (world.admin, Role.CONSORTIUM_ADMIN, world.root),
        "director": (world.director, Role.DIRECTOR, world.library),
        "manager": (world.manager, Role.BRANCH_MANAGER, world.east),
        "staff": (world.staff, Role.STAFF, world.east),
        "auditor": (world.auditor, Role.AUDITOR, world.root),
    }
    if word in known:
        return known[word]
    by, at = world.machine, now()
    enter_tenant(session, world.consortium.id)
    person = add_person(session, name=word, email=f"{word.replace(' ', '-')}@green.example", by=by, at=at)
    role, place = Role.BRANCH_MANAGER, world.north
    if word == "other director":
        place = add_place(session, parent=world.root, kind=PlaceKind.LIBRARY, name="Green Lakes", by=by, at=at)
        role = Role.DIRECTOR
    grant(session, person, role, place, by=by, at=at)
    login = Login(email=person.email or "", created_at=at)
    session.add(login)
    session.flush()
    session.add(LoginConsortium(login_id=login.id, consortium_id=world.consortium.id, person_id=person.id))
    session.commit()
    return person, role, place


def test_the_table_names_every_door_once(application: Flask) -> None:
    rules = [rule for rule in rules_of(application) if not is_public(application, rule)]
    assert {rule.endpoint for rule in rules} == set(ALLOWED)
    assert {rule.endpoint for rule in rules_of(application) if is_public(application, rule)} == {
        f"{room}.{door}" for room, doors in OPEN.items() for door in doors.split()
    }
    assert len(ALLOWED) == sum(len(doors.split()) for kinds in DOORS.values() for doors in kinds.values())


@pytest.mark.parametrize("word", sorted(EVERYONE))
def test_each_door_opens_to_those_whom_it_is_for(
    application: Flask, somebody: Callable[[str], Somebody], values: Values, word: str
) -> None:
    who, wrong = somebody(word), []
    for rule, method in doors_of(application):
        path = address(rule, filling(rule, values))
        status = knock(application, who, method, path)
        if status not in answers(rule, method, opens=word in ALLOWED[rule.endpoint]):
            wrong.append(f"{method} {path}: {status}")
        if rule.endpoint not in PRIVATE and is_let_in(application, who, rule, values) != (status != 403):
            wrong.append(f"{method} {path}: {status}, and its mark says otherwise")
    assert not wrong, "\n".join(wrong)


def doors_of(application: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with every method, but those open to the public."""
    for rule in rules_of(application):
        if not is_public(application, rule):
            yield from ((rule, method) for method in methods_of(rule))


def answers(rule: Rule, method: str, *, opens: bool) -> set[int]:
    """The statuses that are right; a form without its fields is shown again or found out of place, never an error."""
    if not opens:
        return {404} if rule.endpoint in PRIVATE else {403}
    return {200, 302} if method == "GET" and rule.endpoint not in OUT_OF_PLACE else {200, 302, 400, 404}


def knock(application: Flask, who: Somebody, method: str, path: str) -> int:
    """Ask in a browser of its own, and undo what the asking did."""
    with application.app_context():
        connection = db.sessionmaker.kw["bind"]
    undo = connection.begin_nested()
    try:
        return holding(application, who.token).open(path, method=method).status_code
    finally:
        undo.rollback()


def is_let_in(application: Flask, who: Somebody, rule: Rule, values: Values) -> bool:
    """What the view's mark says, at the place of the record that the address names."""
    mark = mark_of(application.view_functions[rule.endpoint])
    assert mark is not None
    if mark.permission is None:
        return True
    if mark.at is None:
        return may_somewhere(who.actor, mark.permission)
    arguments = filling(rule, values)
    with application.test_request_context(address(rule, arguments)):
        enter_tenant(db.session, who.actor.consortium_id)
        g.actor = who.actor
        return may(who.actor, mark.permission, mark.at(**arguments).path)
