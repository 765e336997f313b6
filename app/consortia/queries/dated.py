"""What holds for a time: closures, hours, and what has happened to a place."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Closure, Place
from app.consortia.queries.tree import below


def closures_within(session: Session, *, within: Scope) -> dict[int, list[Closure]]:
    """Days on which places of the scope are closed though they exist, by place id, oldest first."""
    statement = (
        sa.select(Closure)
        .join(Place, sa.and_(Place.consortium_id == Closure.consortium_id, Place.id == Closure.place_id))
        .where(Closure.consortium_id == within.consortium_id, *below(within))
        .order_by(Closure.first_on, Closure.id)
    )
    found: dict[int, list[Closure]] = {}
    for closure in session.scalars(statement):
        found.setdefault(closure.place_id, []).append(closure)
    return found
