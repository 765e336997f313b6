"""A real mail server on loopback: it keeps what it is given, and answers as a test wants it to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SENDER = "concordance@library.example"
#: an answer to DATA that is none
HANG_UP = "hang up"
_TAKEN = "250 Taken"


@dataclass(slots=True)
class MailServer:
    """The running server: where it is, what it took, and how it is to answer."""

    port: int = 0
    user: str = ""
    password: str = ""
    #: every mail that was taken, oldest first
    taken: list[EmailMessage] = field(default_factory=list)
    #: the answers to come, by command (RCPT, DATA); the last one stays
    answers: dict[str, list[str]] = field(default_factory=dict)
    #: called at each command, before it is answered, and as TAKEN once a mail is kept but not confirmed
    on_command: Callable[[str], object] = lambda _command: None

    @property
    def url(self) -> str:
        """For MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """For an installation that sends its mail here."""
        return {"mail_url": self.url, "mail_from": SENDER}

    def sent_to(self, address: str) -> list[EmailMessage]:
        """What was taken for one address, oldest first."""
        return [mail for mail in self.taken if mail["To"] == address]

    def answer_to(self, command: str) -> str:
        """The next of the answers a test wants, else a good one."""
        self.on_command(command)
        waiting = self.answers.get(command, [_TAKEN])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


def text_of(mail: EmailMessage) -> str:
    """What a reader sees."""
    return str(mail.get_content()).replace("\r\n", "\n")


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._server.on_command("EHLO")
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._server.answer_to("MAIL")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._server.answer_to("RCPT")

    async def handle_DATA(self, smtp: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        answer = self._server.answer_to("DATA")
        if answer == HANG_UP:
            assert smtp.transport is not None
            smtp.transport.close()
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self._server.taken.append(message_from_bytes(envelope.content, policy=policy.default))
            self._server.on_command("TAKEN")
        return answer


class _OnAnyPort(Controller):
    """Port 0 lets the system choose; the library itself would then ask port 0 whether it answers."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running_mail_server(**options: Any) -> Iterator[MailServer]:
    """A server on a port of its own; ``user`` and ``password`` make it ask for them, other options are aiosmtpd's."""
    server = MailServer(user=options.pop("user", ""), password=options.pop("password", ""))

    def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        is_right = given == LoginPassword(server.user.encode(), server.password.encode())
        return AuthResult(success=is_right, handled=is_right)

    if server.user:
        options |= {"authenticator": knows, "auth_required": True, "auth_require_tls": False}
    controller = _OnAnyPort(_Handler(server), hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop()
