"""Kill a worker at every statement it makes, let another take over, and compare with a run that nobody disturbed.

All of it happens in a process of its own that has one thread, the app built, its caches warm and no connection open.
That process forks each worker to kill, takes over itself, and brings the start back in between: a boundary costs the
work itself and little more, so that each one can be tried. What a scenario names must stand at the top of a module.
``FAULTS_EVERY=3`` tries each third boundary only; without it, each one.

The dead leave what they committed and nothing else, and that is asserted after every kill. So the end is compared
where a transaction was just begun and where it was about to be committed; the kills in between left the same.
"""

import ctypes
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.background.models import BackgroundRow
from app.background.registry import background
from app.background.rules import LEASE
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from config import Settings
from tests.databases import Database, drop, fresh, run_folder
from tests.faults.start import Start
from tests.frugal import be_frugal

be_frugal()  # in the process that forks the workers
EVERY = int(os.environ.get("FAULTS_EVERY", "1"))
_MOST_BOUNDARIES = 2000
_CHILD_SECONDS = 60
#: how often the one who takes over looks again, each time when every wait is over
_ROUNDS = 3
_FORK = multiprocessing.get_context("fork")


def sweep_once(app: Flask) -> None:
    """What a worker does: ask for what has come due, and do it."""
    find_due(app)
    drain(app)


def take_over(app: Flask) -> None:
    """What another worker does, once the dead one's lease has run out."""
    for round_number in range(1, _ROUNDS + 1):
        with time_machine.travel(now() + 5 * LEASE * round_number + timedelta(seconds=1)):
            sweep_once(app)


def nothing() -> None:
    """What most work does outside."""


@dataclass(frozen=True)
class Scenario:
    """A piece of work to disturb.

    ``build`` makes the app with its handlers; ``prepare`` writes what is there before, asks for the work and commits;
    ``picture`` reads what must come out the same: plain values, ordered, without ids and times. ``work`` is what dies
    on the way, ``mend`` what is done then. ``outside`` tells what the dead did that no database knows of.
    """

    build: Callable[[Settings], Flask]
    prepare: Callable[[Session], object]
    picture: Callable[[Session], Any]
    work: Callable[[Flask], None] = sweep_once
    mend: Callable[[Flask], None] = take_over
    outside: Callable[[], object] = nothing


def kill_at_every_statement(scenario: Scenario, engine_name: str) -> int:
    """Assert that a kill at any boundary changes nothing about the end; the last boundary there is."""
    database = fresh(engine_name)
    try:
        with (
            tempfile.TemporaryDirectory(dir=run_folder()) as folder,
            ProcessPoolExecutor(1, mp_context=clean_processes()) as pool,
        ):
            return pool.submit(_kill_at_each, scenario, database, Path(folder)).result()
    finally:
        drop(database)


@contextmanager
def in_a_process(function: Callable[..., None], *arguments: Any) -> Iterator[BaseProcess]:
    """Run a function in a clean process that has our modules loaded already; it does not outlive the block."""
    with _started(clean_processes().Process(target=function, args=arguments)) as process:
        yield process


def look_at(app: Flask, read: Callable[[Session], Any]) -> Any:
    """Read, or write and commit, with a session of its own."""
    with app.app_context():
        return read(db.session)


def states(session: Session) -> list[tuple[str, str]]:
    """The kind and state of every row of work."""
    enter_tenant(session, None)
    statement = sa.select(BackgroundRow.kind, BackgroundRow.state)
    return sorted((kind, state.value) for kind, state in session.execute(statement))


def clean_processes() -> ForkServerContext:
    """Processes of one thread that have our modules loaded already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "app.factory", "tests.faults.harness"])
    return context


@contextmanager
def _started(process: BaseProcess) -> Iterator[BaseProcess]:
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _kill_at_each(scenario: Scenario, database: Database, folder: Path) -> int:
    """In the process of one thread: keep the start, learn the right end, then try boundary after boundary."""
    instance = folder / "instance"
    instance.mkdir()
    app = scenario.build(database.settings(instance_path=instance))
    look_at(app, scenario.prepare)
    close(app)
    start = Start.keep(database, instance, folder / "kept")
    _warm(scenario, app)
    start.bring_back()
    expected = _mended(scenario, app)
    left: dict[int, object] = {}
    for boundary in range(1, _MOST_BOUNDARIES, EVERY):
        start.bring_back()
        death = _death(scenario, app, boundary)
        if death is None:
            return boundary - 1
        remains = start.remains(), scenario.outside()
        is_new = death.commits not in left
        assert left.setdefault(death.commits, remains) == remains, f"A transaction left a part of it, {boundary}."
        if is_new or death.is_at_commit:
            assert _mended(scenario, app) == expected, f"Killed at boundary {boundary}, the end is another one."
    raise AssertionError(f"The work made more than {_MOST_BOUNDARIES} statements; make it smaller.")


def _warm(scenario: Scenario, app: Flask) -> None:
    """Do everything once, so that no fork has to import, map and compile what all of them need."""
    scenario.work(app)
    _seen(scenario, app)
    close(app)


def close(app: Flask) -> None:
    """Nothing open crosses a fork."""
    with app.app_context():
        db.engine.dispose()
        background().queue.huey.storage.close()


@dataclass(frozen=True)
class _Death:
    """Where a worker was killed: after so many commits, and whether the next one was about to be."""

    commits: int
    is_at_commit: bool


def _death(scenario: Scenario, app: Flask, boundary: int) -> _Death | None:
    """Where the worker died, if it reached this boundary."""
    told = _FORK.RawArray("i", 2)
    with _started(_FORK.Process(target=_work_until, args=(scenario, app, boundary, told))) as worker:
        worker.join(_CHILD_SECONDS)
        ended_with = worker.exitcode
    assert ended_with in {0, -signal.SIGKILL}, f"The worker ended with {ended_with}."
    return _Death(told[0], bool(told[1])) if ended_with else None


def _work_until(scenario: Scenario, app: Flask, boundary: int, told: ctypes.Array[ctypes.c_int]) -> None:
    """In a fork: a worker whose process is killed before its N-th statement or commit."""
    count = 0

    def step(*_event: object) -> None:
        nonlocal count
        count += 1
        if count == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    def step_to_commit(*event: object) -> None:
        told[1] = 1
        step(*event)
        told[:] = [told[0] + 1, 0]

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step_to_commit)
    scenario.work(app)


def _mended(scenario: Scenario, app: Flask) -> Any:
    """What there is to see once a process that was not killed has been at it; nothing of it crosses the next fork."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(_CHILD_SECONDS)
    try:
        scenario.mend(app)
        return _seen(scenario, app)
    finally:
        signal.alarm(0)
        close(app)


def _give_up(*_signal: object) -> None:
    raise AssertionError("The one who takes over came to no end.")


def _seen(scenario: Scenario, app: Flask) -> Any:
    return look_at(app, states), look_at(app, scenario.picture)
