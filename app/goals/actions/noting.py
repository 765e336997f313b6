"""Noting how KPIs and goals stood in a period; the scorecards found it out."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.periods import Period
from app.foundation.rewriting import rewrite
from app.goals.models import GoalStanding, KpiStanding


def note_standings(
    session: Session,
    kpis: Sequence[Mapping[str, Any]],
    goals: Sequence[Mapping[str, Any]],
    *,
    within: Scope,
    period: Period,
) -> None:
    """Make these rows, given by column, the standings of a consortium's period; those that stand so are left alone.

    ``consortium_id`` and the period's days are filled in here.
    """
    of_period = {
        "consortium_id": within.consortium_id,
        "period_first_on": period.first,
        "period_last_on": period.last,
    }
    rewrite(session, sa.Table(KpiStanding.__tablename__, KpiStanding.metadata), kpis, of=of_period, stamp="noted_at")
    rewrite(session, sa.Table(GoalStanding.__tablename__, GoalStanding.metadata), goals, of=of_period)
