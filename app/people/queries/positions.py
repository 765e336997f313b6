"""Reading positions, who is in them, and teams."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.people.models import Incumbency, Person, Position, Team, TeamMember


def get_position(session: Session, position_id: int, *, within: Scope) -> Position:
    """The position with this id and its place, at the scope's place or below; NotFound otherwise."""
    found = session.scalar(_positions(within).where(Position.id == position_id))
    if found is None:
        raise NotFound("There is no such position here.")
    return found


def positions_at(session: Session, *, within: Scope, on: date) -> Sequence[Position]:
    """Positions that exist that day at a place and below it, with their places."""
    return session.scalars(
        _positions(within)
        .where(sa.or_(Position.closed_on.is_(None), Position.closed_on > on))
        .order_by(Place.path, Position.title, Position.id)
    ).all()


def _positions(within: Scope) -> sa.Select[Position]:
    return (
        sa.select(Position)
        .join(Position.place)
        .where(
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Position.place))
    )


def incumbencies_at(session: Session, *, within: Scope, on: date | None = None) -> Sequence[Incumbency]:
    """Who is in which position at a place and below it: that day, or ever where no day is given."""
    query = _incumbencies(within).order_by(Place.path, Position.title, Incumbency.first_on)
    if on is not None:
        query = query.where(Incumbency.first_on <= on, sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on))
    return session.scalars(query).all()


def _incumbencies(within: Scope) -> sa.Select[Incumbency]:
    return (
        sa.select(Incumbency)
        .join(Incumbency.position)
        .join(Incumbency.person)
        .join(Position.place)
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Position.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Incumbency.position).contains_eager(Position.place), contains_eager(Incumbency.person))
    )


def incumbencies_of(session: Session, person: Person, *, within: Scope) -> Sequence[Incumbency]:
    """The positions a person holds or held, newest first."""
    return session.scalars(
        sa.select(Incumbency)
        .join(Incumbency.position)
        .join(Position.place)
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Incumbency.person_id == person.id,
        )
        .options(contains_eager(Incumbency.position).contains_eager(Position.place))
        .order_by(Incumbency.first_on.desc(), Incumbency.id)
    ).all()


def get_incumbency(session: Session, incumbency_id: int, *, within: Scope) -> Incumbency:
    """The incumbency with this id, with person, position and place; NotFound outside the scope."""
    found = session.scalar(_incumbencies(within).where(Incumbency.id == incumbency_id))
    if found is None:
        raise NotFound("There is no such incumbency here.")
    return found


def incumbents_from(session: Session, position: Position, *, within: Scope, on: date) -> Sequence[Incumbency]:
    """Who is in a position on a day or later, as far as is known, with the people, by their first day."""
    return session.scalars(
        sa.select(Incumbency)
        .join(Incumbency.person)
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Incumbency.position_id == position.id,
            sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on),
        )
        .options(contains_eager(Incumbency.person))
        .order_by(Incumbency.first_on, Incumbency.id)
    ).all()


def teams_of(session: Session, *, within: Scope) -> Sequence[Team]:
    """The teams of the consortium, with their places: a branch may be served by a team from above it."""
    return session.scalars(
        sa.select(Team)
        .join(Team.place)
        .where(Team.consortium_id == within.consortium_id, Place.consortium_id == within.consortium_id)
        .options(contains_eager(Team.place))
        .order_by(Team.name, Team.id)
    ).all()


def team_members(session: Session, *, within: Scope) -> dict[int, list[int]]:
    """Position ids of each team, by team id."""
    rows = session.execute(
        sa.select(TeamMember.team_id, TeamMember.position_id)
        .where(TeamMember.consortium_id == within.consortium_id)
        .order_by(TeamMember.team_id, TeamMember.position_id)
    )
    members: dict[int, list[int]] = {}
    for team_id, position_id in rows:
        members.setdefault(team_id, []).append(position_id)
    return members
