"""A conversation with the server that takes our mail, told by what is certain afterwards."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from urllib.parse import unquote, urlsplit

#: patience with each answer; a whole conversation stays within the lease of the work that holds it
_SECONDS = 15
_ANSWER_LENGTH = 120
_GOOD, _LATER, _NEVER = 200, 400, 500


class Security(StrEnum):
    """How a conversation is protected, in the words of MAIL_URL; a certificate is always checked."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_USUAL_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our mail."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """The server of ``smtp+starttls://user:password@host:587``; the settings have checked it."""
        parts = urlsplit(url)
        security = Security(parts.scheme)
        return cls(
            host=parts.hostname or "",
            port=parts.port or _USUAL_PORTS[security],
            security=security,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class Unsent(Exception):  # noqa: N818 - reads as what happened
    """It is not certain that the mail went out; the text is a sentence a person can act on."""


class TryLater(Unsent):
    """Certainly not sent; another try may help."""


class NeverTaken(Unsent):
    """Certainly not sent; another try would end the same."""


class NotKnown(Unsent):
    """The text was handed over and no answer came."""


def send(server: MailServer, mail: bytes, *, sender: str, to: str, before_text: Callable[[], None]) -> None:
    """Hand a mail to the server; ``before_text`` is called at the last moment at which nothing can have left.

    Raises TryLater, NeverTaken or NotKnown; what ``before_text`` raises ends the conversation and rises.
    """
    if not to.isascii():
        raise NeverTaken(f"{to} has letters that this installation's mail cannot be addressed with.")
    with _conversation(server, sender=sender) as connection:
        with _told(server):
            _expect(connection.mail(sender), f"our address {sender}", refused=TryLater)
            _expect(connection.rcpt(to), f"the address {to}", refused=NeverTaken)
        before_text()
        _hand_over(connection, mail)


def greet(server: MailServer, *, sender: str) -> None:
    """Connect, protect the conversation, sign in and leave; raises TryLater with what is wrong."""
    with _conversation(server, sender=sender), _told(server):
        pass


def _hand_over(connection: smtplib.SMTP, mail: bytes) -> None:
    try:
        answer = connection.data(mail)
    except smtplib.SMTPDataError as error:  # the answer to "may I begin?"
        answer = error.smtp_code, _bytes(error.smtp_error)
    except OSError:
        raise NotKnown("The mail server stopped answering while it was being given the text.") from None
    _expect(answer, "the text", refused=NeverTaken)


@contextmanager
def _conversation(server: MailServer, *, sender: str) -> Iterator[smtplib.SMTP]:
    with _told(server):
        connection = _connected(server, our_name=sender.partition("@")[2])
    try:
        with _told(server):
            _protect(connection, server)
        yield connection
    finally:
        with suppress(OSError):
            connection.quit()
        connection.close()


def _connected(server: MailServer, *, our_name: str) -> smtplib.SMTP:
    # without a name of ours the library would ask the resolver for one, and wait
    if server.security is Security.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, our_name, timeout=_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, our_name, timeout=_SECONDS)


def _protect(connection: smtplib.SMTP, server: MailServer) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
    if server.user:
        connection.login(server.user, server.password)


@contextmanager
def _told(server: MailServer) -> Iterator[None]:
    """What went wrong before anything can have left, as a sentence; nothing of it names the password."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise TryLater(f"The mail server {where} refuses the user and password of MAIL_URL.") from None
    except smtplib.SMTPNotSupportedError:
        raise TryLater(f"The mail server {where} does not offer what MAIL_URL asks for.") from None
    except ssl.SSLCertVerificationError as error:
        raise TryLater(f"The certificate of {where} cannot be trusted: {error.verify_message}.") from None
    except smtplib.SMTPResponseException as error:
        raise TryLater(
            f"The mail server {where} answers: {_words(error.smtp_code, _bytes(error.smtp_error))}"
        ) from None
    except OSError as error:
        raise TryLater(f"The mail server {where} cannot be reached: {error.strerror or 'no answer'}.") from None


def _expect(answer: tuple[int, bytes], what: str, *, refused: type[Unsent]) -> None:
    code, words = answer
    if _GOOD <= code < _LATER:
        return
    if _LATER <= code < _NEVER:
        raise TryLater(f"The mail server does not take {what} now: {_words(code, words)}")
    raise refused(f"The mail server refuses {what}: {_words(code, words)}")


def _words(code: int, words: bytes) -> str:
    text = " ".join(words.decode("utf-8", "replace").split())[:_ANSWER_LENGTH]
    return f"“{code} {text}”." if text else f"“{code}”."


def _bytes(words: str | bytes) -> bytes:
    return words.encode() if isinstance(words, str) else words
