"""A worker that is killed while it sends a mail: never two copies, and never one that is lost and not told."""

import os
import signal
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import Settings
from tests.databases import ENGINES, Database
from tests.faults.harness import Scenario, in_a_process, kill_at_every_statement, look_at, sweep_once, take_over
from tests.faults.mail_work import build, post_a_letter, state_of
from tests.mail_server import MailServer, running_mail_server

pytestmark = pytest.mark.slow
_CHILD_SECONDS = 60
#: claim, payload, message, renewals, "sending", the outcome, the end, each with its BEGIN and commit
_FEWEST_BOUNDARIES = 12


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


def _build(settings: Settings, *, url: str) -> Flask:
    return build(settings.model_copy(update={"mail_url": url, "mail_from": "concordance@library.example"}))


def _empty_and_sweep(app: Flask, *, counter: str) -> None:
    _set(counter, 0)
    sweep_once(app)
    _set(counter, 0)


def _is_right(session: Session, *, counter: str) -> bool:
    """Sent means one copy; uncertain means none or one; nothing else is an end."""
    state, is_erased = state_of(session)
    copies = _copies(counter)
    return is_erased and (copies == 1 if state == "sent" else copies <= 1 and state == "uncertain")


def _copies(counter: str) -> int:
    with open(counter, encoding="ascii") as file:  # noqa: PTH123 - as the server's thread writes it
        return int(file.read())


def _set(counter: str, copies: int) -> None:
    with open(counter, "w", encoding="ascii") as file:  # noqa: PTH123 - likewise
        file.write(str(copies))


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_of_a_sending(engine_name: str, server: MailServer, tmp_path: Any) -> None:
    counter = str(tmp_path / "copies")
    _set(counter, 0)

    def count(command: str) -> None:
        if command == "TAKEN":
            _set(counter, _copies(counter) + 1)

    server.on_command = count
    scenario = Scenario(
        build=partial(_build, url=server.url),
        prepare=post_a_letter,
        picture=partial(_is_right, counter=counter),
        work=partial(_empty_and_sweep, counter=counter),
        outside=partial(_copies, counter),
    )
    assert kill_at_every_statement(scenario, engine_name) >= _FEWEST_BOUNDARIES


def _work(settings: Settings, url: str) -> None:
    sweep_once(_build(settings, url=url))


@pytest.mark.parametrize(
    ("command", "state", "copies"),
    [
        ("EHLO", "sent", 1),
        ("MAIL", "sent", 1),
        ("RCPT", "sent", 1),
        ("TAKEN", "uncertain", 1),
    ],
)
def test_a_kill_in_the_middle_of_the_conversation(
    own_database: Database, server: MailServer, command: str, state: str, copies: int
) -> None:
    settings = own_database.settings()
    app = _build(settings, url=server.url)
    look_at(app, post_a_letter)
    known, held = threading.Event(), []

    def kill(seen: str) -> None:
        if seen == command and held[:1] != ["dead"]:
            known.wait(_CHILD_SECONDS)
            os.kill(held[0], signal.SIGKILL)
            held.insert(0, "dead")

    server.on_command = kill
    with in_a_process(_work, settings, server.url) as worker:
        held.append(worker.pid)
        known.set()
        worker.join(_CHILD_SECONDS)
        assert worker.exitcode == -signal.SIGKILL
    take_over(app)
    assert look_at(app, state_of) == (state, True)
    assert len(server.taken) == copies


def test_two_workers_at_once_send_one_mail(own_database: Database, server: MailServer) -> None:
    settings = own_database.settings()
    app = _build(settings, url=server.url)
    look_at(app, post_a_letter)
    with in_a_process(_work, settings, server.url) as one, in_a_process(_work, settings, server.url) as other:
        one.join(_CHILD_SECONDS)
        other.join(_CHILD_SECONDS)
        assert (one.exitcode, other.exitcode) == (0, 0)
    assert look_at(app, state_of) == ("sent", True)
    assert len(server.taken) == 1
