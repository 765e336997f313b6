"""How a place is staffed: its own positions, and how many there are below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.people.models import Incumbency, Position


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many positions exist on a day, and how many of them nobody is in."""

    positions: int
    vacant: int


def own_positions(session: Session, place: Place, *, within: Scope, on: date) -> Sequence[Position]:
    """The positions of this very place that exist on a day, by title."""
    return session.scalars(
        sa.select(Position)
        .where(
            Position.consortium_id == within.consortium_id,
            Position.place_id == place.id,
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
        )
        .order_by(Position.title, Position.id)
    ).all()


def staffing_of(session: Session, *, within: Scope, on: date) -> Staffing:
    """How a place and all below it are staffed on a day; one statement."""
    is_filled = sa.exists().where(
        Incumbency.consortium_id == Position.consortium_id,
        Incumbency.position_id == Position.id,
        Incumbency.first_on <= on,
        sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on),
    )
    statement = (
        sa.select(sa.func.count(Position.id), sa.func.sum(sa.case((is_filled, 0), else_=1)))
        .join(Position.place)
        .where(
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
        )
    )
    positions, vacant = session.execute(statement).one()
    return Staffing(positions, int(vacant or 0))
