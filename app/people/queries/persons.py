"""Reading people."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.people.models import Person
from app.people.queries.positions import incumbencies_of
from app.people.queries.roles import memberships_of


def get_person(session: Session, person_id: int, *, within: Scope) -> Person:
    """The person with this id; NotFound outside the consortium."""
    found = session.scalar(
        sa.select(Person).where(Person.consortium_id == within.consortium_id, Person.id == person_id)
    )
    if found is None:
        raise NotFound("There is no such person here.")
    return found


def find_person_by_email(session: Session, email: str, *, within: Scope) -> Person | None:
    """The person with this address."""
    return session.scalar(sa.select(Person).where(Person.consortium_id == within.consortium_id, Person.email == email))


def places_of_person(session: Session, person: Person, *, within: Scope, on: date | None = None) -> list[Place]:
    """Where a person belongs: the places of their positions, then of their roles; where they worked last if they left.

    A position counts until its last day has passed; where no day is given, while no last day is recorded.
    """
    stays = incumbencies_of(session, person, within=within)
    going_on = [stay for stay in stays if stay.last_on is None or (on is not None and stay.last_on >= on)]
    roles = memberships_of(session, person, within=within)
    places = [*(stay.position.place for stay in going_on), *(role.place for role in roles)]
    if not places and on is not None:
        places = [stay.position.place for stay in stays[:1]]
    return list({place.id: place for place in places}.values())
