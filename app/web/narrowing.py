"""What the address of a narrowed list says, read without trusting it: words that are none of ours narrow nothing."""

from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from app.foundation.periods import Period

#: days shown until the reader says otherwise
SHOWN_DAYS = 90
#: digits of the longest number that both databases hold, and one more
_LONGEST_ID = 19
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_Word = TypeVar("_Word", bound=StrEnum)


def period_of(args: "MultiDict[str, str]", *, today: date) -> Period:
    """From and to, by default the last 90 days."""
    last = _day(args.get("to", "")) or today
    first = _day(args.get("from", "")) or last - timedelta(days=SHOWN_DAYS - 1)
    return Period(min(first, last), last)


def chosen(words: type[_Word], asked: str | None) -> _Word | None:
    """The member that an address names, None for a word that is none."""
    return next((word for word in words if word.value == asked), None)


def number_in(text: str) -> int | None:
    """The id that an address names, None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_ID else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _EARLIEST <= found <= _LATEST else None
