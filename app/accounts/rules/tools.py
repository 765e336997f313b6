"""What a place uses beside this product: kinds of tools, what they cost a year, and whose renewal is near."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

#: a renewal within so many days is near: most contracts ask for notice before
_NEAR = timedelta(days=60)


class ToolKind(StrEnum):
    """What a tool is used for."""

    SUITE = "suite"
    INBOX = "inbox"
    ARCHIVE = "archive"
    ANALYTICS = "analytics"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As on screen."""
        return _LABELS[self]


_LABELS = {
    ToolKind.SUITE: "Publishing suite",
    ToolKind.INBOX: "Inbox or desk",
    ToolKind.ARCHIVE: "Archive",
    ToolKind.ANALYTICS: "Analytics",
    ToolKind.OTHER: "Other",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount a year in a currency, by its ISO 4217 code."""

    amount: Decimal
    currency: str


def yearly_sums(costs: Iterable[Cost]) -> list[Cost]:
    """The sum of each currency, largest first; currencies are never added together."""
    sums: dict[str, Decimal] = {}
    for cost in costs:
        sums[cost.currency] = sums.get(cost.currency, Decimal(0)) + cost.amount
    return [Cost(amount, currency) for currency, amount in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))]


def renews_soon(renews_on: date | None, *, on: date) -> bool:
    """Is the renewal within 60 days, or past and not noted anew?"""
    return renews_on is not None and renews_on - on <= _NEAR
