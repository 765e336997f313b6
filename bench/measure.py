"""Timing two things in turns, so that a busy machine slows both, and telling their ratio."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

Thing = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the table: ours beside its limit, and what the ratio was meant to be.

    ``at_least`` False means the ratio may not exceed the target. ``unit`` is that of both figures.
    """

    name: str
    ours: float
    limit: float
    target: float
    limit_name: str
    unit: str = "ms"
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours against the limit; for what is to be at least something, the limit's time against ours."""
        return self.limit / self.ours if self.at_least else self.ours / self.limit

    @property
    def is_met(self) -> bool:
        """Does the ratio keep to its target?"""
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    @property
    def line(self) -> str:
        """As it is printed."""
        sign, word = ("≥" if self.at_least else "≤"), ("met" if self.is_met else "NOT MET")
        figures = f"{self.ours:10,.1f} {self.limit:10,.1f} {self.unit:3} {self.ratio:8.2f} {sign} {self.target:<6g}"
        return f"{self.name:46} {figures} {word:8} {self.limit_name}{f'; {self.note}' if self.note else ''}"


HEADER = f"{'bar':46} {'ours':>10} {'limit':>10}     {'ratio':>8} {'target':8} {'':8} the limit is"


def in_turns(ours: Thing, limit: Thing, *, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of both, one after the other so many times after a first round that does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 1):
        for thing, into in zip((ours, limit), taken, strict=True):
            spent = milliseconds(thing)
            if turn:
                into.append(spent)
    return taken


def milliseconds(thing: Thing) -> float:
    """How long one call takes; the garbage of others is collected before."""
    gc.collect()
    start = perf_counter()
    thing()
    return (perf_counter() - start) * 1000


def bar_of_medians(
    name: str, ours: Thing, limit: Thing, *, limit_name: str, target: float, times: int, at_least: bool = False
) -> Bar:
    """The medians of both, measured in turns."""
    mine, theirs = in_turns(ours, limit, times=times)
    return Bar(name, median(mine), median(theirs), target, limit_name, at_least=at_least)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent lie."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
