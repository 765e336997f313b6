"""A place beside its peers: the median, size-adjusted rates, and how unusual a figure is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from app.foundation.figures import Figure, Reason

#: fewer places than this have no median: it would give single places away, or be one of them
PLACES_FOR_MEDIAN = 5
#: makes the median absolute deviation comparable to a standard deviation
_MAD_SCALE = 0.6745


@dataclass(frozen=True, slots=True)
class PeerMedian:
    """The median of the places shown, or in ``why`` the sentence that says why there is none."""

    figure: Figure
    why: str = ""


def median_of(figures: Sequence[Figure], *, kinds: Collection[str]) -> PeerMedian:
    """The median of the known figures of the places shown; missing ones are left out, and n says how many were in.

    ``kinds`` are the kinds of the places: branches and libraries side by side have none in common.
    """
    if len(set(kinds)) > 1:
        return _without("The places shown are of different kinds, so they have no median.")
    values = [figure.value for figure in figures if figure.value is not None]
    if not values:
        return _without("No place shown has a figure.")
    if len(values) < PLACES_FOR_MEDIAN:
        noun = "place has" if len(values) == 1 else "places have"
        return _without(f"Only {len(values)} {noun} a figure; a median is shown from {PLACES_FOR_MEDIAN}.")
    return PeerMedian(Figure.of(median(values), n=len(values)))


def _without(why: str) -> PeerMedian:
    return PeerMedian(Figure.missing(Reason.NO_CASES), why)


@dataclass(frozen=True, slots=True)
class SizeAdjusted:
    """Rates pulled toward the peers' mean, the more so the smaller the place; in the order given."""

    mean: float
    #: variance between places beyond chance
    between: float
    rates: tuple[float, ...]


def size_adjusted(counts: Sequence[float], exposures: Sequence[float]) -> SizeAdjusted:
    """Global empirical Bayes rates (Marshall, Applied Statistics 40, 1991), within one peer group only.

    ``exposures`` are what the counts are per, such as thousands of residents. Raises ValueError where an exposure is
    not above 0, a count is below 0, or there is none.
    """
    if not counts or min(exposures) <= 0 or min(counts) < 0:
        raise ValueError("Rates need counts of 0 or more and exposures above 0.")
    total = sum(exposures)
    mean = sum(counts) / total
    raw = [count / exposure for count, exposure in zip(counts, exposures, strict=True)]
    spread = sum(n * (rate - mean) ** 2 for n, rate in zip(exposures, raw, strict=True)) / total
    between = max(0.0, spread - mean / fmean(exposures))
    if between == 0:
        return SizeAdjusted(mean, 0.0, tuple(mean for _ in raw))
    return SizeAdjusted(
        mean,
        between,
        tuple(mean + between / (between + mean / n) * (rate - mean) for n, rate in zip(exposures, raw, strict=True)),
    )


def robust_scores(values: Sequence[float]) -> list[float]:
    """How many robust deviations each value lies from the median; empty where most values are the same."""
    if not values:
        return []
    middle = median(values)
    deviation = median(abs(value - middle) for value in values)
    if deviation == 0:
        return []
    return [_MAD_SCALE * (value - middle) / deviation for value in values]
