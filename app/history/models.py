"""The chain, its head, and the erasable detail."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.history.rules import Deed


class HistoryEntry(TenantRow, Base):
    """One deed; never changed, never removed."""

    __tablename__ = "history_entry"
    __table_args__ = tenant_args(
        sa.UniqueConstraint("consortium_id", "number"),
        sa.Index(None, "consortium_id", "subject_kind", "subject_id"),
        sa.Index(None, "consortium_id", "done_at"),
    )

    #: 1, 2, 3 ... within the consortium, without holes
    number: Mapped[int]
    done_at: Mapped[datetime]
    deed: Mapped[Deed] = mapped_column(word(Deed))
    #: None when the machine did it
    person_id: Mapped[int | None]
    #: table of what was changed, and its id
    subject_kind: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int]
    #: path of the place it concerns, "" for the whole consortium
    place_path: Mapped[str] = mapped_column(sa.String(400))
    digest: Mapped[str] = mapped_column(sa.String(64))
    hash_before: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class HistoryDetail(TenantRow, Base):
    """What changed, in words and values; a person's name in it is replaced when it must go, the chain still verifying."""

    __tablename__ = "history_detail"
    __table_args__ = tenant_args(link("entry_id", "history_entry"), sa.UniqueConstraint("consortium_id", "entry_id"))

    entry_id: Mapped[int] = mapped_column(Id)
    salt: Mapped[str] = mapped_column(sa.String(64))
    #: who did it, by name at the time, and what changed
    values: Mapped[dict[str, Any]]
    #: when a name in the values was replaced; the entry's digest no longer speaks of them from then on
    redacted_at: Mapped[datetime | None]


class HistoryHead(Base):
    """The last number and hash of a consortium's chain: locked while an entry is added."""

    __tablename__ = "history_head"

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    number: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(sa.String(64), default="")
