"""The forms of goals: a strategy, goals, KPIs, targets, events."""

from collections.abc import Callable
from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.models import Place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.goals import actions, queries
from app.goals.actions import GoalTerms, KpiTerms
from app.goals.forms import EventForm, GoalForm, KpiForm, StrategyForm, TargetForm
from app.goals.models import Goal
from app.goals.rules import Direction, Target, available_kpis, get_kpi
from app.goals.views.pages import blueprint, place_of_goal, place_of_kpi, today
from app.people.guard import place_in_path
from app.people.models import Position
from app.people.queries.positions import get_position, positions_at
from app.web.fields import Form


@blueprint.route("/at/<string:place>/strategy", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_in_path)
def strategy(place: str) -> ResponseReturnValue:
    """Write a strategy; the one before ends the day before."""
    form = StrategyForm()
    here: Place = current_place()
    if form.validate_on_submit():
        done = _do(
            form,
            lambda: actions.write_strategy(
                db.session,
                here,
                statement=form.statement.data or "",
                first_on=form.first_on.data or today(),
                last_on=form.last_on.data or today(),
                by=current_actor(),
                at=now(),
            ),
        )
        if done:
            return _back(place, "The strategy is written.")
    return render_template("goals/strategy.html", form=form, place=here)


@blueprint.route("/at/<string:place>/goals/new", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_in_path)
def add_goal(place: str) -> ResponseReturnValue:
    """Set a goal."""
    form = GoalForm()
    form.owner.choices = _owners()
    here: Place = current_place()
    if form.validate_on_submit() and _do(
        form, lambda: actions.add_goal(db.session, here, _goal_terms(form), by=current_actor(), at=now(), on=today())
    ):
        return _back(place, "The goal is set. Add the KPI that measures it.")
    return render_template("goals/goal.html", form=form, place=here, goal=None)


@blueprint.route("/goals/<int:goal_id>/edit", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_of_goal)
def edit_goal(goal_id: int) -> ResponseReturnValue:
    """Change a goal's words, owner or day."""
    goal = queries.get_goal(db.session, goal_id, within=current_scope())
    form = GoalForm(title=goal.title, owner=str(goal.owner_id or ""), due_on=goal.due_on)
    form.owner.choices = _owners()
    if form.validate_on_submit() and _do(
        form, lambda: actions.change_goal(db.session, goal, _goal_terms(form), by=current_actor(), at=now(), on=today())
    ):
        return _back(goal.place.code, "The goal is changed.")
    return render_template("goals/goal.html", form=form, place=goal.place, goal=goal)


@blueprint.route("/goals/<int:goal_id>/end", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_of_goal)
def end_goal(goal_id: int) -> ResponseReturnValue:
    """End a goal with its KPIs; what was judged stays."""
    goal = queries.get_goal(db.session, goal_id, within=current_scope())
    form = Form()
    if form.validate_on_submit() and _do(
        form, lambda: actions.end_goal(db.session, goal, by=current_actor(), at=now(), on=today())
    ):
        return _back(goal.place.code, "The goal has ended.")
    return render_template("goals/end.html", form=form, goal=goal)


@blueprint.route("/goals/<int:goal_id>/kpis/new", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_of_goal)
def add_kpi(goal_id: int) -> ResponseReturnValue:
    """Measure a goal by a KPI of the dictionary, with its first target."""
    goal = queries.get_goal(db.session, goal_id, within=current_scope())
    form = KpiForm(from_on=today(), due_on=goal.due_on)
    form.definition.choices = [
        (kpi.id, f"{kpi.name} ({kpi.unit}, {kpi.direction.label.lower()})")
        for kpi in available_kpis()
        if kpi.direction is not None and kpi.may_have_target
    ]
    form.owner.choices = [("", "The goal's owner"), *_owners()[1:]]
    if form.validate_on_submit() and _do(form, lambda: _add_kpi(form, goal)):
        return _back(goal.place.code, "The KPI is added. Its standing follows within minutes.")
    return render_template("goals/add_kpi.html", form=form, goal=goal, definitions=available_kpis())


def _add_kpi(form: KpiForm, goal: Goal) -> None:
    on = today()
    terms = KpiTerms(
        definition=form.definition.data,
        owner=_owner(form.owner.data),
        baseline=_number(form.baseline.data),
        baseline_on=form.baseline_on.data,
        aim=_aim(form.value.data, form.upper.data),
        from_on=form.from_on.data or on,
        due_on=form.due_on.data or on,
    )
    actions.add_kpi(db.session, goal, terms, by=current_actor(), at=now(), on=on)


@blueprint.route("/kpis/<int:kpi_id>/targets/new", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_of_kpi)
def set_target(kpi_id: int) -> ResponseReturnValue:
    """Set a new target from a day on; what was judged by the old one stays."""
    kpi = queries.get_kpi(db.session, kpi_id, within=current_scope())
    form = TargetForm(from_on=today(), due_on=kpi.goal.due_on)
    if form.validate_on_submit():
        done = _do(
            form,
            lambda: actions.set_target(
                db.session,
                kpi,
                _aim(form.value.data, form.upper.data),
                from_on=form.from_on.data or today(),
                due_on=form.due_on.data or today(),
                by=current_actor(),
                at=now(),
            ),
        )
        if done:
            flash("The target is set.", "ok")
            return redirect(url_for(".kpi", kpi_id=kpi.id))
    is_band = kpi.direction is Direction.BAND
    return render_template("goals/target.html", form=form, kpi=kpi, definition=get_kpi(kpi.definition), is_band=is_band)


@blueprint.route("/at/<string:place>/events/new", methods=["GET", "POST"])
@requires(Permission.GOALS_WRITE, at=place_in_path)
def add_event(place: str) -> ResponseReturnValue:
    """Note what happened, to be read beside a curve."""
    form = EventForm()
    here: Place = current_place()
    if form.validate_on_submit():
        done = _do(
            form,
            lambda: actions.note_event(
                db.session,
                here,
                happened_on=form.happened_on.data or today(),
                words=form.words.data or "",
                by=current_actor(),
                at=now(),
            ),
        )
        if done:
            return _back(place, "The event is noted.")
    return render_template("goals/event.html", form=form, place=here)


def _do(form: Form, act: Callable[[], object]) -> bool:
    """Act and commit; a refusal is shown in the form: the actions refuse before they write."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


def _back(place: str, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(".index", place=place))


def _owners() -> list[tuple[str, str]]:
    """Positions at the place and below it, nobody first."""
    positions = positions_at(db.session, within=current_scope(), on=today())
    return [("", "Nobody yet"), *((str(p.id), f"{p.title}, {p.place.name}") for p in positions)]


def _owner(chosen: str | None) -> Position | None:
    return get_position(db.session, int(chosen), within=current_scope()) if chosen else None


def _goal_terms(form: GoalForm) -> GoalTerms:
    return GoalTerms(form.title.data or "", _owner(form.owner.data), form.due_on.data or today())


def _aim(value: Decimal | None, upper: Decimal | None) -> Target:
    if value is None:
        raise Refused("Write a number, such as 12.5.", field="value")
    if upper is not None and upper < value:
        raise Refused("The upper edge lies below the lower one.", field="upper")
    return Target(float(value), _number(upper))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
