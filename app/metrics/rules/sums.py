"""Sums of flows, ends of stocks and completeness over a period, closed days left out, nothing estimated."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period

#: below this share of days present, nothing is judged
ENOUGH = 0.8
#: a mean month, so that months of 28 and 31 days compare
DAYS_A_MONTH = 365.25 / 12
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Completeness:
    """Days present of days expected; days on which the branch was closed are not expected."""

    present: int
    expected: int

    @property
    def share(self) -> float:
        """From 0 to 1; 1 where nothing was expected."""
        return self.present / self.expected if self.expected else 1.0

    @property
    def is_enough(self) -> bool:
        """At least 80%, so that a standing may be given?"""
        return self.share >= ENOUGH

    @property
    def words(self) -> str:
        """As shown beside a count: "84 of 92 days"."""
        return f"{self.present} of {self.expected} days"


@dataclass(frozen=True, slots=True)
class Flow:
    """What was counted over the days that have a figure; ``total`` is a reason where no day has one."""

    total: Figure
    completeness: Completeness

    def per_days(self, days: float) -> Figure:
        """The count for so many days at the pace of the observed days; never more precise than they allow."""
        if self.total.value is None or not self.completeness.present:
            return self.total
        return Figure.of(self.total.value / self.completeness.present * days, n=self.total.n)


@dataclass(frozen=True, slots=True)
class Stock:
    """The last level known in a period and the day it was read."""

    figure: Figure
    on: date | None


def expected_days(period: Period, *, closed: Collection[date]) -> list[date]:
    """The days of a period on which a figure is expected."""
    days = (period.first + timedelta(days=step) for step in range(period.days))
    shut = frozenset(closed)
    return [day for day in days if day not in shut]


def completeness(days: Collection[date], *, period: Period, closed: Collection[date]) -> Completeness:
    """How many of the expected days of a period are among ``days``."""
    expected = expected_days(period, closed=closed)
    have = frozenset(days)
    return Completeness(present=sum(day in have for day in expected), expected=len(expected))


def sum_over(figures: Mapping[date, Figure], *, period: Period, closed: Collection[date]) -> Flow:
    """The sum of a flow over the expected days that have a figure; nothing is filled in for the others."""
    expected = expected_days(period, closed=closed)
    known = [figure.value for day in expected if (figure := figures.get(day)) and figure.value is not None]
    seen = Completeness(present=len(known), expected=len(expected))
    if not known:
        return Flow(Figure.missing(main_reason(figures, period=period)), seen)
    return Flow(Figure.of(sum(known)), seen)


def end_of(figures: Mapping[date, Figure], *, period: Period) -> Stock:
    """The last level known in the period; a level from outside it is never borrowed."""
    known = [day for day, figure in figures.items() if day in period and figure.is_known]
    if not known:
        return Stock(Figure.missing(main_reason(figures, period=period)), None)
    last = max(known)
    return Stock(figures[last], last)


def start_of(figures: Mapping[date, Figure], *, period: Period) -> Stock:
    """The first level known in the period, for growth over it."""
    known = [day for day, figure in figures.items() if day in period and figure.is_known]
    if not known:
        return Stock(Figure.missing(main_reason(figures, period=period)), None)
    first = min(known)
    return Stock(figures[first], first)


def is_stale(newest_on: date, *, period: Period, as_of: date, after_days: int) -> bool:
    """Is the newest figure so much older than the end of the period, or than today where it still runs?"""
    return (min(period.last, as_of) - newest_on).days > after_days


def main_reason(figures: Mapping[date, Figure], *, period: Period) -> Reason:
    """The reason that most days of the period give; not collected where none gives any. Ties go to the latest day."""
    latest_first = sorted((day for day in figures if day in period), reverse=True)
    reasons = Counter(reason for day in latest_first if (reason := figures[day].reason))
    return reasons.most_common(1)[0][0] if reasons else Reason.NOT_COLLECTED
