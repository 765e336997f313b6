"""Ask for work, claim it, renew the lease, and finish it fenced by the claim; keep a file until its work is done.

Nothing here commits. Every write after the claim names the claim: where it has been lost the write touches no row and
:class:`ClaimLost` rises, so that the transaction, with all the work's own writes, is rolled back.
"""

import hashlib
import os
import secrets
from collections.abc import Collection
from datetime import datetime
from pathlib import Path, PurePath
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.background.models import BackgroundPayload, BackgroundRow, Upload
from app.background.queries import find_open_row
from app.background.rules import LEASE, MESSAGE_LENGTH, Again, Claimed, ClaimLost, RowState, wait_before
from app.foundation.errors import NotFound, Refused
from app.foundation.ids import new_id

#: ``session.info`` key: rows whose message is to be sent once the transaction has committed
ASKED = "background_asked"
#: likewise: files to take away after a rollback, and after a commit
KEPT_UPLOADS, _DROPPED = "uploads_kept", "uploads_dropped"
_CHUNK_BYTES = 1 << 20
_NAME_LENGTH = 255


def ask(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    consortium_id: int,
    at: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
    steps_total: int = 0,
) -> BackgroundRow:
    """Add a piece of work in the caller's transaction; its message leaves after the commit.

    ``key`` says what the work is about: while a row of this kind and key waits or runs, that one is returned.
    The session must be in the consortium's tenant. ``payload`` is plain JSON and holds no secret.
    """
    if key and (row := find_open_row(session, kind, key, consortium_id=consortium_id)):
        return row
    row = BackgroundRow(
        consortium_id=consortium_id,
        kind=kind,
        open_key=key,
        asked_at=at,
        due_at=due_at or at,
        steps_total=steps_total,
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
    _announce(session, row.id)
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
        if not _updated(session, statement.values(asked_at=at)):  # it ended while we looked
            return ask(session, kind, payload, consortium_id=consortium_id, at=at, key=key)
    return row


def claim(
    session: Session, *, at: datetime, kinds: Collection[str] | None = None, row_id: int | None = None
) -> Claimed | None:
    """Take the row that has been due longest, or whose lease ran out; None where there is none. Commit at once.

    Atomic on both engines: workers pass over rows that another one is taking (SKIP LOCKED) or wait for the one
    writer (SQLite). ``kinds`` and ``row_id`` narrow the choice.
    """
    waits = sa.and_(BackgroundRow.state == RowState.DUE, BackgroundRow.due_at <= at)
    abandoned = sa.and_(BackgroundRow.state == RowState.CLAIMED, BackgroundRow.lease_until < at)
    choice = sa.select(BackgroundRow.id).where(waits | abandoned).order_by(BackgroundRow.due_at, BackgroundRow.id)
    if kinds is not None:
        choice = choice.where(BackgroundRow.kind.in_(sorted(kinds)))
    if row_id is not None:
        choice = choice.where(BackgroundRow.id == row_id)
    fence = secrets.token_hex(16)
    taken = session.execute(
        sa.update(BackgroundRow)
        .where(BackgroundRow.id == choice.limit(1).with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state=RowState.CLAIMED,
            claim=fence,
            lease_until=at + LEASE,
            attempts=BackgroundRow.attempts + 1,
        )
        .returning(
            BackgroundRow.id,
            BackgroundRow.consortium_id,
            BackgroundRow.kind,
            BackgroundRow.attempts,
            BackgroundRow.asked_at,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return None
    return Claimed(taken.id, taken.consortium_id, taken.kind, fence, taken.attempts, taken.asked_at)


def renew(session: Session, claimed: Claimed, *, at: datetime) -> None:
    """Keep the row for another lease; raises ClaimLost where it is no longer ours."""
    _fenced(session, claimed, lease_until=at + LEASE)


def progress(session: Session, claimed: Claimed, *, done: int, total: int, at: datetime) -> None:
    """Say how far the work is, and renew; ``total`` 0 where it is not known."""
    _fenced(session, claimed, lease_until=at + LEASE, steps_done=done, steps_total=total)


def finish(session: Session, claimed: Claimed, *, message: str, at: datetime) -> None:
    """Done; in the same transaction as the work's last writes. A row asked for afresh while it ran is due again."""
    asked_once = BackgroundRow.asked_at == claimed.asked_at
    if not _touched(session, claimed, asked_once, **_ended(RowState.DONE, at)):
        _fenced(session, claimed, **_waiting(at), attempts=0, steps_done=0)
        _announce(session, claimed.row_id)
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
    _fenced(session, claimed, **_waiting(at), attempts=BackgroundRow.attempts - 1)


def _ended(state: RowState, at: datetime) -> dict[str, Any]:
    return {"state": state, "ended_at": at, "open_key": None, "claim": None, "lease_until": None}


def _waiting(due_at: datetime) -> dict[str, Any]:
    return {"state": RowState.DUE, "due_at": due_at, "claim": None, "lease_until": None}


def _fenced(session: Session, claimed: Claimed, **values: Any) -> None:
    if not _touched(session, claimed, **values):
        raise ClaimLost(f"Row {claimed.row_id} ({claimed.kind}) is no longer held by this worker.")


def _touched(session: Session, claimed: Claimed, *more: sa.ColumnElement[bool], **values: Any) -> bool:
    statement = sa.update(BackgroundRow).where(
        BackgroundRow.consortium_id == claimed.consortium_id,
        BackgroundRow.id == claimed.row_id,
        BackgroundRow.claim == claimed.claim,
        *more,
    )
    return _updated(session, statement.values(**values))


def _say(session: Session, claimed: Claimed, message: str) -> None:
    statement = sa.update(BackgroundPayload).where(
        BackgroundPayload.consortium_id == claimed.consortium_id, BackgroundPayload.id == claimed.row_id
    )
    _updated(session, statement.values(message=message[:MESSAGE_LENGTH]))


def _updated(session: Session, statement: sa.Update) -> bool:
    """Did it touch a row? Rows already loaded in the session are read anew where they are needed."""
    found: sa.Result[Any] = session.execute(
        statement.returning(sa.literal_column("1")), execution_options={"synchronize_session": False}
    )
    return found.first() is not None


def _announce(session: Session, row_id: int) -> None:
    session.info.setdefault(ASKED, set()).add(row_id)


def keep_upload(
    session: Session, stream: IO[bytes], *, name: str, by: Actor, at: datetime, folder: Path, limit_bytes: int
) -> Upload:
    """Keep a file that a person gave us, whole or not at all; refuses an empty one and one over ``limit_bytes``.

    On disk under its id before it has a row; gone again where the transaction is rolled back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    upload = Upload(
        id=new_id(),
        consortium_id=by.consortium_id,
        name=PurePath(name.replace("\\", "/")).name[:_NAME_LENGTH] or "file",
        kept_at=at,
        person_id=by.person_id,
    )
    arriving = _path(upload, folder).with_suffix(".arriving")
    try:
        upload.sha256, upload.size = _copy(stream, arriving, limit_bytes)
        arriving.replace(_path(upload, folder))
    finally:
        arriving.unlink(missing_ok=True)
    session.info.setdefault(KEPT_UPLOADS, set()).add(_path(upload, folder))
    session.add(upload)
    session.flush()
    return upload


def open_upload(upload: Upload, *, folder: Path) -> IO[bytes]:
    """The kept file, to read; raises NotFound where the disk has lost it."""
    try:
        return _path(upload, folder).open("rb")
    except FileNotFoundError:
        raise NotFound(f"The file “{upload.name}” is no longer kept. Give it again.") from None


def drop_upload(session: Session, upload: Upload, *, folder: Path) -> None:
    """Its work is done: the record goes with this transaction, the file after its commit."""
    session.delete(upload)
    session.flush()
    session.info.setdefault(_DROPPED, set()).add(_path(upload, folder))


def _path(upload: Upload, folder: Path) -> Path:
    return folder / str(upload.id)


def _copy(stream: IO[bytes], path: Path, limit_bytes: int) -> tuple[str, int]:
    """Write the stream to the disk for good; its SHA-256 and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit_bytes:
                raise Refused(f"The file is larger than {limit_bytes // 1_000_000} MB. Give it in parts.", field="file")
            digest.update(chunk)
            file.write(chunk)
        if size == 0:
            raise Refused("The file is empty. Choose another one.", field="file")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


@event.listens_for(Session, "after_commit")
def _remove_dropped(session: Session) -> None:
    _remove(session, gone=_DROPPED, stays=KEPT_UPLOADS)


@event.listens_for(Session, "after_rollback")
def _remove_unkept(session: Session) -> None:
    _remove(session, gone=KEPT_UPLOADS, stays=_DROPPED)


def _remove(session: Session, *, gone: str, stays: str) -> None:
    if session.in_nested_transaction():  # a savepoint decides nothing yet
        return
    session.info.pop(stays, None)
    for path in session.info.pop(gone, ()):
        path.unlink(missing_ok=True)
