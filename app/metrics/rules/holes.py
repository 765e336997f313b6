"""Days without figures, as ranges with a reason: what is known to be missing is not nothing."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.foundation.figures import Reason
from app.foundation.periods import Period

#: so many days back holes are looked for
LOOKED_BACK_DAYS = 90
_WORDS = {
    Reason.API_ERROR: "the platform answered with an error, or not at all",
    Reason.TOKEN_REVOKED: "the sign-in had expired",
    Reason.RATE_LIMITED: "the platform asked us to wait",
    Reason.COST_CAP: "the monthly cap on the cost of reading was reached",
    Reason.NOT_INDEXED: "the platform did not know the account yet",
    Reason.ACCOUNT_CLOSED: "the account was closed there",
    Reason.BLANK: "the file had no figure for them",
}


@dataclass(frozen=True, slots=True)
class Hole:
    """Days in a row without any figure, and the reason that was written for most of them, None where none was."""

    period: Period
    reason: Reason | None

    @property
    def why(self) -> str:
        """As the end of a sentence."""
        return _WORDS.get(self.reason, "nobody asked or imported") if self.reason else "nobody asked or imported"


def expected(first_on: date | None, last_on: date | None, *, on: date) -> Period | None:
    """The days of which an account should have figures: from its first one, 90 days back at most, to its last.

    ``last_on`` is yesterday for an account that is pulled, its newest day for one that is fed from files. None where
    there is no such day.
    """
    if first_on is None or last_on is None:
        return None
    first = max(first_on, on - timedelta(days=LOOKED_BACK_DAYS))
    return Period(first, last_on) if first <= last_on else None


def holes(days: Collection[date], wanted: Period, reasons: Mapping[date, Reason]) -> list[Hole]:
    """The ranges of the wanted days that are not among ``days``, oldest first."""
    return [Hole(period, _mostly(period, reasons)) for period in _ranges(set(days), wanted)]


def _ranges(days: set[date], wanted: Period) -> Iterator[Period]:
    first: date | None = None
    for step in range(wanted.days + 1):
        day = wanted.first + timedelta(days=step)
        is_missing = day <= wanted.last and day not in days
        if is_missing:
            first = first or day
        elif first is not None:
            yield Period(first, day - timedelta(days=1))
            first = None


def _mostly(period: Period, reasons: Mapping[date, Reason]) -> Reason | None:
    found = Counter(reason for day, reason in sorted(reasons.items()) if period.first <= day <= period.last)
    return found.most_common(1)[0][0] if found else None
