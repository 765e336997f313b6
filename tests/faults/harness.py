"""Kill a worker at every statement it makes, let another take over, and compare with a run that nobody disturbed.

A scenario's functions stand at the top of a module, because the worker that is killed is a process of its own.
``FAULTS_EVERY=3`` tries each third boundary only; without it, each one.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.background.models import BackgroundRow
from app.background.rules import LEASE
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from config import Settings
from tests.databases import Database, drop, fresh

_MOST_BOUNDARIES = 2000
_CHILD_SECONDS = 60
#: how often the one who takes over looks again, each time when every wait is over
_ROUNDS = 3


@dataclass(frozen=True)
class Scenario:
    """A piece of work to disturb.

    ``build`` makes the app with its handlers; ``prepare`` writes what is there before, asks for the work and commits;
    ``picture`` reads what must come out the same: plain values, ordered, without ids and times.
    """

    build: Callable[[Settings], Flask]
    prepare: Callable[[Session], None]
    picture: Callable[[Session], Any]


def kill_at_every_statement(scenario: Scenario, engine_name: str) -> int:
    """Assert that a kill at any boundary changes nothing about the end; the number of boundaries tried."""
    expected = _undisturbed(scenario, engine_name)
    tried = 0
    for boundary in range(1, _MOST_BOUNDARIES, int(os.environ.get("FAULTS_EVERY", "1"))):
        database = _prepared(scenario, engine_name)
        try:
            if not _dies(scenario, database, boundary):
                return tried
            tried += 1
            found = _taken_over(scenario, database)
            assert found == expected, f"Killed at boundary {boundary}, the end is another one."
        finally:
            drop(database)
    raise AssertionError(f"The work made more than {_MOST_BOUNDARIES} statements; make it smaller.")


@contextmanager
def in_a_process(function: Callable[..., None], *arguments: Any) -> Iterator[BaseProcess]:
    """Run a function in a clean process that has our modules loaded already; it does not outlive the block."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.factory", "tests.faults.harness"])
    process = context.Process(target=function, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def look_at(app: Flask, read: Callable[[Session], Any]) -> Any:
    """Read, or write and commit, with a session of its own."""
    with app.app_context():
        return read(db.session)


def states(session: Session) -> list[tuple[str, str]]:
    """The kind and state of every row of work."""
    enter_tenant(session, None)
    statement = sa.select(BackgroundRow.kind, BackgroundRow.state)
    return sorted((kind, state.value) for kind, state in session.execute(statement))


def _undisturbed(scenario: Scenario, engine_name: str) -> Any:
    database = _prepared(scenario, engine_name)
    try:
        return _taken_over(scenario, database)
    finally:
        drop(database)


def _prepared(scenario: Scenario, engine_name: str) -> Database:
    database = fresh(engine_name)
    app = scenario.build(database.settings())
    look_at(app, scenario.prepare)
    _close(app)
    return database


def _dies(scenario: Scenario, database: Database, boundary: int) -> bool:
    """Did the worker reach this boundary, and so its death?"""
    with in_a_process(_work_until, scenario.build, database.settings(), boundary) as worker:
        worker.join(_CHILD_SECONDS)
        ended_with = worker.exitcode
    assert ended_with in {0, -signal.SIGKILL}, f"The worker ended with {ended_with}."
    return ended_with != 0


def _work_until(build: Callable[[Settings], Flask], settings: Settings, boundary: int) -> None:
    """In the child: a worker whose process is killed before its N-th statement or commit."""
    app = build(settings)
    count = 0

    def step(*_event: object) -> None:
        nonlocal count
        count += 1
        if count == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)
    find_due(app)
    drain(app)


def _taken_over(scenario: Scenario, database: Database) -> Any:
    """What another worker makes of it, once the dead one's lease has run out."""
    app = scenario.build(database.settings())
    for round_number in range(1, _ROUNDS + 1):
        with time_machine.travel(now() + 5 * LEASE * round_number + timedelta(seconds=1)):
            find_due(app)
            drain(app)
    found = look_at(app, states), look_at(app, scenario.picture)
    _close(app)
    return found


def _close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
