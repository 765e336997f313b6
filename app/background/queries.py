"""How work stands, for the pages that show it; headers are read together with the tenant's payload."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.models import BackgroundPayload, BackgroundRow, Upload, WorkerBeat
from app.background.rules import OPEN_STATES, Claimed, RowState
from app.foundation.errors import NotFound

#: a database takes only so many values in one statement
_KEYS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class WorkView:
    """A piece of work as a page shows it; ``steps_total`` is 0 while it is not known."""

    id: int
    kind: str
    state: RowState
    message: str
    steps_done: int
    steps_total: int
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    payload: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Will the page change by itself?"""
        return self.state.is_open


@dataclass(frozen=True, slots=True)
class OpenWork:
    """How much of a kind of work waits or runs."""

    count: int
    running: int
    put_off: int
    #: when the first of what was put off is due; None where nothing was
    next_at: datetime | None


_VIEW = (
    sa.select(
        BackgroundRow.id,
        BackgroundRow.kind,
        BackgroundRow.state,
        BackgroundPayload.message,
        BackgroundRow.steps_done,
        BackgroundRow.steps_total,
        BackgroundRow.asked_at,
        BackgroundRow.due_at,
        BackgroundRow.ended_at,
        BackgroundPayload.payload,
    )
    .join(
        BackgroundPayload,
        sa.and_(
            BackgroundPayload.consortium_id == BackgroundRow.consortium_id, BackgroundPayload.id == BackgroundRow.id
        ),
    )
    .order_by(BackgroundRow.asked_at.desc(), BackgroundRow.id.desc())
)


def get_work(session: Session, row_id: int, *, within: Scope) -> WorkView:
    """One piece of work with its progress; NotFound for another consortium's."""
    found = session.execute(_of(within).where(BackgroundRow.id == row_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such piece of background work.")
    return WorkView(*found)


def open_work(session: Session, kind: str, *, within: Scope) -> list[WorkView]:
    """What waits or runs, newest first."""
    statement = _of(within).where(BackgroundRow.kind == kind, BackgroundRow.state.in_(OPEN_STATES))
    return [WorkView(*row) for row in session.execute(statement)]


def recent_work(session: Session, kind: str, *, within: Scope, count: int = 20) -> list[WorkView]:
    """The newest pieces of one kind, whatever their state."""
    statement = _of(within).where(BackgroundRow.kind == kind).limit(count)
    return [WorkView(*row) for row in session.execute(statement)]


def find_open_row(session: Session, kind: str, key: str, *, consortium_id: int) -> BackgroundRow | None:
    """The waiting or running row about this key, as it stands now."""
    statement = sa.select(BackgroundRow).where(
        BackgroundRow.consortium_id == consortium_id, BackgroundRow.kind == kind, BackgroundRow.open_key == key
    )
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def open_row_ids(session: Session, kind: str, keys: Sequence[str], *, consortium_id: int) -> dict[str, int]:
    """The waiting or running rows about these keys, by key."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        statement = sa.select(BackgroundRow.open_key, BackgroundRow.id).where(
            BackgroundRow.consortium_id == consortium_id,
            BackgroundRow.kind == kind,
            BackgroundRow.open_key.in_(keys[start : start + _KEYS_AT_ONCE]),
        )
        found |= {key: row_id for key, row_id in session.execute(statement) if key is not None}
    return found


def count_open(session: Session, kind: str, *, at: datetime, within: Scope) -> OpenWork:
    """How much of a kind is open; put off is what is not due yet."""
    is_put_off = sa.and_(BackgroundRow.state == RowState.DUE, BackgroundRow.due_at > at)
    statement = sa.select(
        sa.func.count(),
        sa.func.count().filter(BackgroundRow.state == RowState.CLAIMED),
        sa.func.count().filter(is_put_off),
        sa.func.min(BackgroundRow.due_at).filter(is_put_off),
    ).where(
        BackgroundRow.consortium_id == within.consortium_id,
        BackgroundRow.kind == kind,
        BackgroundRow.state.in_(OPEN_STATES),
    )
    return OpenWork(*session.execute(statement).one())


def threads_at_work(session: Session, *, since: datetime) -> int:
    """How many pieces of work the living workers do at a time, all together."""
    statement = sa.select(sa.func.coalesce(sa.func.sum(WorkerBeat.threads), 0)).where(WorkerBeat.seen_at >= since)
    return int(session.scalar(statement) or 0)


_PAYLOADS = sa.Table(BackgroundPayload.__tablename__, BackgroundPayload.metadata)
#: made once: every piece of work asks this
_PAYLOAD = sa.select(_PAYLOADS.c.payload).where(
    _PAYLOADS.c.consortium_id == sa.bindparam("of_consortium"), _PAYLOADS.c.id == sa.bindparam("of_row")
)


def payload_of(session: Session, claimed: Claimed) -> dict[str, Any]:
    """What a claimed row's work needs, empty where it is lost; the session must be in its tenant."""
    whose = {"of_consortium": claimed.consortium_id, "of_row": claimed.row_id}
    payload: dict[str, Any] = session.execute(_PAYLOAD, whose).scalar_one_or_none() or {}
    return payload


def get_upload(session: Session, upload_id: int, *, within: Scope) -> Upload:
    """A kept file's record; NotFound where its work is done, or it is another consortium's."""
    statement = sa.select(Upload).where(Upload.consortium_id == within.consortium_id, Upload.id == upload_id)
    upload = session.scalars(statement).one_or_none()
    if upload is None:
        raise NotFound("The file is no longer kept. Give it again.")
    return upload


def uploads_by_id(session: Session, ids: Iterable[int | None], *, within: Scope) -> list[Upload]:
    """Those of some files that are still kept."""
    wanted = sorted({one for one in ids if one is not None})
    statement = sa.select(Upload).where(Upload.consortium_id == within.consortium_id, Upload.id.in_(wanted))
    return list(session.scalars(statement.order_by(Upload.id)))


def kept_ids(session: Session, *, within: Scope) -> list[int]:
    """The ids of all files that are kept."""
    return list(
        session.scalars(sa.select(Upload.id).where(Upload.consortium_id == within.consortium_id).order_by(Upload.id))
    )


def abandoned_uploads(session: Session, before: datetime, *, within: Scope) -> list[Upload]:
    """Files kept since before then, oldest first: what they were given for was never finished, or is long done."""
    wanted = sa.func.coalesce(Upload.kept_until, Upload.kept_at, type_=Upload.kept_at.type)
    statement = sa.select(Upload).where(Upload.consortium_id == within.consortium_id, wanted < before)
    return list(session.scalars(statement.order_by(Upload.kept_at, Upload.id)))


def _of(within: Scope) -> sa.Select[Any]:
    return _VIEW.where(
        BackgroundRow.consortium_id == within.consortium_id, BackgroundPayload.consortium_id == within.consortium_id
    )
