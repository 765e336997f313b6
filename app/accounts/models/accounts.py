"""Accounts, the places a shared one serves, and credentials."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules.states import AccountMode, AccountState, Connection
from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word


class Account(TenantRow, Base):
    """An official account on a platform, owned by a place."""

    __tablename__ = "account"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        # a retired account keeps its address and its past; whoever takes the address up again is another account
        sa.Index(
            "uq_account_in_use",
            "consortium_id",
            "platform",
            "url",
            unique=True,
            sqlite_where=sa.text("state <> 'retired'"),
            postgresql_where=sa.text("state <> 'retired'"),
        ),
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
