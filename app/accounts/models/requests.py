"""What was asked for before an account was there, and the trials it runs on."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.accounts import Account
from app.accounts.rules.requests import RequestState
from app.accounts.rules.trials import TrialEnd
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word


class AccountRequest(TenantRow, Base):
    """What somebody said who asked for a new account, and what was decided; what it is for stands at the account."""

    __tablename__ = "account_request"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("asked_by_id", "person"),
        link("first_owner_id", "person"),
        link("second_owner_id", "person"),
        link("decided_by_id", "person"),
        sa.UniqueConstraint("consortium_id", "account_id"),
        sa.Index(None, "consortium_id", "asked_by_id"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    state: Mapped[RequestState] = mapped_column(word(RequestState), default=RequestState.OPEN)
    asked_by_id: Mapped[int | None] = mapped_column(Id)
    asked_at: Mapped[datetime]
    #: who talks there already, with links
    evidence: Mapped[str] = mapped_column(sa.Text)
    #: hours a week that are offered for it
    hours: Mapped[Decimal] = mapped_column(sa.Numeric(4, 2))
    first_owner_id: Mapped[int | None] = mapped_column(Id)
    second_owner_id: Mapped[int | None] = mapped_column(Id)
    #: how captions and alternative texts come about
    captions: Mapped[str] = mapped_column(sa.Text)
    has_read_minors_rule: Mapped[bool]
    trial_ends_on: Mapped[date]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(Id)
    #: why it was sent back, declined, or approved over the capacity
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    #: how the hours stood when it was approved
    capacity: Mapped[str] = mapped_column(sa.String(300), default="")

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(AccountRequest.account_id) == Account.id", viewonly=True, lazy="raise"
    )


class AccountTrial(TenantRow, Base):
    """A time on trial, and what was decided at its end; ``decision`` None while that is open."""

    __tablename__ = "account_trial"
    __table_args__ = tenant_args(
        link("account_id", "account"), link("decided_by_id", "person"), sa.Index(None, "consortium_id", "account_id")
    )

    account_id: Mapped[int] = mapped_column(Id)
    ends_on: Mapped[date]
    decision: Mapped[TrialEnd | None] = mapped_column(word(TrialEnd))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(Id)

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(AccountTrial.account_id) == Account.id", viewonly=True, lazy="raise"
    )
