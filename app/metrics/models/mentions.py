"""Who spoke to accounts, how long that is kept, how far each account was read, and platforms that asked to wait."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.database import Base, Day, Id, TenantRow, link, tenant_args
from app.metrics.rules.mentions import MENTIONS_KEPT_DAYS


class Mention(TenantRow, Base):
    """Somebody spoke to an account; of them no more than tells two people apart, and after a time not that either."""

    __tablename__ = "mention"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("first_run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "external_id"),
        sa.Index(None, "consortium_id", "account_id", "said_at"),
        sa.Index(None, "consortium_id", "said_at"),
        sa.Index(None, "consortium_id", "purged_at", "said_at"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    external_id: Mapped[str] = mapped_column(sa.String(200))
    #: mention, reply, or what else the platform calls it
    kind: Mapped[str] = mapped_column(sa.String(20))
    said_at: Mapped[datetime]
    in_reply_to_id: Mapped[str | None] = mapped_column(sa.String(200))
    #: a keyed hash of the author's id and the account: never the id itself
    author_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: since then author, text and address are gone
    purged_at: Mapped[datetime | None]
    #: the pull that saw it first
    first_run_id: Mapped[int] = mapped_column(Id)

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(Mention.account_id) == Account.id", viewonly=True, lazy="raise"
    )


class MentionSettings(TenantRow, Base):
    """How many days a consortium keeps what was said and by whom; without a row the usual number."""

    __tablename__ = "mention_settings"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id"))

    kept_days: Mapped[int] = mapped_column(sa.SmallInteger, default=MENTIONS_KEPT_DAYS)


class PullCursor(TenantRow, Base):
    """How far the pulls of an account have read what cannot be seen in its days."""

    __tablename__ = "pull_cursor"
    __table_args__ = tenant_args(link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id"))

    account_id: Mapped[int] = mapped_column(Id)
    #: mentions were read without a gap from then until then; None: never
    heard_from_at: Mapped[datetime | None]
    heard_until_at: Mapped[datetime | None]
    #: the newest mention there was
    newest_mention_at: Mapped[datetime | None]
    #: the platform's own statistics were read from this day to that one; None: never
    insights_from_on: Mapped[date | None] = mapped_column(Day)
    insights_until_on: Mapped[date | None] = mapped_column(Day)
    #: the posts were read back to this day, beyond the first pull; None: not yet
    history_from_on: Mapped[date | None] = mapped_column(Day)


class PlatformHold(TenantRow, Base):
    """Until when a server asked us to leave it alone, for the token it said so to, or for those without one."""

    __tablename__ = "platform_hold"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id", "server", "token_hash"))

    #: platform and host, as a lane is named
    server: Mapped[str] = mapped_column(sa.String(200))
    #: a keyed hash; "" without a token
    token_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    until_at: Mapped[datetime]
