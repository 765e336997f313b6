"""What no platform tells and nobody wrote yet: asked for once a week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_to_feed
from app.accounts.rules import AccountMode, AccountState, Connection
from app.consortia.models import Place
from app.foundation.periods import Period
from app.metrics.models import DailyFigure
from app.metrics.queries.figures import offered_for
from app.metrics.rules.dictionary import Metric
from app.platforms.catalogue import get_platform

#: what is asked for, as far as it is missing
ASKED = (Metric.FOLLOWERS, Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME)


@dataclass(frozen=True, slots=True)
class Asked:
    """An account, and what is not known of it for a week."""

    account: Account
    metrics: tuple[Metric, ...]


def last_week(on: date) -> Period:
    """The last week that ended before a day, from Monday to Sunday."""
    monday = on - timedelta(days=on.weekday() + 7)
    return Period(monday, monday + timedelta(days=6))


def check_in_due(session: Session, place: Place, week: Period, within: Scope) -> list[Asked]:
    """The accounts of a place and below of which something is missing for a week that no platform tells."""
    here = Scope(within.consortium_id, place.id, place.path)
    return asked_of(session, accounts_to_feed(session, within=here), week, within)


def asked_of(session: Session, among: Iterable[Account], week: Period, within: Scope) -> list[Asked]:
    """Those of some accounts of which something is missing for a week that no platform tells."""
    accounts = [each for each in among if _is_in_use(each, week)]
    known = _known(session, [each.id for each in accounts], week, within=within)
    asked = [Asked(each, _missing(each, known.get(each.id, frozenset()))) for each in accounts]
    return [each for each in asked if each.metrics]


def _is_in_use(account: Account, week: Period) -> bool:
    is_open = account.opened_on is None or account.opened_on <= week.last
    return account.state in {AccountState.ACTIVE, AccountState.ON_WATCH} and is_open


def _missing(account: Account, known: frozenset[Metric]) -> tuple[Metric, ...]:
    wanted: list[Metric] = []
    is_pulled = get_platform(account.platform).is_pulled and account.connection not in {
        Connection.FILE_ONLY,
        Connection.NOT_CONNECTED,
    }
    if not is_pulled and Metric.FOLLOWERS in offered_for(account.platform):
        wanted.append(Metric.FOLLOWERS)
    if account.mode is AccountMode.CONVERSATIONAL:
        wanted += [Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME]
    return tuple(metric for metric in wanted if metric not in known)


def _known(session: Session, account_ids: list[int], week: Period, *, within: Scope) -> dict[int, frozenset[Metric]]:
    rows = session.execute(
        sa.select(DailyFigure.account_id, *(sa.func.count(getattr(DailyFigure, metric.value)) for metric in ASKED))
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            DailyFigure.account_id.in_(account_ids),
            DailyFigure.day.between(week.first, week.last),
        )
        .group_by(DailyFigure.account_id)
        .order_by(DailyFigure.account_id)
    )
    return {
        account_id: frozenset(metric for metric, days in zip(ASKED, counts, strict=True) if days)
        for account_id, *counts in rows
    }
