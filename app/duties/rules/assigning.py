"""What may be given to whom: days, hours, and how long a mistake may be undone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.duties.rules.load import Load, hours_in_words
from app.foundation.errors import Refused

#: a mistake may be undone this long; later on it is history, and is ended instead
UNDO_FOR = timedelta(hours=1)
_MOST_HOURS = Decimal(40)
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both inside; ``last_on`` None is without end."""

    first_on: date
    last_on: date | None

    def overlaps(self, other: "Span") -> bool:
        """Is there a day in both?"""
        starts_in_time = other.last_on is None or self.first_on <= other.last_on
        return starts_in_time and (self.last_on is None or self.last_on >= other.first_on)


def refuse_backwards(span: Span) -> None:
    """Refuse a last day before the first."""
    if span.last_on is not None and span.last_on < span.first_on:
        raise Refused("The last day is before the first.", field="last_on")


def refuse_early_end(span: Span, last_on: date) -> None:
    """Refuse to end something before it began."""
    if last_on < span.first_on:
        first = f"{span.first_on:%b} {span.first_on.day}, {span.first_on.year}"
        raise Refused(f"This begins on {first}. It cannot end before that.", field="last_on")


def refuse_absurd_hours(hours: Decimal, *, contracted: Decimal | None) -> None:
    """Refuse hours below zero, above a full week, or above the contract."""
    if not (hours.is_finite() and 0 <= hours <= _MOST_HOURS):
        raise Refused(f"Hours a week lie between 0 and {_MOST_HOURS}.", field="hours_per_week")
    if contracted is not None and hours > contracted:
        most = hours_in_words(contracted)
        raise Refused(
            f"The contract of this position has {most} a week, fewer than this duty takes.", field="hours_per_week"
        )


def refuse_empty_reason(reason: str) -> None:
    """Refuse a decision without its reason."""
    if not reason:
        raise Refused("Say why nobody is needed here, such as “No followers here”.", field="reason")
    if len(reason) > _LONGEST_REASON:
        raise Refused(f"At most {_LONGEST_REASON} characters.", field="reason")


def may_undo(recorded_at: datetime | None, *, at: datetime) -> bool:
    """Was it written down so lately that it may be taken back?"""
    return recorded_at is not None and at - recorded_at <= UNDO_FOR


def strain_in_words(name: str, load: Load) -> str | None:
    """The warning where duties take more than is agreed, such as "Tom Beckett has 3.5 h of duties in 2 h agreed."."""
    if load.fits:
        return None
    if load.agreed is None:
        return f"{name} has {hours_in_words(load.assigned)} of duties, and no hours are agreed yet."
    taken, agreed, over = (hours_in_words(hours) for hours in (load.assigned, load.agreed, load.over_hours))
    return f"{name} has {taken} of duties a week in {agreed} agreed: {over} over."
