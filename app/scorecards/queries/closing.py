"""Which periods a rebuild writes and which are due to close: closed ones stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.periods import Period, whole_year, year_of
from app.metrics.models import ClosedPeriod
from app.metrics.queries.closing import closes_after_days, closings_at, closings_ever
from app.metrics.rules.closing import holds
from app.scorecards.models import Scorecard
from app.scorecards.queries.comparison import periods_of
from app.scorecards.queries.standings import is_out_of_date
from app.scorecards.rules.whole import periods_kept


@dataclass(frozen=True, slots=True)
class PeriodSeen:
    """A period with scorecards: how it is closed now, when it was reopened last, when it closes by itself."""

    period: Period
    #: None: open
    closing: ClosedPeriod | None
    #: the closing that was taken back last; None where it never was
    reopened: ClosedPeriod | None
    #: the day on which it closes by itself; None: it does not
    closes_on: date | None


@dataclass(frozen=True, slots=True)
class YearSeen:
    """A year, and which of its periods are open; a period belongs to the year in which it ends."""

    #: by the calendar year in which it ends
    year: int
    whole: Period
    #: those that hold others first
    still_open: list[Period]


def periods_to_rebuild(session: Session, *, within: Scope, on: date) -> list[Period]:
    """The open periods of those that are kept as of a day, then older ones that were reopened and not computed since."""
    closed = {closing.period for closing in closings_at(session, within=within)}
    kept = [period for period in periods_kept(on) if period not in closed]
    return kept + [period for period in _reopened(session, within) if period not in closed and period not in kept]


def _reopened(session: Session, within: Scope) -> list[Period]:
    rows = session.execute(
        sa.select(ClosedPeriod.first_on, ClosedPeriod.last_on)
        .join(
            Scorecard,
            sa.and_(
                Scorecard.consortium_id == ClosedPeriod.consortium_id,
                Scorecard.period_first_on == ClosedPeriod.first_on,
                Scorecard.period_last_on == ClosedPeriod.last_on,
            ),
        )
        .where(
            ClosedPeriod.consortium_id == within.consortium_id,
            Scorecard.consortium_id == within.consortium_id,
        )
        .group_by(ClosedPeriod.first_on, ClosedPeriod.last_on)
        .having(sa.func.max(ClosedPeriod.reopened_at) > sa.func.max(Scorecard.rebuilt_at))
        .order_by(ClosedPeriod.last_on.desc(), ClosedPeriod.first_on)
    )
    return [Period(first, last) for first, last in rows]


def is_rebuild_due(session: Session, *, within: Scope, on: date) -> bool:
    """Is anything newer than the newest open period, or was one reopened and not computed since?"""
    periods = periods_to_rebuild(session, within=within, on=on)
    if not periods:
        return False
    kept = set(periods_kept(on))
    return periods[-1] not in kept or is_out_of_date(session, within=within, period=periods[0])


def closes_with(session: Session, period: Period, *, within: Scope) -> list[Period]:
    """What closes with a period: the open ones with scorecards that lie in it, and itself as the last."""
    closed = {closing.period for closing in closings_at(session, within=within)}
    inside = [one for one in periods_of(session, within=within) if holds(period, one) and one not in closed]
    return [*(one for one in inside if one != period), period]


def reopens_with(session: Session, period: Period, *, within: Scope) -> Sequence[ClosedPeriod]:
    """What reopens with a period: itself, and the closed ones that lie in it."""
    return [closing for closing in closings_at(session, within=within) if holds(period, closing.period)]


def due_to_close(session: Session, *, within: Scope, on: date) -> list[Period]:
    """The periods whose time to close by themselves has come, those that hold others first.

    One that was reopened waits for a person.
    """
    due = [
        seen.period
        for seen in periods_seen(session, within=within)
        if seen.closing is None and seen.closes_on is not None and seen.closes_on <= on
    ]
    return sorted(due, key=lambda period: period.days, reverse=True)


def periods_seen(session: Session, *, within: Scope) -> list[PeriodSeen]:
    """Every period with scorecards, newest first, quarters before months; three statements."""
    after = closes_after_days(session, within=within)
    closings: dict[Period, ClosedPeriod] = {}
    reopened: dict[Period, ClosedPeriod] = {}
    for closing in closings_ever(session, within=within):
        (closings if closing.reopened_at is None else reopened).setdefault(closing.period, closing)
    return [
        PeriodSeen(
            period,
            closings.get(period),
            reopened.get(period),
            None if after is None or period in reopened else period.last + timedelta(days=after),
        )
        for period in periods_of(session, within=within)
    ]


def years_seen(seen: Sequence[PeriodSeen], *, starts: int) -> list[YearSeen]:
    """The years in which these periods end, newest first; ``starts`` is the month in which years start."""
    found: dict[int, list[Period]] = {}
    for one in seen:
        still_open = found.setdefault(year_of(one.period.last, starts=starts), [])
        if one.closing is None:
            still_open.append(one.period)
    return [
        YearSeen(year, whole_year(year, starts=starts), sorted(periods, key=lambda period: period.days, reverse=True))
        for year, periods in sorted(found.items(), reverse=True)
    ]
