"""Opening, closing for good and for a time, opening again, and the hours of the week."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia import actions, queries
from app.consortia.forms import ApplyForm, CloseForm, ClosureForm, HoursForm, OpenForm, ReopenForm
from app.consortia.rules import OpenPeriod, Week, periods_of, text_of
from app.consortia.views.describing import back_to
from app.consortia.views.listing import blueprint, carried_out, place_in_path, today
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.web.filters import day


@blueprint.route("/places/<string:place>/opening", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def open_on(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """The first day it was or will be open."""
    here = current_place()
    form = OpenForm(on=here.opened_on)

    def act() -> None:
        actions.open_on(db.session, here, on=form.on.data or today(), by=current_actor(), at=now())

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"{here.name}: first day open {day(here.opened_on)}.")
    return render_template("consortia/opening.html", form=form, place=here)


@blueprint.route("/places/<string:place>/close", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def close(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Close it for good from a day on, with the reason."""
    here, form = current_place(), CloseForm(on=today())

    def act() -> None:
        reason = form.reason.data or ""
        actions.close(db.session, here, on=form.on.data or today(), reason=reason, by=current_actor(), at=now())

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"{here.name} is closed for good from {day(here.closed_on)} on.")
    return render_template("consortia/close.html", form=form, place=here)


@blueprint.route("/places/<string:place>/reopen", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def reopen(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Take the closing back, or open it again on a later day; the time between stays as a closure."""
    here = current_place()
    form = ReopenForm(on=here.closed_on)

    def act() -> None:
        actions.reopen(db.session, here, on=form.on.data or today(), by=current_actor(), at=now())

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"{here.name} is open again.")
    successor = queries.successor_of(db.session, here, within=whole_consortium())
    return render_template("consortia/reopen.html", form=form, place=here, successor=successor)


@blueprint.route("/places/<string:place>/closures/new", methods=["GET", "POST"])
@requires(Permission.PLACES_HOURS, at=place_in_path)
def close_for_a_time(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Closed from one day to another: renovation, storm."""
    here, form = current_place(), ClosureForm()

    def act() -> None:
        first_on, last_on = form.first_on.data or today(), form.last_on.data or today()
        actions.close_for_a_time(
            db.session,
            here,
            first_on=first_on,
            last_on=last_on,
            reason=form.reason.data or "",
            by=current_actor(),
            at=now(),
        )

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"The closure of {here.name} is saved.")
    return render_template("consortia/closure.html", form=form, place=here)


@blueprint.post("/places/<string:place>/closures/<int:closure_id>/remove")
@requires(Permission.PLACES_HOURS, at=place_in_path)
def remove_closure(place: str, closure_id: int) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Forget a closure that did not or will not happen."""
    here, form = current_place(), ApplyForm()
    closure = queries.get_closure(db.session, here, closure_id, within=whole_consortium())
    words = f"The closure from {day(closure.first_on)} to {day(closure.last_on)} is removed."
    if form.validate_on_submit():
        actions.remove_closure(db.session, here, closure, by=current_actor(), at=now())
        db.session.commit()
    return back_to(here, words)


@blueprint.route("/places/<string:place>/hours", methods=["GET", "POST"])
@requires(Permission.PLACES_HOURS, at=place_in_path)
def set_hours(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """A week's hours from a day on: a line of text a day; the season after it is another set."""
    here = current_place()
    week = queries.hours_of(db.session, here, on=today(), within=whole_consortium())
    form = HoursForm(data=_lines(week) | {"first_on": today()})
    if form.validate_on_submit():
        days = _read_days(form)
        if days is not None and carried_out(form, lambda: _set_hours(form, days)):
            return back_to(here, f"The hours of {here.name} are saved.")
    return render_template("consortia/hours.html", form=form, place=here)


@blueprint.post("/places/<string:place>/hours/<int:hours_id>/remove")
@requires(Permission.PLACES_HOURS, at=place_in_path)
def remove_hours(place: str, hours_id: int) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Forget a set of hours; those before it hold on."""
    here, form = current_place(), ApplyForm()
    hours = queries.get_hours(db.session, here, hours_id, within=whole_consortium())
    if form.validate_on_submit():
        actions.remove_hours(db.session, here, hours, by=current_actor(), at=now())
        db.session.commit()
    return back_to(here, f"The hours from {day(hours.first_on)} on are removed.")


def _set_hours(form: HoursForm, days: tuple[tuple[OpenPeriod, ...], ...]) -> None:
    week = Week(form.first_on.data or today(), days)
    actions.set_hours(db.session, current_place(), week, by=current_actor(), at=now())


def _lines(week: Week | None) -> dict[str, object]:
    """What stands in the fields at first: the hours that hold today."""
    return {field: text_of(periods) for field, periods in zip(HoursForm.DAYS, week.days, strict=True)} if week else {}


def _read_days(form: HoursForm) -> tuple[tuple[OpenPeriod, ...], ...] | None:
    """Every day's periods; None where one cannot be read, each with its sentence at the day."""
    days: list[tuple[OpenPeriod, ...]] = []
    for field in form.days:
        try:
            days.append(periods_of(field.data or ""))
        except Refused as refusal:
            form.refuse(Refused(str(refusal), field=field.name))
    return tuple(days) if len(days) == len(form.days) else None
