"""Reading who holds which role where."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Role, Scope
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.people.models import Membership, Person


def memberships_of(session: Session, person: Person, *, within: Scope) -> Sequence[Membership]:
    """The roles a person holds now, widest place first."""
    return session.scalars(
        sa.select(Membership)
        .join(Membership.place)
        .where(
            Membership.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Membership.person_id == person.id,
            Membership.ended_at.is_(None),
        )
        .options(contains_eager(Membership.place))
        .order_by(Place.path, Membership.role)
    ).all()


def memberships_at(session: Session, *, within: Scope) -> Sequence[Membership]:
    """Who holds which role now at a place and below it, with person and place."""
    return session.scalars(
        sa.select(Membership)
        .join(Membership.place)
        .join(Membership.person)
        .where(
            Membership.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Membership.ended_at.is_(None),
        )
        .options(contains_eager(Membership.place), contains_eager(Membership.person))
        .order_by(Place.path, Membership.role, Person.name)
    ).all()


def holders_of_role(session: Session, role: Role, *, within: Scope) -> int:
    """How many people hold a role now, anywhere in the consortium."""
    return (
        session.scalar(
            sa.select(sa.func.count(sa.distinct(Membership.person_id))).where(
                Membership.consortium_id == within.consortium_id, Membership.role == role, Membership.ended_at.is_(None)
            )
        )
        or 0
    )


def get_membership(session: Session, membership_id: int, *, within: Scope) -> Membership:
    """The role someone holds now under this id, with person and place; NotFound outside the scope."""
    found = next((held for held in memberships_at(session, within=within) if held.id == membership_id), None)
    if found is None:
        raise NotFound("There is no such role here.")
    return found
