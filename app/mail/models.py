"""The outbox of a consortium."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Id, TenantRow, tenant_args, word
from app.mail.rules import ANSWER_LENGTH, SUBJECT_LENGTH, MailState


class MailMessage(TenantRow, Base):
    """One mail to one address; its text is encrypted, and gone when it has ended."""

    __tablename__ = "mail_message"
    __table_args__ = tenant_args(
        sa.UniqueConstraint("consortium_id", "message_id"),
        sa.Index(None, "consortium_id", "purpose", "about_id"),
        sa.Index(None, "consortium_id", "state", "posted_at"),
    )

    #: the room's word for it, such as people.invitation
    purpose: Mapped[str] = mapped_column(sa.String(60))
    #: the record it concerns
    about_id: Mapped[int | None] = mapped_column(Id)
    address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT_LENGTH))
    #: sealed by the vault; None when the message has ended
    body: Mapped[bytes | None]
    #: the same at each try, so that a receiver can tell a copy
    message_id: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[MailState] = mapped_column(word(MailState), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime]
    #: when it need not be sent any more
    useless_at: Mapped[datetime]
    #: when it reached its state
    state_at: Mapped[datetime]
    #: why it has not gone, as a sentence
    answer: Mapped[str] = mapped_column(sa.String(ANSWER_LENGTH), default="")
