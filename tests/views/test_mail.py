"""The outbox: what a message becomes after each answer of a real server, and what is left of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.worker import drain
from app.foundation.clock import now
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import vault
from app.mail.actions import post, tidy
from app.mail.models import MailMessage
from app.mail.queries import check_connection, get_message, is_mail_set_up, latest_about
from app.mail.rules import KEPT_FOR, LOST_AFTER, Letter, MailState
from tests.factories.world import World
from tests.mail_server import HANG_UP, MailServer, text_of

LINK = "https://library.example/join/only-once"


@pytest.fixture
def server(mail_server: MailServer) -> MailServer:
    return mail_server


@pytest.fixture(autouse=True)
def inside(application: Flask) -> Iterator[None]:
    """Posting asks the application for its vault."""
    with application.app_context():
        yield


def posted(session: Session, world: World, *, to: str = "ann@library.example") -> MailMessage:
    letter = Letter("tests.letter", to, "Join\n us", f"Follow {LINK}\n", now() + timedelta(days=1), about_id=7)
    message = post(session, letter, consortium_id=world.consortium.id, at=now())
    session.commit()
    return message


def again(session: Session, message: MailMessage, world: World) -> MailMessage:
    """As it stands now; the transaction ends, since all sessions of a test share one connection."""
    found = get_message(session, message.id, within=Scope(world.consortium.id))
    session.commit()
    return found


def test_a_letter_is_sent_once_and_its_text_is_gone(
    mailing: Flask, session: Session, world: World, server: MailServer
) -> None:
    message = posted(session, world)
    assert message.body is not None
    assert LINK.encode() not in message.body
    assert vault().open(message.body) == f"Follow {LINK}\n"
    drain(mailing)
    drain(mailing)
    (mail,) = server.taken
    assert (mail["Subject"], text_of(mail)) == ("Join us", f"Follow {LINK}\n")
    ended = again(session, message, world)
    assert (ended.state, ended.body, ended.message_id) == (MailState.SENT, None, mail["Message-ID"])


def test_no_log_line_tells_the_text(
    mailing: Flask, session: Session, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    posted(session, world)
    drain(mailing)
    told = capsys.readouterr()
    assert "only-once" not in told.out + told.err


def test_a_busy_server_is_asked_again_with_the_same_message(
    mailing: Flask, session: Session, world: World, server: MailServer
) -> None:
    server.answers["DATA"] = ["451 disk full", "250 Taken"]
    message = posted(session, world)
    drain(mailing)
    waiting = again(session, message, world)
    assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
    assert "“451 disk full”" in waiting.answer
    with time_machine.travel(now() + timedelta(minutes=2)):
        drain(mailing)
    assert again(session, message, world).state is MailState.SENT
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("command", "answer", "state", "words"),
    [
        ("RCPT", "550 no such user", MailState.FAILED, "refuses the address ann@library.example"),
        ("DATA", HANG_UP, MailState.UNCERTAIN, "stopped answering"),
    ],
)
def test_an_end_is_told_in_a_sentence(
    mailing: Flask,
    session: Session,
    world: World,
    server: MailServer,
    command: str,
    answer: str,
    state: MailState,
    words: str,
) -> None:
    server.answers[command] = [answer]
    message = posted(session, world)
    drain(mailing)
    with time_machine.travel(now() + timedelta(hours=5)):
        drain(mailing)
    ended = again(session, message, world)
    assert (ended.state, ended.body, server.taken) == (state, None, [])
    assert words in ended.answer


def test_what_is_useless_by_now_is_not_sent(mailing: Flask, session: Session, world: World, server: MailServer) -> None:
    server.answers["RCPT"] = ["450 busy"]
    message = posted(session, world)
    drain(mailing)
    server.answers.clear()
    with time_machine.travel(now() + timedelta(days=2)):
        drain(mailing)
    ended = again(session, message, world)
    assert (ended.state, server.taken) == (MailState.FAILED, [])
    assert "“450 busy”" in ended.answer


def test_without_a_server_nothing_is_posted(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="sends no mail"):
        posted(session, world)


def test_another_consortium_sees_none_of_it(mailing: Flask, session: Session, world: World, far: World) -> None:
    message = posted(session, world)
    assert list(latest_about(session, "tests.letter", [7], within=Scope(world.consortium.id))) == [7]
    assert latest_about(session, "tests.letter", [7], within=Scope(far.consortium.id)) == {}
    with pytest.raises(NotFound):
        get_message(session, message.id, within=Scope(far.consortium.id))
    assert mailing


def test_what_ended_long_ago_is_forgotten_and_what_was_lost_is_told(
    mailing: Flask, session: Session, world: World, server: MailServer
) -> None:
    old, sending, waiting = (posted(session, world) for _ in range(3))
    old.state, old.state_at = MailState.SENT, now()
    sending.state = MailState.SENDING
    session.commit()
    within = Scope(world.consortium.id)
    later = now() + LOST_AFTER + timedelta(hours=1)
    assert tidy(session, within=within, at=later) == 0
    assert (sending.state, waiting.state) == (MailState.UNCERTAIN, MailState.FAILED)
    assert sending.body is waiting.body is None
    assert tidy(session, within=within, at=now() + KEPT_FOR + timedelta(hours=1)) == 1
    left = session.scalars(sa.select(MailMessage.id).where(MailMessage.consortium_id == world.consortium.id)).all()
    assert sorted(left) == sorted([sending.id, waiting.id])
    assert server.taken == []
    assert mailing


def test_the_settings_say_whether_mail_is_sent_and_whether_the_server_answers(
    mailing: Flask, server: MailServer
) -> None:
    settings = mailing.config["SETTINGS"]
    assert is_mail_set_up(settings)
    assert check_connection(settings) is None
    bare = settings.model_copy(update={"mail_url": ""})
    assert not is_mail_set_up(bare)
    assert "MAIL_URL is not set" in (check_connection(bare) or "")
    broken = settings.model_copy(update={"mail_url": f"smtp://us:secret@127.0.0.1:{server.port}"})
    told = check_connection(broken) or ""
    assert "MAIL_URL" in told
    assert "secret" not in told


def test_a_moment_is_what_the_mail_is_dated(mailing: Flask, session: Session, world: World, server: MailServer) -> None:
    message = posted(session, world)
    drain(mailing)
    assert datetime.strptime(str(server.taken[0]["Date"]), "%a, %d %b %Y %H:%M:%S %z") == message.posted_at.replace(
        microsecond=0
    )
