"""Keeping to the month's cap while many pull at once: each sets aside what its next question may cost."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.rules import Claimed
from app.consortia.models import ConsortiumSettings
from app.foundation.ids import new_id
from app.metrics.models import SetAside
from app.metrics.queries.costs import spent_in
from app.metrics.rules.costs import allowance, first_of_month


def set_aside(session: Session, claimed: Claimed, wanted: int, *, cap: Decimal, at: datetime) -> int:
    """Set aside up to ``wanted`` millionths for an attempt at a pull, and say how many it got; the caller commits.

    One at a time in a consortium, so that no two are given the same.
    """
    whose = claimed.consortium_id
    lock = sa.select(ConsortiumSettings.consortium_id).where(ConsortiumSettings.consortium_id == whose)
    session.execute(lock.order_by(ConsortiumSettings.consortium_id).with_for_update(key_share=True))
    spent = spent_in(session, month=first_of_month(at), within=Scope(consortium_id=whose))
    got = min(wanted, allowance(cap, spent) or 0)
    if not got:
        return 0
    more = sa.update(SetAside).where(*_of(claimed)).values(micros=SetAside.micros + got)
    if not session.scalars(more.returning(SetAside.id)).first():
        session.add(
            SetAside(
                id=new_id(),
                consortium_id=whose,
                background_row_id=claimed.row_id,
                claim=claimed.claim,
                made_at=at,
                micros=got,
            )
        )
        session.flush()
    return got


def settle(session: Session, claimed: Claimed) -> None:
    """The attempt's run says what it cost."""
    session.execute(sa.delete(SetAside).where(*_of(claimed)))


def _of(claimed: Claimed) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        SetAside.consortium_id == claimed.consortium_id,
        SetAside.background_row_id == claimed.row_id,
        SetAside.claim == claimed.claim,
    )
