"""How far chance alone reaches: funnel limits for shares, exact for small numbers and widened for over-dispersion.

After Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist, fmean, quantiles

#: below this many cases the normal approximation is not trusted
EXACT_BELOW = 50
#: over-dispersion is estimated from so many places or more
PLACES_FOR_DISPERSION = 10
_WINSORISED = 10


class Level(StrEnum):
    """The two pairs of limits."""

    ALERT = "95"
    ALARM = "99.8"

    @property
    def label(self) -> str:
        """The words beside the line."""
        return f"{self.value}% limits"

    @property
    def tail(self) -> float:
        """The chance of lying outside on one side."""
        return 0.025 if self is Level.ALERT else 0.001


class Signal(StrEnum):
    """Where a place lies in the funnel. It tells an association, never a cause."""

    WITHIN = "within"
    LOW = "low"
    HIGH = "high"
    VERY_LOW = "very_low"
    VERY_HIGH = "very_high"

    @property
    def label(self) -> str:
        """The words on screen."""
        return _SIGNAL_LABELS[self]

    @property
    def is_alarm(self) -> bool:
        """Outside the wide limits?"""
        return self in {Signal.VERY_LOW, Signal.VERY_HIGH}

    @property
    def side(self) -> int:
        """-1 below, 1 above, 0 within."""
        if self is Signal.WITHIN:
            return 0
        return -1 if self in {Signal.LOW, Signal.VERY_LOW} else 1


_SIGNAL_LABELS = {
    Signal.WITHIN: "Within chance",
    Signal.LOW: "Lower than chance explains 95 times of 100",
    Signal.HIGH: "Higher than chance explains 95 times of 100",
    Signal.VERY_LOW: "Lower than chance explains 998 times of 1,000",
    Signal.VERY_HIGH: "Higher than chance explains 998 times of 1,000",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One place: so many cases of n, such as questions answered in time of questions due."""

    cases: int
    n: int

    def __post_init__(self) -> None:
        """A point without cases to count has no share; leave it out before."""
        if not 0 <= self.cases <= self.n or self.n == 0:
            raise ValueError("A point needs cases between 0 and n, and n above 0.")

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.cases / self.n


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares from 0 to 1; a place strictly outside is further off than chance explains."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The pooled share of the places shown, and by how much they differ more than chance (1 where they do not)."""

    centre: float
    dispersion: float

    def limits(self, n: int, level: Level) -> Limits:
        """The limits for a place with n cases; raises ValueError for n below 1."""
        if n < 1:
            raise ValueError("Limits need at least one case.")
        wide = self._normal(n, level)
        if n >= EXACT_BELOW:
            return wide
        exact = self._exact(n, level)
        if self.dispersion <= 1:
            return exact
        # the exact limits know no over-dispersion: the wider of the two holds
        return Limits(min(wide.lower, exact.lower), max(wide.upper, exact.upper))

    def signal(self, point: Point) -> Signal:
        """Where a place lies."""
        alarm, alert = self.limits(point.n, Level.ALARM), self.limits(point.n, Level.ALERT)
        if point.share < alert.lower:
            return Signal.VERY_LOW if point.share < alarm.lower else Signal.LOW
        if point.share > alert.upper:
            return Signal.VERY_HIGH if point.share > alarm.upper else Signal.HIGH
        return Signal.WITHIN

    def _normal(self, n: int, level: Level) -> Limits:
        z = NormalDist().inv_cdf(1 - level.tail)
        spread = z * math.sqrt(self.dispersion * self.centre * (1 - self.centre) / n)
        return Limits(max(0.0, self.centre - spread), min(1.0, self.centre + spread))

    def _exact(self, n: int, level: Level) -> Limits:
        lower = binomial_quantile(level.tail, n=n, chance=self.centre)
        upper = binomial_quantile(1 - level.tail, n=n, chance=self.centre)
        return Limits(lower / n, upper / n)


def funnel(points: Sequence[Point]) -> Funnel:
    """The funnel of the places shown; raises ValueError without any."""
    if not points:
        raise ValueError("A funnel needs at least one place.")
    centre = sum(point.cases for point in points) / sum(point.n for point in points)
    return Funnel(centre, max(1.0, dispersion(points, centre=centre)))


def dispersion(points: Sequence[Point], *, centre: float) -> float:
    """Phi: the mean squared standardized residual, the outer tenth on each side pulled in; 1 below ten places."""
    if len(points) < PLACES_FOR_DISPERSION or not 0 < centre < 1:
        return 1.0
    scores = [(point.share - centre) / math.sqrt(centre * (1 - centre) / point.n) for point in points]
    cuts = quantiles(scores, n=_WINSORISED, method="inclusive")
    return fmean(min(max(score, cuts[0]), cuts[-1]) ** 2 for score in scores)


def is_worth_showing(now: Signal, before: Signal) -> bool:
    """An alarm is shown at once, an alert when the period before lay outside on the same side.

    With 40 places and 20 KPIs, some 40 alerts a quarter are chance.
    """
    return now.is_alarm or (now.side != 0 and now.side == before.side)


def binomial_at_most(cases: int, *, n: int, chance: float) -> float:
    """The probability of at most so many cases of n."""
    if cases < 0:
        return 0.0
    if cases >= n:
        return 1.0
    terms = (math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(cases + 1))
    return min(1.0, math.fsum(terms))


@lru_cache(maxsize=4096)  # the places of a consortium share a few hundred sizes
def binomial_quantile(probability: float, *, n: int, chance: float) -> int:
    """The smallest number of cases that is not exceeded with at least this probability."""
    return next((cases for cases in range(n) if binomial_at_most(cases, n=n, chance=chance) >= probability), n)
