"""A working week on one line, such as "Mon to Sat, 9:00 to 18:00": what set-up asks once."""

import re

from app.consortia.rules.hours import WEEKDAYS, OpenPeriod, periods_of
from app.foundation.errors import Refused

_SHORTEST = 3
_DAYS = re.compile(
    r"\s*([a-z]{3,9})\.?(?:\s*(?:to|-|–)\s*([a-z]{3,9})\.?)?\s*[,:]?\s*(?=[0-9])", re.ASCII | re.IGNORECASE
)
_EXAMPLE = "Write it as Mon to Fri, 9:00 to 18:00; Sat, 10:00 to 14:00."


def working_week(text: str) -> tuple[tuple[OpenPeriod, ...], ...]:
    """The periods of each day, Monday first; parts are separated by semicolons, days not named are closed.

    Refuses what names no day or no time, and a day named twice.
    """
    days: list[tuple[OpenPeriod, ...] | None] = [None] * len(WEEKDAYS)
    for part in filter(None, (part.strip() for part in text.split(";"))):
        found = _DAYS.match(part)
        if found is None:
            raise Refused(f"“{part}” does not begin with its days. {_EXAMPLE}")
        first = _weekday(found[1])
        last = _weekday(found[2]) if found[2] else first
        if last < first:
            raise Refused(f"“{part}” ends on an earlier day than it begins. {_EXAMPLE}")
        periods = periods_of(part[found.end() :])
        for weekday in range(first, last + 1):
            if days[weekday] is not None:
                raise Refused(f"{WEEKDAYS[weekday]} is named twice. {_EXAMPLE}")
            days[weekday] = periods
    if all(day is None for day in days):
        raise Refused(f"No day is named. {_EXAMPLE}")
    return tuple(day or () for day in days)


def _weekday(word: str) -> int:
    for number, name in enumerate(WEEKDAYS):
        if name.lower().startswith(word.lower()) and len(word) >= _SHORTEST:
            return number
    raise Refused(f"“{word}” is no day of the week. {_EXAMPLE}")
