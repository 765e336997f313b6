"""The demo's strategies, goals, KPIs with their targets, and the events beside the curves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.consortia.models import Place
from app.desk.demo.cast import read_seed
from app.desk.demo.stage import Stage
from app.goals import actions
from app.goals.rules import Target
from app.people.models import Position


@dataclass(frozen=True, slots=True)
class _Aim:
    """A KPI of a goal as the seed gives it."""

    kpi: str
    target: float
    baseline: float | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A goal of a place as the seed gives it."""

    title: str
    owner: str | None
    kpis: tuple[_Aim, ...]


def write_goals(stage: Stage) -> None:
    """What every place of the seed set itself, and what happened there."""
    seed = read_seed("goals")
    for code in [*seed["places"], *(code for code in seed["special"] if code not in seed["places"])]:
        _write_place(stage, code, seed)
    for code, number, words in seed["events"]:
        day = stage.calendar.day(number)
        at = stage.calendar.at(day)
        actions.note_event(stage.session, stage.places[code], happened_on=day, words=words, by=stage.by, at=at)


def _write_place(stage: Stage, code: str, seed: Mapping[str, Any]) -> None:
    place, day = stage.places[code], stage.calendar.day
    on = day(seed["adopted"])
    actions.write_strategy(
        stage.session,
        place,
        statement=seed["special"].get(code, {}).get("statement", seed["usual"]["statement"]),
        first_on=day(seed["begins"]),
        last_on=stage.calendar.later(seed["ends"]),
        by=stage.by,
        at=stage.calendar.at(on),
    )
    for plan in _plans_of(code, seed):
        _write_goal(stage, place, code, plan, seed)


def _plans_of(code: str, seed: Mapping[str, Any]) -> Iterator[_Plan]:
    if code in seed["places"]:
        for key, usual in seed["usual"]["goals"].items():
            aims = [_Aim(usual["kpi"], usual["target"], None, None)]
            if key == "converse" and code in seed["interactions"]:
                aims.append(_Aim("K51", seed["interactions"][code], None, None))
            yield _Plan(usual["title"], None, tuple(aims))
    for row in seed["special"].get(code, {}).get("goals", ()):
        aims = [_Aim(aim["kpi"], aim["target"], aim["baseline"], aim.get("owner")) for aim in row["kpis"]]
        yield _Plan(row["title"], row.get("owner"), tuple(aims))


def _write_goal(stage: Stage, place: Place, code: str, plan: _Plan, seed: Mapping[str, Any]) -> None:
    begins, due = stage.calendar.day(seed["begins"]), stage.calendar.later(seed["due"])
    at = stage.calendar.at(begins)
    terms = actions.GoalTerms(plan.title, _owner(stage, code, plan.owner), due)
    goal = actions.add_goal(stage.session, place, terms, by=stage.by, at=at, on=begins)
    for aim in plan.kpis:
        kpi = actions.KpiTerms(
            definition=aim.kpi,
            owner=_owner(stage, code, aim.owner or plan.owner),
            baseline=aim.baseline,
            baseline_on=_baseline_day(stage, aim, seed),
            aim=Target(aim.target),
            from_on=begins,
            due_on=due,
        )
        actions.add_kpi(stage.session, goal, kpi, by=stage.by, at=at, on=begins)


def _baseline_day(stage: Stage, aim: _Aim, seed: Mapping[str, Any]) -> date | None:
    return stage.calendar.day(seed["baseline"]) if aim.baseline is not None else None


def _owner(stage: Stage, code: str, title: str | None) -> Position:
    return stage.positions[code, title] if title else stage.positions_at(code)[0]
