"""Reading how KPIs and goals stood: the standings that the scorecards noted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period, add_months
from app.goals.models import GoalStanding, Kpi, KpiStanding
from app.goals.rules import State


@dataclass(frozen=True, slots=True)
class Measurement:
    """A KPI's standing in a period, and the figure of the same period a year before where there is one."""

    standing: KpiStanding
    a_year_ago: float | None


def measurements_of(session: Session, place: Place, *, within: Scope, period: Period) -> dict[str, Measurement]:
    """How every definition stood at a place in a period, by definition; one statement."""
    before = _a_year_before(period)
    rows = session.scalars(
        sa.select(KpiStanding)
        .where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.place_id == place.id,
            sa.or_(*(_of_period(one) for one in (period, before))),
        )
        .order_by(KpiStanding.definition)
    ).all()
    earlier = {row.definition: row.value for row in rows if row.period_last_on == before.last}
    return {
        row.definition: Measurement(row, earlier.get(row.definition))
        for row in rows
        if row.period_last_on == period.last
    }


#: a place, a definition, a period
Asked = tuple[int, str, Period]


def values_a_year_before(session: Session, asked: Collection[Asked], *, within: Scope) -> dict[Asked, float]:
    """What each definition came to at its place in the same period a year before, where it was measured; one statement."""
    if not asked:
        return {}
    before = {each: _a_year_before(each[2]) for each in asked}
    rows = session.scalars(
        sa.select(KpiStanding)
        .where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.place_id.in_({place_id for place_id, _, _ in asked}),
            KpiStanding.definition.in_({definition for _, definition, _ in asked}),
            KpiStanding.value.is_not(None),
            sa.or_(*(_of_period(period) for period in sorted(set(before.values()), key=lambda one: one.first))),
        )
        .order_by(KpiStanding.id)
    )
    found = {(row.place_id, row.definition, row.period_first_on, row.period_last_on): row.value for row in rows}
    then = {each: found.get((each[0], each[1], period.first, period.last)) for each, period in before.items()}
    return {each: value for each, value in then.items() if value is not None}


def standings_of_kpi(session: Session, kpi: Kpi, *, within: Scope) -> Sequence[KpiStanding]:
    """Every period this KPI's definition was measured in at its place, newest first, quarters before their months."""
    return session.scalars(
        sa.select(KpiStanding)
        .where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.place_id == kpi.place_id,
            KpiStanding.definition == kpi.definition,
        )
        .order_by(KpiStanding.period_last_on.desc(), KpiStanding.period_first_on)
    ).all()


def curves_of(
    session: Session,
    place_ids: Collection[int],
    definitions: Collection[str],
    *,
    within: Scope,
    last: date,
    months: int = 12,
) -> dict[tuple[int, str], list[tuple[date, Figure]]]:
    """Month by month up to ``last``, by place and definition: each month's figure, or that there is none."""
    firsts = [add_months(last, step) for step in range(1 - months, 1)]
    rows = session.execute(
        sa.select(KpiStanding.place_id, KpiStanding.definition, KpiStanding.period_first_on, KpiStanding.value)
        .where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.place_id.in_(sorted(place_ids)),
            KpiStanding.definition.in_(sorted(definitions)),
            sa.tuple_(KpiStanding.period_last_on, KpiStanding.period_first_on).in_(
                [(_end_of(first), first) for first in firsts]
            ),
        )
        .order_by(KpiStanding.place_id, KpiStanding.definition, KpiStanding.period_first_on)
    )
    known = {(place_id, definition, first): value for place_id, definition, first, value in rows}
    return {
        (place_id, definition): [(first, _figure(known.get((place_id, definition, first)))) for first in firsts]
        for place_id in place_ids
        for definition in definitions
    }


def goal_standings_of(
    session: Session, goal_ids: Collection[int], *, within: Scope, period: Period
) -> dict[int, State]:
    """How goals stood in a period, by goal."""
    rows = session.execute(
        sa.select(GoalStanding.goal_id, GoalStanding.state)
        .where(
            GoalStanding.consortium_id == within.consortium_id,
            GoalStanding.goal_id.in_(sorted(goal_ids)),
            GoalStanding.period_first_on == period.first,
            GoalStanding.period_last_on == period.last,
        )
        .order_by(GoalStanding.goal_id)
    )
    return dict(rows.all())


def _figure(value: float | None) -> Figure:
    return Figure.missing(Reason.NOT_COLLECTED) if value is None else Figure.of(value)


def _end_of(first: date) -> date:
    return date.fromordinal(add_months(first, 1).toordinal() - 1)


def _a_year_before(period: Period) -> Period:
    first = add_months(period.first, -12)
    return Period(first, date.fromordinal(add_months(period.last, -11).toordinal() - 1))


def _of_period(period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(KpiStanding.period_first_on == period.first, KpiStanding.period_last_on == period.last)
