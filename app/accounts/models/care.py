"""How accounts are looked after: reviews, drills, retirements under way, and what holds for them all."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules.norms import Norms
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.reviews import ReviewEnd
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.people.models import Person

_USUAL = Norms()


class AccountReview(TenantRow, Base):
    """Somebody looked whether an account is still wanted."""

    __tablename__ = "account_review"
    __table_args__ = tenant_args(
        link("account_id", "account"), link("person_id", "person"), sa.Index(None, "consortium_id", "account_id")
    )

    account_id: Mapped[int] = mapped_column(Id)
    decision: Mapped[ReviewEnd] = mapped_column(word(ReviewEnd))
    reviewed_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    #: None: the command line
    person_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class AccountDrill(TenantRow, Base):
    """An emergency account was tried out."""

    __tablename__ = "account_drill"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("holder_id", "person"),
        link("person_id", "person"),
        sa.Index(None, "consortium_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    held_on: Mapped[date]
    holder_id: Mapped[int] = mapped_column(Id)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    #: who wrote it down; None: the command line
    person_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]

    holder: Mapped[Person] = relationship(
        primaryjoin="foreign(AccountDrill.holder_id) == Person.id", viewonly=True, lazy="raise"
    )


class AccountRetirement(TenantRow, Base):
    """An account is on its way out: why, and since when the checklist runs."""

    __tablename__ = "account_retirement"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("person_id", "person"),
        sa.UniqueConstraint("consortium_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(sa.String(500))
    person_id: Mapped[int | None] = mapped_column(Id)
    begun_at: Mapped[datetime]


class RetirementTick(TenantRow, Base):
    """One thing of the checklist of a retirement that is done."""

    __tablename__ = "retirement_tick"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("person_id", "person"),
        sa.UniqueConstraint("consortium_id", "account_id", "task"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    task: Mapped[RetirementTask] = mapped_column(word(RetirementTask))
    done_on: Mapped[date]
    #: such as the address of the last post
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    person_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class AccountNorms(TenantRow, Base):
    """What holds for the accounts of a consortium; without a row the usual holds."""

    __tablename__ = "account_norms"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id"))

    hours_per_account: Mapped[int] = mapped_column(sa.SmallInteger, default=_USUAL.hours_per_account)
    quiet_after_days: Mapped[int] = mapped_column(sa.SmallInteger, default=_USUAL.quiet_after_days)
