"""How claimed work goes on and ends: renewed, put off, finished, given up; each write fenced by the claim."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.background.actions.asking import announce, touched
from app.background.models import BackgroundPayload, BackgroundRow
from app.background.rules import LEASE, MESSAGE_LENGTH, Again, Claimed, ClaimLost, RowState, wait_before

_ROWS = sa.Table(BackgroundRow.__tablename__, BackgroundRow.metadata)
_PAYLOADS = sa.Table(BackgroundPayload.__tablename__, BackgroundPayload.metadata)
#: made once: every piece of work ends with it
_MESSAGE = (
    sa.update(_PAYLOADS)
    .where(_PAYLOADS.c.consortium_id == sa.bindparam("of_consortium"), _PAYLOADS.c.id == sa.bindparam("of_row"))
    .values(message=sa.bindparam("said"))
)


def renew(session: Session, claimed: Claimed, *, at: datetime) -> None:
    """Keep the row for another lease; raises ClaimLost where it is no longer ours."""
    _fenced(session, claimed, lease_until=at + LEASE)


def progress(session: Session, claimed: Claimed, *, done: int, total: int, at: datetime) -> None:
    """Say how far the work is, and renew; ``total`` 0 where it is not known."""
    _fenced(session, claimed, lease_until=at + LEASE, steps_done=done, steps_total=total)


def finish(session: Session, claimed: Claimed, *, message: str, at: datetime) -> None:
    """Done; in the same transaction as the work's last writes. A row asked for afresh while it ran is due again."""
    asked_once = _ROWS.c.asked_at == claimed.asked_at
    if not _touched(session, claimed, asked_once, **_ended(RowState.DONE, at)):
        _fenced(session, claimed, **_waiting(at), attempts=0, steps_done=0)
        announce(session, claimed.row_id)
    _say(session, claimed, message)


def put_off(session: Session, claimed: Claimed, again: Again, *, at: datetime) -> None:
    """The handler's own wish to try later: no failure, so the attempts count from the start."""
    _fenced(session, claimed, **_waiting(at + again.wait), attempts=0)
    _say(session, claimed, again.why)


def try_again(session: Session, claimed: Claimed, *, message: str, at: datetime) -> None:
    """It failed for a reason nobody foresaw: wait, longer after each attempt."""
    _fenced(session, claimed, **_waiting(at + wait_before(claimed.attempts)))
    _say(session, claimed, message)


def give_up(session: Session, claimed: Claimed, *, message: str, at: datetime) -> None:
    """Failed for good; ``message`` is the sentence that people read."""
    _fenced(session, claimed, **_ended(RowState.FAILED, at))
    _say(session, claimed, message)


def release(session: Session, claimed: Claimed, *, at: datetime) -> None:
    """Hand the row back unfinished, because this worker goes down; the attempt does not count."""
    _fenced(session, claimed, **_waiting(at), attempts=_ROWS.c.attempts - 1)


def _ended(state: RowState, at: datetime) -> dict[str, Any]:
    return {"state": state, "ended_at": at, "open_key": None, "claim": None, "lease_until": None}


def _waiting(due_at: datetime) -> dict[str, Any]:
    return {"state": RowState.DUE, "due_at": due_at, "claim": None, "lease_until": None}


def _fenced(session: Session, claimed: Claimed, **values: Any) -> None:
    if not _touched(session, claimed, **values):
        raise ClaimLost(f"Row {claimed.row_id} ({claimed.kind}) is no longer held by this worker.")


def _touched(session: Session, claimed: Claimed, *more: sa.ColumnElement[bool], **values: Any) -> bool:
    statement = sa.update(_ROWS).where(
        _ROWS.c.consortium_id == claimed.consortium_id,
        _ROWS.c.id == claimed.row_id,
        _ROWS.c.claim == claimed.claim,
        *more,
    )
    return touched(session, statement.values(**values))


def _say(session: Session, claimed: Claimed, message: str) -> None:
    of_row = {"of_consortium": claimed.consortium_id, "of_row": claimed.row_id}
    session.connection().execute(_MESSAGE, {**of_row, "said": message[:MESSAGE_LENGTH]})
