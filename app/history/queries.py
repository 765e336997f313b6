"""Reading the history, and proving it whole."""

from datetime import UTC

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.history.models import HistoryDetail, HistoryEntry, HistoryHead
from app.history.rules import digest, link_hash


def entries_of(
    session: Session, subject_kind: str, subject_id: int, *, within: Scope
) -> list[tuple[HistoryEntry, HistoryDetail | None]]:
    """What was done to one record, newest first, each with its detail where that was not erased."""
    return _entries(session, within, HistoryEntry.subject_kind == subject_kind, HistoryEntry.subject_id == subject_id)


def latest_entries(
    session: Session, *, within: Scope, most: int = 10
) -> list[tuple[HistoryEntry, HistoryDetail | None]]:
    """What was done at a place and below it, newest first."""
    return _entries(session, within, HistoryEntry.place_path.startswith(within.path, autoescape=True))[:most]


def _entries(
    session: Session, within: Scope, *conditions: sa.ColumnElement[bool]
) -> list[tuple[HistoryEntry, HistoryDetail | None]]:
    rows = session.execute(
        sa.select(HistoryEntry, HistoryDetail)
        .outerjoin(
            HistoryDetail,
            sa.and_(
                HistoryDetail.consortium_id == HistoryEntry.consortium_id, HistoryDetail.entry_id == HistoryEntry.id
            ),
        )
        .where(HistoryEntry.consortium_id == within.consortium_id, *conditions)
        .order_by(HistoryEntry.number.desc())
        .limit(200)
    )
    return [(entry, detail) for entry, detail in rows]


def first_break(session: Session, *, within: Scope) -> int | None:
    """The number of the first entry that is missing or does not follow from the one before it; None where it is whole.

    The head says how long the chain is, so that entries taken from its end are missed too.
    """
    before, expected = "", 1
    rows = session.execute(
        sa.select(HistoryEntry, HistoryDetail)
        .outerjoin(
            HistoryDetail,
            sa.and_(
                HistoryDetail.consortium_id == HistoryEntry.consortium_id, HistoryDetail.entry_id == HistoryEntry.id
            ),
        )
        .where(HistoryEntry.consortium_id == within.consortium_id)
        .order_by(HistoryEntry.number)
        .execution_options(populate_existing=True)  # what the database holds, not what this session remembers
    )
    for entry, detail in rows:
        broken = entry.number != expected or entry.hash_before != before or entry.hash != entry_hash(entry)
        if broken or (detail is not None and digest(detail.salt, detail.values) != entry.digest):
            return expected
        before, expected = entry.hash, expected + 1
    head = session.execute(
        sa.select(HistoryHead.number, HistoryHead.hash).where(HistoryHead.consortium_id == within.consortium_id)
    ).one_or_none()
    return None if (head or (0, "")) == (expected - 1, before) else expected


def entry_hash(entry: HistoryEntry) -> str:
    """The hash an entry must carry, from its own columns and the hash before it."""
    return link_hash(
        entry.hash_before,
        entry.number,
        entry.done_at.astimezone(UTC).isoformat(),  # as the database hands it back
        entry.deed,
        entry.person_id,
        entry.subject_kind,
        entry.subject_id,
        entry.place_path,
        entry.digest,
    )
