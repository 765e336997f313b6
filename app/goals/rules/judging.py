"""From a measured KPI and its target to a state, with its reason or its distance in words."""

import math
from collections.abc import Collection
from dataclasses import dataclass

from app.foundation.figures import Figure, Reason
from app.goals.rules.intervals import Interval
from app.goals.rules.kpis import Kpi
from app.goals.rules.states import Direction, StandingReason, State
from app.metrics.rules.sums import ENOUGH

#: short of the target by no more than this share of it is at risk, for figures without an interval
TOLERANCE = 0.10
#: fewer cases than this are too few to judge
MINIMUM_N = 10


@dataclass(frozen=True, slots=True)
class Target:
    """The target in force: a value, or for a band its lower edge in ``value`` and its upper edge in ``upper``."""

    value: float
    upper: float | None = None

    def __post_init__(self) -> None:
        """A band whose upper edge is below its lower one is a bug; forms refuse it first."""
        if self.upper is not None and self.upper < self.value:
            raise ValueError("A band's upper edge is at or above its lower edge.")

    @property
    def top(self) -> float:
        """The upper edge of the band; the value itself where there is no band."""
        return self.value if self.upper is None else self.upper


@dataclass(frozen=True, slots=True)
class Measured:
    """A KPI's figure in the KPI's own unit, with what it was made of.

    ``completeness`` is the share of expected days behind the weakest input, from 0 to 1. ``n`` is the number of
    cases behind the figure, None where counting cases has no meaning.
    """

    figure: Figure
    n: int | None = None
    interval: Interval | None = None
    numerator: float | None = None
    denominator: float | None = None
    completeness: float = 1.0
    #: what the arithmetic itself found wanting, where the figure's reason does not say it
    hindrance: StandingReason | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A KPI's state at a place in a period; a reason where it is not judged, a distance where it is."""

    state: State
    reason: StandingReason | None = None
    distance: str = ""
    #: why in the words of this case, such as "Too few to judge (6 questions)"; empty where judged
    detail: str = ""

    @property
    def words(self) -> str:
        """What stands beside the state."""
        return self.distance if self.state.is_judged else self.detail


_OF_FIGURE = {
    Reason.NOT_SUPPORTED: StandingReason.NOT_OFFERED,
    Reason.HIDDEN: StandingReason.NOT_OFFERED,
    Reason.WITHDRAWN: StandingReason.WITHDRAWN,
    Reason.BELOW_THRESHOLD: StandingReason.TOO_FEW,
    Reason.SUPPRESSED: StandingReason.TOO_FEW,
    Reason.NO_CASES: StandingReason.TOO_FEW,
    Reason.ACCOUNT_CLOSED: StandingReason.CLOSED,
    Reason.NOT_OWNED: StandingReason.NO_ACCOUNT,
}
#: the figure's own words say nothing that the standing's do not
_SAID_ALREADY = frozenset({Reason.NOT_COLLECTED, Reason.NOT_SUPPORTED, Reason.WITHDRAWN, Reason.ACCOUNT_CLOSED})


def judge(
    measured: Measured,
    *,
    target: Target | None,
    direction: Direction,
    unit: str,
    cases: str = "cases",
    tolerance: float = TOLERANCE,
    minimum_n: int = MINIMUM_N,
    hindrances: Collection[StandingReason] = (),
) -> Standing:
    """Where a KPI stands against the target in force.

    On track: n is enough and the estimate is at or past the target. At risk: short of it, but the interval still
    reaches it or, without an interval, within the tolerance. Off track: short, and neither reaches it. Anything that
    keeps it from being judged (``hindrances`` known outside: no owner, stale, no account, closed) is a reason.
    ``unit`` is the KPI's unit ("%" makes distances points), ``cases`` what n counts.
    """
    if reason := _hindered(measured, target=target, minimum_n=minimum_n, hindrances=hindrances):
        return _not_judged(reason, measured, cases=cases)
    if target is None or measured.figure.value is None:
        raise AssertionError("No target and no figure are reasons, found above.")
    value = measured.figure.value
    state = _state(value, measured.interval, target, direction=direction, tolerance=tolerance)
    return Standing(state, distance=distance_in_words(value, target, direction=direction, unit=unit))


