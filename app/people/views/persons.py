"""One person: who they are, the link to sign in with, and the positions they begin in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope, may
from app.consortia import queries as consortia
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.mail.queries import is_mail_set_up, latest_about
from app.people.actions import links
from app.people.actions.persons import change_person
from app.people.actions.positions import move_to_position
from app.people.documents import INVITATION, hand_over, why_not_invited
from app.people.forms import ChangePersonForm, MoveForm
from app.people.guard import place_of_person, place_of_position
from app.people.models import Incumbency, Person, Position
from app.people.queries.choosing import find_slots
from app.people.queries.leaving import find_entry
from app.people.queries.persons import get_person
from app.people.queries.positions import get_position, incumbencies_of
from app.people.views.door import blueprint
from app.people.views.staff import today
from app.web.fields import Form
from app.web.filters import day

_SHOWN = 20


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def edit(person_id: int) -> ResponseReturnValue:
    """Write another name or address for somebody."""
    person = get_person(db.session, person_id, within=whole_consortium())
    form = ChangePersonForm(name=person.name, email=person.email)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                change_person(
                    db.session,
                    person,
                    name=form.name.data or "",
                    email=form.email.data,
                    by=current_actor(),
                    at=now(),
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{person.name} is changed.", "ok")
            return redirect(url_for("desk.person", person_id=person_id))
    signs_in = find_entry(db.session, person, within=whole_consortium()) is not None
    return render_template("people/person_edit.html", form=form, person=person, signs_in=signs_in)


@blueprint.route("/people/<int:person_id>/invite", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def invite(person_id: int) -> ResponseReturnValue:
    """Invite a person to set a password: by mail, or with a link that is shown once where no mail is sent."""
    person = get_person(db.session, person_id, within=whole_consortium())
    if why_not := why_not_invited(db.session, person, by=current_actor()):
        raise Forbidden(why_not)
    form = Form()
    if form.validate_on_submit():
        try:
            token = links.invite(db.session, person, by=current_actor(), at=now())
            link = hand_over(db.session, person, token, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return render_template("people/invited.html", link=link, person=person)
    sent = latest_about(db.session, INVITATION, [person.id], within=whole_consortium())
    return render_template(
        "people/invite.html",
        form=form,
        person=person,
        sends_mail=is_mail_set_up(settings()),
        message=sent.get(person.id),
        zone=consortia.settings_of(db.session, within=whole_consortium()).time_zone,
    )


@blueprint.get("/people/<int:person_id>/positions")
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def choose_position(person_id: int) -> str:
    """Look for the position that somebody changes to or takes beside the one they have."""
    person = get_person(db.session, person_id, within=whole_consortium())
    place = current_place()
    words = request.args.get("q", "").strip()
    scope = Scope(place.consortium_id, place.id, place.path)
    found = find_slots(db.session, words, within=scope, on=today(), limit=_SHOWN)
    return render_template("people/choose_position.html", person=person, place=place, words=words, found=found)


@blueprint.route("/positions/<int:position_id>/begin/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_position)
def begin(position_id: int, person_id: int) -> ResponseReturnValue:
    """Begin in a position on a day, instead of one they have or beside it."""
    person = get_person(db.session, person_id, within=whole_consortium())
    position = get_position(db.session, position_id, within=whole_consortium())
    form = MoveForm(first_on=today())
    going_on = _going_on(person, position)
    form.instead_of.choices = [
        *((str(stay.id), f"Instead of {stay.position.title}, {stay.position.place.name}") for stay in going_on),
        ("", "Beside what they do now" if going_on else "Their only position"),
    ]
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                _move(person, position, form, going_on)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{person.name} begins as {position.title} on {day(form.first_on.data or today())}.", "ok")
            return redirect(url_for("desk.person", person_id=person_id))
    return render_template("people/begin.html", form=form, person=person, position=position)


def _going_on(person: Person, position: Position) -> list[Incumbency]:
    """What they have now and the reader may end, other than the position itself."""
    stays = incumbencies_of(db.session, person, within=whole_consortium())
    return [
        stay
        for stay in stays
        if stay.last_on is None
        and stay.position_id != position.id
        and may(current_actor(), Permission.PEOPLE_WRITE, stay.position.place.path)
    ]


def _move(person: Person, position: Position, form: MoveForm, going_on: list[Incumbency]) -> None:
    move_to_position(
        db.session,
        person,
        position,
        first_on=form.first_on.data or today(),
        instead_of=next((stay for stay in going_on if str(stay.id) == form.instead_of.data), None),
        by=current_actor(),
        at=now(),
    )
