"""The job description of a position, and of a person through the positions they hold."""

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import Forbidden

from app.access.context import current_actor, may_here, whole_consortium
from app.access.marks import HasPath, requires
from app.access.rules import Permission, Scope
from app.consortia.queries import today_of
from app.duties.rules.days import AsOf, as_of
from app.foundation.clock import now
from app.foundation.database import db
from app.job_descriptions.queries import document_of
from app.people.guard import place_of_person
from app.people.models import Position
from app.people.queries.persons import get_person
from app.people.queries.positions import get_position, incumbencies_of

blueprint = Blueprint("job_descriptions", __name__, template_folder="templates")
_OWN_ONLY = "You may read your own job description. Those of others are for the people who look after this place."


def _place_of_position(position_id: int, **_others: object) -> HasPath:
    """``at=`` for a position's pages: the place it belongs to."""
    return get_position(db.session, position_id, within=Scope(g.actor.consortium_id)).place


@blueprint.get("/positions/<int:position_id>/job-description")
@requires(Permission.DUTIES_READ, at=_place_of_position)
def of_position(position_id: int) -> str:
    """Part 4 of a position's job description on a day: for those who look after the place, and for its incumbent."""
    when = _when()
    position = get_position(db.session, position_id, within=whole_consortium())
    if not may_here(Permission.PEOPLE_READ) and position.id not in {held.id for held in _own_positions(when)}:
        raise Forbidden(_OWN_ONLY)
    return _page([position], when, subject=position.title)


@blueprint.get("/people/<int:person_id>/job-description")
@requires(Permission.DUTIES_READ, at=place_of_person)
def of_person(person_id: int) -> str:
    """Part 4 for each position a person holds on a day."""
    when = _when()
    person = get_person(db.session, person_id, within=whole_consortium())
    if not may_here(Permission.PEOPLE_READ) and person.id != current_actor().person_id:
        raise Forbidden(_OWN_ONLY)
    return _page(_positions_of(person.id, when), when, subject=person.name)


def _when() -> AsOf:
    today = today_of(db.session, within=whole_consortium(), at=now())
    return as_of(request.args.get("on", ""), today=today)


def _own_positions(when: AsOf) -> list[Position]:
    person_id = current_actor().person_id
    return _positions_of(person_id, when) if person_id is not None else []


def _positions_of(person_id: int, when: AsOf) -> list[Position]:
    """The positions someone is in on the day, the newest first."""
    person = get_person(db.session, person_id, within=whole_consortium())
    stays = incumbencies_of(db.session, person, within=whole_consortium())
    return [
        stay.position
        for stay in stays
        if stay.first_on <= when.on and (stay.last_on is None or stay.last_on >= when.on)
    ]


def _page(positions: list[Position], when: AsOf, *, subject: str) -> str:
    whole = whole_consortium()
    return render_template(
        "job_descriptions/show.html",
        documents=[document_of(db.session, position, within=whole, on=when.on) for position in positions],
        positions=positions,
        when=when,
        subject=subject,
    )
