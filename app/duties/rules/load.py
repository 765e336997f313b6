"""Hours: what is assigned against what is agreed, and duties as shares of a contract's time."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.foundation.errors import Refused

_NONE = Decimal(0)
#: A duty that is listed at all counts as one percent of the time at least.
_SMALLEST_SHARE = 1


@dataclass(frozen=True, slots=True)
class Load:
    """Hours a week that duties take, against the hours agreed in the job description (None: none are agreed yet)."""

    assigned: Decimal
    agreed: Decimal | None

    @property
    def over_hours(self) -> Decimal:
        """Hours a week above what is agreed; 0 where the duties fit or nothing is agreed."""
        return _NONE if self.agreed is None else max(_NONE, self.assigned - self.agreed)

    @property
    def free_hours(self) -> Decimal:
        """Agreed hours a week that no duty takes; 0 where nothing is agreed."""
        return _NONE if self.agreed is None else max(_NONE, self.agreed - self.assigned)

    @property
    def fits(self) -> bool:
        """Do the duties fit the agreed hours? Duties without agreed hours do not."""
        return self.over_hours == 0 and (self.agreed is not None or self.assigned == 0)

    @property
    def use_in_words(self) -> str:
        """How much of the agreed time the duties take, such as "95%"."""
        return f"{_percent(self.assigned, self.agreed)}%" if self.agreed else "No hours agreed"

    @property
    def status(self) -> str:
        """Such as "Fits", "1.5 h over" or "No hours agreed"."""
        if self.fits:
            return "Fits"
        return f"{hours_in_words(self.over_hours)} over" if self.agreed is not None else "No hours agreed"


def load_of(hours: Iterable[Decimal], *, agreed: Decimal | None) -> Load:
    """Sum the weekly hours of somebody's assignments; refuses hours below zero."""
    taken = list(hours)
    if any(each < 0 for each in taken) or (agreed is not None and agreed < 0):
        raise Refused("Hours a week cannot be less than zero.", field="hours_per_week")
    return Load(assigned=sum(taken, _NONE), agreed=agreed)


def hours_in_words(hours: Decimal) -> str:
    """Such as "4.75 h" or "2 h"."""
    return f"{hours:,.2f}".rstrip("0").rstrip(".") + " h"


def share_of_time(duty_hours: Decimal, *, contracted_hours: Decimal) -> int:
    """A duty as a percent of the contracted week, to the nearest one percent and never less than one.

    Refuses a contract without hours, and a duty that takes more than the contract has.
    """
    if contracted_hours <= 0:
        raise Refused("Say how many hours a week the contract is for.", field="contracted_hours")
    if not 0 <= duty_hours <= contracted_hours:
        raise Refused("A duty takes between zero hours and the hours of the contract.", field="hours_per_week")
    return max(_SMALLEST_SHARE, _percent(duty_hours, contracted_hours))


def _percent(part: Decimal, whole: Decimal) -> int:
    return int((part / whole * 100).to_integral_value(rounding=ROUND_HALF_UP))


def total_in_words(loads: Iterable[Load]) -> str:
    """Such as "12 h a week agreed in job descriptions, 12.25 h assigned"."""
    every = list(loads)
    agreed = sum((load.agreed or _NONE for load in every), _NONE)
    assigned = sum((load.assigned for load in every), _NONE)
    return f"{hours_in_words(agreed)} a week agreed in job descriptions, {hours_in_words(assigned)} assigned"
