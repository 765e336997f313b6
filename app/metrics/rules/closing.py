"""Closed periods: which days lie in one, and how a figure that came later is told apart from what was counted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.metrics.rules.dictionary import FurtherMetric, Metric

#: figures restated since a closing that a page counts and lists; more are "more than" that
MOST_RESTATED = 1000
#: how long after its end a period may stay open at most before it closes by itself
MOST_DAYS_OPEN = 366


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure that is not what it was when its period was closed."""

    account_id: int
    day: date
    metric: Metric | FurtherMetric
    #: what the closed scorecards counted
    then: Figure
    now: Figure


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days in as few periods as hold them, oldest first."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.first <= found[-1].last + timedelta(days=1):
            found[-1] = Period(found[-1].first, max(found[-1].last, period.last))
        else:
            found.append(period)
    return tuple(found)


def lies_in(day: date, periods: Collection[Period]) -> bool:
    """Is the day in one of these periods?"""
    return any(day in period for period in periods)


def holds(whole: Period, part: Period) -> bool:
    """Does one period hold all days of another?"""
    return whole.first <= part.first and part.last <= whole.last
