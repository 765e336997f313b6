"""The demo's people: positions with hours at every place, who holds them, what they may do, and who signs in."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from app.access.rules import Role
from app.consortia.models import Place
from app.consortia.rules import BranchType, PlaceKind
from app.desk.demo.calendar import dice
from app.desk.demo.cast import SLUG, BranchCast, LibraryCast, PositionCast
from app.desk.demo.stage import Stage
from app.people.actions.persons import add_person
from app.people.actions.positions import add_position, add_team, end_incumbency, put_in_position
from app.people.actions.roles import grant
from app.people.models import Login, LoginConsortium, Person, Position
from app.people.queries.sessions import find_login

_LARGE, _MIDDLE = 15_000, 5_000
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
    _let_sign_in(stage)


def _slots_of(stage: Stage, library: LibraryCast) -> Iterator[tuple[str, tuple[PositionCast, ...]]]:
    """The positions of a library and each of its branches."""
    yield library.code, stage.cast.positions.get(library.code, (_slot("Library director", 40, 2),))
    for branch in library.branches:
        yield branch.code, stage.cast.positions.get(branch.code) or _usual(branch)


def _usual(branch: BranchCast) -> tuple[PositionCast, ...]:
    if branch.type is BranchType.BOOKMOBILE:
        return (_slot("Bookmobile librarian", 37.5, 0),)
    if branch.residents >= _LARGE:
        return (
            _slot("Branch manager", 37.5, 2),
            _slot("Adult services librarian", 37.5, 5),
            _slot("Youth librarian", 37.5, 3),
            _slot("Library assistant", 30, 2),
        )
    if branch.residents >= _MIDDLE:
        return _slot("Branch manager", 37.5, 3), _slot("Library assistant", 30, 3)
    return _slot("Branch librarian", 30, 3), _slot("Library assistant", 15, 1.5)


def _slot(title: str, contracted: float, agreed: float) -> PositionCast:
    return PositionCast(title, Decimal(str(contracted)), Decimal(str(agreed)), person=None, until=None)


def _pool(stage: Stage) -> Iterator[str]:
    """Names nobody in the story bears, each once."""
    random = dice("names")
    taken = {row.person for rows in stage.cast.positions.values() for row in rows}
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
            at=stage.founded_at,
        )
        position.reports_to_id = head.id if head else None
        head = head or position
        stage.positions[code, slot.title] = position
        is_vacant = slot.title == "Library assistant" and dice("vacant", code).random() < _VACANT_SHARE
        if slot.person or not is_vacant:
            _put(stage, place, position, slot, slot.person or next(names))


def _put(stage: Stage, place: Place, position: Position, slot: PositionCast, name: str) -> None:
    person = stage.people.get(name) or _person(stage, name)
    incumbency = put_in_position(
        stage.session, person, position, first_on=stage.founded, by=stage.by, at=stage.founded_at
    )
    if slot.until is not None:
        last_on = stage.calendar.day(slot.until)
        end_incumbency(stage.session, incumbency, last_on=last_on, by=stage.by, at=stage.calendar.at(last_on))
        person.left_on = last_on
    elif place.kind is not PlaceKind.CONSORTIUM:
        role = _ROLES.get(slot.title, Role.STAFF)
        grant(stage.session, person, role, place, by=stage.by, at=stage.founded_at)


def _person(stage: Stage, name: str) -> Person:
    email = next((sign_in.email for sign_in in stage.cast.sign_ins if sign_in.name == name), None)
    email = email or f"{name.lower().replace(' ', '.')}@{SLUG}.example"
    person = add_person(stage.session, name=name, email=email, by=stage.by, at=stage.founded_at)
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
