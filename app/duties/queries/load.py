"""Load: the hours that duties take of each position, against the hours agreed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.duties.models import Assignment
from app.duties.rules.load import Load, load_of
from app.people.models import Incumbency, Person, Position, Team
from app.people.queries.positions import positions_at, teams_of


@dataclass(frozen=True, slots=True)
class PositionLoad:
    """A position on a day: who is in it, what it holds anywhere in the consortium, and the hours that takes."""

    position: Position
    people: tuple[Person, ...]
    primary: int
    backup: int
    load: Load

    @property
    def names(self) -> str:
        """Who is in it, "" while it is vacant."""
        return " and ".join(person.name for person in self.people)


@dataclass(frozen=True, slots=True)
class TeamHours:
    """A team that holds duties in some place, and the hours a week it was given there."""

    team: Team
    hours: Decimal


def load_at(session: Session, *, within: Scope, on: date) -> list[PositionLoad]:
    """The load of every position that exists that day at a place and below it; three statements."""
    return load_of_positions(session, positions_at(session, within=within, on=on), within=within, on=on)


def load_of_positions(
    session: Session, positions: Sequence[Position], *, within: Scope, on: date
) -> list[PositionLoad]:
    """The load of some positions on a day, by the name of who is in them, vacant ones last; two statements."""
    ids = [position.id for position in positions]
    incumbents = incumbents_of(session, ids, within=within, on=on)
    held = _hours_held(session, ids, within=within, on=on)
    loads = [
        PositionLoad(
            position=position,
            people=tuple(incumbents.get(position.id, ())),
            primary=sum(is_primary for is_primary, _ in held.get(position.id, ())),
            backup=sum(not is_primary for is_primary, _ in held.get(position.id, ())),
            load=load_of((hours for _, hours in held.get(position.id, ())), agreed=position.agreed_hours),
        )
        for position in positions
    ]
    return sorted(loads, key=lambda load: (not load.people, load.names, load.position.title, load.position.id))


def team_hours_at(session: Session, *, within: Scope, on: date) -> list[TeamHours]:
    """The hours a week that teams were given in one place's matrix on a day, by the team's name."""
    rows = session.execute(
        sa.select(Team, sa.func.sum(Assignment.hours_per_week))
        .join(Assignment, sa.and_(Assignment.consortium_id == Team.consortium_id, Assignment.team_id == Team.id))
        .where(
            Team.consortium_id == within.consortium_id,
            Assignment.consortium_id == within.consortium_id,
            Assignment.place_id == within.place_id,
            *_running(on),
        )
        .group_by(Team.id)
        .order_by(Team.name, Team.id)
    )
    return [TeamHours(team, hours) for team, hours in rows]


def incumbents_of(session: Session, ids: Iterable[int], *, within: Scope, on: date) -> dict[int, list[Person]]:
    """Who is in each of these positions on a day; a position that nobody is in is left out."""
    rows = session.execute(
        sa.select(Incumbency.position_id, Person)
        .join(Person, sa.and_(Person.consortium_id == Incumbency.consortium_id, Person.id == Incumbency.person_id))
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Incumbency.position_id.in_(list(ids)),
            Incumbency.first_on <= on,
            sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on),
        )
        .order_by(Incumbency.position_id, Incumbency.first_on, Incumbency.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for position_id, person in rows:
        found[position_id].append(person)
    return found


def filled_from(session: Session, ids: Iterable[int], *, within: Scope, on: date) -> set[int]:
    """Which of these positions somebody is in on a day, or will be later as far as is known."""
    return set(
        session.scalars(
            sa.select(Incumbency.position_id)
            .where(
                Incumbency.consortium_id == within.consortium_id,
                Incumbency.position_id.in_(list(ids)),
                sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on),
            )
            .order_by(Incumbency.position_id)
        )
    )


def _hours_held(
    session: Session, ids: Iterable[int], *, within: Scope, on: date
) -> dict[int, list[tuple[bool, Decimal]]]:
    rows = session.execute(
        sa.select(Assignment.position_id, Assignment.is_primary, Assignment.hours_per_week)
        .where(Assignment.consortium_id == within.consortium_id, Assignment.position_id.in_(list(ids)), *_running(on))
        .order_by(Assignment.position_id, Assignment.id)
    )
    found: dict[int, list[tuple[bool, Decimal]]] = defaultdict(list)
    for position_id, is_primary, hours in rows:
        if position_id is not None:
            found[position_id].append((is_primary, hours))
    return found


def _running(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return Assignment.first_on <= on, sa.or_(Assignment.last_on.is_(None), Assignment.last_on >= on)


def candidates(session: Session, *, near: Scope, within: Scope, on: date) -> list[PositionLoad]:
    """Who could hold a duty: filled positions of the place ``near`` and of those above it, most free hours first.

    A vacant position may be given a duty too and comes last. Three statements.
    """
    above = ids_in(near.path)
    statement = (
        sa.select(Position)
        .join(Position.place)
        .where(
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            sa.or_(Place.path.startswith(near.path, autoescape=True), Place.id.in_(above)),
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
        )
        .options(contains_eager(Position.place))
        .order_by(Place.path, Position.title, Position.id)
    )
    loads = load_of_positions(session, session.scalars(statement).all(), within=within, on=on)
    return sorted(loads, key=lambda each: (not each.people, -each.load.free_hours))


def teams_near(session: Session, *, near: Scope, within: Scope) -> list[Team]:
    """Teams of the place ``near``, of those below it and of those above it, by name."""
    above = set(ids_in(near.path))
    teams = teams_of(session, within=within)
    return [team for team in teams if team.place.path.startswith(near.path) or team.place_id in above]
