"""A place's strategy and goals on one page; a KPI with everything behind it."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, render_template, url_for

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import HasPath, requires
from app.access.rules import Permission, Scope
from app.accounts.queries import accounts_by_id
from app.consortia.models import Place
from app.consortia.queries import children_of, population_of, settings_of, today_of
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.periods import Period, last_whole_quarter
from app.goals import queries
from app.goals.models import KpiStanding, Target
from app.goals.rules import Kpi as Definition
from app.goals.rules import amount, count_words, get_kpi, target_words
from app.goals.views.rows import (
    aim_of,
    awaited_target,
    beside_words,
    curve_shown,
    goal_shown,
    main_curve,
    period_before,
    state_shown,
    verdict,
)
from app.metrics.queries.closing import ClosedNote, closings_at, find_closed_note
from app.metrics.queries.sums import AccountSums, months_of
from app.metrics.rules.dictionary import Metric
from app.people.guard import place_in_path
from app.people.queries.positions import positions_at
from app.platforms.catalogue import get_platform
from app.web.exports import csv_response
from app.web.paging import PAGE_SIZE, page_asked

blueprint = Blueprint("goals", __name__, template_folder="../templates")


def place_of_kpi(kpi_id: int, **_others: object) -> HasPath:
    """``at=`` for a KPI's pages: the place it measures."""
    within = Scope(consortium_id=current_actor().consortium_id)
    return queries.get_kpi(db.session, kpi_id, within=within).place


def place_of_goal(goal_id: int, **_others: object) -> HasPath:
    """``at=`` for a goal's pages: the place that set it."""
    within = Scope(consortium_id=current_actor().consortium_id)
    return queries.get_goal(db.session, goal_id, within=within).place


def today() -> date:
    """The consortium's day; the demo has its own."""
    return today_of(db.session, within=whole_consortium(), at=now())


@blueprint.get("/at/<string:place>/goals")
@requires(Permission.GOALS_READ, at=place_in_path)
def index(place: str) -> str:  # noqa: ARG001 - the guard loads it
    """The strategy as a quotation, a verdict, each goal with its KPIs, the main curve with its events."""
    here: Place = current_place()
    on = today()
    period = last_whole_quarter(on)
    within = current_scope()
    closed = find_closed_note(db.session, period, within=within)
    plans = queries.plan_of(db.session, here, within=within, on=on)
    measured = queries.measurements_of(db.session, here, within=within, period=period)
    states = queries.goal_standings_of(db.session, [plan.goal.id for plan in plans], within=within, period=period)
    definitions = {kpi.definition for plan in plans for kpi in plan.kpis}
    curves = queries.curves_of(db.session, [here.id], definitions, within=within, last=period.last)
    targets = queries.targets_by_kpi(db.session, [kpi.id for plan in plans for kpi in plan.kpis], within=within)
    if closed:
        targets = {kpi_id: _known_at(closed, some) for kpi_id, some in targets.items()}
    goals = [
        goal_shown(number, plan, states, measured, curves, targets, period=period)
        for number, plan in enumerate(plans, 1)
    ]
    events = queries.events_of(db.session, here, within=within, period=period_before(period))
    return render_template(
        "goals/index.html",
        place=here,
        period=period,
        closed=closed,
        on=on,
        strategy=queries.current_strategy(db.session, here, within=within, on=on),
        residents=population_of(here),
        goals=goals,
        verdict=verdict(goals) if goals else None,
        curve=main_curve(goals, events, on=on),
        titles={p.id: p.title for p in positions_at(db.session, within=within, on=on)},
        children=children_of(db.session, here, within=within),
        may_write=may_here(Permission.GOALS_WRITE),
        may_open=may_here(Permission.METRICS_READ),
    )


def _known_at(closed: ClosedNote, targets: Sequence[Target]) -> list[Target]:
    """Without those that were set for a period after it was closed: it is not judged by them."""
    return [each for each in targets if each.from_on > closed.period.last or each.set_at <= closed.closed_at]


