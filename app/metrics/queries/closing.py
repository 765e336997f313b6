"""Reading closed periods: which there are, and which of their figures are not what they were when they were closed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import local_day
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.models import (
    ClosedPeriod,
    ClosingSettings,
    DailyFigure,
    FurtherFigure,
    LateDay,
    Observation,
    Run,
    StagedFigure,
)
from app.metrics.rules.closing import MOST_RESTATED, Restated, merged
from app.metrics.rules.dictionary import FurtherMetric, Metric

#: account, day, metric
_Cell = tuple[int, date, Metric]
_VALUES = [getattr(DailyFigure, metric.value) for metric in Metric]
#: of one figure several values may have been replaced
_MOST_ROWS = 4 * MOST_RESTATED


@dataclass(frozen=True, slots=True)
class ClosedNote:
    """What a page says of a closed period: since when it is closed, and how many figures were restated since."""

    period: Period
    closed_at: datetime
    closed_on: date
    restated: int

    @property
    def is_more(self) -> bool:
        """Were more restated than are counted?"""
        return self.restated >= MOST_RESTATED


def closings_at(session: Session, *, within: Scope) -> Sequence[ClosedPeriod]:
    """The periods of the consortium that are closed now, newest first, longer before shorter."""
    return session.scalars(
        sa.select(ClosedPeriod)
        .where(ClosedPeriod.consortium_id == within.consortium_id, ClosedPeriod.reopened_at.is_(None))
        .order_by(ClosedPeriod.last_on.desc(), ClosedPeriod.first_on)
    ).all()


def closings_ever(session: Session, *, within: Scope) -> Sequence[ClosedPeriod]:
    """Every closing of the consortium, those that were reopened too, newest first."""
    return session.scalars(
        sa.select(ClosedPeriod)
        .where(ClosedPeriod.consortium_id == within.consortium_id)
        .order_by(ClosedPeriod.closed_at.desc(), ClosedPeriod.id.desc())
    ).all()


def find_closing(session: Session, period: Period, *, within: Scope) -> ClosedPeriod | None:
    """How a period is closed; None where it is open."""
    return session.scalars(
        sa.select(ClosedPeriod).where(
            ClosedPeriod.consortium_id == within.consortium_id,
            ClosedPeriod.first_on == period.first,
            ClosedPeriod.last_on == period.last,
            ClosedPeriod.reopened_at.is_(None),
        )
    ).one_or_none()


def closed_days(session: Session, *, within: Scope) -> tuple[Period, ...]:
    """All days that lie in a closed period, as few periods."""
    rows = session.execute(
        sa.select(ClosedPeriod.first_on, ClosedPeriod.last_on)
        .where(ClosedPeriod.consortium_id == within.consortium_id, ClosedPeriod.reopened_at.is_(None))
        .order_by(ClosedPeriod.first_on)
    )
    return merged(Period(first, last) for first, last in rows)


def staged_in_closed(session: Session, run: Run, *, within: Scope) -> int:
    """How many days of a checked file lie in closed periods."""
    closed = closed_days(session, within=within)
    if not closed:
        return 0
    statement = sa.select(sa.func.count()).where(
        StagedFigure.consortium_id == within.consortium_id,
        StagedFigure.run_id == run.id,
        sa.or_(*(StagedFigure.day.between(period.first, period.last) for period in closed)),
    )
    return session.scalar(statement) or 0


def closes_after_days(session: Session, *, within: Scope) -> int | None:
    """How many days after their end periods close by themselves; None: never."""
    return session.scalars(
        sa.select(ClosingSettings.after_days).where(ClosingSettings.consortium_id == within.consortium_id)
    ).one_or_none()


def find_closed_note(session: Session, period: Period, *, within: Scope) -> ClosedNote | None:
    """What the pages of the scope say of a period; None where it is open, which is one statement."""
    closing = find_closing(session, period, within=within)
    if closing is None:
        return None
    closed_on = local_day(closing.closed_at, settings_of(session, within=within).time_zone)
    return ClosedNote(period, closing.closed_at, closed_on, len(restated_since(session, closing, within=within)))


def restated_since(session: Session, closing: ClosedPeriod, *, within: Scope) -> Sequence[Restated]:
    """The figures of the scope's accounts that differ from what they were at a closing, by day; three statements.

    Those told beside the metrics are among them. No more than :data:`MOST_RESTATED` are told.
    """
    #: by figure the first thing that happened to it since: when, what stood before it, what stands now
    first: dict[_Cell, tuple[datetime, Figure, Figure]] = {}
    for row in session.execute(_replaced(closing, within)):
        cell: _Cell = (row.account_id, row.day, row.metric)
        now = getattr(row, row.metric.value)
        first.setdefault(cell, (row.noted_at, _figure(row.value, row.reason), _figure(now)))
    for row in session.execute(_came_late(closing, within)):
        for metric in Metric:
            cell = (row.account_id, row.day, metric)
            if cell not in first or row.noted_at < first[cell][0]:
                first[cell] = (row.noted_at, _figure(None), _figure(getattr(row, metric.value)))
    found = [
        Restated(account_id, day, metric, then, now)
        for (account_id, day, metric), (_, then, now) in first.items()
        if then.value != now.value
    ]
    found += _restated_beside(session, closing, within)
    order: list[str] = [*Metric, *FurtherMetric]
    return sorted(found, key=lambda one: (one.day, one.account_id, order.index(one.metric)))[:MOST_RESTATED]


def _restated_beside(session: Session, closing: ClosedPeriod, within: Scope) -> Iterator[Restated]:
    """The same of what is told beside the metrics."""
    #: by figure when what stood at the closing was told, what it was, and what stands now
    found: dict[tuple[int, date, FurtherMetric], tuple[datetime | None, Figure, Figure]] = {}
    for row in session.execute(_touched_beside(closing, within)):
        cell = (row.account_id, row.day, row.metric)
        now = _figure(row.value_now, row.reason_now)
        told = [(row.told_at, _figure(row.value, row.reason)), (row.told_now_at, now)]
        found.setdefault(cell, (None, _figure(None), now))
        for told_at, figure in told:
            at_closing = found[cell][0]
            if told_at and told_at <= closing.closed_at and (at_closing is None or told_at > at_closing):
                found[cell] = (told_at, figure, now)
    for (account_id, day, metric), (_, then, now) in found.items():
        if then.value != now.value:
            yield Restated(account_id, day, metric, then, now)


def _touched_beside(closing: ClosedPeriod, within: Scope) -> sa.Select[Any]:
    """What was written or replaced since, with when it was told, beside what stands now."""
    now, run_now = aliased(FurtherFigure), aliased(Run)
    stands = sa.and_(
        now.consortium_id == within.consortium_id,
        now.account_id == FurtherFigure.account_id,
        now.day == FurtherFigure.day,
        now.metric == FurtherFigure.metric,
        now.revision == 0,
    )
    columns: list[Any] = [
        *(getattr(FurtherFigure, name) for name in ("account_id", "day", "metric", "value", "reason")),
        sa.func.coalesce(Run.ended_at, Run.started_at).label("told_at"),
        now.value.label("value_now"),
        now.reason.label("reason_now"),
        sa.func.coalesce(run_now.ended_at, run_now.started_at).label("told_now_at"),
    ]
    statement = (
        sa.select(*columns)
        .join_from(
            FurtherFigure, Run, sa.and_(Run.consortium_id == within.consortium_id, Run.id == FurtherFigure.run_id)
        )
        .join(now, stands, isouter=True)
        .join(run_now, sa.and_(run_now.consortium_id == within.consortium_id, run_now.id == now.run_id), isouter=True)
        .where(
            FurtherFigure.consortium_id == within.consortium_id,
            FurtherFigure.noted_at > closing.closed_at,
            FurtherFigure.day.between(closing.first_on, closing.last_on),
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision)
    )
    return _of_scope(statement, FurtherFigure, within)


def _figure(value: int | None, reason: Reason | None = None) -> Figure:
    return Figure.missing(reason or Reason.NOT_COLLECTED) if value is None else Figure.of(value)


def _replaced(closing: ClosedPeriod, within: Scope) -> sa.Select[Any]:
    """Values and reasons replaced since, oldest first for each figure, beside the values of the day."""
    at_day = sa.and_(
        DailyFigure.consortium_id == within.consortium_id,
        DailyFigure.account_id == Observation.account_id,
        DailyFigure.day == Observation.day,
    )
    return _of_scope(
        sa.select(
            Observation.account_id,
            Observation.day,
            Observation.metric,
            Observation.value,
            Observation.reason,
            Observation.noted_at,
            *_VALUES,
        )
        .join_from(Observation, DailyFigure, at_day, isouter=True)
        .where(
            Observation.consortium_id == within.consortium_id,
            Observation.revision > 0,
            Observation.noted_at > closing.closed_at,
            Observation.day.between(closing.first_on, closing.last_on),
        )
        .order_by(Observation.account_id, Observation.day, Observation.metric, Observation.revision),
        Observation,
        within,
    )


def _came_late(closing: ClosedPeriod, within: Scope) -> sa.Select[Any]:
    """Days that were not there, with the values of the day."""
    at_day = sa.and_(
        DailyFigure.consortium_id == within.consortium_id,
        DailyFigure.account_id == LateDay.account_id,
        DailyFigure.day == LateDay.day,
    )
    return _of_scope(
        sa.select(LateDay.account_id, LateDay.day, LateDay.noted_at, *_VALUES)
        .join_from(LateDay, DailyFigure, at_day)
        .where(
            LateDay.consortium_id == within.consortium_id,
            LateDay.noted_at > closing.closed_at,
            LateDay.day.between(closing.first_on, closing.last_on),
        )
        .order_by(LateDay.account_id, LateDay.day, LateDay.noted_at),
        LateDay,
        within,
    )


def _of_scope(
    statement: sa.Select[Any], table: type[Observation] | type[LateDay] | type[FurtherFigure], within: Scope
) -> sa.Select[Any]:
    return (
        statement.join(Account, sa.and_(Account.consortium_id == table.consortium_id, Account.id == table.account_id))
        .join(Place, sa.and_(Place.consortium_id == Account.consortium_id, Place.id == Account.place_id))
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .limit(_MOST_ROWS)
    )
