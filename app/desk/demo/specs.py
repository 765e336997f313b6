"""From the cast and the story to what the generator draws: one specification an account, still without a database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from math import floor
from typing import Any

from app.desk.demo.calendar import Calendar, dice
from app.desk.demo.cast import read_seed
from app.desk.demo.drawing import AccountSpec, MonthPlan, Stretch, engagement_share
from app.foundation.figures import Reason
from app.foundation.periods import add_months
from app.metrics.rules.dictionary import Metric
from app.platforms.catalogue import get_platform

_MONTHS_IN_STORY = 12
_MONTHS_A_QUARTER = 3
_MONTHS_OF_FIGURES = 24
_PEAK = {6: 1.35, 7: 1.5, 12: 0.8}
#: below so many followers Facebook says nothing of reach
_THRESHOLD = 100
_MEDIAN_SHARE, _SIGMA = 0.08, 0.6
#: what a desk log adds for an account that posts
_LOGGED_POSTS = frozenset({Metric.REPLIES, Metric.ASKS, Metric.BROADCASTS})
_LOGGED_QUESTIONS = frozenset({Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME})


@dataclass(frozen=True, slots=True)
class Habit:
    """How a platform is used beside the others of a place: shares of its posts and questions, followers to the main page's."""

    posts: float
    questions: float
    followers: float


_HABITS = {
    "facebook": Habit(4.4, 5, 1.0),
    "instagram": Habit(3.2, 3, 0.45),
    "mastodon": Habit(3, 1, 0.04),
    "google": Habit(0, 1, 0.2),
    "nextdoor": Habit(3, 1, 0.3),
    "threads": Habit(3, 0.5, 0.06),
    "bluesky": Habit(3, 0.5, 0.05),
    "linkedin": Habit(3, 0.2, 0.08),
    "x": Habit(3, 0.6, 0.09),
    "youtube": Habit(2.4, 0.4, 0.15),
    "tiktok": Habit(2.4, 0, 0.1),
    "flickr": Habit(2, 0, 0.03),
    "blog": Habit(2.4, 0, 0.1),
}


@dataclass(frozen=True, slots=True)
class Casting:
    """An account in its place: what a specification is made from."""

    account_id: int
    code: str
    platform: str
    #: every platform of the place
    platforms: tuple[str, ...]
    residents: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a figure, and why."""

    stretch: Stretch
    reason: Reason


class _Carry:
    """Whole parts of what adds up: what one part loses in rounding, the next one gets."""

    def __init__(self) -> None:
        self._owed = 0.0

    def take(self, amount: float) -> int:
        self._owed += amount
        part = floor(self._owed + 0.5 + 1e-9)
        self._owed -= part
        return part


@cache
def _story() -> Mapping[str, Any]:
    return read_seed("story")


def spec_of(casting: Casting, calendar: Calendar) -> AccountSpec:
    """The specification of an account as of the calendar's day."""
    random = dice("account", casting.code, casting.platform)
    habit = _HABITS[casting.platform]
    followers = casting.residents * _MEDIAN_SHARE * random.lognormvariate(0, _SIGMA) * habit.followers
    followers = next((row[2] for row in _rows("followers", casting)), max(20.0, followers))
    is_large = casting.residents > 15_000  # noqa: PLR2004 - where "medium" begins in the recipe
    posts = sum(_HABITS[platform].posts for platform in casting.platforms) or 1
    posting = sum(_HABITS[platform].posts > 0 for platform in casting.platforms)
    spikes = list(_rows("spikes", casting))
    return AccountSpec(
        account_id=casting.account_id,
        seed=_seed(casting),
        offers=offers_of(casting.platform),
        followers=followers,
        since=calendar.first,
        growth=random.uniform(0.001, 0.009),
        posts=random.uniform(14, 18) * (habit.posts / posts * posting if habit.posts else 0.3),
        broadcast=min(0.95, random.gauss(0.6, 0.09)),
        interactions=max(0.6, followers * engagement_share(followers) * random.lognormvariate(0, 0.3)),
        questions=random.gammavariate(1.4, 1) * (6 if is_large else 1) * habit.questions / 6,
        in_time=min(0.98, random.gauss(0.88, 0.06)),
        months=_plans(casting.code, casting.platforms, casting.residents, calendar).get(casting.platform, {}),
        silent=tuple(_stretch(calendar, row[2], row[3]) for row in _rows("silent", casting)),
        gaps=tuple(gap.stretch for gap in gaps_of(casting, calendar)),
        withheld=_withheld(casting, calendar, followers=followers),
        spike_on=calendar.day(spikes[0][2]) if spikes else None,
        spike=spikes[0][3] if spikes else 0,
    )


