"""Adding to the history."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.history.models import HistoryDetail, HistoryEntry, HistoryHead
from app.history.queries import entry_hash
from app.history.rules import Deed, digest


class Subject(Protocol):
    """Any tenant row: what a deed was done to."""

    __tablename__: str
    id: Any
    consortium_id: Any


def record(
    session: Session,
    deed: Deed,
    subject: Subject,
    *,
    by: Actor,
    at: datetime,
    place_path: str = "",
    detail: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    """Append one deed to the chain of the subject's consortium.

    ``detail`` is what changed, JSON-safe after ``str``; the actor's name is added to it. The head row is locked,
    so entries of one consortium follow each other without holes.
    """
    head = _locked_head(session, subject.consortium_id)
    values = {
        key: value if isinstance(value, int | float | bool | None) else str(value)
        for key, value in (detail or {}).items()
    }
    values["by"] = by.name
    salt = secrets.token_hex(16)
    entry = HistoryEntry(
        consortium_id=subject.consortium_id,
        number=head.number + 1,
        done_at=at,
        deed=deed,
        person_id=by.person_id,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        place_path=place_path,
        digest=digest(salt, values),
        hash_before=head.hash,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    head.number, head.hash = entry.number, entry.hash
    session.flush()
    session.add(HistoryDetail(consortium_id=entry.consortium_id, entry_id=entry.id, salt=salt, values=values))
    session.flush()
    return entry


def redact(detail: HistoryDetail, values: Mapping[str, Any], *, at: datetime) -> None:
    """Put other values in the place of a detail's own, for good, so that a name in them is gone.

    The entry and its digest stay, so the chain still verifies; the detail says that it is no longer what was digested.
    """
    detail.values = dict(values)
    detail.salt = ""  # with the salt, the digest could prove a guess at the name
    detail.redacted_at = at


def _locked_head(session: Session, consortium_id: int) -> HistoryHead:
    # read anew: a session that wrote before may remember a head that others have moved on since
    statement = sa.select(HistoryHead).where(HistoryHead.consortium_id == consortium_id).with_for_update()
    head = session.scalar(statement.execution_options(populate_existing=True))
    if head is None:
        head = HistoryHead(consortium_id=consortium_id, number=0, hash="")
        session.add(head)
        session.flush()
    return head
