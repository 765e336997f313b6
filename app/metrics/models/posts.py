"""What accounts published."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.database import Base, Id, TenantRow, link, tenant_args
from app.metrics.models.runs import Run


class Post(TenantRow, Base):
    """Something an account published, with its latest figures."""

    __tablename__ = "post"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "external_id"),
        sa.Index(None, "consortium_id", "account_id", "published_at"),
        sa.Index("ix_post_published_at", "consortium_id", "published_at"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    external_id: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    published_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    is_reply: Mapped[bool] = mapped_column(default=False)
    is_repost: Mapped[bool] = mapped_column(default=False)
    #: tagged by a person as asking something; None while untagged (a question mark then decides)
    asks: Mapped[bool | None]
    has_media: Mapped[bool] = mapped_column(default=False)
    has_link: Mapped[bool] = mapped_column(default=False)
    #: the account wrote a reply under it within 7 days
    was_answered_by_us: Mapped[bool] = mapped_column(default=False)
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
    reach: Mapped[int | None]
    link_clicks: Mapped[int | None]
    #: pictures whose descriptions the platform shows, and how many have one; None where it shows neither
    images: Mapped[int | None]
    images_with_alt: Mapped[int | None]
    run_id: Mapped[int] = mapped_column(Id)

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(Post.account_id) == Account.id", viewonly=True, lazy="raise"
    )
    #: what last brought something of it
    run: Mapped[Run] = relationship(primaryjoin="foreign(Post.run_id) == Run.id", viewonly=True, lazy="raise")
