"""People and positions of a place: who is in which position, who may do what, and how they come in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Role, grantable
from app.consortia.models import Place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.people.actions import links, positions, roles
from app.people.actions.persons import add_person
from app.people.forms import LeaveForm, PersonForm, PositionForm, RoleForm
from app.people.guard import place_in_path, place_of_incumbency, place_of_membership, place_of_person
from app.people.models import Membership
from app.people.queries.persons import get_person
from app.people.queries.positions import get_incumbency, get_position, incumbencies_at, positions_at
from app.people.queries.roles import get_membership, memberships_at
from app.people.views.door import blueprint
from app.web.fields import Form
from app.web.filters import plural


@blueprint.get("/at/<string:place>/people")
@requires(Permission.PEOPLE_READ, at=place_in_path)
def index(place: str) -> str:  # noqa: ARG001 - the guard loads it
    """Positions with their incumbents, vacant ones first, and the roles people hold here."""
    today = now().date()
    held = {i.position_id: i for i in incumbencies_at(db.session, within=current_scope(), on=today)}
    slots = positions_at(db.session, within=current_scope(), on=today)
    return render_template(
        "people/index.html",
        place=current_place(),
        sentence=_sentence(len(slots), sum(slot.id not in held for slot in slots)),
        may_change=may_here(Permission.PEOPLE_WRITE),
        may_be_granted={i.id for i in held.values() if _grantable(i.position.place)},
        positions=sorted(slots, key=lambda p: p.id in held),
        incumbent=held,
        memberships=memberships_at(db.session, within=current_scope()),
    )


def _sentence(positions: int, vacant: int) -> str:
    every = plural(positions, "position", "positions")
    return f"{every}, {vacant} vacant." if vacant else f"{every}, none vacant."


@blueprint.route("/at/<string:place>/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def add(place: str) -> ResponseReturnValue:
    """Add someone: a name is enough; a position, a role and a link to sign in may come with it."""
    form = PersonForm()
    _fill_choices(form)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():  # several deeds: all of them, or none
                token = _add(form, current_place())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            if token:
                return render_template("people/invited.html", name=form.name.data, link=_link(token))
            flash(f"{form.name.data} is added.", "ok")
            return redirect(url_for("people.index", place=place))
    return render_template("people/add.html", form=form, place=current_place())


def _fill_choices(form: PersonForm) -> None:
    choices = positions_at(db.session, within=current_scope(), on=now().date())
    form.position.choices = [("", "None yet"), *((str(p.id), f"{p.title}, {p.place.name}") for p in choices)]
    form.role.choices = [("", "None"), *_grantable(current_place())]


def _grantable(place: Place) -> list[tuple[str, str]]:
    """Roles the reader may hand on here, for the list to choose from."""
    roles = grantable(current_actor(), place.path, is_root=place.parent_id is None)
    return [(role.value, role.label) for role in roles]


def _add(form: PersonForm, place: Place) -> str | None:
    by, at = current_actor(), now()
    person = add_person(db.session, name=form.name.data or "", email=form.email.data, by=by, at=at)
    if form.position.data:
        position = get_position(db.session, int(form.position.data), within=current_scope())
        positions.put_in_position(db.session, person, position, first_on=form.first_on.data or at.date(), by=by, at=at)
    if form.role.data:
        roles.grant(db.session, person, Role(form.role.data), place, by=by, at=at)
    return links.invite(db.session, person, by=by, at=at) if form.invite.data else None


def _link(token: str) -> str:
    return f"{settings().public_url}{url_for('people.join', token=token)}"  # never the Host header's word


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


@blueprint.route("/incumbencies/<int:incumbency_id>/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_incumbency)
def leave(incumbency_id: int) -> ResponseReturnValue:
    """End an incumbency: the position stays, its duties show as uncovered from the day after."""
    incumbency = get_incumbency(db.session, incumbency_id, within=whole_consortium())
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            positions.end_incumbency(
                db.session, incumbency, last_on=form.last_on.data or now().date(), by=current_actor(), at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{incumbency.person.name} leaves {incumbency.position.title} on that day.", "ok")
            return redirect(url_for("people.index", place=incumbency.position.place.code))
    return render_template("people/leave.html", form=form, incumbency=incumbency)


@blueprint.route("/people/<int:person_id>/invite", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def invite(person_id: int) -> ResponseReturnValue:
    """Make a one-time link with which a person sets a password; it is shown once."""
    person = get_person(db.session, person_id, within=whole_consortium())
    form = Form()
    if form.validate_on_submit():
        try:
            token = links.invite(db.session, person, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return render_template("people/invited.html", name=person.name, link=_link(token))
    return render_template("people/invite.html", form=form, person=person)


@blueprint.route("/people/<int:person_id>/roles/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_person)
def grant_role(person_id: int) -> ResponseReturnValue:
    """Grant a role at the place where the person works."""
    person = get_person(db.session, person_id, within=whole_consortium())
    place = current_place()
    form = RoleForm()
    form.role.choices = _grantable(place)
    if form.validate_on_submit():
        try:
            roles.grant(db.session, person, Role(form.role.data), place, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{person.name} has the role now. A link made before it no longer works.", "ok")
            return redirect(url_for("people.index", place=place.code))
    return render_template("people/role.html", form=form, person=person, place=place)


@blueprint.route("/memberships/<int:membership_id>/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_membership)
def revoke(membership_id: int) -> ResponseReturnValue:
    """Take a role back; the last consortium admin's stays."""
    membership: Membership = get_membership(db.session, membership_id, within=whole_consortium())
    form = Form()
    if form.validate_on_submit():
        try:
            roles.revoke(db.session, membership, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{membership.person.name} no longer has that role.", "ok")
            return redirect(url_for("people.index", place=membership.place.code))
    return render_template("people/revoke.html", form=form, membership=membership)
