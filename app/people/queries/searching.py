"""Finding people by their name or address."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.searching import Found, at_or_below, holds_words
from app.people.models import Incumbency, Membership, Person, Position


def search_people(
    session: Session, words: str, *, within: Scope, paths: Sequence[str], limit: int, offset: int = 0
) -> Found[Person]:
    """People who have or had a position, or hold a role, at or below ``paths`` and whose name or address holds every word.

    By name; two statements.
    """
    works = (
        sa.select(Incumbency.person_id)
        .join(
            Position,
            sa.and_(Position.consortium_id == Incumbency.consortium_id, Position.id == Incumbency.position_id),
        )
        .join(Place, sa.and_(Place.consortium_id == Position.consortium_id, Place.id == Position.place_id))
        .where(*_visible(within, paths), Incumbency.consortium_id == within.consortium_id)
    )
    holds = (
        sa.select(Membership.person_id)
        .join(Place, sa.and_(Place.consortium_id == Membership.consortium_id, Place.id == Membership.place_id))
        .where(
            *_visible(within, paths),
            Membership.consortium_id == within.consortium_id,
            Membership.ended_at.is_(None),
        )
    )
    statement = sa.select(Person).where(
        Person.consortium_id == within.consortium_id,
        sa.or_(Person.id.in_(works), Person.id.in_(holds)),
        holds_words(words, Person.name, Person.email),
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(Person.id).subquery()))
    rows = session.scalars(statement.order_by(Person.name, Person.id).limit(limit).offset(offset)).all()
    return Found(rows, total or 0)


def _visible(within: Scope, paths: Sequence[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Place.consortium_id == within.consortium_id,
        Place.path.startswith(within.path, autoescape=True),
        at_or_below(Place.path, paths),
    )
