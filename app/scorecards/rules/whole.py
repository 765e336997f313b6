"""How parts make a place: which of them count, the cause in words, which periods are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.foundation.periods import Period, add_months, last_whole_quarter, month_of
from app.goals.rules import Direction, Kpi, State, Target, Whole, amount, target_words, weakest

MONTHS_KEPT = 12
_CAUSE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A KPI of a goal, a goal of a branch, a branch of a library: its state, and why in words."""

    state: State
    cause: str


def whole_of(parts: Sequence[Part]) -> tuple[Whole, str]:
    """The state of the whole, and the cause that its weakest part gives; the cause is empty when all is well."""
    whole = weakest(part.state for part in parts)
    if not parts:
        return whole, ""
    if whole.state is State.ON_TRACK:
        return whole, next((part.cause for part in parts if not part.state.is_judged and part.cause), "")
    worst = min(parts, key=lambda part: part.state.order)
    return whole, worst.cause[:_CAUSE_LENGTH]


def kpi_cause(kpi: Kpi, value: float | None, target: Target | None, *, reason_words: str) -> str:
    """A KPI's standing as a cause: ``Broadcast share 92%, at most 70%``, or why it could not be judged."""
    if reason_words or value is None or target is None:
        return f"{kpi.name}: {reason_words}" if reason_words else ""
    direction = kpi.direction or Direction.UP
    aim = target_words(target, direction=direction, unit=kpi.unit)
    return f"{kpi.name} {amount(value, kpi.unit)}, {aim}"


def periods_kept(on: date) -> list[Period]:
    """What a rebuild writes: the last whole quarter, the one before, the one a year ago, and twelve months."""
    quarter = last_whole_quarter(on)
    first = add_months(quarter.first, -MONTHS_KEPT)
    year_ago = Period(first, month_of(add_months(first, 2)).last)
    months = [month_of(add_months(quarter.last, -step)) for step in range(MONTHS_KEPT)]
    return [quarter, quarter.before(), year_ago, *months]
