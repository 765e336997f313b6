"""Finding somebody to give a role or a position to, and a position to put somebody in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.searching import Found, holds_words
from app.people.models import Incumbency, Person, Position


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to choose from a search, with where they work."""

    person: Person
    works: str


def find_candidates(session: Session, words: str, *, within: Scope, on: date, limit: int) -> Found[Candidate]:
    """People of the whole consortium who are here and whose name or address holds every word, by name; nobody without words."""
    if not words.strip():
        return Found((), 0)
    matching = sa.select(Person).where(
        Person.consortium_id == within.consortium_id,
        Person.anonymized_at.is_(None),
        holds_words(words, Person.name, Person.email),
    )
    total = session.scalar(matching.with_only_columns(sa.func.count(Person.id))) or 0
    people = session.scalars(matching.order_by(Person.name, Person.id).limit(limit)).all()
    works = _works_of(session, [person.id for person in people], within=within, on=on)
    return Found([Candidate(person, ", and ".join(works.get(person.id, ()))) for person in people], total)


def _works_of(session: Session, ids: Sequence[int], *, within: Scope, on: date) -> dict[int, list[str]]:
    rows = session.execute(
        sa.select(Incumbency.person_id, Position.title, Place.name)
        .join(
            Position,
            sa.and_(Position.consortium_id == Incumbency.consortium_id, Position.id == Incumbency.position_id),
        )
        .join(Place, sa.and_(Place.consortium_id == Position.consortium_id, Place.id == Position.place_id))
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Incumbency.person_id.in_(ids),
            Incumbency.first_on <= on,
            sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on),
        )
        .order_by(Incumbency.first_on, Incumbency.id)
    )
    found: dict[int, list[str]] = {}
    for person_id, title, place in rows:
        found.setdefault(person_id, []).append(f"{title}, {place}")
    return found


def find_slots(session: Session, words: str, *, within: Scope, on: date, limit: int) -> Found[Position]:
    """Positions at a place and below that are not closed, whose title or place holds every word, with their places."""
    matching = (
        sa.select(Position)
        .join(Position.place)
        .where(
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
            holds_words(words, Position.title, Place.name, Place.code),
        )
    )
    total = session.scalar(matching.with_only_columns(sa.func.count(Position.id))) or 0
    ordered = matching.options(contains_eager(Position.place)).order_by(Place.path, Position.title, Position.id)
    return Found(session.scalars(ordered.limit(limit)).all(), total)
