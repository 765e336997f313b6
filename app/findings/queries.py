"""Reading findings: how many are open, which, and the checks behind them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.findings.models import Finding
from app.findings.rules import FindingState


def count_open(session: Session, *, within: Scope) -> int:
    """How many findings of the scope's place and all below it are open."""
    statement = (
        sa.select(sa.func.count(Finding.id))
        .join(Finding.place)
        .where(
            Finding.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Finding.state == FindingState.OPEN,
        )
    )
    return session.scalars(statement).one()
