"""Days from which a figure means something else: what stands before and after is never put into one series."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from app.foundation.periods import Period
from app.metrics.rules.dictionary import Counted, Making, Metric, definition_of


@dataclass(frozen=True, slots=True)
class Break:
    """From this day on the metric is counted anew."""

    metric: Metric
    from_on: date
    why: str
    #: the row that says so; None where the dictionary does, for every account on the platform or by the sources
    row_id: int | None = None
    #: the source of the figure changed on that day, and the new one counts another thing
    is_of_source: bool = False

    def cuts(self, period: Period) -> bool:
        """Do the days of the period lie on both sides?"""
        return period.first < self.from_on <= period.last


@dataclass(frozen=True, slots=True)
class Told:
    """From this day on a source told a figure, until the next one does."""

    from_on: date
    #: as the dictionary names it
    source: str


def mixed_metrics(platform: str, layouts: Collection[str]) -> list[Metric]:
    """The metrics of which the files of an account, or they and its platform when pulled, count different things."""
    return [
        metric
        for metric in Metric
        if layouts
        and len({making.counts for source in (platform, *layouts) if (making := _newest(metric, source))} - {None}) > 1
    ]


def breaks_between(metric: Metric, told: Iterable[Told]) -> list[Break]:
    """Where a source counts another thing than the one before it; ``told`` is in order of days.

    A source of which nobody can say what it counts, as one's own notes, ends no series and begins none.
    """
    found: list[Break] = []
    before: Counted | None = None
    for each in told:
        making = definition_of(metric).making_on(each.source, each.from_on)
        if making is None or making.counts is None:
            continue
        if before is not None and before is not making.counts:
            found.append(Break(metric, each.from_on, _why(before, making.counts), is_of_source=True))
        before = making.counts
    return found


def _newest(metric: Metric, source: str) -> Making | None:
    return definition_of(metric).making_on(source, date.max)


def _why(before: Counted, now: Counted) -> str:
    return f"Another source counts another thing: until then {before.label}, from this day on {now.label}."


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
