"""Recording that someone leaves, taking it back, and closing what they held once the day has passed."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Permission, Role, Scope, grantable, may
from app.consortia import queries as consortia
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.actions.links import end_links
from app.people.models import Departure, Incumbency, LoginSession, Membership, Person
from app.people.queries.leaving import find_departure, find_entry
from app.people.queries.positions import incumbencies_of
from app.people.queries.roles import holders_of_role, memberships_of
from app.web.filters import day


def refuse_leaving(session: Session, person: Person, *, by: Actor) -> None:
    """Refuse to let someone leave who works or holds a role where the actor may not change that, and the last admin."""
    within = Scope(person.consortium_id)
    if person.left_on is not None:
        raise Refused(f"That {person.name} leaves on {day(person.left_on)} is recorded already.")
    stays = [held for held in incumbencies_of(session, person, within=within) if held.last_on is None]
    roles = memberships_of(session, person, within=within)
    _refuse_others(person, stays, roles, by=by)
    is_admin = any(role.role is Role.CONSORTIUM_ADMIN for role in roles)
    if is_admin and holders_of_role(session, Role.CONSORTIUM_ADMIN, within=within) == 1:
        raise Refused(f"{person.name} is the last consortium admin. Grant the role to someone else first.")


def _refuse_others(person: Person, stays: Sequence[Incumbency], roles: Sequence[Membership], *, by: Actor) -> None:
    """Whoever records a leaving, or takes it back, looks after all that ends with it."""
    for held in stays:
        if not may(by, Permission.PEOPLE_WRITE, held.position.place.path):
            raise Refused(
                f"{person.name} also works at {held.position.place.name}. End the position at your own place, or ask "
                "someone who looks after both places."
            )
    if any(role.role not in grantable(by, role.place.path, is_root=role.place.parent_id is None) for role in roles):
        raise Refused(f"{person.name} has a wider role than you may take back. Ask someone who may to record it.")


def record_leaving(session: Session, person: Person, *, left_on: date, by: Actor, at: datetime) -> Departure:
    """End every position of a person on their last day; what lets them in ends when that day has passed.

    Refuses what :func:`refuse_leaving` refuses, and a day before one of their positions begins.
    """
    within = Scope(person.consortium_id)
    consortia.root_for_change(session, within=within)  # two admins who leave at once: one after the other
    refuse_leaving(session, person, by=by)
    ending = [
        held
        for held in incumbencies_of(session, person, within=within)
        if held.last_on is None or held.last_on > left_on
    ]
    _refuse_before_first(ending, left_on)
    departure = Departure(
        consortium_id=person.consortium_id,
        person_id=person.id,
        recorded_at=at,
        ends_before={str(held.id): held.last_on.isoformat() if held.last_on else None for held in ending},
    )
    session.add(departure)
    for held in ending:
        held.last_on = left_on
    person.left_on = left_on
    session.flush()
    detail = {"person": person.name, "left_on": left_on, "positions": len(ending)}
    record(session, Deed.PERSON_LEAVING, person, by=by, at=at, detail=detail)
    if left_on < consortia.today_of(session, within=within, at=at):
        close_doors(session, person, by=by, at=at)
    return departure


def _refuse_before_first(ending: list[Incumbency], left_on: date) -> None:
    late = max((held.first_on for held in ending), default=left_on)
    if late > left_on:
        raise Refused(f"One of their positions begins on {day(late)}. Choose that day or a later one.", field="left_on")


def withdraw_leaving(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """They stay after all: positions go on as before.

    Refuses once the last day has passed, and whoever could not have recorded it.
    """
    departure = departure_ahead(session, person, at=at)
    refuse_staying(session, person, departure, by=by)
    for held in incumbencies_of(session, person, within=Scope(person.consortium_id)):
        if str(held.id) in departure.ends_before and held.last_on == person.left_on:
            before = departure.ends_before[str(held.id)]
            held.last_on = date.fromisoformat(before) if before else None
    person.left_on = None
    session.delete(departure)
    session.flush()
    record(session, Deed.PERSON_STAYS, person, by=by, at=at, detail={"person": person.name})


def departure_ahead(session: Session, person: Person, *, at: datetime) -> Departure:
    """The leaving that is recorded for a person; refuses where there is none, and once the last day has passed."""
    within = Scope(person.consortium_id)
    departure = find_departure(session, person, within=within)
    if departure is None or person.left_on is None:
        raise Refused(f"No last day is recorded for {person.name}.")
    if person.left_on < consortia.today_of(session, within=within, at=at):
        raise Refused("The last day has passed. Give them a position again instead.")
    return departure


def refuse_staying(session: Session, person: Person, departure: Departure, *, by: Actor) -> None:
    """Refuse whoever could not have recorded that the person leaves."""
    within = Scope(person.consortium_id)
    stays = incumbencies_of(session, person, within=within)
    ended = [held for held in stays if str(held.id) in departure.ends_before]
    _refuse_others(person, ended, memberships_of(session, person, within=within), by=by)


def close_doors(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """The last day has passed: roles, open links, signed-in sessions and the way in here end; doing it twice is fine.

    Refuses nobody: even the last admin's role ends, since nobody acts under the name of someone who is gone.
    """
    within = Scope(person.consortium_id)
    for role in memberships_of(session, person, within=within):
        role.ended_at = at
        detail = {"role": role.role.value, "person": person.name}
        record(session, Deed.MEMBERSHIP_ENDED, role, by=by, at=at, place_path=role.place.path, detail=detail)
    end_links(session, person, at=at)
    entry = find_entry(session, person, within=within)
    if entry is not None:
        session.execute(
            sa.update(LoginSession)
            .where(
                LoginSession.login_id == entry.login_id,
                LoginSession.consortium_id == person.consortium_id,
                LoginSession.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
        session.delete(entry)
    session.flush()
    record(session, Deed.PERSON_LEFT, person, by=by, at=at, detail={"person": person.name})


def note_return(session: Session, person: Person, *, first_on: date, by: Actor, at: datetime) -> None:
    """They begin again after they left: nothing of the leaving stays but the history.

    Refuses a first day on or before the last one, a last day that has not passed, since roles end with it only, and
    someone whose name is erased.
    """
    if person.left_on is None:
        return
    if person.anonymized_at is not None:
        raise Refused("Their name is erased. Add them as somebody new.")
    if first_on <= person.left_on:
        raise Refused(
            f"{person.name} is here until {day(person.left_on)}. Choose a later day, or take the leaving back.",
            field="first_on",
        )
    within = Scope(person.consortium_id)
    if person.left_on >= consortia.today_of(session, within=within, at=at):
        raise Refused(
            f"{person.name} is here until {day(person.left_on)}. Write this after that day, or take the leaving back.",
            field="first_on",
        )
    if memberships_of(session, person, within=within) or find_entry(session, person, within=within):
        close_doors(session, person, by=by, at=at)  # the worker was not here yet, and would pass them over now
    departure = find_departure(session, person, within=within)
    if departure is not None:
        session.delete(departure)
    person.left_on = None
    session.flush()
    record(session, Deed.PERSON_RETURNED, person, by=by, at=at, detail={"person": person.name, "first_on": first_on})
