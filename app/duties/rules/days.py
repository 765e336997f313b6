"""The day a page looks at: today, or the one its address names."""

from dataclasses import dataclass
from datetime import date

_LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day looked at, today, and the words of an address that named no day."""

    on: date
    today: date
    not_a_day: str = ""

    @property
    def is_today(self) -> bool:
        """Does the page show how things stand now?"""
        return self.on == self.today

    @property
    def in_url(self) -> str | None:
        """The day as an address carries it on; None for today."""
        return None if self.is_today else self.on.isoformat()


def as_of(text: str, *, today: date) -> AsOf:
    """What an address asks for, written like 2026-11-09; today where it asks for nothing, or for no day."""
    text = text.strip()
    if not text:
        return AsOf(today, today)
    try:
        return AsOf(date.fromisoformat(text), today)
    except ValueError:
        return AsOf(today, today, not_a_day=text[:_LONGEST_QUOTE])
