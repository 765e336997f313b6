"""What a rebuild rests on: the tree, the accounts, what places set themselves; then the sums of one period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import Freshness, accounts_at, freshness_of
from app.accounts.rules import Connection
from app.consortia.models import Closure, ConsortiumSettings, Place
from app.consortia.queries import closures_within, settings_of, subtree
from app.consortia.rules.places import ids_in
from app.duties.queries.coverage import Row, coverage
from app.foundation.periods import Period, add_months
from app.goals import queries as goals
from app.goals.models import Goal, Kpi, Target
from app.metrics.models import DailyFigure
from app.metrics.queries.breaks import breaks_by_account
from app.metrics.queries.contents import contents_by_account
from app.metrics.queries.engines import DayNumber
from app.metrics.queries.sums import AccountSums, sums_over
from app.metrics.queries.tagging import own_topics
from app.metrics.rules.breaks import Break, cut_metrics
from app.metrics.rules.contents import Contents
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.sums import DAYS_A_WEEK, expected_days
from app.scorecards.rules.pooling import AccountPeriod

Item = TypeVar("Item")
#: an account that brought a metric within so many months up to the end of a period is expected to bring it
_MONTHS_REMEMBERED = 12


@dataclass(frozen=True, slots=True)
class Ground:
    """All that does not change from one period to the next."""

    settings: ConsortiumSettings
    #: each place before what it holds
    places: Sequence[Place]
    accounts: Sequence[Account]
    #: by account, as it stands in the database now; retired ones have none
    freshness: Mapping[int, Freshness]
    closures: Mapping[int, Sequence[Closure]]
    #: where the series of an account break, by account
    breaks: Mapping[int, Sequence[Break]]
    goals: Sequence[Goal]
    #: by place, in the order they were added
    kpis: Mapping[int, Sequence[Kpi]]
    #: oldest first, by KPI
    targets: Mapping[int, Sequence[Target]]
    #: planned shares of topics in percent; empty while the consortium has not written its own
    planned: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sums:
    """What one period brought."""

    #: accounts by each place at or above the one that owns them
    accounts: Mapping[int, Sequence[AccountPeriod]]
    #: whole weeks of the period with a post, by place, what stands below included
    weeks: Mapping[int, frozenset[int]]
    #: rows of the duty matrix on the last day, by place, what stands below included
    duties: Mapping[int, Sequence[Row]]
    #: what the kept posts are made of, by place, what stands below included
    contents: Mapping[int, Contents]


def ground_of(session: Session, *, within: Scope) -> Ground:
    """Read once for a rebuild of any number of periods; the whole consortium."""
    whole = Scope(consortium_id=within.consortium_id)
    kpis: dict[int, list[Kpi]] = defaultdict(list)
    for kpi in goals.kpis_at(session, within=whole):
        kpis[kpi.place_id].append(kpi)
    accounts = accounts_at(session, within=whole)
    return Ground(
        settings=settings_of(session, within=whole),
        places=subtree(session, within=whole),
        accounts=accounts,
        freshness={fresh.account_id: fresh for fresh in freshness_of(session, within=whole)},
        closures=closures_within(session, within=whole),
        breaks=breaks_by_account(session, accounts, within=whole),
        goals=goals.goals_at(session, within=whole),
        kpis=kpis,
        targets=goals.targets_at(session, within=whole),
        planned={topic.name: topic.percent for topic in own_topics(session, within=whole) if topic.percent is not None},
    )


def sums_of(session: Session, ground: Ground, *, within: Scope, period: Period, as_of: date) -> Sums:
    """The sums of a period up to ``as_of``; six statements and those of the duty matrix."""
    whole = Scope(consortium_id=within.consortium_id)
    remembered = Period(add_months(period.last, 1 - _MONTHS_REMEMBERED), period.last)
    brought = {sums.account_id: sums for sums in sums_over(session, within=whole, period=period)}
    ever = {sums.account_id: _gives(sums) for sums in sums_over(session, within=whole, period=remembered)}
    matrix = coverage(session, within=whole, on=min(period.last, as_of))
    by_account = {account.id: account for account in ground.accounts}
    return Sums(
        accounts=_by_place(
            [
                (account.place, _account(account, brought.get(account.id), ever.get(account.id), ground, period, as_of))
                for account in by_account.values()
                if _is_running(account, period)
            ]
        ),
        weeks={
            place_id: frozenset(found)
            for place_id, found in _by_place(_weeks_with_posts(session, ground, whole, period)).items()
        },
        duties=_by_place([(row.place, row) for row in matrix]),
        contents={
            place_id: sum(found, Contents())
            for place_id, found in _by_place(_contents(session, ground, whole, period)).items()
        },
    )


def closed_days(ground: Ground, place: Place, period: Period) -> frozenset[date]:
    """The days of a period on which a place is not open."""
    days = expected_days(period, closed=())
    closures = ground.closures.get(place.id, ())
    return frozenset(day for day in days if not place.is_open(day) or any(shut.covers(day) for shut in closures))


def _by_place(items: Sequence[tuple[Place, Item]]) -> dict[int, list[Item]]:
    """Each item at its place and at every place above."""
    found: dict[int, list[Item]] = defaultdict(list)
    for place, item in items:
        for step in ids_in(place.path):
            found[step].append(item)
    return found


def _is_running(account: Account, period: Period) -> bool:
    opened = account.opened_on is None or account.opened_on <= period.last
    return opened and (account.retired_on is None or account.retired_on > period.first)


def _account(
    account: Account,
    brought: AccountSums | None,
    gives: frozenset[Metric] | None,
    ground: Ground,
    period: Period,
    as_of: date,
) -> AccountPeriod:
    flows = brought.flows if brought else {}
    fresh = ground.freshness.get(account.id)
    return AccountPeriod(
        account_id=account.id,
        platform=account.platform,
        expected=_expected(account, ground, period, as_of),
        gives=gives or frozenset(),
        newest_on=fresh.newest_figure_on if fresh else None,
        stale_after_days=fresh.stale_after_days if fresh else 0,
        is_fed_by_file=fresh is not None and fresh.connection is Connection.FILE_ONLY,
        days=brought.days if brought else 0,
        followers_first=brought.followers_first if brought else None,
        followers_last=brought.followers_last if brought else None,
        totals={metric: flow.total for metric, flow in flows.items() if flow.total is not None},
        known_days={metric: flow.days for metric, flow in flows.items()},
        cut=cut_metrics(ground.breaks.get(account.id, ()), period),
    )


def _expected(account: Account, ground: Ground, period: Period, as_of: date) -> int:
    """Days of the period on which the account ran and its place was open, as far as they have come."""
    first = max(period.first, account.opened_on or period.first)
    last = min(period.last, as_of, (account.retired_on - timedelta(days=1)) if account.retired_on else period.last)
    if last < first:
        return 0
    span = Period(first, last)
    if account.place_id not in ground.closures and account.place.opened_on is None and account.place.closed_on is None:
        return span.days
    return span.days - len(closed_days(ground, account.place, span))


def _gives(sums: AccountSums) -> frozenset[Metric]:
    flows = {metric for metric, flow in sums.flows.items() if flow.total is not None}
    return frozenset(flows | ({Metric.FOLLOWERS} if sums.followers_last is not None else set()))


def _contents(session: Session, ground: Ground, within: Scope, period: Period) -> list[tuple[Place, Contents]]:
    zone = ZoneInfo(ground.settings.time_zone)
    found = contents_by_account(
        session,
        within=within,
        first_at=datetime.combine(period.first, time(), zone),
        end_at=datetime.combine(period.last + timedelta(days=1), time(), zone),
    )
    return [(account.place, found[account.id]) for account in ground.accounts if account.id in found]


def _weeks_with_posts(session: Session, ground: Ground, within: Scope, period: Period) -> list[tuple[Place, int]]:
    """The whole weeks of the period in which a place posted; one statement."""
    places = {place.id: place for place in ground.places}
    first = sa.literal(period.first, DailyFigure.day.type)
    week = (DayNumber(DailyFigure.day) - DayNumber(first)) // DAYS_A_WEEK
    rows = session.execute(
        sa.select(Account.place_id, week)
        .join(
            Account,
            sa.and_(Account.consortium_id == DailyFigure.consortium_id, Account.id == DailyFigure.account_id),
        )
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            DailyFigure.day.between(period.first, period.last),
            DailyFigure.posts > 0,
        )
        .distinct()
        .order_by(Account.place_id)
    )
    return [(places[place_id], int(number)) for place_id, number in rows]
