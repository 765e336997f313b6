"""How a place's goals read: rows of KPIs with their graphs, the sentence of the page, the main curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from markupsafe import Markup

from app.foundation.figures import Figure
from app.foundation.periods import Period, add_months
from app.goals.models import GoalEvent, KpiStanding
from app.goals.models import Kpi as KpiRow
from app.goals.models import Target as TargetRow
from app.goals.queries import Measurement, Plan
from app.goals.rules import (
    Direction,
    Kpi,
    State,
    Target,
    amount,
    count_words,
    curve_words,
    distance_in_words,
    get_kpi,
    target_words,
)
from app.goals.rules.words import even_top
from app.web.charts import Event, TrendPoint, bullet, spark, trend_pair
from app.web.filters import day, join_and

#: a share of fewer cases swings widely by luck, which is said beside it
_SMALL = 30
_MOST_TOLD = 3
_BAND_EDGES = (0.6, 0.85)
_AWAITED = "Judged by its new target within minutes"
Months = Sequence[tuple[date, Figure]]


@dataclass(frozen=True, slots=True)
class KpiShown:
    """A KPI as its row shows it."""

    kpi: KpiRow
    definition: Kpi
    url: str
    about: str
    value: str
    cases: str
    bullet: Markup | str
    spark: Markup
    state: State
    beside: str
    months: Months
    target: Target | None


@dataclass(frozen=True, slots=True)
class GoalShown:
    """A goal with its KPIs."""

    number: int
    plan: Plan
    state: State
    kpis: Sequence[KpiShown]


@dataclass(frozen=True, slots=True)
class CurveShown:
    """The main curve with its finding, its table and the events that lie in it."""

    heading: str
    note: str
    drawing: Markup
    headers: Sequence[str]
    rows: Sequence[tuple[str, str]]
    events: Sequence[GoalEvent]


def goal_shown(
    number: int,
    plan: Plan,
    states: Mapping[int, State],
    measured: Mapping[str, Measurement],
    curves: Mapping[tuple[int, str], Months],
    targets: Mapping[int, Sequence[TargetRow]],
    *,
    period: Period,
) -> GoalShown:
    """One goal; a KPI that was set after the period ended was not measured in it."""
    kpis = [
        kpi_shown(
            kpi,
            measured.get(kpi.definition),
            curves.get((kpi.place_id, kpi.definition), ()),
            targets.get(kpi.id, ()),
            period=period,
        )
        for kpi in plan.kpis
    ]
    return GoalShown(number, plan, states.get(plan.goal.id, State.NO_DATA), kpis)


def kpi_shown(
    kpi: KpiRow, measurement: Measurement | None, months: Months, targets: Sequence[TargetRow], *, period: Period
) -> KpiShown:
    """One KPI in a period; what is missing is said in words where the number would be."""
    definition = get_kpi(kpi.definition)
    standing = measurement.standing if measurement else None
    awaited = awaited_target(standing, targets, period=period)
    target = aim_of(awaited) if awaited else target_of(standing)
    value = standing.value if standing else None
    return KpiShown(
        kpi=kpi,
        definition=definition,
        url=url_for("goals.kpi", kpi_id=kpi.id),
        about=_about(definition, kpi, target, targets),
        value=amount(value, definition.unit) if value is not None else "No data",
        cases=_cases(definition, standing),
        bullet=_bullet(definition, kpi, value, target, measurement.a_year_ago if measurement else None),
        spark=spark(
            [figure.value for _, figure in months],
            target=target.value if target else None,
            label=definition.name,
            unit="%" if definition.unit.startswith("%") else "",
        ),
        state=state_shown(standing, awaited),
        beside=beside_words(standing, awaited, definition, kpi.direction),
        months=months,
        target=target,
    )


def target_of(standing: KpiStanding | None) -> Target | None:
    """The target a standing was judged by."""
    if standing is None or standing.target is None:
        return None
    return Target(standing.target, standing.target_upper)


def aim_of(target: TargetRow) -> Target:
    """A stored target as the rules know it."""
    return Target(target.value, target.upper)


def awaited_target(standing: KpiStanding | None, targets: Sequence[TargetRow], *, period: Period) -> TargetRow | None:
    """The target in force at the end of the period, where the standing knows nothing of it yet; newest first."""
    held = next((target for target in targets if target.from_on <= period.last), None)
    if held is None:
        return None
    is_known = standing is not None and (held.set_at <= standing.noted_at or aim_of(held) == target_of(standing))
    return None if is_known else held


def state_shown(standing: KpiStanding | None, awaited: TargetRow | None) -> State:
    """The state that was noted; none while a newer target waits to be judged by."""
    return State.NO_DATA if standing is None or awaited else standing.state


def beside_words(standing: KpiStanding | None, awaited: TargetRow | None, definition: Kpi, direction: Direction) -> str:
    """What stands beside a state: the distance, or why there is none."""
    if awaited:
        return _AWAITED
    if standing is None:
        return "Not measured in this period"
    target = target_of(standing)
    if standing.state.is_judged and standing.value is not None and target is not None:
        return distance_in_words(standing.value, target, direction=direction, unit=definition.unit)
    return standing.reason_words


def _about(definition: Kpi, kpi: KpiRow, target: Target | None, targets: Sequence[TargetRow]) -> str:
    unit = "" if definition.unit == "%" else f"{definition.unit.removeprefix('% ')}, ".capitalize()
    aim = _aim_words(definition, kpi, target, targets)
    return f"{unit}{kpi.direction.label.lower() if unit else kpi.direction.label}, {aim}"


def _aim_words(definition: Kpi, kpi: KpiRow, target: Target | None, targets: Sequence[TargetRow]) -> str:
    """The target of the period; else the one that comes into force later, with its day."""
    if target:
        return target_words(target, direction=kpi.direction, unit=definition.unit)
    if not targets:
        return "no target yet"
    first = targets[-1]
    return f"{target_words(aim_of(first), direction=kpi.direction, unit=definition.unit)} from {day(first.from_on)}"


def _cases(definition: Kpi, standing: KpiStanding | None) -> str:
    if standing is None:
        return ""
    words = count_words(definition, numerator=standing.numerator, cases=standing.cases)
    is_small = definition.unit == "%" and standing.state.is_judged and (standing.cases or _SMALL) < _SMALL
    return f"{words}; few, so judge with care" if is_small else words


def _bullet(
    definition: Kpi, kpi: KpiRow, value: float | None, target: Target | None, prior: float | None
) -> Markup | str:
    """The graph; the grey bands end at 60% and 85% of the target, or as far beyond it where lower is better."""
    seen = [figure for figure in (value, prior, target.top if target else None) if figure is not None]
    if not seen:
        return ""
    is_share = definition.unit == "%"
    top = 100.0 if is_share else even_top(max(seen))
    low = kpi.direction is Direction.DOWN
    return bullet(
        value,
        target=target.value if target else None,
        maximum=top,
        bands=_bands(target, top, low=low),
        unit="%" if definition.unit.startswith("%") else "",
        label=definition.name,
        prior=prior,
        low=low,
    )


def _bands(target: Target | None, top: float, *, low: bool) -> tuple[float, ...]:
    if target is None:
        return ()
    if low:
        return (target.value, target.value + (top - target.value) * 0.5)
    return (target.value * _BAND_EDGES[0], target.value * _BAND_EDGES[1])


def verdict(goals: Sequence[GoalShown]) -> tuple[str, str]:
    """The page in a sentence: how many goals are on track, then what weighs most."""
    judged = [goal for goal in goals if goal.state.is_judged]
    on_track = sum(goal.state is State.ON_TRACK for goal in goals)
    noun = "goal" if len(goals) == 1 else "goals"
    first = f"{on_track} of {len(goals)} {noun} on track."
    if not judged:
        first = f"{'The goal' if len(goals) == 1 else f'None of {len(goals)} goals'} can{'not' if len(goals) == 1 else ''} be judged yet."
    kpis = [kpi for goal in goals for kpi in goal.kpis]
    short = sorted((k for k in kpis if k.state in {State.OFF_TRACK, State.AT_RISK}), key=lambda k: k.state.order)
    told = [f"{kpi.definition.name} is {kpi.beside}" for kpi in short[:_MOST_TOLD]]
    holes = [kpi for kpi in kpis if not kpi.state.is_judged]
    second = f"{join_and(told)}." if told else ""
    third = f" {len(holes)} of {len(kpis)} KPIs cannot be judged." if holes and judged else ""
    return first, f"{second}{third}".strip()


def main_curve(goals: Sequence[GoalShown], events: Sequence[GoalEvent], *, on: date) -> CurveShown | None:
    """The curve of the KPI that weighs most: the worst that has at least three months."""
    known = [
        kpi for goal in goals for kpi in goal.kpis if sum(figure.is_known for _, figure in kpi.months) >= _MOST_TOLD
    ]
    if not known:
        return None
    worst = min(known, key=lambda kpi: kpi.state.order)
    return curve_shown(worst.definition, worst.months, worst.target, events, on=on)


def curve_shown(
    definition: Kpi, months: Months, target: Target | None, events: Sequence[GoalEvent], *, on: date
) -> CurveShown:
    """Twelve months of one KPI, gaps as gaps, events numbered."""
    firsts = [first for first, _ in months]
    within = [event for event in events if firsts and firsts[0] <= event.happened_on < add_months(firsts[-1], 1)]
    is_share = definition.unit.startswith("%")
    points = [TrendPoint(f"{first:%b}", figure.value) for first, figure in months]
    return CurveShown(
        heading=curve_words(definition.name, months),
        note=f"{definition.name}, {definition.unit}, by month",
        drawing=trend_pair(
            points,
            label=f"{definition.name} by month",
            target=target.value if target else None,
            events=[Event(firsts.index(event.happened_on.replace(day=1)), event.words) for event in within],
            unit="%" if is_share else "",
            maximum=100 if definition.unit == "%" else None,
        ),
        headers=("Month", definition.name),
        rows=[
            (
                f"{first:%b %Y}{_to_date(first, on)}",
                amount(figure.value, definition.unit) if figure.value is not None else "No data",
            )
            for first, figure in months
        ],
        events=within,
    )


def _to_date(first: date, on: date) -> str:
    return f", to the {on.day}th" if first == on.replace(day=1) else ""


def period_before(period: Period) -> Period:
    """The twelve months that a curve shows up to the end of a period."""
    return Period(add_months(period.last, -11), period.last)
