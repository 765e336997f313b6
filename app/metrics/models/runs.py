"""Pulls and imports: where figures came from, how it ended, and which rows of a file were refused."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.metrics.rules.runs import RunKind, RunState


class Run(TenantRow, Base):
    """One pull or one import: where its figures came from and how it ended."""

    __tablename__ = "run"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        sa.Index(None, "consortium_id", "account_id", "started_at"),
        sa.Index(None, "consortium_id", "started_at"),
    )

    account_id: Mapped[int | None] = mapped_column(Id)
    kind: Mapped[RunKind] = mapped_column(word(RunKind))
    state: Mapped[RunState] = mapped_column(word(RunState))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(Id)
    #: the work row that carries it, None for what ran at once
    background_row_id: Mapped[int | None] = mapped_column(Id)
    #: the file a person gave, until it is read
    upload_id: Mapped[int | None] = mapped_column(Id)
    #: the metrics a file brings, separated by blanks
    metrics: Mapped[str] = mapped_column(sa.String(400), default="")
    #: name and SHA-256 of an imported file
    file_name: Mapped[str] = mapped_column(sa.String(255), default="")
    file_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_added: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_same: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    #: what a platform that bills or rations gave, by kind, and what it cost in millionths of the currency
    reads: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    cost_micros: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    #: the plain facts of a profile as the platform worded them; never a token
    raw: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: which export of which platform the file was; "" for a pull, and for a file of our own columns
    layout: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    #: the outcome in a sentence
    message: Mapped[str] = mapped_column(sa.String(500), default="")

    account: Mapped[Account | None] = relationship(
        primaryjoin="foreign(Run.account_id) == Account.id", viewonly=True, lazy="raise"
    )


class SetAside(TenantRow, Base):
    """What a pull that is billed has set aside of the month's cap, until its run says what it cost.

    A pull that was killed leaves it: what it read was billed, and nobody can tell how much that was.
    """

    __tablename__ = "set_aside"
    __table_args__ = tenant_args(
        sa.UniqueConstraint("consortium_id", "background_row_id", "claim"),
        sa.Index(None, "consortium_id", "made_at"),
    )

    background_row_id: Mapped[int] = mapped_column(Id)
    #: of the attempt
    claim: Mapped[str] = mapped_column(sa.String(32))
    made_at: Mapped[datetime]
    #: millionths of the currency
    micros: Mapped[int] = mapped_column(sa.BigInteger)


class RunProblem(TenantRow, Base):
    """A row of an imported file that was refused, and why, in a sentence."""

    __tablename__ = "run_problem"
    __table_args__ = tenant_args(link("run_id", "run"), sa.Index(None, "consortium_id", "run_id", "line"))

    run_id: Mapped[int] = mapped_column(Id)
    #: line of the file, the header being 1
    line: Mapped[int]
    column: Mapped[str] = mapped_column(sa.String(80), default="")
    #: what the cell held, shortened
    value: Mapped[str] = mapped_column(sa.String(80), default="")
    sentence: Mapped[str] = mapped_column(sa.String(300))
    #: the row's cells as they stood in the file, shortened, to be given back for correction
    cells: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
