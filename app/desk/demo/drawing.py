"""Made-up daily figures of one account, month by month: no database, no clock, the same for the same account and month.

The recipe: a median main page has 8% of the residents as followers; engagement a post falls from 0.6% of the followers
of a small page to 0.15% of a large one's, people reached a day from 40% to 5%; summer reading is a peak, the end of
December a dip. A month is drawn whole and then cut, so that any stretch of days gives the same days.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import repeat
from math import exp, log
from random import Random
from statistics import NormalDist

from app.foundation.periods import add_months, month_of, months_between
from app.metrics.rules.dictionary import Metric

#: account, day, then a value for each of :data:`COLUMNS`
Row = tuple[int, date, *tuple[int | None, ...]]
Column = Sequence[int | None]
COLUMNS: tuple[Metric, ...] = tuple(Metric)

_EPOCH = date(2000, 1, 1)
_SEASON = (0.95, 0.95, 1.0, 1.05, 1.05, 1.6, 1.6, 1.0, 1.05, 1.05, 1.0, 0.8)
_DIP_FROM = (12, 21)
_SUNDAY = 6
_STEPS = 256
_SIGMA = 0.5
_MEAN_OF_SPREAD = 1.133  # of a lognormal with median 1 and that sigma
#: how interactions fall into reactions, comments and shares
_REACTIONS, _COMMENTS = 0.76, 0.16
_NONE: Column = [None] * 31
#: lognormal with mean 1: what one post gets beside another
_SPREAD = tuple(exp(_SIGMA * NormalDist().inv_cdf((step + 0.5) / _STEPS)) / _MEAN_OF_SPREAD for step in range(_STEPS))


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """What a whole month comes to, where the story says so."""

    posts: int
    broadcasts: int
    interactions: float
    questions: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both ends inside."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """An account as the generator sees it; rates are for a month without a season."""

    account_id: int
    #: decides every figure together with the month
    seed: int
    #: metrics that are given at all
    offers: frozenset[Metric]
    #: on the day ``since``, growing by ``growth`` a month
    followers: float
    since: date
    growth: float = 0.004
    posts: float = 15
    #: shares of posts
    broadcast: float = 0.62
    #: under a post
    interactions: float = 4
    questions: float = 2
    #: share of questions
    in_time: float = 0.85
    months: Mapping[date, MonthPlan] = field(default_factory=dict)
    #: days without a post
    silent: tuple[Stretch, ...] = ()
    #: days without a figure
    gaps: tuple[Stretch, ...] = ()
    #: metrics that are not given from a day on
    withheld: Mapping[Metric, date] = field(default_factory=dict)
    spike_on: date | None = None
    spike: int = 0


def daily_rows(spec: AccountSpec, first: date, last: date) -> Iterator[Row]:
    """The rows of an account from one day to another, oldest first; days in a gap have none."""
    for step in range(months_between(first, last) + 1):
        month = add_months(first, step)
        rows = _month_rows(spec, month)
        if month < first or month_of(month).last > last:
            rows = (row for row in rows if first <= row[1] <= last)
        if spec.gaps:
            rows = (row for row in rows if not any(gap.first <= row[1] <= gap.last for gap in spec.gaps))
        yield from rows


@cache
def _days_of(month: date) -> tuple[date, ...]:
    return tuple(month + timedelta(days=step) for step in range(month_of(month).days))


@cache
def _working_days_of(month: date) -> tuple[int, ...]:
    """Which days of a month things happen on: Sundays seldom, the last days of December less than half."""
    days: list[int] = []
    for index, day in enumerate(_days_of(month)):
        is_dip = (day.month, day.day) >= _DIP_FROM
        days += [index] * (1 if day.weekday() == _SUNDAY else 2 if is_dip else 5)
    return tuple(days)


def _month_rows(spec: AccountSpec, month: date) -> Iterator[Row]:
    days = _days_of(month)
    random = Random(spec.seed * 4096 + months_between(_EPOCH, month))  # noqa: S311 - figures for a demo, not secrets
    plan = spec.months.get(month) or _draw_plan(spec, month, random)
    published = _published(spec, plan, month, random)
    columns: dict[Metric, Column] = {
        **published,
        **_followed(spec, month, random),
        **_seen(spec, published[Metric.POSTS], random),
        **_asked(plan, month, random),
    }
    for metric, since in spec.withheld.items():
        columns[metric] = [value if day < since else None for value, day in zip(columns[metric], days, strict=True)]
    offers = spec.offers
    return zip(repeat(spec.account_id), days, *(columns[metric] if metric in offers else _NONE for metric in COLUMNS))


def _draw_plan(spec: AccountSpec, month: date, random: Random) -> MonthPlan:
    season = _SEASON[month.month - 1]
    posts = int(spec.posts * season * (0.65 + 0.7 * random.random()) + random.random())
    broadcasts = min(posts, int(posts * spec.broadcast * (0.92 + 0.16 * random.random()) + random.random()))
    questions = int(spec.questions * season * (0.6 + 0.8 * random.random()) + random.random())
    in_time = sum(random.random() < spec.in_time for _ in range(questions))
    return MonthPlan(posts, broadcasts, spec.interactions * season * posts, questions, in_time)


def _followed(spec: AccountSpec, month: date, random: Random) -> dict[Metric, Column]:
    """Followers grow evenly, a little restless; a spike stays, and leaves again by and by."""
    days = _days_of(month)
    grown = 1 + spec.growth / len(days)
    level = spec.followers * (1 + spec.growth) ** months_between(spec.since, month)
    followers: list[int] = []
    for _ in days:
        followers.append(int(level + 2 * random.random()))
        level *= grown
    if spec.spike_on:
        for index, day in enumerate(days):
            if (past := (day - spec.spike_on).days) >= 0:
                followers[index] += max(spec.spike // 2, spec.spike - 6 * past)
    return {Metric.FOLLOWERS: followers, Metric.FOLLOWING: [int(120 + spec.followers**0.5)] * len(days)}


def _published(spec: AccountSpec, plan: MonthPlan, month: date, random: Random) -> dict[Metric, list[int]]:
    """Posts fall on working days; announcements come first in the plan, then replies, then posts that ask."""
    size = len(_days_of(month))
    posts, replies, asks, broadcasts = [0] * size, [0] * size, [0] * size, [0] * size
    reactions, comments, shares, clicks = [0] * size, [0] * size, [0] * size, [0] * size
    replied = plan.broadcasts + (plan.posts - plan.broadcasts) // 2
    asked = replied + (plan.posts - replied) * 2 // 3
    under_a_post = plan.interactions / max(1, plan.posts - replied + plan.broadcasts)
    working, draw = _working_days_of(month), random.random
    choices = len(working)
    slots = list(range(plan.posts))
    random.shuffle(slots)  # a steady rhythm, in which announcements and questions take turns
    for number, slot in enumerate(slots):
        day = working[int((slot + draw()) / plan.posts * choices)]
        posts[day] += 1
        if plan.broadcasts <= number < replied:
            replies[day] += 1
            continue
        if number < plan.broadcasts:
            broadcasts[day] += 1
        elif number < asked:
            asks[day] += 1
        gets = under_a_post * _SPREAD[int(draw() * _STEPS)]
        reacting, commenting = int(gets * _REACTIONS + draw()), int(gets * _COMMENTS + draw())
        reactions[day] += reacting
        comments[day] += commenting
        shares[day] += int(gets * (1 - _REACTIONS - _COMMENTS) + draw())
        clicks[day] += (reacting + commenting) // 3
    columns = {
        Metric.POSTS: posts,
        Metric.REPLIES: replies,
        Metric.ASKS: asks,
        Metric.BROADCASTS: broadcasts,
        Metric.REACTIONS: reactions,
        Metric.COMMENTS: comments,
        Metric.SHARES: shares,
        Metric.LINK_CLICKS: clicks,
    }
    if spec.silent:
        _hush(columns, spec.silent, month)
    return columns


def _hush(columns: Mapping[Metric, list[int]], silent: tuple[Stretch, ...], month: date) -> None:
    for index, day in enumerate(_days_of(month)):
        if any(stretch.first <= day <= stretch.last for stretch in silent):
            for column in columns.values():
                column[index] = 0


def _seen(spec: AccountSpec, posts: Sequence[int], random: Random) -> dict[Metric, Column]:
    """People reached and times shown: a share of the followers, more on days with a post."""
    base = spec.followers * reach_share(spec.followers) * 0.4
    draw = random.random
    reach = [int(base * (0.5 + draw() + number)) for number in posts]
    views = [int(people * 1.45) for people in reach]
    return {Metric.REACH: reach, Metric.VIEWS: views}


def _asked(plan: MonthPlan, month: date, random: Random) -> dict[Metric, Column]:
    """Questions by the day their time ran out, and mentions, of which some are those questions."""
    size = len(_days_of(month))
    due: list[int] = [0] * size
    in_time: list[int] = [0] * size
    mentions: list[int] = [0] * size
    working, draw = _working_days_of(month), random.random
    choices = len(working)
    late_every = plan.questions / max(1, plan.questions - plan.in_time)
    late = 0
    for number in range(1, plan.questions + 1):
        day = working[int(draw() * choices)]
        due[day] += 1
        mentions[day] += 1
        if late < plan.questions - plan.in_time and number >= late_every * (late + 1) - 0.001:
            late += 1
        else:
            in_time[day] += 1
    for _ in range(plan.posts // 4):
        mentions[working[int(draw() * choices)]] += 1
    return {Metric.MENTIONS: mentions, Metric.QUESTIONS_DUE: due, Metric.QUESTIONS_IN_TIME: in_time}


def reach_share(followers: float) -> float:
    """People reached a day per follower: 40% of a thousand, 5% of a hundred thousand, even on a log scale."""
    return _between(followers, (1_000, 0.40), (100_000, 0.05))


def engagement_share(followers: float) -> float:
    """Interactions a post per follower: 0.6% up to 2,000 followers, 0.15% from 20,000."""
    return _between(followers, (2_000, 0.006), (20_000, 0.0015))


def _between(size: float, low: tuple[float, float], high: tuple[float, float]) -> float:
    if size <= low[0]:
        return low[1]
    if size >= high[0]:
        return high[1]
    way = log(size / low[0]) / log(high[0] / low[0])
    return low[1] * exp(way * log(high[1] / low[1]))
