"""How accounts are connected: sign-ins under way, what they brought, what was found readable, and who was warned."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.rules.connecting import Trouble
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word


class ConnectionCheck(TenantRow, Base):
    """One look at what can be read of an account, part by part."""

    __tablename__ = "connection_check"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        sa.Index(None, "consortium_id", "account_id", "checked_at"),
        sa.Index(None, "consortium_id", "checked_at"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    checked_at: Mapped[datetime]
    #: was it asked with a token?
    is_signed_in: Mapped[bool]
    #: each part with its answer, see ``rules.connecting.PartSeen``
    parts: Mapped[list[Any]]
    #: what a platform that bills was paid, in millionths of the currency
    cost_micros: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class OAuthApp(TenantRow, Base):
    """This installation as one server knows it, which had to be told of it first; its secret is sealed."""

    __tablename__ = "oauth_app"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id", "server"))

    #: scheme, host and port
    server: Mapped[str] = mapped_column(sa.String(300))
    client_id: Mapped[str] = mapped_column(sa.String(500))
    sealed: Mapped[bytes]
    #: the one address to which the server sends people back
    redirect_uri: Mapped[str] = mapped_column(sa.String(500))
    registered_at: Mapped[datetime]


class OAuthAttempt(TenantRow, Base):
    """A person on the way to a platform's sign-in and back: one browser, one account, ten minutes, once."""

    __tablename__ = "oauth_attempt"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("person_id", "person"),
        sa.UniqueConstraint("consortium_id", "state_hash"),
        sa.Index(None, "consortium_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    #: the signed-in browser
    login_session_id: Mapped[int] = mapped_column(Id)
    #: SHA-256 of the state that the platform hands back
    state_hash: Mapped[str] = mapped_column(sa.String(64))
    #: state, verifier and, once back, the code, as sealed JSON; None when it has ended
    sealed: Mapped[bytes | None]
    #: the one address to which the platform sends the browser back; "" until the server knows us
    redirect_uri: Mapped[str] = mapped_column(sa.String(500), default="")
    begun_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: why it brought nothing, in a sentence
    trouble: Mapped[str] = mapped_column(sa.String(300), default="")


class OAuthGrant(TenantRow, Base):
    """What a sign-in brought beside the token: until when it serves, and what prolongs it, sealed."""

    __tablename__ = "oauth_grant"
    __table_args__ = tenant_args(link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id"))

    account_id: Mapped[int] = mapped_column(Id)
    #: the refresh token; None where the platform gives none
    sealed: Mapped[bytes | None]
    #: when the token ends that stands in the credential; None where the platform does not say
    token_until: Mapped[datetime | None]
    #: one worker prolongs it and no other, until then at the latest
    claimed_until: Mapped[datetime | None]
    granted_at: Mapped[datetime]


class AccountWarning(TenantRow, Base):
    """One spell of trouble with an account, of which its people were told; each is told once."""

    __tablename__ = "account_warning"
    __table_args__ = tenant_args(
        link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id", "trouble", "since")
    )

    account_id: Mapped[int] = mapped_column(Id)
    trouble: Mapped[Trouble] = mapped_column(word(Trouble))
    #: what tells this spell from the next: the instant at which it began, or at which the token ends
    since: Mapped[datetime]
    told_at: Mapped[datetime]
    #: ids of those who were told
    person_ids: Mapped[list[Any]]
    #: to how many a mail was posted
    mails: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
