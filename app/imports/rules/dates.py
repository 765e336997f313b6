"""Days and instants as files write them: in digits, in words of several languages, with and without a year."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache, lru_cache

from babel import Locale

#: languages whose names of months and weekdays are read
LANGUAGES = ("en", "en_GB", "es", "pt", "pt_PT", "fr", "de", "it", "nl", "ca")
_CONTEXTS, _WIDTHS = ("format", "stand-alone"), ("wide", "abbreviated")
#: a day and a month
_BOTH = 2
#: a leap year, in which every day and month of a text without a year exists
_LEAP = 2000
#: so many months at one step are the turn of the year and no disorder of the rows
_TURN = 6
#: words around day, month and year that say nothing
_FILLERS = frozenset({"de", "del", "d", "of", "the", "den", "der", "le", "el", "il", "di", "a", "las", "om", "um"})

_TIME = re.compile(
    r"(?P<date>.*?\S)(?:T|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?",
    re.ASCII | re.IGNORECASE,
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DIGITS = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", re.ASCII)
_WORDS = re.compile(r"[^\W_]+|[ºª]", re.UNICODE)
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|º|ª|o|e)?", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_LONGEST = 60
#: no zone is farther from Greenwich
_MOST_HOURS = 14


class DateOrder(StrEnum):
    """How the days of a file are written."""

    YEAR_FIRST = "year_first"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    NAMED = "named"
    YEARLESS = "yearless"

    @property
    def label(self) -> str:
        """As on screen, with an example."""
        return _ORDER_LABELS[self]


_ORDER_LABELS = {
    DateOrder.YEAR_FIRST: "Year-month-day, 2026-11-09",
    DateOrder.DAY_FIRST: "Day/month/year, 09/11/2026",
    DateOrder.MONTH_FIRST: "Month/day/year, 11/09/2026",
    DateOrder.NAMED: "Month in words, Nov 9, 2026",
    DateOrder.YEARLESS: "Month in words without a year, November 9",
}
_Parts = tuple[int, int, int]


@cache
def month_names() -> Mapping[str, int]:
    """The month of every name and abbreviation, by CLDR; no name means two months in these languages."""
    # "de març", "d’abril": the word before the name is no part of it
    return {
        _tokens(name)[-1]: number
        for locale in _locales()
        for context in _CONTEXTS
        for width in _WIDTHS
        for number, name in locale.months[context][width].items()
    }


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        word
        for locale in _locales()
        for context in _CONTEXTS
        for width in _WIDTHS
        for name in locale.days[context][width].values()
        for word in _tokens(name)
    )


def _locales() -> list[Locale]:
    return [Locale.parse(language) for language in LANGUAGES]


def _tokens(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


@lru_cache(maxsize=16_384)  # a day comes again in every row of another account
def _parts(text: str, order: DateOrder) -> _Parts | None:
    """Year, month and day in the shape of this way, whether or not there is such a day."""
    if len(text) > _LONGEST:
        return None
    found = _TIME.fullmatch(text)
    return _READERS[order](found["date"] if found else text)


def _year_first(text: str) -> _Parts | None:
    found = _ISO.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _day_first(text: str) -> _Parts | None:
    found = _DIGITS.fullmatch(text)
    return (int(found[3]), int(found[2]), int(found[1])) if found else None


def _month_first(text: str) -> _Parts | None:
    found = _DIGITS.fullmatch(text)
    return (int(found[3]), int(found[1]), int(found[2])) if found else None


def _named(text: str) -> _Parts | None:
    tokens = _telling(text)
    if not tokens or _YEAR.fullmatch(tokens[-1]) is None:
        return None
    found = _day_and_month(tokens[:-1])
    return (int(tokens[-1]), *found) if found else None


def _yearless(text: str) -> _Parts | None:
    found = _day_and_month(_telling(text))
    return (_LEAP, *found) if found else None


def _telling(text: str) -> list[str]:
    return [token for token in _tokens(text) if token not in _FILLERS]


def _day_and_month(tokens: Sequence[str]) -> tuple[int, int] | None:
    """Month and day of two words in any order, perhaps with a weekday in front ("mar" is one, and a month)."""
    if len(tokens) > _BOTH and tokens[0] in _weekdays():
        return _day_and_month(tokens[1:])
    if len(tokens) != _BOTH:
        return None
    for day, month in (tokens, tokens[::-1]):
        found = _DAY.fullmatch(day)
        if found and (number := month_names().get(month)):
            return number, int(found[1])
    return None


_READERS: Mapping[DateOrder, Callable[[str], _Parts | None]] = {
    DateOrder.YEAR_FIRST: _year_first,
    DateOrder.DAY_FIRST: _day_first,
    DateOrder.MONTH_FIRST: _month_first,
    DateOrder.NAMED: _named,
    DateOrder.YEARLESS: _yearless,
}


def day_in(text: str, order: DateOrder) -> date | None:
    """The day that a text is when it is read in this way; a time of day after it is passed over.

    A text without a year is read in a leap year; :class:`Years` knows better.
    """
    parts = _parts(text, order)
    return _date(*parts) if parts else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_written_as(text: str, order: DateOrder) -> bool:
    """Has the text the shape of this way, whether or not there is such a day?"""
    return _parts(text, order) is not None


def guess_date_orders(texts: Sequence[str]) -> tuple[DateOrder, ...]:
    """The ways in which all the days of a sample can be read; the first is the one to offer.

    Days such as 03/04/2026 can be read in two ways, and a person must say which. Texts that are no day in any way
    are passed over; where nothing is a day, as ISO writes it.
    """
    wanted = [text.strip() for text in texts if any(day_in(text.strip(), order) for order in DateOrder)]
    found = [order for order in DateOrder if wanted and all(day_in(text, order) for text in wanted)]
    if not found and wanted:
        found = [max(DateOrder, key=lambda order: sum(day_in(text, order) is not None for text in wanted))]
    return tuple(found) or (DateOrder.YEAR_FIRST,)


def instant_in(text: str, day: date, *, zone: tzinfo) -> datetime:
    """When on its day a text says something was; noon by the zone's clock where it gives no time of day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)
    hour = int(found["hour"]) % 24
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    clock = time(hour, min(int(found["minute"]), 59), min(int(found["second"] or 0), 59))
    return datetime.combine(day, clock, tzinfo=_zone(found["zone"], zone)).astimezone(UTC)


