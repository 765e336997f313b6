"""The yearly review: which accounts are due, and what may come of it."""

from datetime import date, timedelta
from enum import StrEnum

from app.accounts.rules.norms import A_YEAR_DAYS

#: so long after it was due nobody having looked counts as an answer
_GRACE = timedelta(days=90)


class ReviewEnd(StrEnum):
    """What comes of looking at an account."""

    KEEP = "keep"
    RETIRE = "retire"

    @property
    def told(self) -> str:
        """As it stands in the record."""
        return {"keep": "Reviewed, kept", "retire": "Reviewed, retired"}[self.value]


def due_on(last: date | None, *, since: date | None) -> date | None:
    """The day by which an account is looked at: a year after the last time, or after it was opened; None: at once."""
    counts_from = last or since
    return counts_from + timedelta(days=A_YEAR_DAYS) if counts_from else None


def is_due(day: date | None, *, on: date) -> bool:
    """Is it time to look? An account of unknown age is due."""
    return day is None or day <= on


def is_overdue(day: date | None, *, on: date) -> bool:
    """Has nobody looked for so long that it is proposed for the archive?"""
    return day is not None and day + _GRACE <= on
