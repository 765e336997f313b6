"""The demo's dates: all of them hang on the day up to which it reaches, so that the story never grows old."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from app.foundation.periods import Period, add_months, last_whole_quarter

#: local midday and a little, so that a deed falls on its day in every American time zone
_NOON = time(17, 30, tzinfo=UTC)
_MONTHS_OF_FIGURES = 24


@dataclass(frozen=True, slots=True)
class Calendar:
    """The demo as of one day; ``day(n)`` counts from the end of the last whole quarter, on which the story hangs."""

    as_of: date

    @property
    def quarter(self) -> Period:
        """The last three whole months: what the comparison opens with."""
        return last_whole_quarter(self.as_of)

    @property
    def first(self) -> date:
        """The first day with figures: two years back, on the first of its month."""
        return add_months(self.quarter.last, 1 - _MONTHS_OF_FIGURES)

    @property
    def founded(self) -> date:
        """The day on which the consortium began to keep its register."""
        return self.first - timedelta(days=10)

    @property
    def now(self) -> datetime:
        """The moment the demo believes it is."""
        return self.at(self.as_of)

    def day(self, number: int) -> date:
        """So many days after (or, negative, before) the last day of the last whole quarter; never after the as-of day."""
        return min(self.quarter.last + timedelta(days=number), self.as_of)

    def later(self, number: int) -> date:
        """The same for what lies ahead: the end of a strategy, the day by which a goal should be reached."""
        return self.quarter.last + timedelta(days=number)

    def at(self, day: date) -> datetime:
        """Midday of a day."""
        return datetime.combine(day, _NOON)


def dice(*names: object) -> Random:
    """Random numbers that are the same for the same names, on every machine and in every year."""
    return Random("/".join(str(name) for name in names))  # noqa: S311 - figures for a demo, not secrets
