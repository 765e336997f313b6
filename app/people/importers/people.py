"""Importing a file of people: the plan of what it would change, and writing it as one deed in few statements."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries as consortia
from app.foundation.errors import Refused
from app.foundation.imports import Plan
from app.foundation.installation import settings
from app.foundation.tables import Table, read_table
from app.history.actions import record
from app.history.rules import Deed
from app.mail.queries import is_mail_set_up
from app.people.actions.links import end_links, invite
from app.people.importers.changes import PersonChange
from app.people.importers.known import Slot, known_people
from app.people.importers.planning import plan_person_rows
from app.people.importers.rows import PEOPLE_LAYOUT
from app.people.models import Incumbency, Membership, Person, Position


class HandOver(Protocol):
    """Mails an invitation, as ``people.documents`` does."""

    def __call__(self, session: Session, person: Person, token: str, *, by: Actor, at: datetime) -> object:
        """Send the person the link of this token."""


def plan_people(session: Session, data: bytes | Table, *, within: Scope, by: Actor, at: datetime) -> Plan[PersonChange]:
    """What importing a file of people would change at a place and below it; writes nothing.

    Refuses what is no such file. Rows at other places, and roles wider than the actor's own, are problems.
    """
    table = read_table(data, PEOPLE_LAYOUT) if isinstance(data, bytes) else data
    known = known_people(session, within=within, at=at)
    return plan_person_rows(table, known, within=within, by=by, sends_mail=is_mail_set_up(settings()))


def import_people(
    session: Session, plan: Plan[PersonChange], *, within: Scope, hand_over: HandOver, by: Actor, at: datetime
) -> Plan[PersonChange]:
    """Write a plan, as one deed, and invite whom it invites; answers the plan as it was when it was written.

    ``hand_over`` mails an invitation with the token of its link.

    The consortium is locked and compared once more, so that a file imported twice, or by two people, changes nothing
    the second time. Refuses a file of which no row can go in.
    """
    whole = Scope(consortium_id=within.consortium_id)
    root = consortia.root_for_change(session, within=whole)
    plan = plan_people(session, plan.table, within=within, by=by, at=at)
    if not plan.rows:
        raise Refused("None of the rows can be imported. Mend their problems and choose the file again.")
    if not plan.changes:
        return plan
    changes = plan.to_write
    _write_people(session, changes, within)
    _write_slots(session, changes, within)
    _write_stays(session, changes, within)
    _write_roles(session, changes, within, at=at)
    place = consortia.find_place_by_id(session, within.place_id, within=whole) if within.place_id else root
    detail = {**_counted(changes), "problems": len(plan.problems)}
    record(session, Deed.PEOPLE_IMPORTED, place or root, by=by, at=at, place_path=within.path, detail=detail)
    _open_doors(session, changes, within, hand_over=hand_over, by=by, at=at)
    return plan


def _write_people(session: Session, changes: list[PersonChange], within: Scope) -> None:
    written = {change.person.id: change.person for change in changes if change.writes_person}.values()
    new = [person for person in written if person.is_new]
    _insert(
        session,
        Person,
        ({"id": person.id, "name": person.name, "email": person.email} for person in new),
        within,
    )
    changed = [person for person in written if not person.is_new]
    values = ({"id": person.id, "name": person.name, "email": person.email} for person in changed)
    _update(session, Person, values, within)


def _write_slots(session: Session, changes: list[PersonChange], within: Scope) -> None:
    """New positions first without whom they report to, since that may be one of them."""
    slots = {change.slot.id: change.slot for change in changes if change.slot and change.writes_slot}.values()
    new = [slot for slot in slots if slot.is_new]
    _insert(
        session, Position, ({"place_id": slot.place_id, "title": slot.title, **_hours(slot)} for slot in new), within
    )
    reports: list[Mapping[str, object]] = [
        {"id": slot.id, "reports_to_id": slot.reports_to_id} for slot in new if slot.reports_to_id
    ]
    _update(session, Position, reports, within)
    kept = (slot for slot in slots if not slot.is_new)
    _update(session, Position, ({**_hours(slot), "reports_to_id": slot.reports_to_id} for slot in kept), within)


def _hours(slot: Slot) -> dict[str, object]:
    return {"id": slot.id, "contracted_hours": slot.contracted, "agreed_hours": slot.agreed}


def _write_stays(session: Session, changes: list[PersonChange], within: Scope) -> None:
    written = [(change.slot, change.stay) for change in changes if change.slot and change.stay and change.writes_stay]
    _insert(
        session,
        Incumbency,
        (
            {
                "id": stay.id,
                "position_id": slot.id,
                "person_id": stay.person_id,
                "first_on": stay.first_on,
                "last_on": stay.last_on,
            }
            for slot, stay in written
            if stay.is_new
        ),
        within,
    )
    kept = (stay for _, stay in written if not stay.is_new)
    values = ({"id": stay.id, "first_on": stay.first_on, "last_on": stay.last_on} for stay in kept)
    _update(session, Incumbency, values, within)


def _write_roles(session: Session, changes: list[PersonChange], within: Scope, *, at: datetime) -> None:
    granted = [(change.person, *change.role) for change in changes if change.role]
    _insert(
        session,
        Membership,
        (
            {"person_id": person.id, "place_id": spot.id, "role": role, "granted_at": at}
            for person, role, spot in granted
        ),
        within,
    )


def _open_doors(
    session: Session, changes: list[PersonChange], within: Scope, *, hand_over: HandOver, by: Actor, at: datetime
) -> None:
    """Links made before a role was granted end with it, as everywhere; then whoever is to come in is invited."""
    ending = {change.person.id for change in changes if change.role and not change.person.is_new}
    inviting = {change.person.id for change in changes if change.invites}
    statement = sa.select(Person).where(
        Person.consortium_id == within.consortium_id, Person.id.in_(sorted(ending | inviting))
    )
    for person in session.scalars(statement.order_by(Person.name, Person.id).execution_options(populate_existing=True)):
        if person.id in ending:
            end_links(session, person, at=at)
        if person.id in inviting:
            hand_over(session, person, invite(session, person, by=by, at=at), by=by, at=at)


def _counted(changes: list[PersonChange]) -> dict[str, int]:
    return {
        "people_added": sum(change.writes_person and change.person.is_new for change in changes),
        "people_changed": sum(change.writes_person and not change.person.is_new for change in changes),
        "positions_added": sum(change.writes_slot and bool(change.slot and change.slot.is_new) for change in changes),
        "roles_granted": sum(change.role is not None for change in changes),
        "invited": sum(change.invites for change in changes),
    }


def _insert(
    session: Session,
    model: type[Person | Position | Incumbency | Membership],
    rows: Iterable[Mapping[str, object]],
    within: Scope,
) -> None:
    values = [{"consortium_id": within.consortium_id, **row} for row in rows]
    if values:
        session.execute(sa.insert(model), values)


def _update(
    session: Session, model: type[Person | Position | Incumbency], rows: Iterable[Mapping[str, object]], within: Scope
) -> None:
    """By id, each row of the same columns."""
    told = list(rows)
    if not told:
        return
    table = sa.Table(model.__tablename__, model.metadata)
    statement = sa.update(table).where(
        table.c.consortium_id == within.consortium_id, table.c.id == sa.bindparam("of_id")
    )
    columns = [name for name in told[0] if name != "id"]
    statement = statement.values({name: sa.bindparam(f"new_{name}") for name in columns})
    values = [{"of_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in told]
    session.connection().execute(statement, values)
