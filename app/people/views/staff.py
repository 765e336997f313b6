"""The people's page of a place: who is in which position, what they may do, whether they sign in; and adding somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Role, grantable, may
from app.consortia.models import Place
from app.consortia.queries import root_of, settings_of, today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.actions import links, positions, roles
from app.people.actions.persons import add_person
from app.people.documents import hand_over
from app.people.forms import PersonForm
from app.people.guard import place_in_path
from app.people.models import Membership, Person
from app.people.queries.beside import SignIn, roles_of_people, sign_ins_of
from app.people.queries.listing import Line, Sought, count_slots, find_lines
from app.people.queries.positions import get_position
from app.people.queries.staffing import own_positions
from app.people.rules import Show, erased_on
from app.people.views.door import blueprint
from app.web.filters import plural
from app.web.paging import page_asked

_PAGE = 50


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with what stands beside it."""

    line: Line
    roles: Sequence[Membership]
    sign_in: SignIn
    #: when the name of somebody who left is erased
    erased_on: date | None


@blueprint.get("/at/<string:place>/people")
@requires(Permission.PEOPLE_READ, at=place_in_path)
def index(place: str) -> str:
    """Who is in which position, then vacant positions, then people without a position here; 50 a page."""
    on = today()
    sought = _sought()
    page = page_asked()
    found = find_lines(db.session, sought, within=current_scope(), on=on, limit=_PAGE, offset=(page - 1) * _PAGE)
    show, role = sought.show.value, sought.role.value if sought.role else ""
    slots, vacant = count_slots(db.session, within=current_scope(), on=on)
    return render_template(
        "people/index.html",
        place=current_place(),
        sentence=_sentence(slots, vacant),
        may_change=may_here(Permission.PEOPLE_WRITE),
        may_keep=may(current_actor(), Permission.PLACES_WRITE, _root().path),
        rows=_rows(found.rows),
        total=found.total,
        sought=sought,
        is_narrowed=any((sought.words, sought.role, sought.show is not Show.EVERYONE)),
        shows=[(show.value, show.label) for show in Show],
        roles=[("", "Any role"), *((role.value, role.label) for role in Role)],
        today=on,
        page=page,
        page_size=_PAGE,
        url_of_page=lambda n: url_for("people.index", place=place, page=n, show=show, role=role, q=sought.words),
    )


def today() -> date:
    """The day that these pages speak of."""
    return today_of(db.session, within=whole_consortium(), at=now())


def _root() -> Place:
    return root_of(db.session, within=whole_consortium())


def _sought() -> Sought:
    show, role = request.args.get("show", ""), request.args.get("role", "")
    return Sought(
        show=Show(show) if show in set(Show) else Show.EVERYONE,
        role=Role(role) if role in set(Role) else None,
        words=request.args.get("q", "").strip(),
    )


def _rows(lines: Sequence[Line]) -> list[_Row]:
    whole = whole_consortium()
    ids = {line.person_id for line in lines if line.person_id is not None}
    held: Mapping[int, Sequence[Membership]] = roles_of_people(db.session, ids, within=whole)
    signs = sign_ins_of(db.session, ids, within=whole)
    months = settings_of(db.session, within=whole).anonymize_after_months
    return [
        _Row(
            line,
            roles=held.get(line.person_id or 0, ()),
            sign_in=signs.get(line.person_id or 0, SignIn()),
            erased_on=erased_on(line.left_on, months=months) if line.left_on else None,
        )
        for line in lines
    ]


def _sentence(slots: int, vacant: int) -> str:
    every = plural(slots, "position", "positions")
    return f"{every}, {vacant} vacant." if vacant else f"{every}, none vacant."


@blueprint.route("/at/<string:place>/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def add(place: str) -> ResponseReturnValue:
    """Add someone: a position or a role here, and a link to sign in, may come with the name."""
    form = PersonForm()
    _fill_choices(form)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():  # several deeds: all of them, or none
                person, link = _add(form, current_place())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            if form.invite.data:
                return render_template("people/invited.html", link=link, person=person)
            flash(f"{form.name.data} is added.", "ok")
            return redirect(url_for("people.index", place=place))
    return render_template("people/add.html", form=form, place=current_place())


def _fill_choices(form: PersonForm) -> None:
    own = own_positions(db.session, current_place(), within=current_scope(), on=today())
    form.position.choices = [("", "None yet"), *((str(slot.id), slot.title) for slot in own)]
    form.role.choices = [("", "None"), *roles_to_grant(current_place())]


def roles_to_grant(place: Place) -> list[tuple[str, str]]:
    """Roles the reader may hand on at a place, for the list to choose from."""
    found = grantable(current_actor(), place.path, is_root=place.parent_id is None)
    return [(role.value, role.label) for role in found]


def _add(form: PersonForm, place: Place) -> tuple[Person, str | None]:
    """The person, and the link to hand over where they are invited and no mail is sent."""
    by, at = current_actor(), now()
    if not form.position.data and not form.role.data and not may(by, Permission.PEOPLE_WRITE, _root().path):
        raise Refused(f"Choose a position or a role, so that they belong to {place.name}.", field="position")
    person = add_person(db.session, name=form.name.data or "", email=form.email.data, by=by, at=at)
    if form.position.data:
        position = get_position(db.session, int(form.position.data), within=current_scope())
        first_on = form.first_on.data or today()
        positions.put_in_position(db.session, person, position, first_on=first_on, by=by, at=at)
    if form.role.data:
        roles.grant(db.session, person, Role(form.role.data), place, by=by, at=at)
    if not form.invite.data:
        return person, None
    token = links.invite(db.session, person, by=by, at=at)
    return person, hand_over(db.session, person, token, by=by, at=at)
