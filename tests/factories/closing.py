"""Closed periods in tests, and figures that come in after."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.metrics.models import ClosedPeriod, Run
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.runs import RunKind, RunState
from app.scorecards.actions import close_period, measure_to_close
from tests.factories.figures import QUARTER, store_days
from tests.factories.world import AT, World

#: an hour after a period was closed
LATER = AT + timedelta(hours=1)


def close(session: Session, world: World, period: Period = QUARTER) -> ClosedPeriod:
    """Close a period at the moment the world is made."""
    on = AT.date()
    measured = measure_to_close(session, period, within=Scope(world.consortium.id), on=on, at=AT)
    return close_period(session, period, measured, by=world.machine, at=AT, on=on)


def come_in(
    session: Session, account: Account, day: date, figures: Mapping[Metric, int], *, at: datetime = LATER
) -> Run:
    """A pull brings figures of a day."""
    run = Run(
        consortium_id=account.consortium_id,
        account_id=account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=at,
        ended_at=at,
    )
    session.add(run)
    session.flush()
    told = DailyFigures(day, {metric: Figure.of(value) for metric, value in figures.items()})
    store_days(session, account, [told], run=run, source=Source.PULL, at=at)
    return run
