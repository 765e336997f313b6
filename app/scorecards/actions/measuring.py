"""Measuring scorecards: every place is measured and judged against its own targets; reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.queries import population_of
from app.consortia.rules.places import PlaceKind
from app.duties.queries.coverage import summary_of
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.goals.models import Goal, Kpi
from app.goals.rules import (
    Kpi as Definition,
)
from app.goals.rules import (
    Measured,
    Standing,
    StandingReason,
    State,
    Target,
    available_kpis,
    compute,
    judge_kpi,
)
from app.goals.rules import (
    Part as Share,
)
from app.metrics.rules.dictionary import Metric
from app.platforms.catalogue import platforms
from app.scorecards.queries.ground import Ground, Sums, closed_days, sums_of
from app.scorecards.rules.pooling import AccountPeriod, Surroundings, inputs_of, stale_words, weeks_of
from app.scorecards.rules.whole import Part, kpi_cause, whole_of

_WORDS_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Judged:
    """A definition at a place: what was measured, how it stood, against which target of which KPI."""

    definition: Definition
    measured: Measured
    standing: Standing
    kpi: Kpi | None
    target: Target | None
    reason_words: str


@dataclass(slots=True)
class Found:
    """What was measured and judged in a period, as the rows about to be stored."""

    period: Period
    kpis: list[dict[str, Any]] = field(default_factory=list)
    goals: list[dict[str, Any]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)


def measure(session: Session, ground: Ground, *, within: Scope, period: Period, as_of: date, at: datetime) -> Found:
    """Measure and judge every place in one period; reads only.

    ``at`` is when the reading began: whatever comes in later makes the scorecards out of date.
    """
    sums = sums_of(session, ground, within=within, period=period, as_of=as_of)
    found, parts = Found(period), _Parts(ground, period)
    for place in reversed(ground.places):  # what a place holds is judged before it
        judged = _judge_place(place, ground, sums, period=period, as_of=as_of)
        found.kpis += [_kpi_row(place, one, at=at) for one in judged if _is_worth_keeping(one)]
        found.goals += parts.judge_goals(place, judged)
        found.cards.append(parts.judge_place(place, at=at))
    return found


def _judge_place(place: Place, ground: Ground, sums: Sums, *, period: Period, as_of: date) -> list[_Judged]:
    accounts = sums.accounts.get(place.id, ())
    measured = _measure(place, ground, sums, accounts, period=period)
    own = {kpi.definition: kpi for kpi in ground.kpis.get(place.id, ()) if _is_measured(kpi, period.last)}
    judged = []
    for definition in available_kpis():
        kpi = own.get(definition.id)
        target = _target_on(ground, kpi, period.last)
        stale = _stale(definition, accounts, period=period, as_of=as_of)
        standing = judge_kpi(
            definition,
            measured[definition.id],
            target=target,
            hindrances=_hindrances(definition, place, kpi, accounts, period=period, is_stale=bool(stale)),
        )
        words = stale if standing.reason is StandingReason.STALE else standing.detail
        judged.append(_Judged(definition, measured[definition.id], standing, kpi, target, words[:_WORDS_LENGTH]))
    return judged


def _measure(
    place: Place, ground: Ground, sums: Sums, accounts: Sequence[AccountPeriod], *, period: Period
) -> Mapping[str, Measured]:
    closed = closed_days(ground, place, period)
    open_weeks = weeks_of(period, closed=closed)
    summary = summary_of(sums.duties.get(place.id, ()))
    residents = population_of(place)
    inputs = inputs_of(
        accounts,
        Surroundings(
            population=Figure.of(residents.residents) if residents else Figure.missing(Reason.NOT_COLLECTED),
            open_days=period.days - len(closed),
            weeks=Share(len(open_weeks & sums.weeks.get(place.id, frozenset())), len(open_weeks)),
            coverage=Share(summary.required - summary.vacant - summary.not_qualified, summary.required)
            if summary.required
            else None,
            single_duties=Share(summary.single, summary.required) if summary.required else None,
            contents=sums.contents.get(place.id),
            planned=ground.planned,
        ),
        period=period,
    )
    return {definition.id: compute(definition.id, inputs) for definition in available_kpis()}


def _is_measured(kpi: Kpi, on: date) -> bool:
    return kpi.ended_on is None or kpi.ended_on >= on


def _target_on(ground: Ground, kpi: Kpi | None, on: date) -> Target | None:
    """The target in force on the last day of the period; a later one never rewrites it."""
    if kpi is None:
        return None
    held = [target for target in ground.targets.get(kpi.id, ()) if target.from_on <= on]
    return Target(held[-1].value, held[-1].upper) if held else None


@cache
def _metrics_in(inputs: tuple[str, ...]) -> frozenset[Metric]:
    return frozenset(metric for metric in Metric if metric.value in inputs)


def _stale(definition: Definition, accounts: Sequence[AccountPeriod], *, period: Period, as_of: date) -> str:
    metrics = _metrics_in(definition.inputs)
    if not (metrics and accounts):
        return ""
    return stale_words(accounts, metrics, period=period, as_of=as_of, platform_names=_labels())


@cache
def _labels() -> Mapping[str, str]:
    return {platform.name: platform.label for platform in platforms()}


def _hindrances(
    definition: Definition,
    place: Place,
    kpi: Kpi | None,
    accounts: Sequence[AccountPeriod],
    *,
    period: Period,
    is_stale: bool,
) -> Collection[StandingReason]:
    found = {StandingReason.STALE} if is_stale else set()
    if not place.is_open(period.last):
        found.add(StandingReason.CLOSED)
    if _metrics_in(definition.inputs) and not accounts:
        found.add(StandingReason.NO_ACCOUNT)
    if kpi is not None and kpi.owner_id is None and kpi.goal.owner_id is None:
        found.add(StandingReason.NO_OWNER)
    return found


def _is_worth_keeping(one: _Judged) -> bool:
    """Anything measured or aimed at; and that a KPI does not apply, which is better said than left open."""
    return one.kpi is not None or one.measured.figure.is_known or one.standing.state is State.NOT_APPLICABLE


def _kpi_row(place: Place, one: _Judged, *, at: datetime) -> dict[str, Any]:
    measured, interval = one.measured, one.measured.interval
    return {
        "place_id": place.id,
        "definition": one.definition.id,
        "kpi_id": one.kpi.id if one.kpi else None,
        "state": one.standing.state,
        "reason": one.standing.reason,
        "reason_words": one.reason_words,
        "value": measured.figure.value,
        "low": interval.lower if interval else None,
        "high": interval.upper if interval else None,
        "numerator": measured.numerator,
        "cases": measured.n,
        "target": one.target.value if one.target else None,
        "target_upper": one.target.upper if one.target else None,
        "completeness": measured.completeness,
        "noted_at": at,
    }


class _Parts:
    """The states of goals and places as they become known, from the bottom of the tree up."""

    def __init__(self, ground: Ground, period: Period) -> None:
        self._period = period
        self._goals: dict[int, list[Goal]] = defaultdict(list)
        self._below: dict[int, list[Part]] = defaultdict(list)
        self._own: dict[int, list[Part]] = defaultdict(list)
        for goal in ground.goals:
            if goal.ended_on is None or goal.ended_on >= period.last:
                self._goals[goal.place_id].append(goal)

    def judge_goals(self, place: Place, judged: Iterable[_Judged]) -> list[dict[str, Any]]:
        """The place's goals, each from its KPIs."""
        by_goal: dict[int, list[Part]] = defaultdict(list)
        for one in judged:
            if one.kpi is not None:
                words = "" if one.standing.state.is_judged else one.reason_words
                cause = kpi_cause(one.definition, one.measured.figure.value, one.target, reason_words=words)
                by_goal[one.kpi.goal_id].append(Part(one.standing.state, cause))
        rows = []
        for goal in self._goals[place.id]:
            whole, cause = whole_of(by_goal[goal.id])
            self._own[place.id].append(Part(whole.state, cause or f"{goal.title}: no KPI"))
            rows.append(
                {
                    "goal_id": goal.id,
                    "state": whole.state,
                    "parts": whole.total,
                    "parts_judged": whole.judged,
                    "parts_on_track": whole.on_track,
                }
            )
        return rows

    def judge_place(self, place: Place, *, at: datetime) -> dict[str, Any]:
        """The place from its parts: a branch's goals, else what stands directly below; a closed one does not apply."""
        parts = self._below[place.id][::-1] or self._own[place.id]
        whole, cause = whole_of(parts)
        state = whole.state if place.is_open(self._period.last) else State.NOT_APPLICABLE
        if not place.is_open(self._period.last):
            cause = StandingReason.CLOSED.label
        elif not parts:
            cause = "No goals set"
        if place.parent_id is not None:
            name = f"{place.name}: {cause}"[:_WORDS_LENGTH] if cause and place.kind is PlaceKind.BRANCH else cause
            self._below[place.parent_id].append(Part(state, name))
        return {
            "place_id": place.id,
            "state": state,
            "parts": whole.total,
            "parts_judged": whole.judged,
            "parts_on_track": whole.on_track,
            "cause": cause,
            "rebuilt_at": at,
        }
