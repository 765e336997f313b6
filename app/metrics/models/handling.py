"""What people say of mentions, each act of saying so, and when our own answers were seen."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.metrics.rules.handling import MentionClass, Outcome, QuietReason


class MentionBatch(TenantRow, Base):
    """What a person said of some mentions at once; can be undone exactly."""

    __tablename__ = "mention_batch"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        link("person_id", "person"),
        sa.Index(None, "consortium_id", "person_id", "made_at"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    #: None for the machine
    person_id: Mapped[int | None] = mapped_column(Id)
    made_at: Mapped[datetime]
    #: such as "Question; Handled"
    words: Mapped[str] = mapped_column(sa.String(200))
    mentions: Mapped[int]
    undone_at: Mapped[datetime | None]


class MentionHandling(TenantRow, Base):
    """What is said of a mention; it stays when the words of the mention are forgotten."""

    __tablename__ = "mention_handling"
    __table_args__ = tenant_args(
        link("mention_id", "mention"),
        link("person_id", "person"),
        link("batch_id", "mention_batch"),
        sa.UniqueConstraint("consortium_id", "mention_id"),
        sa.Index(None, "consortium_id", "due_at"),
    )

    mention_id: Mapped[int] = mapped_column(Id)
    #: None while nobody has said it
    kind: Mapped[MentionClass | None] = mapped_column(word(MentionClass))
    #: None while it is to do
    outcome: Mapped[Outcome | None] = mapped_column(word(Outcome))
    quiet_reason: Mapped[QuietReason | None] = mapped_column(word(QuietReason))
    #: by the rule that was in force when it was said; None where none was
    due_at: Mapped[datetime | None]
    #: the first answer by a person, as a person told it
    answered_at: Mapped[datetime | None]
    #: how long that took, by the clock of the rule
    answer_minutes: Mapped[int | None]
    #: the first answer of the account that a pull saw under it
    answer_seen_at: Mapped[datetime | None]
    #: who said the last of it, and when
    person_id: Mapped[int | None] = mapped_column(Id)
    batch_id: Mapped[int | None] = mapped_column(Id)
    said_at: Mapped[datetime | None]


class MentionChange(TenantRow, Base):
    """What one batch found of one mention: the columns as they were, to be put back."""

    __tablename__ = "mention_change"
    __table_args__ = tenant_args(
        link("batch_id", "mention_batch"),
        link("mention_id", "mention"),
        sa.UniqueConstraint("consortium_id", "batch_id", "mention_id"),
    )

    batch_id: Mapped[int] = mapped_column(Id)
    mention_id: Mapped[int] = mapped_column(Id)
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
