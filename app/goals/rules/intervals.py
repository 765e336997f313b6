"""Intervals around an estimate: Wilson for shares, exact Poisson for counts."""

import math
from dataclasses import dataclass

#: two-sided 95% of the normal distribution
Z_95 = 1.959963984540054
_TAIL = 0.025
_HALVINGS = 50
_EXACT_BELOW = 100


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
    """The interval of a count: exact (Garwood, Biometrika 28, 1936), from 100 on Byar's approximation to it.

    Raises ValueError below 0.
    """
    if count < 0:
        raise ValueError("A count is not negative.")
    if count >= _EXACT_BELOW:
        return Interval(_byar(count, -Z_95), _byar(count + 1, Z_95))
    lower = 0.0 if count == 0 else _mean_where(count - 1, chance=1 - _TAIL)
    return Interval(lower, _mean_where(count, chance=_TAIL))


def _byar(count: int, z: float) -> float:
    """The cube of a normal deviate (Wilson and Hilferty, 1931); within 0.02% of the exact bound from 100 on."""
    return float(count * (1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3)


def _mean_where(count: int, *, chance: float) -> float:
    """The mean at which a Poisson count of at most ``count`` has this chance, found by halving; it falls as it grows."""
    low, high = 0.0, 2.0 * count + 10
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _poisson_at_most(count, middle) > chance else (low, middle)
    return (low + high) / 2


def _poisson_at_most(count: int, mean: float) -> float:
    term = total = math.exp(-mean)
    for step in range(1, count + 1):
        term *= mean / step
        total += term
    return total
