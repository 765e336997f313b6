"""How dates, clocks, numbers and lists read on a page: in the reader's form, made here rather than by the machine's locale."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo


class Locale(StrEnum):
    """The form of dates and clocks that a reader chose; what is written down for all is in American form."""

    AMERICAN = "en-US"
    BRITISH = "en-GB"

    @property
    def label(self) -> str:
        """As on screen, by its look."""
        return {"en-US": "Nov 9, 2026, 2:05 pm", "en-GB": "9 Nov 2026, 14:05"}[self.value]


_locale: ContextVar[Locale] = ContextVar("locale", default=Locale.AMERICAN)


def read_as(word: str) -> None:
    """From now on in this thread, dates and clocks read so; an unknown word is American."""
    _locale.set(Locale(word) if word in set(Locale) else Locale.AMERICAN)


def locale() -> Locale:
    """How dates and clocks read now."""
    return _locale.get()


def _is_british() -> bool:
    return _locale.get() is Locale.BRITISH


Number = int | float | Decimal
_NOON = 12
_WHOLE = Decimal(1)
_TENTH = Decimal("0.1")
_HUNDRED = 100


def day(on: date) -> str:
    """Such as ``Nov 9, 2026``."""
    if _is_british():
        return f"{on.day} {on:%b} {on.year}"
    return f"{on:%b} {on.day}, {on.year}"


def short_day(on: date) -> str:
    """Such as ``Nov 9``, where the year is clear."""
    if _is_british():
        return f"{on.day} {on:%b}"
    return f"{on:%b} {on.day}"


def month(on: date) -> str:
    """Such as ``Nov 2026``."""
    return f"{on:%b} {on.year}"


def clock_time(at: datetime, zone: tzinfo | str | None = None) -> str:
    """Such as ``12:58 pm``; where no zone is given the time is in UTC and says so."""
    local = _local(at, zone)
    half = "am" if local.hour < _NOON else "pm"
    american = f"{local.hour % _NOON or _NOON}:{local.minute:02d} {half}"
    text = f"{local:%H:%M}" if _is_british() else american
    return text if zone else f"{text} UTC"


def moment(at: datetime, zone: tzinfo | str | None = None) -> str:
    """Such as ``Tue, Nov 10, 12:58 pm``."""
    local = _local(at, zone)
    if _is_british():
        return f"{local:%a} {short_day(local)}, {clock_time(at, zone)}"
    return f"{local:%a}, {short_day(local)}, {clock_time(at, zone)}"


def full_moment(at: datetime, zone: tzinfo | str | None = None) -> str:
    """Such as ``Nov 9, 2026, 12:58 pm``, for what stays on record."""
    return f"{day(_local(at, zone))}, {clock_time(at, zone)}"


def _local(at: datetime, zone: tzinfo | str | None) -> datetime:
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone or UTC)


def number(value: Number) -> str:
    """Such as ``1,240`` or ``12.5``: commas for thousands, one decimal at most."""
    rounded = _rounded(value, _TENTH)
    return f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.1f}"


def decimal(value: Number) -> str:
    """Such as ``12.0``: always one decimal, for columns that line up."""
    return f"{_rounded(value, _TENTH):,.1f}"


def share(value: Number) -> str:
    """A share from 0 to 1 as a percentage, such as ``78%``; what is not all or nothing never reads so."""
    percent = Decimal(str(value)) * _HUNDRED
    rounded = _rounded(percent, _WHOLE)
    if rounded == 0 and percent > 0:
        return "under 1%"
    if rounded == _HUNDRED and percent < _HUNDRED:
        return "over 99%"
    return f"{rounded:,.0f}%"


def points(difference: Number) -> str:
    """A difference of two shares, without its sign, such as ``24 points``."""
    return plural(_rounded(abs(Decimal(str(difference))) * _HUNDRED, _WHOLE), "point", "points")


def hours(value: Number) -> str:
    """Such as ``1.5 h``; quarters of an hour are kept."""
    return f"{Decimal(str(value)).quantize(Decimal('0.01'), ROUND_HALF_UP):f}".rstrip("0").rstrip(".") + " h"


def plural(count: Number, one: str, many: str) -> str:
    """The count with its noun, such as ``1 branch`` or ``22 branches``."""
    return f"{number(count)} {one if count == 1 else many}"


def join_and(parts: Iterable[object]) -> str:
    """Such as ``Facebook, Instagram and YouTube``."""
    words = [str(part) for part in parts]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _rounded(value: Number, step: Decimal) -> Decimal:
    """Halves go up, as people expect; adding zero takes the sign off a negative zero."""
    return Decimal(str(value)).quantize(step, ROUND_HALF_UP) + 0


#: those that read a clock, and so depend on where the reader is
CLOCKS = (clock_time, moment, full_moment)
FILTERS = (
    day,
    short_day,
    month,
    clock_time,
    moment,
    full_moment,
    number,
    decimal,
    share,
    points,
    hours,
    plural,
    join_and,
)
