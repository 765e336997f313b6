"""Who holds which duty on which account, and which duties are not needed there."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.duties.rules.catalogue import Family
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.people.models import Position, Team


class Assignment(TenantRow, Base):
    """A family of duties on an account, held by a position or a team between two dates, as primary or backup."""

    __tablename__ = "assignment"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        link("account_id", "account"),
        link("position_id", "position"),
        link("team_id", "team"),
        sa.Index(None, "consortium_id", "account_id", "family"),
        sa.Index(None, "consortium_id", "place_id"),
        sa.Index(None, "consortium_id", "position_id"),
        sa.CheckConstraint("(position_id IS NULL) <> (team_id IS NULL)", name="position_or_team"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name="ends_after_start"),
    )

    #: the place whose matrix it stands in: the account's owner, or a branch a shared account serves
    place_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id)
    family: Mapped[Family] = mapped_column(word(Family))
    position_id: Mapped[int | None] = mapped_column(Id)
    team_id: Mapped[int | None] = mapped_column(Id)
    is_primary: Mapped[bool]
    hours_per_week: Mapped[Decimal] = mapped_column(sa.Numeric(4, 2))
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    #: when it was written down, and when its end was: what was done by mistake may be undone for a while
    recorded_at: Mapped[datetime]
    end_recorded_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(Assignment.account_id) == Account.id", viewonly=True, lazy="raise"
    )
    position: Mapped[Position | None] = relationship(
        primaryjoin="foreign(Assignment.position_id) == Position.id", viewonly=True, lazy="raise"
    )
    team: Mapped[Team | None] = relationship(
        primaryjoin="foreign(Assignment.team_id) == Team.id", viewonly=True, lazy="raise"
    )


class DutyExemption(TenantRow, Base):
    """A family of duties that is not needed on an account between two dates, with the reason."""

    __tablename__ = "duty_exemption"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        link("account_id", "account"),
        sa.Index(None, "consortium_id", "account_id", "place_id", "family"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name="ends_after_start"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id)
    family: Mapped[Family] = mapped_column(word(Family))
    reason: Mapped[str] = mapped_column(sa.String(200))
    first_on: Mapped[date]
    #: None while the duty is not needed; a past day's matrix still shows the reason of that day
    last_on: Mapped[date | None]
