"""Periods of whole days: months, quarters (calendar or fiscal), and their names on a page and in a URL."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS_A_QUARTER = 3
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both days are inside the period."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """A period that ends before it starts is a bug."""
        if self.last < self.first:
            raise ValueError("A period ends on or after the day it starts.")

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def label(self) -> str:
        """Such as "August to October 2026", "October 2026" or "Nov 3 to 9, 2026"."""
        whole = self.first.day == 1 and self.last == _last_of_month(self.last)
        if not whole:
            return _span_of_days(self.first, self.last)
        if (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return f"{self.first:%B %Y}"
        if self.first.year == self.last.year:
            return f"{self.first:%B} to {self.last:%B %Y}"
        return f"{self.first:%B %Y} to {self.last:%B %Y}"

    @property
    def code(self) -> str:
        """How a URL writes it: ``2026-08..2026-10`` for whole months, else both days."""
        if self.first.day == 1 and self.last == _last_of_month(self.last):
            return f"{self.first:%Y-%m}..{self.last:%Y-%m}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def before(self) -> "Period":
        """The period of as many whole months (or days) that ends the day before this one starts."""
        if self.first.day == 1 and self.last == _last_of_month(self.last):
            count = months_between(self.first, self.last) + 1
            return months_ending(self.first - timedelta(days=1), count)
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


def _span_of_days(first: date, last: date) -> str:
    if first == last:
        return f"{first:%b} {first.day}, {first.year}"
    if first.year != last.year:
        return f"{first:%b} {first.day}, {first.year} to {last:%b} {last.day}, {last.year}"
    if first.month != last.month:
        return f"{first:%b} {first.day} to {last:%b} {last.day}, {last.year}"
    return f"{first:%b} {first.day} to {last.day}, {last.year}"


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_of(day: date) -> Period:
    """The calendar month a day lies in."""
    return Period(day.replace(day=1), _last_of_month(day))


def add_months(first: date, count: int) -> date:
    """The first day of the month ``count`` months after (or, negative, before) the month of ``first``."""
    index = first.year * _MONTHS_A_YEAR + first.month - 1 + count
    return date(index // _MONTHS_A_YEAR, index % _MONTHS_A_YEAR + 1, 1)


def months_between(first: date, last: date) -> int:
    """Whole months from the month of ``first`` to the month of ``last``; 0 in the same month."""
    return (last.year - first.year) * _MONTHS_A_YEAR + last.month - first.month


def months_ending(last: date, count: int) -> Period:
    """The ``count`` whole calendar months that end with the month of ``last``."""
    return Period(add_months(last, 1 - count), _last_of_month(last))


def last_whole_quarter(on: date) -> Period:
    """The three whole months that ended before the month of ``on``, unless ``on`` ends its own month."""
    last = on if on == _last_of_month(on) else on.replace(day=1) - timedelta(days=1)
    return months_ending(last, _MONTHS_A_QUARTER)


def year_of(day: date, *, starts: int) -> int:
    """The year a day lies in, by the one it ends in; ``starts`` is the month in which years start."""
    return day.year + (day.month >= starts > 1)


def whole_year(year: int, *, starts: int) -> Period:
    """The twelve months of a year that ends in ``year``; ``starts`` is the month in which years start."""
    return months_ending(add_months(date(year, starts, 1), -1 if starts > 1 else _MONTHS_A_YEAR - 1), _MONTHS_A_YEAR)


def each_month(period: Period) -> list[Period]:
    """The calendar months a period touches, oldest first."""
    count = months_between(period.first, period.last) + 1
    return [month_of(add_months(period.first, step)) for step in range(count)]


def parse_period(code: str) -> Period | None:
    """Read a period's ``code`` back; None where the text is no period."""
    try:
        if match := re.fullmatch(r"(\d{4}-\d{2})\.\.(\d{4}-\d{2})", code):
            return Period(date.fromisoformat(f"{match[1]}-01"), month_of(date.fromisoformat(f"{match[2]}-01")).last)
        if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", code):
            return Period(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
    except ValueError:
        return None
    return None
