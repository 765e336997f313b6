"""Intervals around an estimate: Wilson for shares, exact Poisson for counts."""

import math
from dataclasses import dataclass

#: two-sided 95% of the normal distribution
Z_95 = 1.959963984540054
_TAIL = 0.025
_BISECTIONS = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies, 95 times of 100."""

    lower: float
    upper: float

    def times(self, factor: float) -> "Interval":
        """The interval in another unit; the factor is not negative."""
        return Interval(self.lower * factor, self.upper * factor)


def wilson(cases: float, n: float, *, z: float = Z_95) -> Interval:
    """The score interval of a share, from 0 to 1 (Wilson, Journal of the American Statistical Association 22, 1927).

    Raises ValueError unless 0 <= cases <= n and n > 0.
    """
    if n <= 0 or not 0 <= cases <= n:
        raise ValueError("A share needs cases between 0 and n, and n above 0.")
    share = cases / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle = share + z * z / (2 * n)
    scale = 1 + z * z / n
    # at the ends the bound is exact; rounding must not push the estimate out of its own interval
    lower = 0.0 if cases == 0 else (middle - spread) / scale
    upper = 1.0 if cases == n else (middle + spread) / scale
    return Interval(min(lower, share), max(upper, share))


def poisson(count: int) -> Interval:
    """The exact interval of a count (Garwood, Biometrika 28, 1936), found by halving; raises ValueError below 0."""
    if count < 0:
        raise ValueError("A count is not negative.")
    reach = count + 10 * math.sqrt(count + 1) + 10
    lower = 0.0 if count == 0 else _mean_where(count - 1, chance=1 - _TAIL, below=reach)
    return Interval(lower, _mean_where(count, chance=_TAIL, below=reach))


def _mean_where(count: int, *, chance: float, below: float) -> float:
    """The mean at which a Poisson count of at most ``count`` has this chance; it falls as the mean grows."""
    low, high = 0.0, below
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if high - low <= math.ulp(high):
            break
        low, high = (middle, high) if _poisson_at_most(count, middle) > chance else (low, middle)
    return (low + high) / 2


def _poisson_at_most(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    # from the likeliest term down, so that nothing under- or overflows for large counts
    term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    total = 0.0
    for step in range(count, -1, -1):
        total += term
        if step == 0 or term < total * 1e-17:
            break
        term *= step / mean
    return min(total, 1.0)
