"""Reporting periods that were closed, days that came in afterwards, and when periods close by themselves."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Day, Id, TenantRow, link, tenant_args
from app.foundation.periods import Period

_IS_CLOSED = sa.text("reopened_at IS NULL")


class ClosedPeriod(TenantRow, Base):
    """A reporting period whose scorecards stay as they were computed at ``closed_at``, unless it was reopened."""

    __tablename__ = "closed_period"
    __table_args__ = tenant_args(
        link("closed_by_id", "person"),
        sa.Index(
            "uq_closed_period",
            "consortium_id",
            "last_on",
            "first_on",
            unique=True,
            sqlite_where=_IS_CLOSED,
            postgresql_where=_IS_CLOSED,
        ),
        sa.CheckConstraint("last_on >= first_on", name="ends_after_start"),
    )

    first_on: Mapped[date]
    last_on: Mapped[date]
    #: its scorecards rest on the figures of this moment
    closed_at: Mapped[datetime]
    #: None: by itself, or by the command line
    closed_by_id: Mapped[int | None] = mapped_column(Id)
    reopened_at: Mapped[datetime | None]
    #: why it was reopened
    reopened_why: Mapped[str] = mapped_column(sa.String(300), default="")

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.first_on, self.last_on)


class LateDay(Base):
    """A day of an account of which nothing was known when its period was closed, and when it came in."""

    __tablename__ = "late_day"
    __table_args__ = (
        link("account_id", "account"),
        link("run_id", "run"),
        sa.Index(None, "consortium_id", "noted_at"),
        {"sqlite_with_rowid": False},
    )

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(Id)


class ClosingSettings(TenantRow, Base):
    """After how many days periods close by themselves; without a row they never do."""

    __tablename__ = "closing_settings"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id"))

    #: None: never
    after_days: Mapped[int | None] = mapped_column(sa.SmallInteger)
