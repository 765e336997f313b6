"""Reading who left, who is about to, and whose name is due to be erased."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.people.models import (
    Departure,
    Invitation,
    LinkToken,
    Login,
    LoginConsortium,
    Membership,
    Person,
)
from app.people.rules import RECORDED_FOR, left_before


def find_departure(session: Session, person: Person, *, within: Scope) -> Departure | None:
    """What undoing a person's leaving takes; None where none is recorded."""
    return session.scalar(
        sa.select(Departure).where(Departure.consortium_id == within.consortium_id, Departure.person_id == person.id)
    )


def left_with_keys(session: Session, *, within: Scope, on: date, at: datetime) -> Sequence[int]:
    """Ids of people whose last day has passed and who still hold a role, a way to sign in or an open link."""
    role = sa.exists().where(
        Membership.consortium_id == within.consortium_id,
        Membership.person_id == Person.id,
        Membership.ended_at.is_(None),
    )
    entry = sa.exists().where(
        LoginConsortium.consortium_id == within.consortium_id, LoginConsortium.person_id == Person.id
    )
    link = sa.exists().where(
        Invitation.consortium_id == within.consortium_id,
        Invitation.person_id == Person.id,
        LinkToken.id == Invitation.link_token_id,
        LinkToken.used_at.is_(None),
        LinkToken.expires_at > at,
    )
    return session.scalars(
        sa.select(Person.id)
        .where(Person.consortium_id == within.consortium_id, Person.left_on < on, sa.or_(role, entry, link))
        .order_by(Person.id)
    ).all()


def due_for_erasure(session: Session, *, within: Scope, on: date, months: int, at: datetime) -> Sequence[int]:
    """Ids of people who left so many whole months ago that their names are due to be erased, the longest gone first.

    Whose leaving was recorded a short while ago is not among them: a day far back, written by mistake, can be mended.
    """
    recorded_lately = sa.exists().where(
        Departure.consortium_id == within.consortium_id,
        Departure.person_id == Person.id,
        Departure.recorded_at > at - RECORDED_FOR,
    )
    return session.scalars(
        sa.select(Person.id)
        .where(
            Person.consortium_id == within.consortium_id,
            Person.left_on < left_before(on, months=months),
            Person.anonymized_at.is_(None),
            sa.not_(recorded_lately),
        )
        .order_by(Person.left_on, Person.id)
    ).all()


def waiting_for_erasure(session: Session, *, within: Scope, on: date) -> Sequence[Person]:
    """People who left and whose names are still here, the longest gone first."""
    return session.scalars(
        sa.select(Person)
        .where(Person.consortium_id == within.consortium_id, Person.left_on < on, Person.anonymized_at.is_(None))
        .order_by(Person.left_on, Person.name, Person.id)
    ).all()


def count_anonymized(session: Session, *, within: Scope) -> int:
    """How many people's names have been erased."""
    statement = sa.select(sa.func.count(Person.id)).where(
        Person.consortium_id == within.consortium_id, Person.anonymized_at.is_not(None)
    )
    return session.scalar(statement) or 0


def find_entry(session: Session, person: Person, *, within: Scope) -> LoginConsortium | None:
    """The login with which a person comes into this consortium; None where they have none."""
    return session.scalar(
        sa.select(LoginConsortium).where(
            LoginConsortium.consortium_id == within.consortium_id, LoginConsortium.person_id == person.id
        )
    )


def is_in_another(session: Session, login: Login, *, within: Scope) -> bool:
    """Does a login lead into another consortium too?"""
    other = sa.select(LoginConsortium.id).where(
        LoginConsortium.login_id == login.id, LoginConsortium.consortium_id != within.consortium_id
    )
    return session.scalar(other.limit(1)) is not None


def has_namesake(session: Session, person: Person, names: Collection[str], *, within: Scope) -> bool:
    """Does anyone else here have one of a person's names, or a place, which may be called after them?"""
    others = sa.select(Person.id).where(
        Person.consortium_id == within.consortium_id,
        Person.id != person.id,
        sa.func.lower(Person.name).in_([name.lower() for name in names]),
    )
    places = sa.select(Place.id).where(
        Place.consortium_id == within.consortium_id,
        sa.or_(*(Place.name.icontains(name, autoescape=True) for name in names)),
    )
    return any(session.scalar(statement.limit(1)) is not None for statement in (others, places))
