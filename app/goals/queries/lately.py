"""Reading what happened lately: the events that places noted beside their goals."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.goals.models import GoalEvent


def events_since(
    session: Session, *, within: Scope, since: date, on: date, most: int
) -> Sequence[tuple[GoalEvent, Place]]:
    """What happened at a place and below it after ``since``, up to a day, with the place; newest first."""
    rows = session.execute(
        sa.select(GoalEvent, Place)
        .join(Place, sa.and_(Place.consortium_id == GoalEvent.consortium_id, Place.id == GoalEvent.place_id))
        .where(
            GoalEvent.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            GoalEvent.happened_on > since,
            GoalEvent.happened_on <= on,
        )
        .order_by(GoalEvent.happened_on.desc(), GoalEvent.id)
        .limit(most)
    )
    return [(event, place) for event, place in rows]
