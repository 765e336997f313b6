"""What accounts published."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Id, TenantRow, link, tenant_args


class Post(TenantRow, Base):
    """Something an account published, with its latest figures."""

    __tablename__ = "post"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "external_id"),
        sa.Index(None, "consortium_id", "account_id", "published_at"),
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
    run_id: Mapped[int] = mapped_column(Id)
