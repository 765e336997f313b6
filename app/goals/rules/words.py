"""How a KPI's figures read on a page: amounts, targets, counts, how much of a target is reached, what a curve does."""

import math
from collections.abc import Sequence
from datetime import date

from app.foundation.figures import Figure
from app.goals.rules.judging import Target
from app.goals.rules.kpis import Kpi
from app.goals.rules.states import Direction

#: fewer known periods than this make no curve to speak of
POINTS_FOR_A_CURVE = 4
#: a swing smaller than this share of the largest figure is no rise and no fall
_STEADY = 0.08
#: the way a curve went counts as begun after this part of it
_NEAR = 0.25
_DAYS_A_YEAR = 330
_WHOLE_FROM = 10
#: a bar in a table ends here: more of the target than this is not drawn
MOST_ATTAINED = 1.25
#: how far a scale runs beyond its largest figure, at least
_ROOM = 1.15
_SCALE_STEPS = 4
#: steps that read as round numbers, in powers of ten; the last leaves room for rounding
_ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 20)


def amount(value: float, unit: str) -> str:
    """A figure of a KPI without the words of its unit: ``61%``, ``4.5``, ``1,240``."""
    if unit.startswith("%"):
        rounded = round(value, 1) if abs(value) < _WHOLE_FROM and unit != "%" else round(value)
        return f"{_number(rounded)}%"
    return _number(round(value) if abs(value) >= _WHOLE_FROM else round(value, 1))


def _number(value: float) -> str:
    text = f"{value:,.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def target_words(target: Target, *, direction: Direction, unit: str) -> str:
    """A target as it stands in a heading: ``target 85%``, ``at most 70%``, ``2 to 4``."""
    if direction is Direction.BAND and target.upper is not None:
        return f"{amount(target.value, unit).removesuffix('%')} to {amount(target.upper, unit)}"
    return f"{'at most' if direction is Direction.DOWN else 'target'} {amount(target.value, unit)}"


def count_words(kpi: Kpi, *, numerator: float | None, cases: int | None) -> str:
    """What a figure rests on: ``31 of 51 questions``, ``948 interactions``; empty where counting has no meaning."""
    if cases is None:
        return ""
    if kpi.unit == "%" and numerator is not None:
        return f"{numerator:,.0f} of {cases:,} {kpi.cases}"
    return f"{cases:,} {kpi.cases}"


def attainment(value: float, target: Target, *, direction: Direction) -> float:
    """How much of the target is reached, 1 being all of it, at most 1.25; turned round where lower is better."""
    match direction:
        case Direction.UP:
            reached = _ratio(value, target.value)
        case Direction.DOWN:
            reached = _ratio(target.value, value)
        case Direction.BAND:
            reached = 1.0 if target.value <= value <= target.top else _ratio(*_edges(value, target))
    return max(0.0, min(MOST_ATTAINED, reached))


def _edges(value: float, target: Target) -> tuple[float, float]:
    return (value, target.value) if value < target.value else (target.top, value)


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else MOST_ATTAINED


def curve_words(name: str, months: Sequence[tuple[date, Figure]]) -> str:
    """What a curve does, as a heading: ``Answered in time has fallen since July``."""
    known = [(month, figure.value) for month, figure in months if figure.value is not None]
    if len(known) < POINTS_FOR_A_CURVE:
        return f"{name} by month"
    last_on, last = known[-1]
    high = max(value for _, value in known)
    low = min(value for _, value in known)
    if high - low <= _STEADY * max(abs(high), abs(low)):
        return f"{name} has held steady"
    verb = "fallen" if high - last > last - low else "risen"
    since = _turn(known, start=high if verb == "fallen" else low)
    is_this_year = (last_on - since).days < _DAYS_A_YEAR
    return f"{name} has {verb} since {since:%B}" if is_this_year else f"{name} has {verb} since {since:%B %Y}"


def _turn(known: Sequence[tuple[date, float]], *, start: float) -> date:
    """The last month that was still near where the curve came from."""
    give = _NEAR * abs(known[-1][1] - start)
    return max(month for month, value in known if abs(value - start) <= give)


def even_top(most: float) -> float:
    """Where the scale of a graph ends: some room beyond the largest figure, in four steps that read as round numbers."""
    step = most * _ROOM / _SCALE_STEPS
    if step <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(step))
    return _SCALE_STEPS * size * next(each for each in _ROUND if each * size >= step)
