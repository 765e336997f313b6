"""Noting how KPIs and goals stood in a period; the scorecards found it out."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.periods import Period
from app.goals.models import GoalStanding, KpiStanding


def note_standings(
    session: Session,
    kpis: Sequence[Mapping[str, Any]],
    goals: Sequence[Mapping[str, Any]],
    *,
    within: Scope,
    period: Period,
) -> None:
    """Replace every standing of a consortium's period by these rows, given by column, in four statements.

    ``consortium_id`` and the period's days are filled in here.
    """
    common = {
        "consortium_id": within.consortium_id,
        "period_first_on": period.first,
        "period_last_on": period.last,
    }
    for table, rows in ((KpiStanding, kpis), (GoalStanding, goals)):
        session.execute(
            sa.delete(table).where(
                table.consortium_id == within.consortium_id,
                table.period_first_on == period.first,
                table.period_last_on == period.last,
            ),
            execution_options={"synchronize_session": False},
        )
        if rows:
            plain = sa.Table(table.__tablename__, table.metadata)  # without what the ORM adds to each row
            session.execute(sa.insert(plain), [{**row, **common} for row in rows])
