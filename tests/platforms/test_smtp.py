"""A real conversation with a mail server: what is certain after each way that it can end."""

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.mail.rules import on_the_wire
from app.platforms.smtp import MailServer, NeverTaken, NotKnown, TryLater, greet, send
from tests import mail_server
from tests.mail_server import HANG_UP, SENDER, running_mail_server, text_of

MAIL = on_the_wire(
    sender=SENDER,
    sender_name="Concordance",
    to="ann@library.example",
    subject="Ann, ‘join’ us",
    body="Café hours:\n.a line that begins with a dot\n" + "x" * 120 + "\n",
    message_id="<1@library.example>",
    at=datetime(2026, 11, 9, 15, 0, tzinfo=UTC),
)


@pytest.fixture
def server() -> Iterator[mail_server.MailServer]:
    with running_mail_server() as running:
        yield running


def send_to(url: str, before: list[str] | None = None) -> None:
    steps = [] if before is None else before
    send(MailServer.from_url(url), MAIL, sender=SENDER, to="ann@library.example", before_text=lambda: steps.append("x"))


def test_a_mail_arrives_as_it_was_written(server: mail_server.MailServer) -> None:
    send_to(server.url)
    (mail,) = server.taken
    assert text_of(mail) == "Café hours:\n.a line that begins with a dot\n" + "x" * 120 + "\n"
    assert (mail["Subject"], mail["To"], mail["Message-ID"]) == (
        "Ann, ‘join’ us",
        "ann@library.example",
        "<1@library.example>",
    )
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("command", "answer", "ends", "got_to_text"),
    [
        ("MAIL", "451 later", TryLater, False),
        ("MAIL", "550 not from you", TryLater, False),
        ("RCPT", "450 mailbox busy", TryLater, False),
        ("RCPT", "550 no such user", NeverTaken, False),
        ("DATA", "451 disk full", TryLater, True),
        ("DATA", "554 looks like spam", NeverTaken, True),
        ("DATA", HANG_UP, NotKnown, True),
    ],
)
def test_what_is_certain_after_each_answer(
    server: mail_server.MailServer, command: str, answer: str, ends: type[Exception], *, got_to_text: bool
) -> None:
    server.answers[command] = [answer]
    steps: list[str] = []
    with pytest.raises(ends) as told:
        send_to(server.url, steps)
    assert bool(steps) is got_to_text
    assert str(told.value).endswith(".")
    assert server.taken == []


def test_nobody_at_home_is_no_end() -> None:
    with running_mail_server() as gone:
        url = gone.url
    with pytest.raises(TryLater, match="cannot be reached"):
        send_to(url)


def test_an_address_beyond_ascii_is_refused_before_the_server_is_asked(server: mail_server.MailServer) -> None:
    with pytest.raises(NeverTaken, match="cannot be addressed"):
        send(MailServer.from_url(server.url), MAIL, sender=SENDER, to="jörg@library.example", before_text=lambda: None)


def test_what_rises_before_the_text_ends_the_conversation(server: mail_server.MailServer) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send(MailServer.from_url(server.url), MAIL, sender=SENDER, to="ann@library.example", before_text=fail)
    assert server.taken == []


def test_a_wrong_password_is_told_without_it() -> None:
    with running_mail_server(user="us", password="right one") as asking:
        send_to(f"smtp://us:right%20one@127.0.0.1:{asking.port}")
        assert len(asking.taken) == 1
        with pytest.raises(TryLater, match="refuses the user and password") as told:
            send_to(f"smtp://us:wrong@127.0.0.1:{asking.port}")
        assert "wrong" not in str(told.value)
        assert "right" not in repr(MailServer.from_url("smtp://us:right@host"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_protected_conversation_asks_for_a_certificate_it_can_trust(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with running_mail_server(tls_context=context, require_starttls=True) as strict:
        url = f"smtp+starttls://127.0.0.1:{strict.port}"
        with pytest.raises(TryLater, match="cannot be trusted"):
            send_to(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        send_to(url)
        greet(MailServer.from_url(url), sender=SENDER)
        assert len(strict.taken) == 1


def test_encryption_that_is_not_offered_is_not_done_without(server: mail_server.MailServer) -> None:
    with pytest.raises(TryLater, match="does not offer"):
        send_to(f"smtp+starttls://127.0.0.1:{server.port}")


def test_the_usual_ports() -> None:
    ports = [MailServer.from_url(f"{scheme}://host").port for scheme in ("smtp", "smtp+starttls", "smtps")]
    assert ports == [25, 587, 465]
