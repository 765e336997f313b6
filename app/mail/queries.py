"""How messages stand, and whether this installation can send any."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.errors import NotFound
from app.mail.models import MailMessage
from app.mail.rules import OPEN_STATES, MailState
from app.platforms import smtp
from config import Settings


def is_mail_set_up(settings: Settings) -> bool:
    """Does this installation send mail? Where it does not, pages show one-time links to hand over."""
    return bool(settings.mail_url and settings.mail_from)


def check_connection(settings: Settings) -> str | None:
    """Greet and sign in at the mail server, and send nothing: None where it would take our mail, else a sentence."""
    if not settings.mail_url:
        return "MAIL_URL is not set, so no mail is sent: people are given their links by hand."
    try:
        smtp.greet(smtp.MailServer.from_url(settings.mail_url), sender=settings.mail_from)
    except smtp.Unsent as problem:
        return str(problem)
    return None


def get_message(session: Session, message_id: int, *, within: Scope) -> MailMessage:
    """One message as it stands now; NotFound for another consortium's."""
    statement = sa.select(MailMessage).where(
        MailMessage.consortium_id == within.consortium_id, MailMessage.id == message_id
    )
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such message.")
    return found


def latest_about(
    session: Session, purpose: str, about_ids: Collection[int], *, within: Scope
) -> dict[int, MailMessage]:
    """The newest message of one purpose about each of these records, by the record's id."""
    rows = session.scalars(
        sa.select(MailMessage)
        .where(
            MailMessage.consortium_id == within.consortium_id,
            MailMessage.purpose == purpose,
            MailMessage.about_id.in_(about_ids),
        )
        .order_by(MailMessage.posted_at, MailMessage.id)
    )
    return {row.about_id: row for row in rows if row.about_id is not None}


def open_before(session: Session, before: datetime, *, within: Scope) -> list[MailMessage]:
    """Messages posted before then that have not ended, oldest first."""
    return list(
        session.scalars(
            sa.select(MailMessage)
            .where(
                MailMessage.consortium_id == within.consortium_id,
                MailMessage.state.in_(OPEN_STATES),
                MailMessage.posted_at < before,
            )
            .order_by(MailMessage.posted_at, MailMessage.id)
        )
    )


def failed_since(session: Session, since: datetime, *, within: Scope, most: int) -> list[MailMessage]:
    """Messages that a server refused, or that may not have gone out, after a moment; the latest first."""
    return list(
        session.scalars(
            sa.select(MailMessage)
            .where(
                MailMessage.consortium_id == within.consortium_id,
                MailMessage.state.in_([MailState.FAILED, MailState.UNCERTAIN]),
                MailMessage.state_at > since,
            )
            .order_by(MailMessage.state_at.desc(), MailMessage.id)
            .limit(most)
        )
    )
