"""The channel's statistics by day, which YouTube gives to a sign-in of the channel alone.

Days are by Pacific time and come some two days late; a day that is left out has no figures yet.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.foundation.figures import Figure, Reason
from app.platforms.contract import DayReading, Malformed, Metric
from app.platforms.youtube.calls import NOT_YOUTUBE, YouTubeCalls

#: by their names in a report (YouTube Analytics API, channel reports)
DAILY = {
    "views": Metric.VIEWS,
    "subscribersGained": Metric.NEW_FOLLOWS,
    "subscribersLost": Metric.UNFOLLOWS,
}
_DAY = "day"


def days_of(calls: YouTubeCalls, channel_id: str, first: date, last: date) -> list[DayReading]:
    """The days of a span that YouTube tells, oldest first."""
    answer = calls.ask_report(
        ids=f"channel=={channel_id}",
        startDate=first.isoformat(),
        endDate=last.isoformat(),
        dimensions=_DAY,
        metrics=",".join(DAILY),
        sort=_DAY,
    )
    names = [str(header.get("name")) for header in _listed(answer, "columnHeaders") if isinstance(header, Mapping)]
    days = [_reading(dict(zip(names, row, strict=False))) for row in _listed(answer, "rows") if isinstance(row, list)]
    return [reading for reading in days if first <= reading.day <= last]


def _listed(answer: Mapping[str, Any], name: str) -> list[Any]:
    found = answer.get(name, [])
    if not isinstance(found, list):
        raise Malformed(NOT_YOUTUBE)
    return found


def _reading(row: Mapping[str, Any]) -> DayReading:
    try:
        day = date.fromisoformat(str(row.get(_DAY)))
    except ValueError as error:
        raise Malformed(NOT_YOUTUBE) from error
    return DayReading(day, {metric: _figure(row.get(name)) for name, metric in DAILY.items()})


def _figure(value: Any) -> Figure:
    """A whole number, which may be written as a fraction of none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        return Figure.missing(Reason.API_ERROR)
    return Figure.of(int(value))
