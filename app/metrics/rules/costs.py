"""What reading a platform costs: reads and money in words, months as platforms bill them, and what a cap leaves."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median

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


#: a forecast looks at the pulls of so many days
FORECAST_DAYS = 7
_DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Pull:
    """What one pull of an account cost, in millionths."""

    account_id: int
    platform: str
    micros: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the month's cost is going at the pace of the last days, in millionths."""

    month_end: int
    #: the day on which the cap is reached at this pace; None where it is not this month, or there is none
    cap_on: date | None


def usual_costs(pulls: Iterable[Pull]) -> dict[tuple[str, int], float]:
    """What a pull of each account usually costs, by platform and account.

    It is the median, so that a first pull of months, or a day on which much was posted, does not stand for all.
    """
    by_account: dict[tuple[str, int], list[int]] = defaultdict(list)
    for pull in pulls:
        by_account[pull.platform, pull.account_id].append(pull.micros)
    return {account: median(costs) for account, costs in by_account.items()}


def forecast(spent: int, usual: Mapping[tuple[str, int], float], *, cap: int | None, at: datetime) -> Forecast:
    """The cost of the month that ``at`` lies in, were each account pulled once on every day that is left of it."""
    a_day = sum(usual.values())
    left = (first_of_next_month(at) - at) / timedelta(days=1)
    month_end = round(spent + a_day * math.floor(left))
    if cap is None or not a_day or month_end < cap:
        return Forecast(month_end, None)
    return Forecast(month_end, (at + timedelta(days=math.ceil(max(cap - spent, 0) / a_day))).astimezone(UTC).date())


def cost_of_more(accounts: int, usual: Mapping[tuple[str, int], float], *, platform: str) -> int | None:
    """What so many more accounts of a platform would cost a month, each as the middle one of those there are.

    None where none was pulled in the last days, so that there is nothing to judge by.
    """
    known = [cost for (name, _), cost in usual.items() if name == platform]
    return round(median(known) * accounts * _DAYS_A_MONTH) if known else None
