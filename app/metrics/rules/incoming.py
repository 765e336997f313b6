"""A day's figures on their way in, and how a figure that replaces another is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.rules.closing import lies_in
from app.metrics.rules.dictionary import Metric

#: platforms restate their figures for so long; what is replaced later is kept as a revision
RESTATED_FOR = timedelta(days=7)

# looked up once: a pull of every account asks these for each of thousands of days
_METRICS = tuple(Metric)
_NOT_SUPPORTED = Reason.NOT_SUPPORTED


@dataclass(frozen=True, slots=True)
class AccountDay:
    """What came in for one account on one day; a metric that is not in it is left as it is."""

    account_id: int
    day: date
    figures: Mapping[Metric, Figure]
    #: what the platform's dictionary says can be had, so that "not offered" on one day is worth a note
    offered: Collection[Metric] = frozenset()

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What it brings; what the platform never offers needs no row, its dictionary says so."""
        figures, offered = self.figures, self.offered
        return tuple(m for m in _METRICS if m in figures and (figures[m].reason is not _NOT_SUPPORTED or m in offered))


def is_frozen(day: date, *, at: datetime, closed: Collection[Period]) -> bool:
    """Is the day too old for a restatement, or in a closed period, so that a value replaced there is kept?"""
    return day < at.date() - RESTATED_FOR or lies_in(day, closed)
