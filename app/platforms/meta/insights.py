"""Statistics by day: asked in spans, read whatever shape they come in, and never lost for one withdrawn metric.

Meta counts days by Pacific time and dates a value by the end of its day, at seven or eight in the morning UTC.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import DayReading, Malformed
from app.platforms.meta.calls import GraphCalls
from app.platforms.meta.trouble import NOT_META, MetricUnknown, NotEnoughPeople
from app.platforms.meta.values import count, instant

_PACIFIC = ZoneInfo("America/Los_Angeles")
#: from the end of a day, by either of the times that Meta writes for it, into the middle of the day
_HALF_A_DAY = timedelta(hours=12)


@dataclass(slots=True)
class Statistics:
    """What was found for each metric: values by day, or the reason why there is none on any day."""

    values: dict[str, dict[date, Figure]] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)

    def take(self, metrics: Sequence[str], found: Mapping[str, Mapping[date, Figure]]) -> None:
        """Keep what an answer told of these metrics."""
        for metric in metrics:
            self.values.setdefault(metric, {}).update(found.get(metric, {}))

    def figure(self, metric: str, day: date, *, otherwise: Reason) -> Figure:
        """The figure of a day; one that did not come is missing, ``otherwise`` being why."""
        known = self.values.get(metric, {}).get(day)
        return known or Figure.missing(self.reasons.get(metric, otherwise))


def pacific_today() -> date:
    """The day on which Meta counts now."""
    return now().astimezone(_PACIFIC).date()


def midnight(day: date) -> datetime:
    """The instant at which a day of Meta's begins."""
    return datetime.combine(day, time.min, tzinfo=_PACIFIC)


def kept_span(first: date, last: date, *, days: int) -> tuple[date, date] | None:
    """The part of a span that Meta keeps statistics of, for so many days; None where it keeps none."""
    today = pacific_today()
    first, last = max(first, today - timedelta(days=days)), min(last, today)
    return (first, last) if first <= last else None


def spans(first: date, last: date, *, days: int) -> Iterator[tuple[date, date]]:
    """A span cut into pieces of at most so many days, oldest first."""
    while first <= last:
        end = min(first + timedelta(days=days - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def days_between(first: date, last: date) -> list[date]:
    """Every day of a span, both ends inside."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def read_span(
    calls: GraphCalls,
    path: str,
    metrics: Sequence[str],
    params: Mapping[str, str | int],
    *,
    into: Statistics,
    day: date | None = None,
) -> None:
    """Ask for the metrics of a span; where Meta refuses one of them, ask for each alone and note which it was.

    ``day`` is the only day of the span, for metrics that come as one total without saying of which day.
    """
    asked = [metric for metric in metrics if metric not in into.reasons]
    if not asked:
        return
    try:
        answer = calls.ask(path, {**params, "metric": ",".join(asked)})
    except (MetricUnknown, NotEnoughPeople) as error:
        if len(asked) == 1:
            into.reasons[asked[0]] = error.reason
            return
        for metric in asked:
            read_span(calls, path, [metric], params, into=into, day=day)
        return
    into.take(asked, _series(answer, day))


def days_of(
    statistics: Statistics, names: Mapping[str, str], first: date, last: date, *, otherwise: Reason
) -> list[DayReading]:
    """What was found as days: under our names, each with its value or why there is none."""
    return [
        DayReading(day, {name: statistics.figure(metric, day, otherwise=otherwise) for name, metric in names.items()})
        for day in days_between(first, last)
    ]


def totals(holder: Mapping[str, Any]) -> dict[str, Any]:
    """The single values of statistics that have no days, by metric: the newest of ``values``, or ``total_value``."""
    found: dict[str, Any] = {}
    for entry in _entries(holder):
        values = entry.get("values")
        last = values[-1] if isinstance(values, list) and values else entry.get("total_value")
        if isinstance(last, Mapping) and "value" in last:
            found[str(entry.get("name"))] = last["value"]
    return found


def _series(answer: Mapping[str, Any], day: date | None) -> dict[str, dict[date, Figure]]:
    found: dict[str, dict[date, Figure]] = {}
    for entry in _entries(answer):
        by_day = found.setdefault(str(entry.get("name")), {})
        values = entry.get("values")
        for told in values if isinstance(values, list) else ():
            if isinstance(told, Mapping) and "end_time" in told and "value" in told:
                by_day[_day_ending(told["end_time"])] = count(told["value"], absent=Reason.API_ERROR)
        total = entry.get("total_value")
        if day is not None and isinstance(total, Mapping) and "value" in total:
            by_day[day] = count(total["value"], absent=Reason.API_ERROR)
    return found


def _day_ending(end_time: Any) -> date:
    return (instant(end_time).astimezone(_PACIFIC) - _HALF_A_DAY).date()


def _entries(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    data = answer.get("data")
    if not isinstance(data, list):
        raise Malformed(NOT_META)
    return [entry for entry in data if isinstance(entry, Mapping)]
