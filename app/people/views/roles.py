"""Roles of a place: who holds what where, since when and by whom; grant one, take one back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Role, grantable, may, paths_where
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.consortia.queries.searching import search_places
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.foundation.searching import Found
from app.people.actions import roles
from app.people.forms import RoleForm
from app.people.guard import place_in_path, place_of_membership
from app.people.models import Membership
from app.people.queries.choosing import find_candidates
from app.people.queries.persons import get_person
from app.people.queries.roles import Wanted, find_roles, get_membership, granted_by, holders_of_role, memberships_of
from app.people.rules import Origin
from app.people.views.door import blueprint
from app.people.views.staff import roles_to_grant, today
from app.web.fields import Form
from app.web.paging import page_asked

_PAGE = 50
_SHOWN = 20
#: ids have 63 bits
_NO_ID = 2**63


@dataclass(frozen=True, slots=True)
class _Row:
    """A role with who granted it, whether it comes from above, and why the reader may not take it back ("" if they may).

    ``may_open``: may the reader see the page of who holds it?
    """

    held: Membership
    granted_by: str
    is_inherited: bool
    locked_because: str
    may_open: bool


@blueprint.get("/at/<string:place>/roles")
@requires(Permission.PEOPLE_READ, at=place_in_path)
def roles_at(place: str) -> str:
    """Who may do what at this place: granted here, below, and inherited from above; 50 a page."""
    wanted = _wanted()
    page = page_asked()
    found = find_roles(db.session, wanted, within=current_scope(), limit=_PAGE, offset=(page - 1) * _PAGE)
    role, origin = wanted.role or "", wanted.origin or ""
    return render_template(
        "people/roles.html",
        place=current_place(),
        rows=_rows(found.rows),
        total=found.total,
        wanted=wanted,
        is_narrowed=any((role, origin, wanted.words, wanted.place)),
        roles=[("", "Any role"), *((role.value, role.label) for role in Role)],
        origins=[("", "Wherever granted"), *((origin.value, origin.label) for origin in Origin)],
        may_change=may_here(Permission.PEOPLE_WRITE),
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
        page=page,
        page_size=_PAGE,
        url_of_page=lambda n: url_for(
            "people.roles_at", place=place, page=n, role=role, q=wanted.words, where=wanted.place, origin=origin
        ),
    )


def _wanted() -> Wanted:
    role, origin = request.args.get("role", ""), request.args.get("origin", "")
    return Wanted(
        role=Role(role) if role in set(Role) else None,
        words=request.args.get("q", "").strip(),
        place=request.args.get("where", "").strip(),
        origin=Origin(origin) if origin in set(Origin) else None,
    )


def _rows(found: Sequence[Membership]) -> list[_Row]:
    granters = granted_by(db.session, [held.id for held in found], within=whole_consortium())
    admins = holders_of_role(db.session, Role.CONSORTIUM_ADMIN, within=whole_consortium())
    path, actor = current_place().path, current_actor()
    return [
        _Row(
            held,
            granters.get(held.id, ""),
            not held.place.path.startswith(path),
            _locked_because(held, admins),
            may(actor, Permission.PEOPLE_READ, held.place.path),
        )
        for held in found
    ]


def _locked_because(held: Membership, admins: int) -> str:
    if held.role not in grantable(current_actor(), held.place.path, is_root=held.place.parent_id is None):
        return "Needs a wider role"
    if held.role is Role.CONSORTIUM_ADMIN and admins == 1 and held.person.left_on is None:
        return "The last consortium admin stays"
    return (
        "Your own: somebody else takes it back"
        if roles.why_not_taken_back(held, held.place, by=current_actor())
        else ""
    )


@blueprint.route("/at/<string:place>/roles/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def grant_role(place: str) -> ResponseReturnValue:
    """Grant a role at this place: find the person, then choose; another place is one search away."""
    here = current_place()
    person_id = request.args.get("person", type=int)
    if person_id is None:
        return _choose_person(here)
    if not 0 < person_id < _NO_ID:
        raise NotFound("There is no such person here.")
    person = get_person(db.session, person_id, within=whole_consortium())
    form = RoleForm()
    form.role.choices = [("", "Choose a role"), *roles_to_grant(here)]
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                roles.grant(db.session, person, Role(form.role.data), here, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{person.name} has the role now. A link made before it no longer works.", "ok")
            return redirect(url_for("people.roles_at", place=place))
    words = request.args.get("where", "").strip()
    return render_template(
        "people/role.html",
        form=form,
        person=person,
        place=here,
        held=memberships_of(db.session, person, within=whole_consortium()),
        words=words,
        elsewhere=_elsewhere(words),
    )


def _choose_person(here: Place) -> str:
    words = request.args.get("q", "").strip()
    found = find_candidates(db.session, words, within=whole_consortium(), on=today(), limit=_SHOWN)
    return render_template("people/role_for.html", place=here, words=words, found=found)


def _elsewhere(words: str) -> Found[tuple[Place, str | None]]:
    """Other places where the reader may grant a role, by their words."""
    if not words:
        return Found((), 0)
    paths = paths_where(current_actor(), Permission.PEOPLE_WRITE)
    return search_places(db.session, words, within=whole_consortium(), paths=paths, limit=_SHOWN)


@blueprint.route("/memberships/<int:membership_id>/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_of_membership)
def revoke(membership_id: int) -> ResponseReturnValue:
    """Take a role back; one's own and the last consortium admin's stay."""
    membership: Membership = get_membership(db.session, membership_id, within=whole_consortium())
    try:
        roles.refuse_revoking(db.session, membership, membership.place, by=current_actor())
    except Refused as refusal:
        raise Forbidden(str(refusal)) from refusal
    form = Form()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                roles.revoke(db.session, membership, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{membership.person.name} no longer has that role.", "ok")
            return redirect(url_for("people.roles_at", place=membership.place.code))
    return render_template("people/revoke.html", form=form, membership=membership)
