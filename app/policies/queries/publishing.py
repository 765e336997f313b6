"""Who put a version in force."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.people.models import Person
from app.policies.models import Version


def find_publisher(session: Session, version: Version, *, within: Scope) -> str | None:
    """The name of the person who put it in force, as it is today; None for a draft, and where the machine did."""
    statement = (
        sa.select(Person.name)
        .join(
            HistoryEntry,
            sa.and_(HistoryEntry.consortium_id == Person.consortium_id, HistoryEntry.person_id == Person.id),
        )
        .where(
            Person.consortium_id == within.consortium_id,
            HistoryEntry.consortium_id == within.consortium_id,
            HistoryEntry.deed == Deed.POLICY_PUBLISHED,
            HistoryEntry.subject_kind == Version.__tablename__,
            HistoryEntry.subject_id == version.id,
        )
        .order_by(HistoryEntry.number.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()
