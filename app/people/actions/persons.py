"""Adding people."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Person
from app.people.queries.persons import find_person_by_email
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
