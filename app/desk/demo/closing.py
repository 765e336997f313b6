"""The demo's closed periods: the two oldest quarters, and figures that a platform restated after one was closed."""

from datetime import timedelta

import sqlalchemy as sa

from app.access.rules import Actor, Role
from app.desk.demo.stage import Stage
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.metrics.actions.storing import store_batch
from app.metrics.models import DailyFigure, Run
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from app.scorecards.actions import close_period, measure_to_close
from app.scorecards.queries.comparison import periods_of

#: days from the end of a quarter until it was closed, and until what it held was restated
_CLOSED_AFTER, _RESTATED_AFTER = 20, 33
#: whose views were restated, by how much, and on which days before the end of the quarter
_WHOSE, _BY, _DAYS_BEFORE = ("eastside", "facebook"), 1.06, (18, 17)
#: quarters, not their months
_LEAST_DAYS = 80


def write_closings(stage: Stage) -> None:
    """Close every quarter but the newest, as the admin did then; and let a platform restate two figures after."""
    quarters = [each for each in periods_of(stage.session, within=stage.within) if each.days > _LEAST_DAYS]
    for quarter in sorted(quarters)[:-1]:
        on = quarter.last + timedelta(days=_CLOSED_AFTER)
        at = stage.calendar.at(on)
        measured = measure_to_close(stage.session, quarter, within=stage.within, on=on, at=at)
        close_period(stage.session, quarter, measured, by=_admin(stage), at=at, on=on)
    _restate(stage, stage.calendar.quarter.before())


def _admin(stage: Stage) -> Actor:
    name = next(each.name for each in stage.cast.sign_ins if each.role is Role.CONSORTIUM_ADMIN)
    return Actor(name, stage.consortium_id, stage.people[name].id)


def _restate(stage: Stage, quarter: Period) -> None:
    account = stage.accounts[_WHOSE]
    at = stage.calendar.at(quarter.last + timedelta(days=_RESTATED_AFTER))
    rows = [
        AccountDay(account.id, day, {Metric.VIEWS: Figure.of(round(views * _BY))})
        for day, views in stage.session.execute(
            sa.select(DailyFigure.day, DailyFigure.views)
            .where(
                DailyFigure.consortium_id == stage.consortium_id,
                DailyFigure.account_id == account.id,
                DailyFigure.day.in_([quarter.last - timedelta(days=back) for back in _DAYS_BEFORE]),
            )
            .order_by(DailyFigure.day)
        )
        if views is not None
    ]
    run = Run(
        consortium_id=stage.consortium_id,
        account_id=account.id,
        kind=RunKind.DEMO,
        state=RunState.DONE,
        started_at=at,
        ended_at=at,
        rows_read=len(rows),
    )
    stage.session.add(run)
    stage.session.flush()
    done = store_batch(stage.session, rows, run=run, source=Source.DEMO, at=at)
    run.rows_changed, run.message = done.changed, f"{done.words}."
    stage.session.flush()
