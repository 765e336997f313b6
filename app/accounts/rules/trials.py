"""Trials: an account on trial ends with a decision, and until when one may run."""

from datetime import date
from enum import StrEnum

_MONTHS = 12
#: so many days before its end a trial asks for its decision
SOON_DAYS = 14


class TrialEnd(StrEnum):
    """What is decided at the end of a trial."""

    KEEP = "keep"
    CHANGE = "change"
    CLOSE = "close"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "keep": "Keep it",
            "change": "Change something and try on",
            "close": "Close it",
        }[self.value]

    @property
    def told(self) -> str:
        """As it stands in the record."""
        return {"keep": "Kept", "change": "On trial again", "close": "To be closed"}[self.value]


def latest_end(begins_on: date) -> date:
    """The last day on which a trial that begins that day may end: twelve months on."""
    year = begins_on.year + _MONTHS // 12
    return date(year, begins_on.month, min(begins_on.day, 28) if begins_on.month == 2 else begins_on.day)  # noqa: PLR2004 - Feb 29


def refusal_of_end(end: TrialEnd, *, reason: str, next_end: date | None, today: date) -> tuple[str, str] | None:
    """The field and the sentence why a trial cannot be ended like this, None where it can."""
    if not reason.strip():
        return "reason", "Write what the trial showed."
    if end is not TrialEnd.CHANGE:
        return None
    if next_end is None:
        return "next_end", "Write until when it is tried on."
    if next_end <= today:
        return "next_end", "The trial ends on a day to come."
    if next_end > latest_end(today):
        return "next_end", "A trial takes 12 months at most."
    return None
