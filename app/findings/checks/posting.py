"""Posting: the pace of each account (a week, a day, weeks with a post), judged by the account that fares worst."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from app.findings.rules.judging import (
    SPEAKING,
    AccountSeen,
    Judgement,
    PlaceSeen,
    RowUsed,
    RuleAsked,
    cannot_say,
    counted,
    does_not_apply,
    expected_days,
    is_enough,
    own_accounts,
)
from app.foundation.periods import Period
from app.policies.rules.catalogue import Unit
from app.policies.rules.parameters import number
from app.policies.rules.states import Result
from app.policies.rules.wording import quantity

_WEEK = 7
#: a week counts when at least this many of its days were open and have a figure
_WEEK_NEEDS = 4


@dataclass(frozen=True, slots=True)
class _Pace:
    """How one account fared; ``cases`` are what it was judged on."""

    account: AccountSeen
    measured: float
    cases: int
    words: str
    is_met: bool
    #: what would have been needed
    to_pass: str = ""


@dataclass(frozen=True, slots=True)
class _Days:
    """The open days of one account in the period that have a count of posts."""

    account: AccountSeen
    posts: Sequence[tuple[date, int]]
    expected: int
    period: Period

    @property
    def total(self) -> int:
        return sum(posts for _, posts in self.posts)

    @property
    def weeks(self) -> float:
        return len(self.posts) / _WEEK


def judge_least_a_week(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Posts a week on average over the open days that have a figure, account by account."""
    least = number(rule.parameters, "minimum")

    def pace(days: _Days) -> _Pace:
        rate = days.total / days.weeks
        missing = ceil(least * days.weeks - 1e-9) - days.total
        words = f"{days.account.label}: {_posts(days.total)} in {days.weeks:.0f} weeks, {_one(rate)} a week"
        met = missing <= 0
        return _Pace(days.account, rate, round(days.weeks), words, met, f"{_posts(missing)} more in such a period.")

    return _worst(rule, place, pace, fact=lambda worst: f"posts {_one(worst.measured)} times a week", low=True)


def judge_most_a_day(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """The day with the most posts, account by account."""
    most = number(rule.parameters, "maximum")

    def pace(days: _Days) -> _Pace:
        on, top = max(days.posts, key=lambda each: each[1])
        over = sum(posts > most for _, posts in days.posts)
        words = f"{days.account.label}: at most {_posts(top)} on one day ({on:%b} {on.day})"
        return _Pace(days.account, top, len(days.posts), words, over == 0, f"{over} such days fewer.")

    return _worst(rule, place, pace, fact=lambda worst: f"posts up to {worst.measured:g} times a day", low=False)


def judge_active_weeks(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Weeks with at least one post, of the weeks that were open long enough to count."""
    least = number(rule.parameters, "minimum")

    def pace(days: _Days) -> _Pace | None:
        weeks = [posts for posts in _weeks(days) if len(posts) >= _WEEK_NEEDS]
        if len(weeks) < rule.kind.min_n:
            return None
        active = sum(sum(posts) > 0 for posts in weeks)
        missing = ceil(least * len(weeks) / 100 - 1e-9) - active
        words = f"{days.account.label}: a post in {active} of {len(weeks)} weeks"
        to_pass = f"A post in {missing} more {'week' if missing == 1 else 'weeks'}."
        return _Pace(days.account, 100 * active / len(weeks), len(weeks), words, missing <= 0, to_pass)

    return _worst(rule, place, pace, fact=lambda worst: f"posts in {worst.measured:.0f}% of weeks", low=True)


def _worst(
    rule: RuleAsked,
    place: PlaceSeen,
    pace: Callable[[_Days], _Pace | None],
    *,
    fact: Callable[[_Pace], str],
    low: bool,
) -> Judgement:
    """Judge each account that has enough days; ``low`` says that the lowest figure is the worst."""
    accounts = own_accounts(place, SPEAKING)
    if not accounts:
        return does_not_apply(place)
    seen = [_days(rule, place, account) for account in accounts]
    paces = [found for days in seen if is_enough(len(days.posts), days.expected) and (found := pace(days))]
    rows = tuple(RowUsed(days.account.account_id, days.account.label, _words_of(days)) for days in seen)
    if not paces:
        few = seen[0]
        return cannot_say(f"{few.account.label} has figures for {counted(len(few.posts), few.expected)}.", rows=rows)
    worst = min(paces, key=lambda each: (each.is_met, each.measured if low else -each.measured))
    unknown = len(seen) - len(paces)
    evidence = worst.words + (f"; {unknown} cannot be checked" if unknown else "")
    if worst.is_met:
        return Judgement(Result.PASS, evidence, worst.cases, worst.measured, rows=rows)
    title = f"{place.name} {fact(worst)} on {worst.account.label}; {rule.code} asks for {_asked(rule)}"
    return Judgement(Result.FAIL, evidence, worst.cases, worst.measured, title=title, to_pass=worst.to_pass, rows=rows)


def _days(rule: RuleAsked, place: PlaceSeen, account: AccountSeen) -> _Days:
    posts = [
        (each.day, each.posts)
        for each in account.days
        if each.posts is not None and each.day in rule.period and each.day not in place.closed
    ]
    return _Days(account, posts, expected_days(place, account, rule.period), rule.period)


def _weeks(days: _Days) -> Iterator[list[int]]:
    """The counts of each seven days of the period, from its first day on."""
    counts = dict(days.posts)
    for start in range(0, days.period.days, _WEEK):
        week = (days.period.first + timedelta(days=start + step) for step in range(_WEEK))
        yield [counts[day] for day in week if day in counts]


def _words_of(days: _Days) -> str:
    return f"{_posts(days.total)} on {counted(len(days.posts), days.expected)}"


def _asked(rule: RuleAsked) -> str:
    parameter = rule.kind.parameters[0]
    bound = "at least" if parameter.name == "minimum" else "at most"
    unit = parameter.unit if parameter.unit is Unit.PERCENT else Unit.NONE
    return f"{bound} {quantity(number(rule.parameters, parameter.name), unit)}"


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count:,} posts"


def _one(rate: float) -> str:
    return f"{rate:.1f}".removesuffix(".0")
