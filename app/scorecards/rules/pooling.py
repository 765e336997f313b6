"""From the sums of single accounts to the inputs of a place's KPIs, and to what keeps them from being judged.

Flows are added up over accounts; followers never over platforms: the platform with the most of them speaks. Days are
turned into days of the *place*: where one of two accounts has half its days, the place has three quarters of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.goals.rules import Inputs, Part
from app.metrics.rules.contents import Contents
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.sums import DAYS_A_MONTH, DAYS_A_WEEK, ENOUGH, Completeness, Flow, is_stale

_UNKNOWN = Figure.missing(Reason.NOT_COLLECTED)
_CUT = Figure.missing(Reason.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class AccountPeriod:
    """One account in one period. ``gives`` are the metrics it has ever brought: only those are expected of it."""

    account_id: int
    platform: str
    #: days of the period on which a figure is expected
    expected: int
    gives: frozenset[Metric]
    #: the last day with a figure; None where there never was one
    newest_on: date | None
    #: figures older than so many days are stale, by how they come in
    stale_after_days: int
    #: figures reach us by files only
    is_fed_by_file: bool = False
    days: int = 0
    followers_first: int | None = None
    followers_last: int | None = None
    totals: Mapping[Metric, int] = field(default_factory=dict)
    known_days: Mapping[Metric, int] = field(default_factory=dict)
    #: metrics that mean something else from a day inside the period on: their days are never added up
    cut: frozenset[Metric] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a place is known by apart from its accounts."""

    population: Figure
    #: days of the period on which the place is open
    open_days: int
    #: weeks in which it is open, and those of them with a post
    weeks: Part
    #: None where no policy asks for a duty
    coverage: Part | None = None
    single_duties: Part | None = None
    #: what the kept posts of its accounts are made of
    contents: Contents | None = None
    #: planned shares of topics, in percent
    planned: Mapping[str, int] = field(default_factory=dict)


def inputs_of(accounts: Sequence[AccountPeriod], around: Surroundings, *, period: Period) -> Inputs:
    """What the formulas ask for, from the accounts at a place and below it."""
    flows = {metric: flow for metric in Metric if (flow := _flow(accounts, metric, open_days=around.open_days))}
    start, end, seen = _followers(accounts)
    return Inputs(
        flows=flows,
        followers_at_start=start,
        followers_at_end=end,
        followers_completeness=seen,
        population=around.population,
        months=max(period.days / DAYS_A_MONTH, 1.0),
        coverage=around.coverage,
        single_duties=around.single_duties,
        weeks=around.weeks if Metric.POSTS in flows else None,
        metric_days=_metric_days(accounts),
        contents=around.contents,
        planned=around.planned,
    )


def _flow(accounts: Sequence[AccountPeriod], metric: Metric, *, open_days: int) -> Flow | None:
    """The sum over the accounts that bring this metric; None where none does."""
    asked = [account for account in accounts if metric in account.gives and account.expected]
    if not asked:
        return None
    expected = sum(account.expected for account in asked)
    known = sum(min(account.known_days.get(metric, 0), account.expected) for account in asked)
    present = round(open_days * known / expected)
    if not known:
        return Flow(_UNKNOWN, Completeness(present=0, expected=open_days))
    if any(metric in account.cut for account in asked):
        return Flow(_CUT, Completeness(present=max(present, 1), expected=open_days))
    total = sum(account.totals.get(metric, 0) for account in asked)
    return Flow(Figure.of(total), Completeness(present=max(present, 1), expected=open_days))


def _followers(accounts: Sequence[AccountPeriod]) -> tuple[Figure, Figure, Completeness]:
    platforms: dict[str, list[AccountPeriod]] = defaultdict(list)
    for account in accounts:
        if Metric.FOLLOWERS in account.gives:
            platforms[account.platform].append(account)
    if not platforms:
        return _UNKNOWN, _UNKNOWN, Completeness(0, 0)
    largest = max(platforms.values(), key=lambda group: sum(account.followers_last or 0 for account in group))
    counted = [a for a in largest if a.followers_first is not None and a.followers_last is not None]
    seen = Completeness(sum(min(a.days, a.expected) for a in largest), sum(a.expected for a in largest))
    if not counted:
        return _UNKNOWN, _UNKNOWN, seen
    start = Figure.of(sum(account.followers_first or 0 for account in counted))
    if any(Metric.FOLLOWERS in account.cut for account in counted):
        start = _CUT
    return start, Figure.of(sum(account.followers_last or 0 for account in counted)), seen


def _metric_days(accounts: Sequence[AccountPeriod]) -> Part | None:
    flows = [metric for metric in Metric if not metric.is_stock]
    expected = sum(a.expected * len(a.gives.intersection(flows)) for a in accounts)
    present = sum(min(a.known_days.get(m, 0), a.expected) for a in accounts for m in a.gives if m in flows)
    return Part(present, expected) if expected else None


def weeks_of(period: Period, *, closed: Iterable[date]) -> frozenset[int]:
    """The whole weeks of a period with at least one open day, counted from 0 at its first day."""
    shut = frozenset(closed)
    days = [date.fromordinal(period.first.toordinal() + step) for step in range(period.days)]
    whole = period.days // DAYS_A_WEEK
    return frozenset(
        week for week in range(whole) if not shut.issuperset(days[week * DAYS_A_WEEK : (week + 1) * DAYS_A_WEEK])
    )


def stale_words(
    accounts: Sequence[AccountPeriod],
    metrics: Iterable[Metric],
    *,
    period: Period,
    as_of: date,
    platform_names: Mapping[str, str],
) -> str:
    """Why figures are too old, such as "Facebook not pulled since Nov 2"; empty where enough of them are fresh.

    At least 80% of the accounts that bring any of the metrics must be.
    """
    wanted = frozenset(metrics)
    asked = [account for account in accounts if account.gives & wanted and account.expected and account.newest_on]
    stale = [
        a
        for a in asked
        if a.newest_on and is_stale(a.newest_on, period=period, as_of=as_of, after_days=a.stale_after_days)
    ]
    if not stale or 1 - len(stale) / len(asked) >= ENOUGH:
        return ""
    since = min(account.newest_on for account in stale if account.newest_on)
    names = sorted({platform_names.get(account.platform, account.platform.capitalize()) for account in stale})
    verb = "no file" if all(account.is_fed_by_file for account in stale) else "not pulled"
    who = names[0] if len(stale) == 1 else f"{len(stale)} accounts"
    return f"{who} {verb} since {since:%b} {since.day}"
