"""Adding people, and changing what is written about them."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.rules import Actor, Permission, Scope, grantable, may
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.actions.links import end_links
from app.people.models import Person
from app.people.queries.leaving import find_entry
from app.people.queries.persons import find_person_by_email, places_of_person
from app.people.queries.roles import memberships_of
from app.people.rules import clean_email


def add_person(session: Session, *, name: str, email: str | None, by: Actor, at: datetime) -> Person:
    """Add someone who works for a member; refuses an empty name and an address that is taken."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the person's name.", field="name")
    address = clean_email(email) if email else None
    scope = Scope(consortium_id=by.consortium_id)
    if address and find_person_by_email(session, address, within=scope):
        raise Refused(f"{address} belongs to someone here already.", field="email")
    person = Person(consortium_id=by.consortium_id, name=name, email=address)
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError:  # another added the address between our look and our write
        raise Refused(f"{address} belongs to someone here already.", field="email") from None
    record(session, Deed.PERSON_ADDED, person, by=by, at=at, detail={"name": name})
    return person


def change_person(session: Session, person: Person, *, name: str, email: str | None, by: Actor, at: datetime) -> None:
    """Write another name or address; links made before end where the address changes, since they went to the old one.

    Refuses the address of someone who has a login, or who holds a role that the actor may not grant: with it, whoever
    changes it could become them. Refuses whoever does not look after every place where the person works or holds a role.
    """
    _refuse_elsewhere(session, person, by=by)
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the person's name.", field="name")
    address = clean_email(email) if email else None
    before, address_before = person.name, person.email
    if address != address_before:
        _refuse_address(session, person, address, by=by)
        end_links(session, person, at=at)
    if (name, address) == (before, address_before):
        return
    person.name, person.email = name, address
    session.flush()
    detail = {"name": name, "name_before": before, "email": address, "email_before": address_before}
    record(session, Deed.PERSON_CHANGED, person, by=by, at=at, detail=detail)


def _refuse_address(session: Session, person: Person, address: str | None, *, by: Actor) -> None:
    within = Scope(person.consortium_id)
    if find_entry(session, person, within=within) is not None:
        raise Refused(f"{person.name} signs in with this address and changes it themselves.", field="email")
    for held in memberships_of(session, person, within=within):
        if held.role not in grantable(by, held.place.path, is_root=held.place.parent_id is None):
            raise Refused(
                f"{person.name} has a wider role than you may give. Ask someone who may to change the address.",
                field="email",
            )
    if address and find_person_by_email(session, address, within=within):
        raise Refused(f"{address} belongs to someone here already.", field="email")


def _refuse_elsewhere(session: Session, person: Person, *, by: Actor) -> None:
    if person.anonymized_at is not None:
        raise Refused("Their name is erased.")
    for place in places_of_person(session, person, within=Scope(person.consortium_id)):
        if not may(by, Permission.PEOPLE_WRITE, place.path):
            raise Refused(
                f"{person.name} also belongs to {place.name}. Ask someone who looks after both places to change this."
            )
