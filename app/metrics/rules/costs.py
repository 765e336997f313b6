"""What reading a platform costs: reads and money in words, months as platforms bill them, and what a cap leaves."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

#: money is counted in millionths of a unit of the currency, since one read costs less than a cent
MICROS = 1_000_000
#: every platform we know bills in this one
CURRENCY = "USD"
_CENTS = Decimal("0.01")


def reads_in_words(reads: Mapping[str, int]) -> str:
    """Such as "120 posts, 1 user"."""
    return ", ".join(f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in sorted(reads.items()))


def money(micros: int) -> str:
    """Such as "USD 12.35"; less than half a cent shows as such, never as nothing."""
    amount = (Decimal(micros) / MICROS).quantize(_CENTS)
    return f"{CURRENCY} under 0.01" if micros and not amount else f"{CURRENCY} {amount:,}"


def first_of_month(at: datetime) -> datetime:
    """The instant at which the month of ``at`` began, in UTC, where platforms bill."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def first_of_next_month(at: datetime) -> datetime:
    """The instant at which the next month begins, in UTC."""
    first = first_of_month(at)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def month_of(day: date) -> datetime:
    """The instant at which the month of a day began."""
    return datetime(day.year, day.month, 1, tzinfo=UTC)


def allowance(cap: Decimal | None, spent: int) -> int | None:
    """What a monthly cap leaves after so many millionths, never less than nothing; None without a cap."""
    return None if cap is None else max(int(cap * MICROS) - spent, 0)


def months_before(month: datetime, *, most: int) -> list[datetime]:
    """The month and those before it, latest first."""
    months = [month]
    while len(months) < most:
        months.append(month_of((months[-1] - timedelta(days=1)).date()))
    return months
