"""Reading where figures are missing: how many days of each account, and which."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.rules.states import AccountState, Connection
from app.consortia.models import Place
from app.foundation.figures import Reason
from app.foundation.periods import Period
from app.metrics.models import DailyFigure, Observation
from app.metrics.models.days import FLOWS
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.holes import LOOKED_BACK_DAYS, Hole, expected, holes

_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)
#: fed by people: what comes after their newest day is not missing yet
_BY_PEOPLE = (Connection.FILE_ONLY, Connection.NOT_CONNECTED)
_COLUMNS = [getattr(DailyFigure, metric.value) for metric in (Metric.FOLLOWERS, Metric.FOLLOWING, *FLOWS)]


@dataclass(frozen=True, slots=True)
class _Span:
    """The days of which an account should have figures, and of how many it has some."""

    wanted: Period | None
    known: int

    @property
    def missing(self) -> int:
        return self.wanted.days - self.known if self.wanted else 0


def hole_days(session: Session, *, within: Scope, on: date) -> dict[int, int]:
    """How many of the last 90 days lack figures, by account in use; accounts without such a day are left out."""
    spans = _spans(session, None, within=within, on=on)
    return {account_id: span.missing for account_id, span in spans.items() if span.missing > 0}


def holes_of(session: Session, account_ids: Collection[int], *, within: Scope, on: date) -> dict[int, list[Hole]]:
    """The days without figures of these accounts as ranges, the oldest first; three statements."""
    spans = _spans(session, account_ids, within=within, on=on)
    since = on - timedelta(days=LOOKED_BACK_DAYS)
    known: Mapping[int, set[date]] = defaultdict(set)
    for account_id, day in session.execute(
        _days(account_ids, within=within, since=since).order_by(DailyFigure.account_id, DailyFigure.day)
    ):
        known[account_id].add(day)
    reasons = _reasons(session, account_ids, within=within, since=since)
    return {
        account_id: holes(known[account_id], span.wanted, reasons[account_id]) if span.wanted else []
        for account_id, span in spans.items()
    }


def _spans(session: Session, account_ids: Collection[int] | None, *, within: Scope, on: date) -> dict[int, _Span]:
    since, yesterday = on - timedelta(days=LOOKED_BACK_DAYS), on - timedelta(days=1)
    days = _days(account_ids, within=within, since=since).subquery()
    of_account = sa.and_(DailyFigure.consortium_id == within.consortium_id, DailyFigure.account_id == Account.id)
    first = sa.select(sa.func.min(DailyFigure.day)).where(of_account).correlate(Account).scalar_subquery()
    statement = (
        sa.select(Account.id, Account.connection, Account.newest_figure_on, first, sa.func.count(days.c.day))
        .join(Account.place)
        .outerjoin(days, sa.and_(days.c.account_id == Account.id, days.c.day < on))
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Account.state.in_(_IN_USE),
        )
        .group_by(Account.id, Account.connection, Account.newest_figure_on)
        .order_by(Account.id)
    )
    if account_ids is not None:
        statement = statement.where(Account.id.in_(sorted(account_ids)))
    found = {}
    for account_id, connection, newest_on, first_on, known in session.execute(statement):
        last_on = min(newest_on or yesterday, yesterday) if connection in _BY_PEOPLE else yesterday
        found[account_id] = _Span(expected(first_on, last_on, on=on), known)
    return found


def _days(account_ids: Collection[int] | None, *, within: Scope, since: date) -> sa.Select[int, date]:
    """Account and day wherever anything is known of the day."""
    statement = sa.select(DailyFigure.account_id, DailyFigure.day).where(
        DailyFigure.consortium_id == within.consortium_id,
        DailyFigure.day >= since,
        sa.func.coalesce(*_COLUMNS).is_not(None),
    )
    return statement if account_ids is None else statement.where(DailyFigure.account_id.in_(sorted(account_ids)))


def _reasons(
    session: Session, account_ids: Iterable[int], *, within: Scope, since: date
) -> Mapping[int, dict[date, Reason]]:
    found: Mapping[int, dict[date, Reason]] = defaultdict(dict)
    rows = session.execute(
        sa.select(Observation.account_id, Observation.day, Observation.reason)
        .where(
            Observation.consortium_id == within.consortium_id,
            Observation.account_id.in_(sorted(account_ids)),
            Observation.day >= since,
            Observation.revision == 0,
            Observation.reason.is_not(None),
        )
        .order_by(Observation.account_id, Observation.day, Observation.metric.desc())
    )
    for account_id, day, reason in rows:
        if reason is not None and reason is not Reason.NOT_SUPPORTED:
            found[account_id][day] = reason
    return found
