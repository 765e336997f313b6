"""One person: what they do today and from when, their hours against those agreed, their roles; never a score."""

import math
from collections.abc import Sequence
from datetime import date

from flask import render_template, request
from werkzeug.exceptions import Forbidden

from app.access.context import current_actor, current_place, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import ROLES, Permission, Role, may
from app.consortia.models import Place
from app.consortia.queries import get_place_by_id, places_by_id, settings_of, today_of
from app.desk.views.homes import blueprint
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_held
from app.duties.queries.load import load_of_positions
from app.duties.rules.catalogue import lead_duty
from app.duties.rules.days import as_of
from app.duties.rules.load import Load
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.actions.leaving import refuse_leaving, refuse_staying
from app.people.actions.roles import why_not_taken_back
from app.people.documents import why_not_invited
from app.people.guard import place_of_person
from app.people.models import Departure, Incumbency, Membership, Person
from app.people.queries.beside import sign_ins_of
from app.people.queries.leaving import find_departure
from app.people.queries.persons import get_person
from app.people.queries.positions import incumbencies_of
from app.people.queries.roles import holders_of_role, memberships_of
from app.people.rules import erased_on
from app.platforms.catalogue import get_platform
from app.web.charts import bullet

#: a scale ends a little beyond its longest bar, on a whole step
_ROOM, _STEPS = 1.1, 4
_OWN_ONLY = "You may read your own page. Those of others are for the people who look after this place."


@blueprint.get("/people/<int:person_id>")
@requires(Permission.HOME_READ, at=place_of_person)
def person(person_id: int) -> str:
    """Who somebody is here: for those who look after people where they work, and for themselves."""
    whole = whole_consortium()
    found = get_person(db.session, person_id, within=whole)
    if not may_here(Permission.PEOPLE_READ) and found.id != current_actor().person_id:
        raise Forbidden(_OWN_ONLY)
    when = as_of(request.args.get("on", ""), today=today_of(db.session, within=whole, at=now()))
    stays = incumbencies_of(db.session, found, within=whole)
    roles = memberships_of(db.session, found, within=whole)
    held = _held(stays, when.on)
    settings = settings_of(db.session, within=whole)
    may_change = may_here(Permission.PEOPLE_WRITE) and found.anonymized_at is None
    return render_template(
        "desk/person.html",
        person=found,
        place=current_place(),
        is_own=found.id == current_actor().person_id,
        when=when,
        stays=stays,
        endable={stay.id for stay in stays if may_change and _may_end(stay, when.today)},
        held=held,
        places=places_by_id(db.session, {each.place_id for each in held}, within=whole),
        loads=_loads(stays, when.on),
        bullet_of=_bullet,
        roles=roles,
        revocable={role.id for role in roles if _may_revoke(role)},
        is_last_admin=_is_last_admin(found, roles),
        sign_in=sign_ins_of(db.session, [found.id], within=whole)[found.id],
        may_change=may_change,
        may_invite=may_change and not why_not_invited(db.session, found, by=current_actor()),
        may_leave=may_change and found.left_on is None and not why_not_leaving(found),
        may_read=may_here(Permission.PEOPLE_READ),
        grant_at=_place_to_grant_at(),
        may_undo=_may_undo(found, when.today),
        has_left=found.left_on is not None and found.left_on < when.today,
        erased_on=erased_on(found.left_on, months=settings.anonymize_after_months) if found.left_on else None,
        months=settings.anonymize_after_months,
        zone=settings.time_zone,
        lead_duty=lead_duty,
        label_of=lambda account: get_platform(account.platform).label,
    )


def why_not_staying(found: Person, departure: Departure) -> str:
    """Why the reader cannot take back that somebody leaves, "" where they can."""
    try:
        refuse_staying(db.session, found, departure, by=current_actor())
    except Refused as refused:
        return str(refused)
    return ""


def why_not_leaving(found: Person) -> str:
    """Why the reader cannot record at all that somebody leaves, "" where they can."""
    try:
        refuse_leaving(db.session, found, by=current_actor())
    except Refused as refused:
        return str(refused)
    return ""


def covering(stays: Sequence[Incumbency], on: date) -> list[Incumbency]:
    """The positions somebody is in on a day."""
    return [stay for stay in stays if stay.first_on <= on and (stay.last_on is None or stay.last_on >= on)]


def _held(stays: Sequence[Incumbency], on: date) -> Sequence[Assignment]:
    ids = [stay.position_id for stay in covering(stays, on)]
    return assignments_held(db.session, ids, within=whole_consortium(), on=on) if ids else ()


def _loads(stays: Sequence[Incumbency], on: date) -> list[tuple[str, Load]]:
    positions = [stay.position for stay in covering(stays, on)]
    loads = load_of_positions(db.session, positions, within=whole_consortium(), on=on)
    return [(each.position.title, each.load) for each in loads]


def _bullet(title: str, load: Load) -> str:
    """Hours assigned as the bar, hours agreed as the upright."""
    return bullet(
        float(load.assigned),
        target=float(load.agreed) if load.agreed is not None else None,
        maximum=_round_scale(max(float(load.assigned), float(load.agreed or 0))),
        unit=" h",
        label=f"Hours a week that duties take of {title}, against those agreed",
        low=True,
    )


def _round_scale(most: float) -> float:
    """The end of a scale of four steps, each a whole number of hours."""
    return float(max(1, math.ceil(most * _ROOM / _STEPS)) * _STEPS)


def _may_end(stay: Incumbency, today: date) -> bool:
    is_open = stay.last_on is None or stay.last_on > today
    return is_open and may(current_actor(), Permission.PEOPLE_WRITE, stay.position.place.path)


def _may_revoke(role: Membership) -> bool:
    return not why_not_taken_back(role, role.place, by=current_actor())


def _is_last_admin(person: Person, roles: Sequence[Membership]) -> bool:
    """Would the consortium be without an admin if this person's role ended?"""
    if person.left_on is not None or not any(held.role is Role.CONSORTIUM_ADMIN for held in roles):
        return False
    return holders_of_role(db.session, Role.CONSORTIUM_ADMIN, within=whole_consortium()) == 1


def _place_to_grant_at() -> Place | None:
    """Where the form for a role opens: here, or at the reader's own place; None for who may grant none."""
    if may_here(Permission.PEOPLE_WRITE):
        place: Place = current_place()
        return place
    own = [grant for grant in current_actor().grants if Permission.PEOPLE_WRITE in ROLES[grant.role]]
    return get_place_by_id(db.session, own[0].place_id, within=whole_consortium()) if own else None


def _may_undo(found: Person, today: date) -> bool:
    if not may_here(Permission.PEOPLE_WRITE) or found.left_on is None or found.left_on < today:
        return False
    departure = find_departure(db.session, found, within=whole_consortium())
    return departure is not None and not why_not_staying(found, departure)
