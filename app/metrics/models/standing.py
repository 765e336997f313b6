"""Whose figure stands where two sources tell of one day, what an import replaced, and where sources differ."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Day, Id, TenantRow, link, tenant_args, word
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source
from app.metrics.rules.standing import Precedence


class FigureSettings(TenantRow, Base):
    """Whose figures stand in a consortium; without a row the platform's."""

    __tablename__ = "figure_settings"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id"))

    precedence: Mapped[Precedence] = mapped_column(word(Precedence))


class ImportChoice(TenantRow, Base):
    """What an import met and what a person chose for it; until when it can be taken back."""

    __tablename__ = "import_choice"
    __table_args__ = tenant_args(link("run_id", "run"), sa.UniqueConstraint("consortium_id", "run_id"))

    run_id: Mapped[int] = mapped_column(Id)
    precedence: Mapped[Precedence] = mapped_column(word(Precedence))
    #: days with a figure of another source that differs by more than 2%
    conflicting: Mapped[int] = mapped_column(default=0)
    #: days older than a week of which it changes a figure
    late: Mapped[int] = mapped_column(default=0)
    #: why figures older than a week are changed
    why: Mapped[str] = mapped_column(sa.String(200), default="")
    #: what it replaced is kept until then; None: not carried out, or not kept any more
    undo_until: Mapped[datetime | None]
    #: while it is being taken back part by part: how many days and posts are back, and how many were left
    undone: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    def can_go_back(self, at: datetime) -> bool:
        """May the import be taken back at a moment? What was begun may be ended, however late."""
        return self.undone is not None or (self.undo_until is not None and self.undo_until > at)


class ReplacedFigure(Base):
    """What an import replaced of one account's day, kept for as long as it can be taken back."""

    __tablename__ = "replaced_figure"
    __table_args__ = (link("run_id", "run"), link("account_id", "account"), {"sqlite_with_rowid": False})

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    #: the run and the source of the day's row; None where it had none
    held_run_id: Mapped[int | None] = mapped_column(Id)
    held_source: Mapped[str | None] = mapped_column(sa.String(10))
    #: by metric: the value that came, the value before, and the note before as value, reason, source and run
    cells: Mapped[dict[str, Any]]


class ReplacedPost(Base):
    """A post as it was before an import changed it."""

    __tablename__ = "replaced_post"
    __table_args__ = (link("run_id", "run"), link("post_id", "post"), {"sqlite_with_rowid": False})

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(Id, primary_key=True)
    post_id: Mapped[int] = mapped_column(Id, primary_key=True)
    before: Mapped[dict[str, Any]]


class FigureDifference(TenantRow, Base):
    """Two sources tell of one figure and differ by more than 2%: which stands, and what the other says."""

    __tablename__ = "figure_difference"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "day", "metric"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date] = mapped_column(Day)
    #: of the columns of the day, or beside them
    metric: Mapped[str] = mapped_column(
        sa.Enum(
            *(metric.value for metric in (*Metric, *FurtherMetric)),
            name="metric",
            native_enum=False,
            create_constraint=True,
            length=40,
        )
    )
    #: what stands, and where it came from
    value: Mapped[int]
    source: Mapped[Source] = mapped_column(word(Source))
    #: what the other says, and the run that brought it
    other_value: Mapped[int]
    other_source: Mapped[Source] = mapped_column(word(Source, name="other_source"))
    run_id: Mapped[int] = mapped_column(Id)
    #: did a person decide which stands? Then no pull replaces it
    is_decided: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    noted_at: Mapped[datetime]
