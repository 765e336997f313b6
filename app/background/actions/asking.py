"""Asking for work, one piece or many at once; what waits already is the same piece."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.background.models import BackgroundPayload, BackgroundRow
from app.background.queries import find_open_row, open_row_ids
from app.background.rules import Lane, RowState
from app.foundation.ids import new_id

#: ``session.info`` key: rows whose message is to be sent once the transaction has committed
ASKED = "background_asked"
_ROWS = sa.Table(BackgroundRow.__tablename__, BackgroundRow.metadata)
_TOUCHED: sa.ColumnElement[int] = sa.literal_column("1")


@dataclass(frozen=True, slots=True)
class Wish:
    """One of many pieces of work of a kind: what it is about, what it needs, and the lane it may run in."""

    key: str
    payload: Mapping[str, Any]
    lane: Lane | None = None


def ask(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    consortium_id: int,
    at: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
    lane: Lane | None = None,
) -> BackgroundRow:
    """Add a piece of work in the caller's transaction; its message leaves after the commit.

    ``key`` says what the work is about: while a row of this kind and key waits or runs, that one is returned.
    The session must be in the consortium's tenant. ``payload`` is plain JSON and holds no secret. Of the work in a
    ``lane`` no more runs at once than the lane is wide, whoever asked for it.
    """
    if key and (row := find_open_row(session, kind, key, consortium_id=consortium_id)):
        return row
    row = BackgroundRow(
        consortium_id=consortium_id,
        kind=kind,
        open_key=key,
        asked_at=at,
        due_at=due_at or at,
        lane=lane.name if lane else None,
        lane_width=lane.width if lane else None,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # another asked for the same between our look and our write
        if key and (other := find_open_row(session, kind, key, consortium_id=consortium_id)):
            return other
        raise
    session.add(BackgroundPayload(id=row.id, consortium_id=consortium_id, payload=payload))
    session.flush()
    announce(session, row.id)
    return row


def ask_afresh(
    session: Session, kind: str, payload: dict[str, Any], *, consortium_id: int, at: datetime, key: str
) -> BackgroundRow:
    """As :func:`ask`, but where the row already runs it runs once more: what it has read may be out of date.

    For work that follows a change, such as a rebuild of scorecards; the payload is that of the first asking.
    """
    row = ask(session, kind, payload, consortium_id=consortium_id, at=at, key=key)
    if row.asked_at < at:
        statement = sa.update(BackgroundRow).where(
            BackgroundRow.consortium_id == consortium_id, BackgroundRow.id == row.id, BackgroundRow.open_key == key
        )
        if not touched(session, statement.values(asked_at=at)):  # it ended while we looked
            return ask(session, kind, payload, consortium_id=consortium_id, at=at, key=key)
    return row


def ask_many(
    session: Session, kind: str, wishes: Sequence[Wish], *, consortium_id: int, at: datetime
) -> dict[str, int]:
    """As :func:`ask` for each wish, in a few statements; the rows by key.

    No message leaves for them, since a message for each would be worked off in its order, however many others wait:
    the sweep wakes the workers, who take turns between those who asked.
    """
    keys = [wish.key for wish in wishes]
    known = open_row_ids(session, kind, keys, consortium_id=consortium_id)
    made = {wish.key: new_id() for wish in wishes if wish.key not in known}
    if made:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        new = [wish for wish in wishes if wish.key in made]
        rows = [_row(wish, made[wish.key], kind, consortium_id=consortium_id, at=at) for wish in new]
        # another may ask for the same between our look and our write
        session.execute(insert(_ROWS).on_conflict_do_nothing(), rows)
        known = open_row_ids(session, kind, keys, consortium_id=consortium_id)
        _add_payloads(session, (wish for wish in new if known[wish.key] == made[wish.key]), made, consortium_id)
    return known


def _row(wish: Wish, row_id: int, kind: str, *, consortium_id: int, at: datetime) -> dict[str, object]:
    return {
        "id": row_id,
        "consortium_id": consortium_id,
        "kind": kind,
        "open_key": wish.key,
        "state": RowState.DUE,
        "asked_at": at,
        "due_at": at,
        "attempts": 0,
        "lane": wish.lane.name if wish.lane else None,
        "lane_width": wish.lane.width if wish.lane else None,
        "steps_done": 0,
        "steps_total": 0,
    }


def _add_payloads(session: Session, wishes: Iterable[Wish], ids: Mapping[str, int], consortium_id: int) -> None:
    rows = [
        {"id": ids[wish.key], "consortium_id": consortium_id, "payload": dict(wish.payload), "message": ""}
        for wish in wishes
    ]
    if rows:
        session.execute(sa.insert(BackgroundPayload), rows)


def announce(session: Session, row_id: int) -> None:
    """Have the row's message sent after the commit."""
    session.info.setdefault(ASKED, set()).add(row_id)


def touched(session: Session, statement: sa.Update) -> bool:
    """Did it touch a row? Rows already loaded in the session are read anew where they are needed."""
    found: sa.Result[Any] = session.execute(
        statement.returning(_TOUCHED), execution_options={"synchronize_session": False}
    )
    return found.first() is not None
