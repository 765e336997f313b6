"""What stands beside people in lists: their roles, and how it stands with their sign-in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.people.models import LoginConsortium, Membership, Person


def roles_of_people(session: Session, ids: Collection[int], *, within: Scope) -> dict[int, list[Membership]]:
    """The roles that some people hold now anywhere in the consortium, with their places; one statement."""
    rows = session.scalars(
        sa.select(Membership)
        .join(Membership.place)
        .where(
            Membership.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Membership.person_id.in_(ids),
            Membership.ended_at.is_(None),
        )
        .options(contains_eager(Membership.place))
        .order_by(Place.path, Membership.role)
    )
    found: dict[int, list[Membership]] = {}
    for role in rows:
        found.setdefault(role.person_id, []).append(role)
    return found


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whether somebody can sign in, and when they were last given a link to do so."""

    has_login: bool = False
    invited_at: datetime | None = None


def sign_ins_of(session: Session, ids: Collection[int], *, within: Scope) -> dict[int, SignIn]:
    """How it stands with the sign-in of some people; two statements."""
    signed = set(
        session.scalars(
            sa.select(LoginConsortium.person_id)
            .where(LoginConsortium.consortium_id == within.consortium_id, LoginConsortium.person_id.in_(ids))
            .order_by(LoginConsortium.person_id)
        )
    )
    rows = session.execute(
        sa.select(HistoryEntry.subject_id, HistoryEntry.done_at)
        .where(
            HistoryEntry.consortium_id == within.consortium_id,
            HistoryEntry.subject_kind == Person.__tablename__,
            HistoryEntry.subject_id.in_(ids),
            HistoryEntry.deed == Deed.PERSON_INVITED,
        )
        .order_by(HistoryEntry.number)
    )
    invited = {row.subject_id: row.done_at for row in rows}
    return {each: SignIn(each in signed, invited.get(each)) for each in ids}
