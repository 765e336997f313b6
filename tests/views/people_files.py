"""A file of people as tests give it, and who is here by name."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person
from tests.factories.world import World

HEADING = "Name,Email,Place code,Position,Contracted hours,Agreed hours,First day,Last day,Reports to,Role,Role place code,Invite\n"
#: the librarian stands before whom she reports to
STAFF = (
    HEADING
    + "Ann Lee,ann@green.example,green-north,Librarian,30,4,2025-02-03,,Head of north,Staff,,yes\n"
    + "Bo Ray,bo@green.example,green-north,Head of north,40,,2025-02-03,,,Branch manager,green-north,no\n"
    + "Cy Fox,,green-north,Page,12.5,,,,bo@green.example,,,\n"
)


def people(session: Session, world: World) -> dict[str, Person]:
    statement = sa.select(Person).where(Person.consortium_id == world.consortium.id).order_by(Person.id)
    return {person.name: person for person in session.scalars(statement.execution_options(populate_existing=True))}