def judge_kpi(
    kpi: Kpi,
    measured: Measured,
    *,
    target: Target | None,
    hindrances: Collection[StandingReason] = (),
    tolerance: float = TOLERANCE,
) -> Standing:
    """Judge by the catalogue's own direction, unit and minimum; a KPI that takes no target has none."""
    return judge(
        measured,
        target=target if kpi.direction else None,
        direction=kpi.direction or Direction.UP,
        unit=kpi.unit,
        cases=kpi.cases,
        tolerance=tolerance,
        minimum_n=kpi.minimum_n,
        hindrances=hindrances,
    )


def reason_of(reason: Reason) -> StandingReason:
    """Why a standing is missing, from why its figure is."""
    return _OF_FIGURE.get(reason, StandingReason.NOT_COLLECTED)


def _hindered(
    measured: Measured, *, target: Target | None, minimum_n: int, hindrances: Collection[StandingReason]
) -> StandingReason | None:
    found = {*hindrances, *filter(None, [measured.hindrance])}
    if target is None:
        found.add(StandingReason.NO_TARGET)
    if measured.figure.reason:
        found.add(reason_of(measured.figure.reason))
    if measured.completeness < ENOUGH:
        found.add(StandingReason.INCOMPLETE)
    if measured.n is not None and measured.n < minimum_n:
        found.add(StandingReason.TOO_FEW)
    return min(found, key=lambda reason: reason.order, default=None)


def _not_judged(reason: StandingReason, measured: Measured, *, cases: str) -> Standing:
    return Standing(reason.state, reason=reason, detail=_detail(reason, measured, cases=cases))


def _detail(reason: StandingReason, measured: Measured, *, cases: str) -> str:
    why = measured.figure.reason
    if reason is StandingReason.TOO_FEW and measured.n is not None:
        word = cases.removesuffix("s") if measured.n == 1 else cases
        return f"{reason.label} ({measured.n:,} {word})"
    if reason is StandingReason.INCOMPLETE:
        return f"{reason.label} ({math.floor(measured.completeness * 100)}%)"
    if why and reason is reason_of(why) and why not in _SAID_ALREADY:
        return f"{reason.label}: {why.label[0].lower()}{why.label[1:]}"
    return reason.label


def _state(value: float, interval: Interval | None, target: Target, *, direction: Direction, tolerance: float) -> State:
    reached = interval or _within(value, tolerance=tolerance, target=target)
    if _meets(value, value, target, direction=direction):
        return State.ON_TRACK
    return State.AT_RISK if _meets(reached.lower, reached.upper, target, direction=direction) else State.OFF_TRACK


def _within(value: float, *, tolerance: float, target: Target) -> Interval:
    """The tolerance as an interval: so far may the value lie from the edge it is nearest to."""
    nearest = min(target.value, target.top, key=lambda edge: abs(edge - value))
    give = abs(nearest) * tolerance
    return Interval(value - give, value + give)


def _meets(lower: float, upper: float, target: Target, *, direction: Direction) -> bool:
    """Does any value from lower to upper satisfy the target? Rounding in the last place is forgiven."""
    above = upper >= target.value or math.isclose(upper, target.value, abs_tol=1e-12)
    below = lower <= target.top or math.isclose(lower, target.top, abs_tol=1e-12)
    match direction:
        case Direction.UP:
            return above
        case Direction.DOWN:
            return below
        case Direction.BAND:
            return above and below


def distance_in_words(value: float, target: Target, *, direction: Direction, unit: str) -> str:
    """How far from the target: "24 points below target", "0.5 posts a week above the band", "at target"."""
    goal = "the band" if direction is Direction.BAND else "target"
    if direction is Direction.BAND and _meets(value, value, target, direction=direction):
        return "within the band"
    edge = target.value if value < target.value else target.top
    gap = value - edge
    if math.isclose(value, edge, abs_tol=1e-12):
        return f"at {goal}"
    return f"{_amount(abs(gap), unit)} {'below' if gap < 0 else 'above'} {goal}"


def _amount(gap: float, unit: str) -> str:
    """A gap with its unit: whole points from one point up, else one decimal; tiny gaps are called tiny."""
    number = f"{gap:,.0f}" if gap >= (1 if unit.startswith("%") else 10) else f"{gap:.1f}"
    if number == "0.0":
        return "just"
    if unit.startswith("%"):
        return f"{number} {'point' if number == '1' else 'points'}{unit[1:]}"
    return f"{number.removesuffix('.0')} {unit}".strip()
