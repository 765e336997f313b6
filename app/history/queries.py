"""Reading the history, and proving it whole."""

from collections.abc import Collection
from datetime import UTC

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.history.models import HistoryDetail, HistoryEntry, HistoryHead
from app.history.rules import digest, in_json, link_hash


def entries_of(
    session: Session, subject_kind: str, subject_id: int, *, within: Scope
) -> list[tuple[HistoryEntry, HistoryDetail | None]]:
    """What was done to one record, newest first, each with its detail where that was not erased."""
    return _entries(session, within, HistoryEntry.subject_kind == subject_kind, HistoryEntry.subject_id == subject_id)


def latest_entries(
    session: Session, *, within: Scope, most: int = 10
) -> list[tuple[HistoryEntry, HistoryDetail | None]]:
    """What was done at a place and below it, newest first; what was done there before the place was moved, too."""
    return _entries(session, within, _concerns(within))[:most]


def _concerns(within: Scope) -> sa.ColumnElement[bool]:
    """An entry keeps the path its place had on its day: that path leads through the scope's place, wherever it stood."""
    here = HistoryEntry.place_path.startswith(within.path, autoescape=True)
    if within.place_id is None:
        return here
    return sa.or_(here, HistoryEntry.place_path.contains(f"/{within.place_id}/", autoescape=True))


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
        if broken or _is_forged(entry, detail):
            return expected
        before, expected = entry.hash, expected + 1
    head = session.execute(
        sa.select(HistoryHead.number, HistoryHead.hash).where(HistoryHead.consortium_id == within.consortium_id)
    ).one_or_none()
    return None if (head or (0, "")) == (expected - 1, before) else expected


def length_of(session: Session, *, within: Scope) -> int:
    """How many entries the consortium's chain has, as its head says."""
    statement = sa.select(HistoryHead.number).where(HistoryHead.consortium_id == within.consortium_id)
    return session.scalar(statement) or 0


def _is_forged(entry: HistoryEntry, detail: HistoryDetail | None) -> bool:
    """Does the detail say something else than was done? One that is erased or redacted says nothing any more."""
    if detail is None or detail.redacted_at is not None:
        return False
    return digest(detail.salt, detail.values) != entry.digest


def details_holding(
    session: Session, words: Collection[str], *, within: Scope
) -> list[tuple[HistoryEntry, HistoryDetail]]:
    """Entries whose detail holds any of these words anywhere, oldest first: what is to be redacted."""
    if not words:
        return []
    text = sa.cast(HistoryDetail.values, sa.Text)
    rows = session.execute(
        sa.select(HistoryEntry, HistoryDetail)
        .join(
            HistoryDetail,
            sa.and_(
                HistoryDetail.consortium_id == HistoryEntry.consortium_id, HistoryDetail.entry_id == HistoryEntry.id
            ),
        )
        .where(
            HistoryEntry.consortium_id == within.consortium_id,
            sa.or_(*(text.icontains(in_json(word), autoescape=True) for word in sorted(words))),
        )
        .order_by(HistoryEntry.number)
    )
    return [(entry, detail) for entry, detail in rows]


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
