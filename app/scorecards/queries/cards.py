"""The stored scorecards of places: how each of them stood in a period."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.foundation.periods import Period
from app.scorecards.models import Scorecard


def cards_within(
    session: Session, *, within: Scope, kinds: Iterable[PlaceKind], period: Period
) -> dict[int, Scorecard]:
    """How the places of these kinds in the scope stood in a period, by place id; one statement at any size."""
    rows = session.scalars(
        sa.select(Scorecard)
        .join(Place, sa.and_(Place.consortium_id == Scorecard.consortium_id, Place.id == Scorecard.place_id))
        .where(
            Scorecard.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Place.kind.in_(list(kinds)),
            Scorecard.period_last_on == period.last,
            Scorecard.period_first_on == period.first,
        )
        .order_by(Scorecard.place_id)
    )
    return {card.place_id: card for card in rows}
