"""Who can get in: which places have somebody in a role, and who has no role or no login."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.people.models import LoginConsortium, Membership, Person


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people work here, and how many of them hold no role or cannot sign in."""

    people: int
    without_role: int
    without_login: int


def places_with_role(session: Session, role: Role, *, within: Scope) -> set[int]:
    """Ids of the places at which somebody holds a role now, whatever holds above them."""
    return set(
        session.scalars(
            sa.select(Membership.place_id)
            .where(
                Membership.consortium_id == within.consortium_id,
                Membership.role == role,
                Membership.ended_at.is_(None),
            )
            .distinct()
            .order_by(Membership.place_id)
        )
    )


def reach_of(session: Session, *, within: Scope) -> Reach:
    """How many people of the consortium have not left, and what they lack; one statement."""
    has_role = sa.exists().where(
        Membership.consortium_id == Person.consortium_id,
        Membership.person_id == Person.id,
        Membership.ended_at.is_(None),
    )
    has_login = sa.exists().where(
        LoginConsortium.consortium_id == Person.consortium_id, LoginConsortium.person_id == Person.id
    )
    statement = sa.select(
        sa.func.count(Person.id),
        sa.func.sum(sa.case((has_role, 0), else_=1)),
        sa.func.sum(sa.case((has_login, 0), else_=1)),
    ).where(Person.consortium_id == within.consortium_id, Person.left_on.is_(None))
    people, without_role, without_login = session.execute(statement).one()
    return Reach(people, int(without_role or 0), int(without_login or 0))