def offers_of(platform: str) -> frozenset[Metric]:
    """What can be known of an account: what the platform offers, and what a branch's desk log adds."""
    offered = {Metric(name) for name in get_platform(platform).metrics}
    if Metric.POSTS in offered:
        offered |= _LOGGED_POSTS
    return frozenset(offered | _LOGGED_QUESTIONS if _HABITS[platform].questions else offered)


def gaps_of(casting: Casting, calendar: Calendar) -> list[Gap]:
    """The stretches in which nothing came in."""
    return [Gap(_stretch(calendar, row[2], row[3]), Reason(row[4])) for row in _rows("gaps", casting)]


def withdrawn_of(casting: Casting, calendar: Calendar) -> list[tuple[Metric, date, str]]:
    """Figures that the platform gives no longer: which, since when, why."""
    return [(Metric(row[2]), calendar.day(row[3]), row[4]) for row in _rows("withdrawn", casting)]


def _withheld(casting: Casting, calendar: Calendar, *, followers: float) -> dict[Metric, date]:
    held = {metric: since for metric, since, _ in withdrawn_of(casting, calendar)}
    if casting.platform == "facebook" and followers < _THRESHOLD:
        held |= {Metric.REACH: calendar.first, Metric.VIEWS: calendar.first}
    return held


def _rows(part: str, casting: Casting) -> Iterator[Sequence[Any]]:
    return (row for row in _story()[part] if row[:2] == [casting.code, casting.platform])


def _stretch(calendar: Calendar, first: int, last: int) -> Stretch:
    return Stretch(calendar.day(first), calendar.day(last))


def _seed(casting: Casting) -> int:
    name = f"{casting.code}/{casting.platform}".encode()
    return int.from_bytes(blake2b(name, digest_size=5).digest())


@cache
def _plans(
    code: str, platforms: tuple[str, ...], residents: int, calendar: Calendar
) -> Mapping[str, Mapping[date, MonthPlan]]:
    """What each account of a branch in the story does in each month, adding up to what the story says."""
    figures = _story()["figures"].get(code)
    if figures is None:
        return {}
    plans: dict[str, dict[date, MonthPlan]] = {platform: {} for platform in platforms}
    carries = {name: _Carry() for name in ("posts", "broadcasts", "questions", "in_time")}
    for back in range(_MONTHS_OF_FIGURES - 1, -2, -1):
        month = add_months(calendar.quarter.last, -back)
        if back == _MONTHS_A_QUARTER - 1:  # the quarter comes out whole
            carries = {name: _Carry() for name in carries}
        season = 1.0 if back < _MONTHS_A_QUARTER else _PEAK.get(month.month, 1.0)
        for platform in platforms:
            plans[platform][month] = _plan(figures, platform, platforms, residents, back, season, carries)
    return plans


def _plan(
    figures: Mapping[str, Any],
    platform: str,
    platforms: tuple[str, ...],
    residents: int,
    back: int,
    season: float,
    carries: Mapping[str, _Carry],
) -> MonthPlan:
    habit = _HABITS[platform]
    of_posts = habit.posts / sum(_HABITS[each].posts for each in platforms)
    of_questions = habit.questions / sum(_HABITS[each].questions for each in platforms)
    posts = carries["posts"].take(figures["posts"] * season * of_posts)
    broadcasts = carries["broadcasts"].take(posts * _reading(figures["broadcast"], back) / 100)
    questions = carries["questions"].take(figures["questions"] / _MONTHS_A_QUARTER * season * of_questions)
    in_time = carries["in_time"].take(questions * _reading(figures["answered"], back) / 100)
    interactions = _reading(figures["interactions"], back) * residents / 1000 * season * of_posts
    return MonthPlan(posts, min(posts, broadcasts), interactions, questions, min(questions, in_time))


def _reading(line: Sequence[Any], back: int) -> float:
    """A line of the story so many months before the end: its last value in the quarter, the others over the year before.

    The last value may be three, one for each month of the quarter.
    """
    if back < _MONTHS_A_QUARTER:
        months = line[-1] if isinstance(line[-1], list) else [line[-1]] * _MONTHS_A_QUARTER
        reading: float = months[_MONTHS_A_QUARTER - 1 - max(0, back)]
        return reading
    before = line[:-1]
    way = max(0.0, (_MONTHS_IN_STORY - 1 - back) / (_MONTHS_IN_STORY - 1 - _MONTHS_A_QUARTER)) * (len(before) - 1)
    step = min(int(way), len(before) - 2) if len(before) > 1 else 0
    lower: float = before[step]
    upper: float = before[min(step + 1, len(before) - 1)]
    return lower + (upper - lower) * (way - step)
