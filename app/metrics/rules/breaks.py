"""Days from which a figure means something else: what stands before and after is never put into one series."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.foundation.periods import Period
from app.metrics.rules.dictionary import Metric, definition_of


@dataclass(frozen=True, slots=True)
class Break:
    """From this day on the metric is counted anew."""

    metric: Metric
    from_on: date
    why: str
    #: the row that says so; None where the dictionary does, for every account on the platform
    row_id: int | None = None

    def cuts(self, period: Period) -> bool:
        """Do the days of the period lie on both sides?"""
        return period.first < self.from_on <= period.last


def breaks_of_platform(platform: str) -> list[Break]:
    """The breaks that the dictionary knows for every account on a platform, oldest first."""
    found = [
        Break(metric, making.from_on, making.why)
        for metric in Metric
        for making in definition_of(metric).makings.get(platform, ())
        if making.from_on is not None
    ]
    return sorted(found, key=lambda each: (each.from_on, each.metric))


def cut_metrics(breaks: Iterable[Break], period: Period) -> frozenset[Metric]:
    """The metrics whose series breaks inside a period."""
    return frozenset(each.metric for each in breaks if each.cuts(period))
