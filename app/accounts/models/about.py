"""What stands beside an account: its details, the steps of its life, its contacts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountState
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.people.models import Person


class AccountDetail(TenantRow, Base):
    """What else is said about an account; one without a row is general, and nothing was said."""

    __tablename__ = "account_detail"
    __table_args__ = tenant_args(link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id"))

    account_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[AccountKind] = mapped_column(word(AccountKind), default=AccountKind.GENERAL)
    audience: Mapped[str] = mapped_column(sa.String(300), default="")
    #: who may speak as the library there, beside the contacts
    speakers: Mapped[str] = mapped_column(sa.Text, default="")
    #: the page of the library's own site that should link back to the account
    site_link: Mapped[str] = mapped_column(sa.String(500), default="")
    #: the day a campaign is planned to end
    planned_end_on: Mapped[date | None]


class AccountStep(TenantRow, Base):
    """A step in the life of an account: what it became, on which day, by whom and why."""

    __tablename__ = "account_step"
    __table_args__ = tenant_args(link("account_id", "account"), sa.Index(None, "consortium_id", "account_id"))

    account_id: Mapped[int] = mapped_column(Id)
    before: Mapped[AccountState] = mapped_column(word(AccountState, name="before"))
    after: Mapped[AccountState] = mapped_column(word(AccountState, name="after"))
    taken_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    #: None: the command line or a worker
    person_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class AccountContact(TenantRow, Base):
    """A person as contact of an account, both days inside; ``last_on`` None while it lasts."""

    __tablename__ = "account_contact"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("person_id", "person"),
        sa.Index(None, "consortium_id", "account_id"),
        sa.Index(None, "consortium_id", "person_id"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name="ends_after_start"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    rank: Mapped[ContactRank] = mapped_column(word(ContactRank))
    person_id: Mapped[int] = mapped_column(Id)
    first_on: Mapped[date]
    last_on: Mapped[date | None]

    person: Mapped[Person] = relationship(
        primaryjoin="foreign(AccountContact.person_id) == Person.id", viewonly=True, lazy="raise"
    )
