"""Opening hours: a week of periods, read from a line of text a day, and told in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from app.foundation.errors import Refused

#: Monday is 0, as :meth:`datetime.date.weekday` counts
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK = r"([0-9]{1,2})(?::([0-9]{2}))?\s*([ap])?\.?(?:m\.?)?"
_PERIOD = re.compile(rf"{_CLOCK}\s*(?:-|–|to)\s*{_CLOCK}", re.ASCII | re.IGNORECASE)
_CLOSED = frozenset({"", "closed", "-", "–"})
_NOON, _LAST_HOUR, _LAST_MINUTE = 12, 23, 59
_MOST_PERIODS = 4


@dataclass(frozen=True, slots=True, order=True)
class OpenPeriod:
    """Open from one time of the day to a later one."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{clock_words(self.opens)} to {clock_words(self.closes)}"


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week that hold from a day until a newer set does; Monday first, an empty day is closed."""

    first_on: date
    days: tuple[tuple[OpenPeriod, ...], ...]

    def on(self, day: date) -> tuple[OpenPeriod, ...]:
        """The periods of a day, closures aside."""
        return self.days[day.weekday()]

    @property
    def minutes(self) -> int:
        """How long the place is open in the week."""
        return sum(_minutes(each.closes) - _minutes(each.opens) for day in self.days for each in day)


def periods_of(text: str) -> tuple[OpenPeriod, ...]:
    """A day's periods from a line such as "9:00-12:00, 1 pm-6 pm"; nothing, or "closed", is a closed day.

    Refuses what is no time, a period that ends before it begins, periods that overlap, and more than four.
    """
    if text.strip().lower() in _CLOSED:
        return ()
    periods = sorted(_period(part.strip()) for part in re.split(r"[,;]| and ", text) if part.strip())
    if len(periods) > _MOST_PERIODS:
        raise Refused(f"At most {_MOST_PERIODS} periods a day.")
    for earlier, later in pairwise(periods):
        if later.opens < earlier.closes:
            raise Refused(f"{earlier} and {later} overlap. Change one of them.")
    return tuple(periods)


def text_of(periods: Sequence[OpenPeriod]) -> str:
    """The line that :func:`periods_of` reads, to be changed in a form."""
    return ", ".join(f"{clock_words(each.opens)}-{clock_words(each.closes)}" for each in periods).replace(":00", "")


def clock_words(at: time) -> str:
    """Such as "9:00 am"."""
    return f"{at.hour % _NOON or _NOON}:{at.minute:02d} {'am' if at.hour < _NOON else 'pm'}"


def _period(text: str) -> OpenPeriod:
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise Refused(f"“{text}” is no period. Write it as 9:00-17:30 or 9 am-5:30 pm.")
    groups = found.groups()
    period = OpenPeriod(_clock(*groups[:3], text=text), _clock(*groups[3:], text=text))
    if period.closes <= period.opens:
        raise Refused(f"“{text}” ends before it begins. Write the afternoon as 17:00 or 5 pm.")
    return period


def _clock(hour: str, minute: str | None, half: str | None, *, text: str) -> time:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= _NOON:
            raise Refused(f"“{text}” has no such time. With am or pm the hour is 1 to 12.")
        hours = hours % _NOON + (_NOON if half.lower() == "p" else 0)
    if hours > _LAST_HOUR or minutes > _LAST_MINUTE:
        raise Refused(f"“{text}” has no such time. A day ends at 23:59.")
    return time(hours, minutes)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
