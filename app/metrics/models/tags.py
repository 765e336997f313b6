"""What people and rules say of posts, each act of saying so, and the topics that are planned."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.metrics.rules.tags import LONGEST_TAG, TagKind


class Topic(TenantRow, Base):
    """One of the topics (content pillars) of a consortium, and the share of posts planned for it."""

    __tablename__ = "topic"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id", "name"))

    name: Mapped[str] = mapped_column(sa.String(LONGEST_TAG))
    #: where it stands in the list
    position: Mapped[int]
    percent: Mapped[int | None]


class TagRule(TenantRow, Base):
    """Posts of a place's accounts that say a hashtag or a word get a tag; one that ended tags no more."""

    __tablename__ = "tag_rule"
    __table_args__ = tenant_args(link("place_id", "place"), link("person_id", "person"))

    place_id: Mapped[int] = mapped_column(Id)
    says: Mapped[str] = mapped_column(sa.String(LONGEST_TAG))
    kind: Mapped[TagKind] = mapped_column(word(TagKind))
    value: Mapped[str] = mapped_column(sa.String(LONGEST_TAG))
    #: None for the machine
    person_id: Mapped[int | None] = mapped_column(Id)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship(
        primaryjoin="foreign(TagRule.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class TagBatch(TenantRow, Base):
    """Tags given to some posts at once, by a person or by trying a rule on the past; can be undone exactly."""

    __tablename__ = "tag_batch"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        link("person_id", "person"),
        link("rule_id", "tag_rule"),
        sa.Index(None, "consortium_id", "person_id", "made_at"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    rule_id: Mapped[int | None] = mapped_column(Id)
    made_at: Mapped[datetime]
    #: such as "Topic: Events"
    words: Mapped[str] = mapped_column(sa.String(500))
    posts: Mapped[int]
    undone_at: Mapped[datetime | None]


class PostTag(TenantRow, Base):
    """What a person or a rule says of a post: one value a kind; neither of both is the machine (the demo)."""

    __tablename__ = "post_tag"
    __table_args__ = tenant_args(
        link("post_id", "post"),
        link("person_id", "person"),
        link("rule_id", "tag_rule"),
        link("batch_id", "tag_batch"),
        sa.UniqueConstraint("consortium_id", "post_id", "kind"),
        sa.Index(None, "consortium_id", "kind", "value"),
    )

    post_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[TagKind] = mapped_column(word(TagKind))
    value: Mapped[str] = mapped_column(sa.String(LONGEST_TAG))
    person_id: Mapped[int | None] = mapped_column(Id)
    rule_id: Mapped[int | None] = mapped_column(Id)
    #: None where a rule gave it as the post came in
    batch_id: Mapped[int | None] = mapped_column(Id)
    tagged_at: Mapped[datetime]


class TagChange(TenantRow, Base):
    """What one batch did to one tag of one post: what stood before, empty where nothing did."""

    __tablename__ = "tag_change"
    __table_args__ = tenant_args(
        link("batch_id", "tag_batch"),
        link("post_id", "post"),
        sa.UniqueConstraint("consortium_id", "batch_id", "post_id", "kind"),
    )

    batch_id: Mapped[int] = mapped_column(Id)
    post_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[TagKind] = mapped_column(word(TagKind))
    before_value: Mapped[str | None] = mapped_column(sa.String(LONGEST_TAG))
    before_person_id: Mapped[int | None] = mapped_column(Id)
    before_rule_id: Mapped[int | None] = mapped_column(Id)
    before_batch_id: Mapped[int | None] = mapped_column(Id)
    before_at: Mapped[datetime | None]
    #: None where the tag was taken away
    after_value: Mapped[str | None] = mapped_column(sa.String(LONGEST_TAG))