def _zone(written: str | None, otherwise: tzinfo) -> tzinfo:
    if written is None:
        return otherwise
    if not written.startswith(("+", "-")):
        return UTC
    hours, minutes = min(int(written[1:3]), _MOST_HOURS), min(int(written[-2:]), 59)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written.startswith("-") else offset)


@dataclass(slots=True)
class Years:
    """Gives the days of a file without years their year, row by row in the file's order."""

    #: the year of the row that comes next, and how it changes where the year turns
    year: int
    step: int
    #: the month of the row before
    month: int = 0

    def day(self, text: str) -> date | None:
        """The day of the next row; None where the text is none, or the year has no such day."""
        parts = _parts(text, DateOrder.YEARLESS)
        if parts is None:
            return None
        if self.month and (self.month - parts[1]) * self.step >= _TURN:
            self.year += self.step
        self.month = parts[1]
        return _date(self.year, parts[1], parts[2])


def years_of(texts: Iterable[str], *, last: int) -> Years:
    """How the rows of a file without years are to be read, when its latest day lies in the year ``last``.

    Rows run forward or backward as most of their steps do; where the month falls by half a year or more, going
    forward, the year has turned.
    """
    forward = backward = turns_on = turns_back = 0
    before: _Parts | None = None
    for text in texts:
        parts = _parts(text.strip(), DateOrder.YEARLESS)
        if parts is None:
            continue
        if before is not None:
            fall = before[1] - parts[1]
            turns_on += fall >= _TURN
            turns_back += -fall >= _TURN
            forward += before < parts if abs(fall) < _TURN else fall > 0
            backward += before > parts if abs(fall) < _TURN else fall < 0
        before = parts
    return Years(last, -1) if backward > forward else Years(last - turns_on, 1)
