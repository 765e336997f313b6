"""Figures as a page shows them: the value or its reason, where it came from, and what stood there before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.foundation.figures import Figure, Reason
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source

#: kept by the people at the desk, so no platform offers them and a file brings them
DESK_ONLY = frozenset({Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME})


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a figure, in which run, and when."""

    source: Source
    run_id: int
    noted_at: datetime
    #: the run in words: the file's name, or how the pull went
    run_message: str = ""
    file_name: str = ""
    #: which export of which platform the file was; "" otherwise
    layout: str = ""
    #: the figure as the platform worded it, where it did
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What stood there before; the oldest is number 1."""

    number: int
    figure: Figure
    origin: Origin
    #: when it was replaced
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class FigureSeen:
    """One metric of one day; ``origin`` is None where nobody wrote anything."""

    metric: Metric | FurtherMetric
    figure: Figure
    origin: Origin | None = None
    revisions: Sequence[Revision] = ()


@dataclass(frozen=True, slots=True)
class DaySeen:
    """One day of an account with a figure, or a reason, for every metric."""

    day: date
    figures: Mapping[Metric, FigureSeen]

    @property
    def is_empty(self) -> bool:
        """Is nothing known of the day?"""
        return not any(seen.figure.is_known for seen in self.figures.values())


def why_absent(metric: Metric, *, offered: Collection[Metric], is_closed: bool) -> Reason:
    """The reason of a figure of which nothing was written."""
    if is_closed:
        return Reason.ACCOUNT_CLOSED
    if metric in offered or metric in DESK_ONLY:
        return Reason.NOT_COLLECTED
    return Reason.NOT_SUPPORTED
