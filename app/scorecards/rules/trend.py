"""One place over time: natural limits of its own figures, and whether its level has shifted."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from app.foundation.figures import Figure

#: from the mean moving range of two to three deviations (Shewhart's individuals chart)
_FROM_MOVING_RANGE = 2.66
#: fewer figures than this say nothing about what is natural
POINTS_FOR_LIMITS = 6
#: so many in a row on one side of the mean are a shift
POINTS_FOR_SHIFT = 8


@dataclass(frozen=True, slots=True)
class NaturalLimits:
    """The mean of a place's own figures and how far they swing on their own."""

    mean: float
    lower: float
    upper: float

    def holds(self, value: float) -> bool:
        """Does a value lie where the place's own swing explains it?"""
        return self.lower <= value <= self.upper


def natural_limits(figures: Sequence[Figure]) -> NaturalLimits | None:
    """Limits of an individuals and moving range chart; None where too few figures are known.

    A gap is not bridged: the range is taken between neighbors only.
    """
    known = [figure.value for figure in figures if figure.value is not None]
    ranges = [
        abs(later.value - earlier.value)
        for earlier, later in pairwise(figures)
        if earlier.value is not None and later.value is not None
    ]
    if len(known) < POINTS_FOR_LIMITS or not ranges:
        return None
    mean, swing = fmean(known), _FROM_MOVING_RANGE * fmean(ranges)
    return NaturalLimits(mean, mean - swing, mean + swing)


def has_shifted(figures: Sequence[Figure], *, mean: float) -> bool:
    """Do the newest eight figures all lie on one side of the mean, without a gap?"""
    newest = figures[-POINTS_FOR_SHIFT:]
    values = [figure.value for figure in newest if figure.value is not None]
    if len(values) < POINTS_FOR_SHIFT:
        return False
    return all(value > mean for value in values) or all(value < mean for value in values)
