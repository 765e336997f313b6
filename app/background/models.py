"""Rows of work: an installation-wide header, and the payload inside the tenant."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.background.rules import RowState
from app.foundation.database import Base, Id, Row, TenantRow, tenant_args, word


class BackgroundRow(Row, Base):
    """What a worker may see before it knows the tenant: kind, state, times; never the payload."""

    __tablename__ = "background_row"
    __table_args__ = (
        #: who waits, tenant by tenant and kind by kind, and in each the one that is due longest
        sa.Index("ix_background_row_turn", "state", "consortium_id", "kind", "due_at", "id", "lane"),
        #: one waiting or running row per key, so that a request made twice is one piece of work
        sa.UniqueConstraint("consortium_id", "kind", "open_key"),
    )

    consortium_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    #: what the work is about while it is open; None when it has ended, so that it may be asked for again
    open_key: Mapped[str | None] = mapped_column(sa.String(120))
    state: Mapped[RowState] = mapped_column(word(RowState), default=RowState.DUE)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    #: what it shares with others of which only so many may run at once, such as one server; None runs freely
    lane: Mapped[str | None] = mapped_column(sa.String(200))
    lane_width: Mapped[int | None] = mapped_column(sa.SmallInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    #: the fence: a new random word at each claim
    claim: Mapped[str | None] = mapped_column(sa.String(32))
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    steps_done: Mapped[int] = mapped_column(default=0)
    #: 0 while the number of steps is not known
    steps_total: Mapped[int] = mapped_column(default=0)


class BackgroundPayload(TenantRow, Base):
    """What the work needs and what came of it; the id is the header's id."""

    __tablename__ = "background_payload"
    __table_args__ = tenant_args()

    payload: Mapped[dict[str, Any]]
    #: the outcome in a sentence, for the page
    message: Mapped[str] = mapped_column(sa.String(500), default="")


class Upload(TenantRow, Base):
    """A file a person gave us, kept on disk under its id until its work is done."""

    __tablename__ = "upload"
    __table_args__ = tenant_args()

    name: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    kept_at: Mapped[datetime]
    person_id: Mapped[int | None]
    #: wanted until then, though its work is done; None: until its work is done
    kept_until: Mapped[datetime | None]


class WorkerBeat(Row, Base):
    """A worker process that says each minute that it lives; gone once it ends in order."""

    __tablename__ = "worker_beat"
    __table_args__ = (sa.UniqueConstraint("name"),)

    #: machine and process
    name: Mapped[str] = mapped_column(sa.String(120))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    threads: Mapped[int]
