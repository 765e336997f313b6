"""Post a letter, and keep how its sending stands; nothing here commits."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import ask
from app.background.rules import ClaimLost
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.foundation.installation import settings, vault
from app.mail import queries
from app.mail.models import MailMessage
from app.mail.rules import ANSWER_LENGTH, KEPT_FOR, LOST_AFTER, SEND, SUBJECT_LENGTH, Letter, MailState


def post(session: Session, letter: Letter, *, consortium_id: int, at: datetime) -> MailMessage:
    """Put a letter into the outbox in the caller's transaction; a worker sends it after the commit.

    The session must be in the consortium's tenant. Refuses where this installation sends no mail.
    """
    if not queries.is_mail_set_up(settings()):
        raise Refused("This installation sends no mail. Hand the link over yourself.")
    row_id = new_id()
    message = MailMessage(
        id=row_id,
        consortium_id=consortium_id,
        purpose=letter.purpose,
        about_id=letter.about_id,
        address=letter.to,
        subject=" ".join(letter.subject.split())[:SUBJECT_LENGTH],
        body=vault().seal(letter.body),
        message_id=f"<{row_id}.{secrets.token_hex(4)}@{settings().mail_from.partition('@')[2]}>",
        posted_at=at,
        useless_at=letter.useless_at,
        state_at=at,
    )
    session.add(message)
    session.flush()
    ask(session, SEND, {"message_id": row_id}, consortium_id=consortium_id, at=at, key=str(row_id))
    return message


def begin(session: Session, message_id: int, *, within: Scope, at: datetime) -> None:
    """From waiting to sending, at most once: commit before the text is handed over. ClaimLost where another was first."""
    taken = session.execute(
        sa.update(MailMessage)
        .where(
            MailMessage.consortium_id == within.consortium_id,
            MailMessage.id == message_id,
            MailMessage.state == MailState.WAITING,
        )
        .values(state=MailState.SENDING, state_at=at)
        .returning(MailMessage.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        raise ClaimLost(f"Message {message_id} is being sent by another worker.")


def end(message: MailMessage, state: MailState, *, answer: str, at: datetime) -> None:
    """It has ended, one way or another: its text goes, and why it did not arrive stays."""
    message.state, message.state_at = state, at
    message.answer = answer[:ANSWER_LENGTH]
    message.body = None
    message.attempts += 1


def put_off(message: MailMessage, *, answer: str, at: datetime) -> None:
    """No server has it: it waits for another try."""
    message.state, message.state_at = MailState.WAITING, at
    message.answer = answer[:ANSWER_LENGTH]
    message.attempts += 1


def tidy(session: Session, *, within: Scope, at: datetime) -> int:
    """Forget what ended long ago, and end what the work that carried it has lost; the number of rows gone."""
    for lost in queries.open_before(session, at - LOST_AFTER, within=within):
        if lost.state is MailState.SENDING:
            end(lost, MailState.UNCERTAIN, answer="The program ended while this was being sent.", at=at)
        else:
            end(
                lost,
                MailState.FAILED,
                answer=lost.answer or "The program failed each time it tried to send this.",
                at=at,
            )
    session.flush()
    gone = session.scalars(
        sa.delete(MailMessage)
        .where(MailMessage.consortium_id == within.consortium_id, MailMessage.state_at < at - KEPT_FOR)
        .returning(MailMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
