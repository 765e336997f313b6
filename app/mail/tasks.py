"""What a worker does for mail: hand one message to the server, and say truthfully what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from app.access.rules import Scope
from app.background.registry import Handler, Work
from app.background.rules import Again, wait_before
from app.foundation.clock import now
from app.foundation.installation import settings, vault
from app.mail import actions, queries
from app.mail.models import MailMessage
from app.mail.rules import SEND, MailState, on_the_wire
from app.platforms import smtp

_SENDER_NAME = "Concordance"
_CRASHED = "The program ended while this was being sent."
_TOO_LATE = "It could not be sent in time."
_NOT_SET_UP = "MAIL_URL and MAIL_FROM are not set."


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that sending needs of the database, read before the server is called."""

    server: smtp.MailServer
    sender: str
    to: str
    mail: bytes


def send(work: Work) -> Again | str:
    """Send one message.

    Until the server has taken sender and receiver nothing can have left, so whatever fails is tried again. Then the
    state "sending" is committed, and only then the text is handed over: a message that is found in that state belongs
    to a worker that died, and is not sent a second time.
    """
    message = _message(work)
    if not message.state.is_open:
        return message.state.label
    if message.state is MailState.SENDING:
        return _end(work, MailState.UNCERTAIN, _CRASHED)
    if message.useless_at <= now():
        return _end(work, MailState.FAILED, message.answer or _TOO_LATE)
    return _hand_over(work, message)


def _hand_over(work: Work, message: MailMessage) -> Again | str:
    try:
        plan = _plan(message)
        work.session.rollback()
        smtp.send(plan.server, plan.mail, sender=plan.sender, to=plan.to, before_text=partial(_begin, work))
    except smtp.TryLater as problem:
        return _put_off(work, str(problem))
    except smtp.NeverTaken as problem:
        return _end(work, MailState.FAILED, str(problem))
    except smtp.NotKnown as problem:
        return _end(work, MailState.UNCERTAIN, str(problem))
    return _end(work, MailState.SENT, "")


def _message(work: Work) -> MailMessage:
    within = Scope(consortium_id=work.consortium_id)
    return queries.get_message(work.session, int(work.payload["message_id"]), within=within)


def _plan(message: MailMessage) -> _Plan:
    if not queries.is_mail_set_up(settings()):
        raise smtp.TryLater(_NOT_SET_UP)
    sender = settings().mail_from
    mail = on_the_wire(
        sender=sender,
        sender_name=_SENDER_NAME,
        to=message.address,
        subject=message.subject,
        body=vault().open(message.body or b""),
        message_id=message.message_id,
        at=message.posted_at,
    )
    return _Plan(smtp.MailServer.from_url(settings().mail_url), sender, message.address, mail)


def _begin(work: Work) -> None:
    """The last moment at which nothing has left: fenced by the claim, and committed."""
    work.renew()
    message_id = int(work.payload["message_id"])
    actions.begin(work.session, message_id, within=Scope(consortium_id=work.consortium_id), at=now())
    work.renew()
    work.session.commit()


def _end(work: Work, state: MailState, answer: str) -> str:
    actions.end(_message(work), state, answer=answer, at=now())
    return f"{state.label}. {answer}".strip()


def _put_off(work: Work, answer: str) -> Again:
    message = _message(work)
    actions.put_off(message, answer=answer, at=now())
    return Again(wait_before(message.attempts), answer)


HANDLERS: Mapping[str, Handler] = {SEND: send}
