"""Reading imports that failed, for whoever looks after a consortium."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.metrics.models import Run
from app.metrics.rules.runs import RunKind, RunState


def failed_imports(session: Session, *, within: Scope, since: datetime, most: int) -> Sequence[Run]:
    """Imports of the scope that failed after a moment, with account and place, the latest first."""
    return session.scalars(
        sa.select(Run)
        .join(Run.account)
        .join(Account.place)
        .where(
            Run.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Run.kind == RunKind.IMPORT,
            Run.state == RunState.FAILED,
            Run.started_at > since,
        )
        .options(contains_eager(Run.account).contains_eager(Account.place))
        .order_by(Run.started_at.desc(), Run.id)
        .limit(most)
    ).all()
