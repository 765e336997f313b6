"""The list of people and positions of a place, a page at a time, and what stands beside each of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.consortia.models import Place
from app.foundation.searching import Found, holds_words
from app.people.models import Incumbency, LoginConsortium, Membership, Person, Position
from app.people.rules import Show


@dataclass(frozen=True, slots=True)
class Line:
    """A person in a position, a vacant position (``person_id`` None), or a person without a position here."""

    person_id: int | None
    name: str | None
    #: the last day of work, where one is recorded
    left_on: date | None
    anonymized_at: datetime | None
    position_id: int | None
    title: str | None
    place_code: str | None
    place_name: str | None
    agreed_hours: Decimal | None
    first_on: date | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for; what is empty or None narrows nothing."""

    show: Show = Show.EVERYONE
    role: Role | None = None
    #: words of a name, an address or a title
    words: str = ""


def find_lines(
    session: Session, sought: Sought, *, within: Scope, on: date, limit: int, offset: int = 0
) -> Found[Line]:
    """Who is in which position at a place and below, vacant positions after them, then people without a position there.

    Four statements, however many there are.
    """
    parts = _parts(sought, within=within, on=on)
    counts = [
        session.scalar(sa.select(sa.func.count()).select_from(part.order_by(None).subquery())) or 0 for part in parts
    ]
    lines: list[Line] = []
    skip = offset
    for part, count in zip(parts, counts, strict=True):
        if skip < count and len(lines) < limit:
            rows = session.execute(part.limit(limit - len(lines)).offset(skip))
            lines += [Line(*row) for row in rows]
        skip = max(0, skip - count)
    return Found(lines, sum(counts))


def _parts(sought: Sought, *, within: Scope, on: date) -> list[sa.Select[*tuple[Any, ...]]]:
    if sought.show is Show.LEFT:
        return [_left(sought, within=within, on=on)]
    slots = _slots(sought, within=within, on=on)
    return [slots] if sought.show is Show.VACANT else [slots, _without_position(sought, within=within, on=on)]


def _slots(sought: Sought, *, within: Scope, on: date) -> sa.Select[*tuple[Any, ...]]:
    statement = (
        sa.select(
            Person.id,
            Person.name,
            Person.left_on,
            Person.anonymized_at,
            Position.id,
            Position.title,
            Place.code,
            Place.name,
            Position.agreed_hours,
            Incumbency.first_on,
        )
        .select_from(Position)
        .join(Place, sa.and_(Place.consortium_id == Position.consortium_id, Place.id == Position.place_id))
        .outerjoin(
            Incumbency,
            sa.and_(
                Incumbency.consortium_id == Position.consortium_id, Incumbency.position_id == Position.id, _runs(on)
            ),
        )
        .outerjoin(Person, sa.and_(Person.consortium_id == Incumbency.consortium_id, Person.id == Incumbency.person_id))
        .where(
            Position.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
            holds_words(sought.words, Person.name, Person.email, Position.title),
            *_narrowed(sought, within=within),
        )
    )
    if sought.show is Show.VACANT:
        statement = statement.where(Person.id.is_(None))
    return statement.order_by(Person.id.is_(None), Place.path, Position.title, Person.name, Position.id, Incumbency.id)


def _without_position(sought: Sought, *, within: Scope, on: date) -> sa.Select[*tuple[Any, ...]]:
    """People who hold a role here or begin here later; at the top also those who belong nowhere yet."""
    here = _holds_role(within), Person.id.in_(_stays(within).where(Incumbency.first_on > on))
    nowhere = sa.and_(Person.id.not_in(_stays_anywhere(within)), ~_holds_role(Scope(within.consortium_id)))
    belongs = sa.or_(*here) if "/" in within.path.rstrip("/") else sa.or_(*here, nowhere)
    return (
        _people()
        .where(
            Person.consortium_id == within.consortium_id,
            sa.or_(Person.left_on.is_(None), Person.left_on >= on),
            Person.id.not_in(_stays(within).where(_runs(on))),
            belongs,
            holds_words(sought.words, Person.name, Person.email),
            *_narrowed(sought, within=within),
        )
        .order_by(Person.name, Person.id)
    )


def _left(sought: Sought, *, within: Scope, on: date) -> sa.Select[*tuple[Any, ...]]:
    is_top = "/" not in within.path.rstrip("/")
    return (
        _people()
        .where(
            Person.consortium_id == within.consortium_id,
            Person.left_on < on,
            sa.true() if is_top else Person.id.in_(_stays(within)),
            holds_words(sought.words, Person.name, Person.email),
        )
        .order_by(Person.left_on.desc(), Person.name, Person.id)
    )


def _people() -> sa.Select[*tuple[Any, ...]]:
    nothing = [sa.null() for _ in range(6)]
    return sa.select(Person.id, Person.name, Person.left_on, Person.anonymized_at, *nothing)


def _narrowed(sought: Sought, *, within: Scope) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if sought.role is not None:
        found.append(_holds_role(within, sought.role))
    if sought.show is Show.NO_LOGIN:
        entries = sa.select(LoginConsortium.person_id).where(LoginConsortium.consortium_id == within.consortium_id)
        found.append(Person.id.not_in(entries))
    return found


def _runs(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(Incumbency.first_on <= on, sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on))


def _stays(within: Scope) -> sa.Select[int]:
    return (
        sa.select(Incumbency.person_id)
        .join(
            Position,
            sa.and_(Position.consortium_id == Incumbency.consortium_id, Position.id == Incumbency.position_id),
        )
        .join(Place, sa.and_(Place.consortium_id == Position.consortium_id, Place.id == Position.place_id))
        .where(Incumbency.consortium_id == within.consortium_id, Place.path.startswith(within.path, autoescape=True))
    )


def _stays_anywhere(within: Scope) -> sa.Select[int]:
    return sa.select(Incumbency.person_id).where(Incumbency.consortium_id == within.consortium_id)


def _holds_role(within: Scope, role: Role | None = None) -> sa.ColumnElement[bool]:
    holders = (
        sa.select(Membership.person_id)
        .join(Place, sa.and_(Place.consortium_id == Membership.consortium_id, Place.id == Membership.place_id))
        .where(
            Membership.consortium_id == within.consortium_id,
            Membership.ended_at.is_(None),
            Place.path.startswith(within.path, autoescape=True),
        )
    )
    return Person.id.in_(holders.where(Membership.role == role) if role is not None else holders)


def count_slots(session: Session, *, within: Scope, on: date) -> tuple[int, int]:
    """How many positions there are at a place and below that day, and how many of them nobody is in; one statement."""
    held = (
        sa.select(Incumbency.position_id)
        .where(Incumbency.consortium_id == within.consortium_id, _runs(on))
        .scalar_subquery()
    )
    row = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((Position.id.in_(held), 0), else_=1)), 0))
        .select_from(Position)
        .join(Place, sa.and_(Place.consortium_id == Position.consortium_id, Place.id == Position.place_id))
        .where(
            Position.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
        )
    ).one()
    return int(row[0]), int(row[1])
