"""What accounts published, and what people changed of what they wrote down themselves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.metrics.models.runs import Run
from app.metrics.rules.dictionary import FurtherMetric, Source
from app.metrics.rules.hand_posts import LONGEST_WHY


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
    #: a pull of its whole day found it no more; None while it is there, as far as anybody knows
    gone_at: Mapped[datetime | None]
    #: by count that the platform offers and does not tell (any more): the reason, and the day since which
    untold: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(Post.account_id) == Account.id", viewonly=True, lazy="raise"
    )
    #: what last brought something of it
    run: Mapped[Run] = relationship(primaryjoin="foreign(Post.run_id) == Run.id", viewonly=True, lazy="raise")


class PostFigure(Base):
    """What is told of a post beside its columns, and where it came from."""

    __tablename__ = "post_figure"
    __table_args__ = (
        link("post_id", "post"),
        link("run_id", "run"),
        sa.Index(None, "consortium_id", "run_id"),
        {"sqlite_with_rowid": False},
    )

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(Id, primary_key=True)
    metric: Mapped[FurtherMetric] = mapped_column(word(FurtherMetric), primary_key=True)
    value: Mapped[int]
    source: Mapped[Source] = mapped_column(word(Source))
    run_id: Mapped[int] = mapped_column(Id)

    run: Mapped[Run] = relationship(primaryjoin="foreign(PostFigure.run_id) == Run.id", viewonly=True, lazy="raise")


class PostChange(TenantRow, Base):
    """A person corrected or removed a post that was written down by hand: the post before, for as long as it can return."""

    __tablename__ = "post_change"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("person_id", "person"),
        link("run_id", "run"),
        sa.Index(None, "consortium_id", "account_id", "made_at"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    #: no link: a removed post is not there
    post_id: Mapped[int] = mapped_column(Id)
    #: the run that counted its day anew
    run_id: Mapped[int] = mapped_column(Id)
    #: None for the machine
    person_id: Mapped[int | None] = mapped_column(Id)
    made_at: Mapped[datetime]
    is_removal: Mapped[bool]
    why: Mapped[str] = mapped_column(sa.String(LONGEST_WHY))
    #: its columns
    before: Mapped[dict[str, Any]]
    #: its tags and what batches did to them, where it was removed
    tags: Mapped[list[Any]]
    tag_changes: Mapped[list[Any]]
    undone_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(
        primaryjoin="foreign(PostChange.account_id) == Account.id", viewonly=True, lazy="raise"
    )
