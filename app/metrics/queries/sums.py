"""Sums of flows and ends of stocks for many accounts at once, from months where the period is made of months.

Each account counts where it belongs; an account shared by several places stays with its owner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.periods import Period, month_of
from app.metrics.models import DailyFigure, MonthFigure
from app.metrics.queries.engines import dated, undated
from app.metrics.rules.dictionary import Metric

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_MONTHS = sa.Table(MonthFigure.__tablename__, MonthFigure.metadata)
_FLOWS = tuple(metric for metric in Metric if not metric.is_stock)
_WIDTH = 2


@dataclass(frozen=True, slots=True)
class FlowSum:
    """What was counted, and on how many days a count was known; ``total`` None means on none."""

    total: int | None
    days: int


@dataclass(frozen=True, slots=True)
class AccountSums:
    """One account over a period, or over one month of it."""

    account_id: int
    place_id: int
    #: first day of the month, for rows of :func:`months_of`; None over a whole period
    month: date | None
    #: days with a row
    days: int
    #: days with at least one post
    days_posted: int
    #: first and last known level of followers
    followers_first: int | None
    followers_last: int | None
    flows: Mapping[Metric, FlowSum]


def sums_over(session: Session, *, within: Scope, period: Period) -> list[AccountSums]:
    """Each account of the scope that has a figure in the period, by account; one statement, by the cheaper table."""
    whole = period.first == month_of(period.first).first and period.last == month_of(period.last).last
    return (
        month_sums(session, within=within, period=period) if whole else day_sums(session, within=within, period=period)
    )


def month_sums(session: Session, *, within: Scope, period: Period) -> list[AccountSums]:
    """The same for the whole months that a period touches."""
    flows = [(sa.func.sum(_MONTHS.c[m.value]), sa.func.sum(_MONTHS.c[f"{m.value}_days"])) for m in _FLOWS]
    statement = _of_scope(
        sa.select(
            _MONTHS.c.account_id,
            Account.place_id,
            sa.null(),
            sa.func.sum(_MONTHS.c.days),
            sa.func.sum(_MONTHS.c.days_posted),
            undated(sa.func.min(dated(_MONTHS.c.month, _MONTHS.c.followers_first))),
            undated(sa.func.max(dated(_MONTHS.c.month, _MONTHS.c.followers_last))),
            *(column for pair in flows for column in pair),
        ),
        _MONTHS,
        within,
    ).where(_MONTHS.c.month.between(month_of(period.first).first, period.last))
    statement = statement.group_by(_MONTHS.c.account_id, Account.place_id).order_by(_MONTHS.c.account_id)
    return [_sums(row) for row in session.execute(statement)]


def day_sums(session: Session, *, within: Scope, period: Period) -> list[AccountSums]:
    """The same for any days, from the days themselves."""
    level = dated(_DAYS.c.day, _DAYS.c.followers)
    flows = [(sa.func.sum(_DAYS.c[m.value]), sa.func.count(_DAYS.c[m.value])) for m in _FLOWS]
    statement = _of_scope(
        sa.select(
            _DAYS.c.account_id,
            Account.place_id,
            sa.null(),
            sa.func.count(),
            sa.func.count(sa.case((_DAYS.c.posts > 0, 1))),
            undated(sa.func.min(level)),
            undated(sa.func.max(level)),
            *(column for pair in flows for column in pair),
        ),
        _DAYS,
        within,
    ).where(_DAYS.c.day.between(period.first, period.last))
    statement = statement.group_by(_DAYS.c.account_id, Account.place_id).order_by(_DAYS.c.account_id)
    return [_sums(row) for row in session.execute(statement)]


def months_of(session: Session, *, within: Scope, period: Period) -> list[AccountSums]:
    """Month by month: each account of the scope in each month it has a figure in, by account, oldest first."""
    columns = [_MONTHS.c[name] for m in _FLOWS for name in (m.value, f"{m.value}_days")]
    statement = _of_scope(
        sa.select(
            _MONTHS.c.account_id,
            Account.place_id,
            _MONTHS.c.month,
            _MONTHS.c.days,
            _MONTHS.c.days_posted,
            _MONTHS.c.followers_first,
            _MONTHS.c.followers_last,
            *columns,
        ),
        _MONTHS,
        within,
    ).where(_MONTHS.c.month.between(month_of(period.first).first, period.last))
    return [_sums(row) for row in session.execute(statement.order_by(_MONTHS.c.account_id, _MONTHS.c.month))]


def _of_scope(statement: sa.Select[Any], table: sa.Table, within: Scope) -> sa.Select[Any]:
    return (
        statement.join_from(
            table,
            Account,
            sa.and_(Account.consortium_id == table.c.consortium_id, Account.id == table.c.account_id),
        )
        .join(Account.place)
        .where(
            table.c.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
    )


def _sums(row: Any) -> AccountSums:
    account_id, place_id, month, days, days_posted, first, last, *flows = row
    pairs = zip(_FLOWS, range(0, len(flows), _WIDTH), strict=True)
    return AccountSums(
        account_id=account_id,
        place_id=place_id,
        month=month,
        days=int(days),
        days_posted=int(days_posted),
        followers_first=first,
        followers_last=last,
        flows={
            metric: FlowSum(None if flows[at] is None else int(flows[at]), int(flows[at + 1])) for metric, at in pairs
        },
    )
