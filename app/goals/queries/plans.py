"""Reading what places set themselves: strategies, goals, KPIs with their targets, events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.foundation.periods import Period
from app.goals.models import Goal, GoalEvent, Kpi, Strategy, Target


@dataclass(frozen=True, slots=True)
class Plan:
    """A goal with the KPIs that measure it, in the order they were added."""

    goal: Goal
    kpis: tuple[Kpi, ...]


def strategies_of(session: Session, place: Place, *, within: Scope) -> Sequence[Strategy]:
    """Every strategy a place ever wrote, newest first."""
    return session.scalars(
        sa.select(Strategy)
        .where(Strategy.consortium_id == within.consortium_id, Strategy.place_id == place.id)
        .order_by(Strategy.first_on.desc(), Strategy.id.desc())
    ).all()


def current_strategy(session: Session, place: Place, *, within: Scope, on: date) -> Strategy | None:
    """The strategy that holds that day: the one that began last and has not ended."""
    return next(
        (kept for kept in strategies_of(session, place, within=within) if kept.first_on <= on <= kept.last_on), None
    )


def goals_at(session: Session, *, within: Scope) -> Sequence[Goal]:
    """Every goal of a place and all below it, ended ones too, with their places, oldest first."""
    return session.scalars(_goals(within)).all()


def open_goals(session: Session, place: Place, *, within: Scope, on: date) -> Sequence[Goal]:
    """A place's own goals that are pursued that day, oldest first."""
    return session.scalars(_goals(within).where(Goal.place_id == place.id, _running(Goal.ended_on, on))).all()


def get_goal(session: Session, goal_id: int, *, within: Scope) -> Goal:
    """The goal with this id and its place; NotFound outside the scope."""
    found = session.scalars(_goals(within).where(Goal.id == goal_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such goal here.")
    return found


def kpis_at(session: Session, *, within: Scope) -> Sequence[Kpi]:
    """Every KPI of a place and all below it, ended ones too, with goal and place, in the order they were added."""
    return session.scalars(_kpis(within)).all()


def open_kpis(session: Session, place: Place, *, within: Scope, on: date) -> Sequence[Kpi]:
    """A place's own KPIs that are measured that day, in the order they were added."""
    return session.scalars(_kpis(within).where(Kpi.place_id == place.id, _running(Kpi.ended_on, on))).all()


def get_kpi(session: Session, kpi_id: int, *, within: Scope) -> Kpi:
    """The KPI with this id, its goal and its place; NotFound outside the scope."""
    found = session.scalars(_kpis(within).where(Kpi.id == kpi_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such KPI here.")
    return found


def plan_of(session: Session, place: Place, *, within: Scope, on: date) -> list[Plan]:
    """A place's goals that day, each with its KPIs; two statements."""
    kpis = open_kpis(session, place, within=within, on=on)
    return [
        Plan(goal, tuple(kpi for kpi in kpis if kpi.goal_id == goal.id))
        for goal in open_goals(session, place, within=within, on=on)
    ]


def targets_of(session: Session, kpi: Kpi, *, within: Scope) -> Sequence[Target]:
    """The targets of a KPI, newest first."""
    return session.scalars(
        sa.select(Target)
        .where(Target.consortium_id == within.consortium_id, Target.kpi_id == kpi.id)
        .order_by(Target.from_on.desc())
    ).all()


def targets_by_kpi(session: Session, kpi_ids: Collection[int], *, within: Scope) -> dict[int, list[Target]]:
    """The targets of some KPIs, by KPI, newest first."""
    rows = session.scalars(
        sa.select(Target)
        .where(Target.consortium_id == within.consortium_id, Target.kpi_id.in_(sorted(kpi_ids)))
        .order_by(Target.kpi_id, Target.from_on.desc())
    )
    found: dict[int, list[Target]] = {}
    for target in rows:
        found.setdefault(target.kpi_id, []).append(target)
    return found


def targets_at(session: Session, *, within: Scope) -> dict[int, list[Target]]:
    """The targets of every KPI of a place and all below it, by KPI, oldest first."""
    rows = session.scalars(
        sa.select(Target)
        .join(Kpi, sa.and_(Kpi.consortium_id == Target.consortium_id, Kpi.id == Target.kpi_id))
        .join(Kpi.place)
        .where(
            Target.consortium_id == within.consortium_id,
            Kpi.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .order_by(Target.kpi_id, Target.from_on)
    )
    found: dict[int, list[Target]] = {}
    for target in rows:
        found.setdefault(target.kpi_id, []).append(target)
    return found


def events_of(session: Session, place: Place, *, within: Scope, period: Period) -> Sequence[GoalEvent]:
    """What happened at a place in a period, oldest first."""
    return session.scalars(
        sa.select(GoalEvent)
        .where(
            GoalEvent.consortium_id == within.consortium_id,
            GoalEvent.place_id == place.id,
            GoalEvent.happened_on.between(period.first, period.last),
        )
        .order_by(GoalEvent.happened_on, GoalEvent.id)
    ).all()


def _running(ended_on: InstrumentedAttribute[date | None], on: date) -> sa.ColumnElement[bool]:
    return sa.or_(ended_on.is_(None), ended_on >= on)


def _goals(within: Scope) -> sa.Select[Goal]:
    return (
        sa.select(Goal)
        .join(Goal.place)
        .where(
            Goal.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Goal.place))
        .order_by(Goal.id)
    )


def _kpis(within: Scope) -> sa.Select[Kpi]:
    return (
        sa.select(Kpi)
        .join(Kpi.place)
        .join(Kpi.goal)
        .where(
            Kpi.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Goal.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Kpi.place), contains_eager(Kpi.goal))
        .order_by(Kpi.id)
    )
