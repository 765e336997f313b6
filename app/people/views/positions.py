"""Positions: add one, change or close it, put somebody in, end somebody's time in it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.actions import positions
from app.people.forms import ChangePositionForm, ClosePositionForm, LeaveForm, PositionForm
from app.people.guard import place_in_path, place_of_incumbency, place_of_position
from app.people.queries.choosing import find_candidates
from app.people.queries.positions import get_incumbency, get_position, incumbents_from
from app.people.views.door import blueprint
from app.people.views.staff import today
from app.web.filters import day

_SHOWN = 20


@blueprint.route("/at/<string:place>/positions/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def add_position(place: str) -> ResponseReturnValue:
    """Add a job slot at this place."""
    form = PositionForm()
    if form.validate_on_submit():
        try:
            positions.add_position(
                db.session,
                current_place(),
                title=form.title.data or "",
                contracted_hours=form.contracted_hours.data,
                agreed_hours=form.agreed_hours.data,
                by=current_actor(),
                at=now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{form.title.data} is added.", "ok")
            return redirect(url_for("people.index", place=place))
    return render_template("people/position.html", form=form, place=current_place())


@blueprint.route("/positions/<int:position_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_position)
def edit_position(position_id: int) -> ResponseReturnValue:
    """Write other words or hours for a job slot."""
    position = get_position(db.session, position_id, within=current_scope())
    form = ChangePositionForm(obj=position)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                positions.change_position(
                    db.session,
                    position,
                    title=form.title.data or "",
                    contracted_hours=form.contracted_hours.data,
                    agreed_hours=form.agreed_hours.data,
                    purpose=form.purpose.data or "",
                    by=current_actor(),
                    at=now(),
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{position.title} is changed.", "ok")
            return redirect(url_for("people.index", place=current_place().code))
    held = incumbents_from(db.session, position, within=current_scope(), on=today())
    return render_template(
        "people/position_edit.html", form=form, place=current_place(), position=position, held=held, today=today()
    )


@blueprint.route("/positions/<int:position_id>/close", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_position)
def close_position(position_id: int) -> ResponseReturnValue:
    """Say from which day on there is no such job slot."""
    position = get_position(db.session, position_id, within=current_scope())
    form = ClosePositionForm(closed_on=today())
    if form.validate_on_submit():
        closed_on = form.closed_on.data or today()
        try:
            with db.session.begin_nested():
                positions.close_position(db.session, position, closed_on=closed_on, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{position.title} is closed from {day(closed_on)}.", "ok")
            return redirect(url_for("people.index", place=current_place().code))
    return render_template("people/position_close.html", form=form, place=current_place(), position=position)


@blueprint.get("/positions/<int:position_id>/fill")
@requires(Permission.PEOPLE_WRITE, at=place_of_position)
def fill_position(position_id: int) -> str:
    """Look for the person who begins in a position."""
    position = get_position(db.session, position_id, within=current_scope())
    words = request.args.get("q", "").strip()
    found = find_candidates(db.session, words, within=whole_consortium(), on=today(), limit=_SHOWN)
    return render_template("people/fill.html", place=current_place(), position=position, words=words, found=found)


@blueprint.route("/incumbencies/<int:incumbency_id>/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_incumbency)
def leave(incumbency_id: int) -> ResponseReturnValue:
    """End an incumbency: the position stays, its duties show as uncovered from the day after."""
    incumbency = get_incumbency(db.session, incumbency_id, within=whole_consortium())
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            positions.end_incumbency(
                db.session, incumbency, last_on=form.last_on.data or today(), by=current_actor(), at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{incumbency.person.name} leaves {incumbency.position.title} on that day.", "ok")
            return redirect(url_for("people.index", place=incumbency.position.place.code))
    return render_template("people/leave.html", form=form, incumbency=incumbency)
