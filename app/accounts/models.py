"""Accounts, the places a shared one serves, their steps, contacts and credentials; and the tools of a place."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountMode, AccountState, Connection
from app.accounts.rules.tools import ToolKind
from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.people.models import Person, Position


class Account(TenantRow, Base):
    """An official account on a platform, owned by a place."""

    __tablename__ = "account"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "platform", "url"),
        sa.Index(None, "consortium_id", "place_id"),
        sa.Index(None, "consortium_id", "next_pull_at"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    #: key of seeds/platforms.yaml
    platform: Mapped[str] = mapped_column(sa.String(40))
    handle: Mapped[str] = mapped_column(sa.String(200))
    #: canonical address of the profile
    url: Mapped[str] = mapped_column(sa.String(500))
    #: the server to ask, where the platform has many
    base_url: Mapped[str | None] = mapped_column(sa.String(300))
    #: the platform's own id, which outlives a handle
    external_id: Mapped[str | None] = mapped_column(sa.String(200))
    mode: Mapped[AccountMode] = mapped_column(word(AccountMode), default=AccountMode.CONVERSATIONAL)
    state: Mapped[AccountState] = mapped_column(word(AccountState), default=AccountState.ACTIVE)
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    opened_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    connection: Mapped[Connection] = mapped_column(word(Connection), default=Connection.NOT_CONNECTED)
    #: since when the connection is what it is
    connection_since: Mapped[datetime | None]
    #: the platform's answer in a sentence, where it matters to people
    connection_note: Mapped[str] = mapped_column(sa.String(300), default="")
    last_pull_at: Mapped[datetime | None]
    #: pulls that failed since the last that did not
    failed_pulls: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: None: never due (fed by files, or of the demo)
    next_pull_at: Mapped[datetime | None]
    newest_figure_on: Mapped[date | None]

    place: Mapped[Place] = relationship(
        primaryjoin="foreign(Account.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class AccountShare(TenantRow, Base):
    """A further place that an account serves; its figures stay with the owner."""

    __tablename__ = "account_share"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "account_id", "place_id"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(AccountShare.account_id) == Account.id", viewonly=True, lazy="raise"
    )


class Credential(TenantRow, Base):
    """A platform's token, sealed with a key that is not in the database; never shown, exported or logged."""

    __tablename__ = "credential"
    __table_args__ = tenant_args(link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id"))

    account_id: Mapped[int] = mapped_column(Id)
    sealed: Mapped[bytes]
    kept_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


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


class Tool(TenantRow, Base):
    """What a place uses beside this product, who holds it and what it costs."""

    __tablename__ = "tool"
    __table_args__ = tenant_args(
        link("place_id", "place"), link("position_id", "position"), sa.Index(None, "consortium_id", "place_id")
    )

    place_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[ToolKind] = mapped_column(word(ToolKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: the position that holds it; None where nobody in the consortium does
    position_id: Mapped[int | None] = mapped_column(Id)
    #: who holds it, in words, where that is no position
    held_by: Mapped[str] = mapped_column(sa.String(120), default="")
    #: a year, in ``currency``; None where nobody wrote it down
    yearly_cost: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    #: ISO 4217
    currency: Mapped[str] = mapped_column(sa.String(3), default="USD")
    renews_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: the last day of use; None while it lasts
    ended_on: Mapped[date | None]

    place: Mapped[Place] = relationship(primaryjoin="foreign(Tool.place_id) == Place.id", viewonly=True, lazy="raise")
    position: Mapped[Position | None] = relationship(
        primaryjoin="foreign(Tool.position_id) == Position.id", viewonly=True, lazy="raise"
    )
