"""Somebody leaves: which day, what ends with it and what becomes a gap, before it is recorded; and taking it back."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.queries import places_by_id, settings_of, today_of
from app.desk.forms import LastDayForm
from app.desk.views.homes import blueprint
from app.desk.views.person import covering, why_not_leaving, why_not_staying
from app.duties.queries.assignments import assignments_held
from app.duties.queries.leaving import Opened, gaps_without
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.actions.leaving import departure_ahead, record_leaving, withdraw_leaving
from app.people.guard import place_of_person
from app.people.models import Person
from app.people.queries.beside import sign_ins_of
from app.people.queries.persons import get_person
from app.people.queries.positions import incumbencies_of
from app.people.queries.roles import memberships_of
from app.people.rules import erased_on
from app.platforms.catalogue import get_platform
from app.web.fields import Form
from app.web.filters import day

_DAY = timedelta(days=1)


@blueprint.route("/people/<int:person_id>/leave", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def leave(person_id: int) -> ResponseReturnValue:
    """Choose the last day, see what ends and which duties become gaps, then record it."""
    whole = whole_consortium()
    found = get_person(db.session, person_id, within=whole)
    today = today_of(db.session, within=whole, at=now())
    form = LastDayForm(request.form if request.method == "POST" else request.args)
    if form.last_on.data is None and not form.last_on.raw_data:
        form.last_on.data = today
    refusal = why_not_leaving(found)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                record_leaving(db.session, found, left_on=form.last_on.data or today, by=current_actor(), at=now())
        except Refused as refused:
            form.refuse(refused)
        else:
            db.session.commit()
            flash(f"{found.name} leaves on {day(form.last_on.data or today)}. Until then it can be taken back.", "ok")
            return redirect(url_for("desk.person", person_id=person_id))
    on = form.last_on.data or today
    stays = incumbencies_of(db.session, found, within=whole)
    return render_template(
        "desk/leave.html",
        form=form,
        person=found,
        place=current_place(),
        refusal=refusal,
        on=on,
        is_past=on < today,
        ending=[stay for stay in stays if stay.last_on is None or stay.last_on > on],
        roles=memberships_of(db.session, found, within=whole),
        sign_in=sign_ins_of(db.session, [found.id], within=whole)[found.id],
        gaps=[] if refusal else _gaps(found, on + _DAY),
        erased_on=erased_on(on, months=settings_of(db.session, within=whole).anonymize_after_months),
        label_of=lambda account: get_platform(account.platform).label,
    )


def _gaps(found: Person, on: date) -> list[Opened]:
    whole = whole_consortium()
    stays = covering(incumbencies_of(db.session, found, within=whole), on)
    held = assignments_held(db.session, [stay.position_id for stay in stays], within=whole, on=on) if stays else ()
    places = places_by_id(db.session, {each.place_id for each in held}, within=whole) if held else {}
    return gaps_without(db.session, found.id, places.values(), on=on)


@blueprint.route("/people/<int:person_id>/stay", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def stay(person_id: int) -> ResponseReturnValue:
    """They stay after all: every position goes on as before."""
    found = get_person(db.session, person_id, within=whole_consortium())
    try:
        departure = departure_ahead(db.session, found, at=now())
    except Refused as refused:
        flash(str(refused), "watch")
        return redirect(url_for("desk.person", person_id=person_id))
    if why_not := why_not_staying(found, departure):
        raise Forbidden(why_not)
    form = Form()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                withdraw_leaving(db.session, found, by=current_actor(), at=now())
        except Refused as refused:
            form.refuse(refused)
        else:
            db.session.commit()
            flash(f"{found.name} stays.", "ok")
            return redirect(url_for("desk.person", person_id=person_id))
    return render_template("desk/stay.html", form=form, person=found)
