"""When an answer is due, and how long one took, by the clock that a policy counts in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.consortia.rules.hours import Week

_DAY = timedelta(days=1)
#: a place that does not open for so long has no deadline
_LONGEST = timedelta(days=120)


class Clock(StrEnum):
    """What time to answer is counted in, as the rule has it."""

    ELAPSED = "elapsed"
    OPEN_HOURS = "open_hours"
    BUSINESS_HOURS = "business_hours"


@dataclass(frozen=True, slots=True)
class Openings:
    """When a place is open: its weeks, the latest first, and the days on which it is closed all the same."""

    zone: ZoneInfo
    weeks: tuple[Week, ...]
    closed: tuple[tuple[date, date], ...] = ()

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Its open times from an instant on, for at most 120 days; none while no hours are known."""
        day, last = since.astimezone(self.zone).date(), (since + _LONGEST).astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._periods(day):
                begin, end = self._instant(day, opens), self._instant(day, closes)
                if end > since:
                    yield max(begin, since), end
            day += _DAY

    def _periods(self, day: date) -> list[tuple[time, time]]:
        week = next((week for week in self.weeks if week.first_on <= day), None)
        if week is None or any(first <= day <= last for first, last in self.closed):
            return []
        return [(each.opens, each.closes) for each in week.on(day)]

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """Within how many hours a mention is to be answered; of ``openings``, else of the wall clock."""

    hours: float
    openings: Openings | None = None

    def due_at(self, received_at: datetime) -> datetime | None:
        """When the time is over; None where the place never opens."""
        return due_at(received_at, self.hours, openings=self.openings)

    def minutes(self, received_at: datetime, answered_at: datetime) -> int:
        """How long an answer took."""
        return minutes_between(received_at, answered_at, openings=self.openings)


def due_at(received_at: datetime, hours: float, *, openings: Openings | None) -> datetime | None:
    """When so many hours are over; hours of ``openings``, else of the wall clock. None where it never opens."""
    left = timedelta(hours=hours)
    if openings is None:
        return received_at + left
    for begin, end in openings.spans(received_at):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


def minutes_between(received_at: datetime, answered_at: datetime, *, openings: Openings | None) -> int:
    """How many whole minutes of the clock lie between two instants."""
    if openings is None:
        return _minutes(answered_at - received_at)
    open_for = timedelta()
    for begin, end in openings.spans(received_at):
        if begin >= answered_at:
            break
        open_for += min(end, answered_at) - begin
    return _minutes(open_for)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
