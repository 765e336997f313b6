"""Reading who holds which role where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Role, Scope
from app.consortia.models import Place
from app.consortia.rules import ids_in
from app.foundation.errors import NotFound
from app.foundation.searching import Found, holds_words
from app.history.models import HistoryDetail, HistoryEntry
from app.history.rules import Deed
from app.people.models import Membership, Person
from app.people.rules import Origin

#: put together once, since every request asks it
_HELD = (
    sa.select(Membership)
    .join(Membership.place)
    .where(
        Membership.consortium_id == sa.bindparam("of_consortium"),
        Place.consortium_id == sa.bindparam("of_consortium"),
        Membership.person_id == sa.bindparam("of_person"),
        Membership.ended_at.is_(None),
    )
    .options(contains_eager(Membership.place))
    .order_by(Place.path, Membership.role)
)


def memberships_of(session: Session, person: Person, *, within: Scope) -> Sequence[Membership]:
    """The roles a person holds now, widest place first."""
    return session.scalars(_HELD, {"of_consortium": within.consortium_id, "of_person": person.id}).all()


def memberships_at(session: Session, *, within: Scope) -> Sequence[Membership]:
    """Who holds which role now at a place and below it, with person and place."""
    return session.scalars(_memberships(within).order_by(Place.path, Membership.role, Person.name)).all()


def _memberships(within: Scope) -> sa.Select[Membership]:
    return (
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
    )


def holders_of_role(session: Session, role: Role, *, within: Scope) -> int:
    """How many people hold a role now, anywhere in the consortium, and are not about to leave."""
    return (
        session.scalar(
            sa.select(sa.func.count(sa.distinct(Membership.person_id)))
            .join(Membership.person)
            .where(
                Membership.consortium_id == within.consortium_id,
                Person.consortium_id == within.consortium_id,
                Membership.role == role,
                Membership.ended_at.is_(None),
                Person.left_on.is_(None),
            )
        )
        or 0
    )


def names_of_holders(session: Session, role: Role, *, within: Scope, most: int) -> Sequence[str]:
    """Names of those who hold a role now, anywhere in the consortium, and are not about to leave."""
    return session.scalars(
        sa.select(Person.name)
        .distinct()
        .join(Membership, sa.and_(Membership.consortium_id == Person.consortium_id, Membership.person_id == Person.id))
        .where(
            Person.consortium_id == within.consortium_id,
            Membership.consortium_id == within.consortium_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
            Person.left_on.is_(None),
        )
        .order_by(Person.name)
        .limit(most)
    ).all()


def get_membership(session: Session, membership_id: int, *, within: Scope) -> Membership:
    """The role someone holds now under this id, with person and place; NotFound outside the scope."""
    found = session.scalar(_memberships(within).where(Membership.id == membership_id))
    if found is None:
        raise NotFound("There is no such role here.")
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for among the roles; what is empty or None narrows nothing."""

    role: Role | None = None
    #: words of a person's name or address
    words: str = ""
    #: words of a place's name or code
    place: str = ""
    origin: Origin | None = None


def find_roles(session: Session, wanted: Wanted, *, within: Scope, limit: int, offset: int = 0) -> Found[Membership]:
    """Roles that hold at a place: those granted there, below it, and above it; with person and place, by place.

    Two statements.
    """
    above = [step for step in ids_in(within.path) if step != within.place_id]
    origins = {
        Origin.HERE: Membership.place_id == within.place_id,
        Origin.BELOW: sa.and_(
            Place.path.startswith(within.path, autoescape=True), Membership.place_id != within.place_id
        ),
        Origin.ABOVE: Membership.place_id.in_(above),
    }
    conditions = [
        Membership.consortium_id == within.consortium_id,
        Place.consortium_id == within.consortium_id,
        Person.consortium_id == within.consortium_id,
        Membership.ended_at.is_(None),
        origins[wanted.origin] if wanted.origin else sa.or_(*origins.values()),
        holds_words(wanted.words, Person.name, Person.email),
        holds_words(wanted.place, Place.name, Place.code),
    ]
    if wanted.role is not None:
        conditions.append(Membership.role == wanted.role)
    joined = sa.select(Membership).join(Membership.place).join(Membership.person).where(*conditions)
    total = session.scalar(joined.with_only_columns(sa.func.count(Membership.id))) or 0
    rows = session.scalars(
        joined.options(contains_eager(Membership.place), contains_eager(Membership.person))
        .order_by(Place.path, Membership.role, Person.name, Membership.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return Found(rows, total)


def granted_by(session: Session, ids: Collection[int], *, within: Scope) -> dict[int, str]:
    """Who granted each of these roles, by name as it is now, from the history; one statement."""
    rows = session.execute(
        sa.select(HistoryEntry.subject_id, Person.name, HistoryDetail)
        .outerjoin(
            Person, sa.and_(Person.consortium_id == HistoryEntry.consortium_id, Person.id == HistoryEntry.person_id)
        )
        .outerjoin(
            HistoryDetail,
            sa.and_(
                HistoryDetail.consortium_id == HistoryEntry.consortium_id, HistoryDetail.entry_id == HistoryEntry.id
            ),
        )
        .where(
            HistoryEntry.consortium_id == within.consortium_id,
            HistoryEntry.subject_kind == Membership.__tablename__,
            HistoryEntry.subject_id.in_(ids),
            HistoryEntry.deed == Deed.MEMBERSHIP_GRANTED,
        )
        .order_by(HistoryEntry.number)
    )
    return {
        role_id: name or (str(detail.values.get("by", "")) if detail is not None else "")
        for role_id, name, detail in rows
    }
