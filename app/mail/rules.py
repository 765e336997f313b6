"""What a mail is, how it stands, and how its text looks on the wire."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

#: the kind of background work that sends one message
SEND = "mail.send"
#: a message that has ended is kept for this long, without its text
KEPT_FOR = timedelta(days=90)
#: a message that is still open after this long has been lost by the work that carries it
LOST_AFTER = timedelta(days=4)
#: what can still be read of a server's answer
ANSWER_LENGTH = 300
SUBJECT_LENGTH = 200


class MailState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"

    @property
    def label(self) -> str:
        """As on screen."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """May it still go out by itself?"""
        return self in OPEN_STATES


_LABELS = {
    MailState.WAITING: "Waiting to be sent",
    MailState.SENDING: "Being sent",
    MailState.SENT: "Sent",
    MailState.FAILED: "Not sent",
    MailState.UNCERTAIN: "Not known whether it went out",
}
OPEN_STATES = frozenset({MailState.WAITING, MailState.SENDING})


@dataclass(frozen=True, slots=True)
class Letter:
    """What to say to one address.

    ``purpose`` is the room's word for it, such as ``people.invitation``; ``about_id`` the record it concerns;
    ``useless_at`` when it need not be sent any more, as when the link in it has expired.
    """

    purpose: str
    to: str
    subject: str
    body: str
    useless_at: datetime
    about_id: int | None = None


def on_the_wire(
    *, sender: str, sender_name: str, to: str, subject: str, body: str, message_id: str, at: datetime
) -> bytes:
    """The mail as a server takes it: plain text, UTF-8; marked as made by a machine, so that no absence note answers."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{sender_name}" <{sender}>'
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = at
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    return mail.as_bytes()
