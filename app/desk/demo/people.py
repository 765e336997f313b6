"""The demo's people: positions with hours at every place, who holds them, what they may do, and who signs in."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.access.rules import Role
from app.consortia.models import Place
from app.consortia.rules import BranchType, PlaceKind
from app.desk.demo.calendar import dice
from app.desk.demo.cast import SLUG, BranchCast, LibraryCast, PositionCast
from app.desk.demo.stage import Stage
from app.desk.demo.turns import LARGE, MIDDLE
from app.foundation.periods import add_months
from app.people.actions.leaving import record_leaving
from app.people.actions.persons import add_person
from app.people.actions.positions import add_position, add_team, put_in_position
from app.people.actions.roles import grant
from app.people.models import Login, LoginConsortium, Person, Position
from app.people.queries.sessions import find_login

#: somebody who left so long ago, and so many days, has a name that is soon to be erased
_MONTHS_GONE, _DAYS_LESS = 24, 19
#: of assistants' positions outside the story, so many are vacant
_VACANT_SHARE = 0.08
_ROLES = {
    "Library director": Role.DIRECTOR,
    "Branch manager": Role.BRANCH_MANAGER,
    "Branch librarian": Role.BRANCH_MANAGER,
}


def write_people(stage: Stage) -> None:
    """Positions, people, incumbencies and memberships of every place; the story's own first, the rest from the pool."""
    names = _pool(stage)
    _staff(stage, SLUG, stage.cast.positions[SLUG], names)
    for library in stage.cast.libraries:
        for code, positions in _slots_of(stage, library):
            _staff(stage, code, positions, names)
    for code, team in stage.cast.teams.items():
        members = [stage.positions[code, title] for title in team.positions]
        stage.teams[code] = add_team(
            stage.session, stage.places[code], name=team.name, positions=members, by=stage.by, at=stage.founded_at
        )
    for role in stage.cast.roles:
        place = stage.places[role.at]
        grant(stage.session, stage.people[role.person], role.role, place, by=stage.by, at=stage.begins_at(role.at))
    _let_sign_in(stage)


def _slots_of(stage: Stage, library: LibraryCast) -> Iterator[tuple[str, tuple[PositionCast, ...]]]:
    """The positions of a library and each of its branches."""
    yield library.code, stage.cast.positions.get(library.code, (_slot("Library director", 40, 2),))
    for branch in library.branches:
        if branch.gone is None:
            yield branch.code, stage.cast.positions.get(branch.code) or _usual(branch)


def _usual(branch: BranchCast) -> tuple[PositionCast, ...]:
    if branch.type is BranchType.BOOKMOBILE:
        return (_slot("Bookmobile librarian", 37.5, 0),)
    if branch.residents >= LARGE:
        return (
            _slot("Branch manager", 37.5, 2),
            _slot("Adult services librarian", 37.5, 5),
            _slot("Youth librarian", 37.5, 3),
            _slot("Library assistant", 30, 2),
        )
    if branch.residents >= MIDDLE:
        return _slot("Branch manager", 37.5, 3), _slot("Library assistant", 30, 3)
    return _slot("Branch librarian", 30, 3), _slot("Library assistant", 15, 1.5)


def _slot(title: str, contracted: float, agreed: float) -> PositionCast:
    return PositionCast(title, Decimal(str(contracted)), Decimal(str(agreed)), person=None, until=None)


def _pool(stage: Stage) -> Iterator[str]:
    """Names nobody in the story bears, each once."""
    random = dice("names")
    taken = {name for rows in stage.cast.positions.values() for row in rows for name in (row.person, row.before)}
    names = [f"{first} {last}" for first in stage.cast.first_names for last in stage.cast.last_names]
    random.shuffle(names)
    return (name for name in names if name not in taken)


def _staff(stage: Stage, code: str, slots: tuple[PositionCast, ...], names: Iterator[str]) -> None:
    place = stage.places[code]
    head: Position | None = None
    for slot in slots:
        position = add_position(
            stage.session,
            place,
            title=slot.title,
            contracted_hours=slot.contracted,
            agreed_hours=slot.agreed,
            by=stage.by,
            at=stage.begins_at(code),
        )
        position.reports_to_id = head.id if head else None
        head = head or position
        stage.positions[code, slot.title] = position
        is_vacant = slot.title == "Library assistant" and dice("vacant", code).random() < _VACANT_SHARE
        if slot.person or not is_vacant:
            _put(stage, place, position, slot, slot.person or next(names))


def _put(stage: Stage, place: Place, position: Position, slot: PositionCast, name: str) -> None:
    first_on = stage.begins(place.code) if slot.before is None else _come_after(stage, position, slot.before)
    at = stage.calendar.at(first_on)
    person = stage.people.get(name) or _person(stage, name, at=at)
    put_in_position(stage.session, person, position, first_on=first_on, by=stage.by, at=at)
    if slot.until is None and place.kind is not PlaceKind.CONSORTIUM:
        grant(stage.session, person, _ROLES.get(slot.title, Role.STAFF), place, by=stage.by, at=at)
    if slot.until is not None:
        _leave(stage, person, left_on=stage.calendar.day(slot.until))
    elif slot.leaves is not None:
        _leave(stage, person, left_on=stage.calendar.as_of + timedelta(days=slot.leaves))


def _come_after(stage: Stage, position: Position, name: str) -> date:
    """The first day of a position's second holder: the day after somebody left, almost two years ago."""
    person = _person(stage, name, at=stage.founded_at)
    put_in_position(stage.session, person, position, first_on=stage.founded, by=stage.by, at=stage.founded_at)
    left_on = add_months(stage.calendar.as_of, -_MONTHS_GONE) + timedelta(days=_DAYS_LESS)
    _leave(stage, person, left_on=left_on)
    return left_on + timedelta(days=1)


def _leave(stage: Stage, person: Person, *, left_on: date) -> None:
    """Known on the day after, or already where it is still to come."""
    at = stage.calendar.at(min(left_on + timedelta(days=1), stage.calendar.as_of))
    record_leaving(stage.session, person, left_on=left_on, by=stage.by, at=at)


def _person(stage: Stage, name: str, *, at: datetime) -> Person:
    email = next((sign_in.email for sign_in in stage.cast.sign_ins if sign_in.name == name), None)
    if name not in stage.cast.no_address:
        email = email or f"{name.lower().replace(' ', '.')}@{SLUG}.example"
    person = add_person(stage.session, name=name, email=email, by=stage.by, at=at)
    stage.people[name] = person
    return person


def _let_sign_in(stage: Stage) -> None:
    """Logins, without a password yet, for those with whom the demo is entered."""
    for sign_in in stage.cast.sign_ins:
        person = stage.people[sign_in.name]
        place = stage.places[sign_in.at]
        grant(stage.session, person, sign_in.role, place, by=stage.by, at=stage.founded_at + timedelta(days=1))
        login = find_login(stage.session, sign_in.email)
        if login is None:
            login = Login(email=sign_in.email, created_at=stage.founded_at)
            stage.session.add(login)
            stage.session.flush()
        stage.session.add(LoginConsortium(login_id=login.id, consortium_id=stage.consortium_id, person_id=person.id))
    stage.session.flush()