@blueprint.get("/kpis/<int:kpi_id>")
@requires(Permission.GOALS_READ, at=place_of_kpi)
def kpi(kpi_id: int) -> str:
    """One KPI: what it means, its targets with their dates, every period, and the figures behind the newest."""
    found = queries.get_kpi(db.session, kpi_id, within=current_scope())
    definition = get_kpi(found.definition)
    on = today()
    period = last_whole_quarter(on)
    within = current_scope()
    standings = queries.standings_of_kpi(db.session, found, within=within)
    curves = queries.curves_of(db.session, [found.place_id], [found.definition], within=within, last=period.last)
    months = curves[found.place_id, found.definition]
    newest = next((row for row in standings if _period(row) == period), None)
    targets = queries.targets_of(db.session, found, within=within)
    aim = aim_of(targets[0]) if targets else None
    closed = find_closed_note(db.session, period, within=Scope(within.consortium_id, found.place_id, found.place.path))
    zone = settings_of(db.session, within=within).time_zone
    closed_on = {each.period: local_day(each.closed_at, zone) for each in closings_at(db.session, within=within)}
    awaited = None if closed else awaited_target(newest, targets, period=period)
    events = queries.events_of(db.session, found.place, within=within, period=period_before(period))
    behind = _behind(definition, months_of(db.session, within=within, period=period), within)
    page = page_asked(len(behind))
    return render_template(
        "goals/kpi.html",
        kpi=found,
        definition=definition,
        counter=get_kpi(definition.counter_kpi) if definition.counter_kpi else None,
        place=found.place,
        period=period,
        closed=closed,
        newest=newest,
        state=state_shown(newest, awaited),
        beside=beside_words(newest, awaited, definition, found.direction),
        targets=[(t, target_words(aim_of(t), direction=found.direction, unit=definition.unit)) for t in targets],
        periods=[_told(row, definition, closed_on) for row in standings],
        curve=curve_shown(definition, months, aim, events, on=on),
        behind=behind[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        behind_total=len(behind),
        page=page,
        page_size=PAGE_SIZE,
        url_of_page=lambda number: url_for(".kpi", kpi_id=kpi_id, page=number, _anchor="behind"),
        metrics=_metrics(definition),
        may_write=may_here(Permission.GOALS_WRITE),
        may_open=may_here(Permission.METRICS_READ),
        amount=amount,
        label_of=lambda code: get_platform(code).label,
    )


def _period(row: KpiStanding) -> Period:
    return Period(row.period_first_on, row.period_last_on)


def _told(row: KpiStanding, definition: Definition, closed_on: Mapping[Period, date]) -> dict[str, object]:
    """A period's line in the table: whatever is missing in words."""
    has_ends = row.low is not None and row.high is not None
    return {
        "label": _period(row).label,
        "value": amount(row.value, definition.unit) if row.value is not None else None,
        "cases": count_words(definition, numerator=row.numerator, cases=row.cases),
        "ends": f"{amount(row.low or 0.0, definition.unit)} to {amount(row.high or 0.0, definition.unit)}"
        if has_ends
        else "",
        "target": amount(row.target, definition.unit) if row.target is not None else None,
        "complete": row.completeness,
        "state": row.state,
        "why": row.reason_words,
        "closed_on": closed_on.get(_period(row)),
    }


def _metrics(definition: Definition) -> list[Metric]:
    return [metric for metric in Metric if metric.value in definition.inputs and not metric.is_stock]


def _behind(definition: Definition, sums: list[AccountSums], within: Scope) -> list[dict[str, object]]:
    """Account by account and month by month: what went into the newest quarter."""
    accounts = accounts_by_id(db.session, {one.account_id for one in sums}, within=within)
    return [
        {
            "account": accounts[one.account_id],
            "url": url_for("metrics.figures", account_id=one.account_id),
            "month": one.month,
            "days": one.days,
            "values": [one.flows[metric].total for metric in _metrics(definition)],
            "followers": one.followers_last,
        }
        for one in sums
    ]


@blueprint.get("/kpis/<int:kpi_id>.csv")
@requires(Permission.GOALS_READ, at=place_of_kpi)
def kpi_file(kpi_id: int) -> Response:
    """Every period of a KPI as a file."""
    found = queries.get_kpi(db.session, kpi_id, within=current_scope())
    header = [
        "First day",
        "Last day",
        "Value",
        "Low",
        "High",
        "Cases",
        "Target",
        "Upper",
        "Complete",
        "State",
        "Why no data",
    ]
    rows = [
        (
            row.period_first_on,
            row.period_last_on,
            row.value,
            row.low,
            row.high,
            row.cases,
            row.target,
            row.target_upper,
            row.completeness,
            row.state.label,
            row.reason_words,
        )
        for row in queries.standings_of_kpi(db.session, found, within=current_scope())
    ]
    return csv_response(f"{found.definition}-{found.place.code}.csv", header, rows)
