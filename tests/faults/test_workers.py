"""Workers as processes of their own: several at once, told by a message, stopped politely."""

import os
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.background.actions import ask
from app.background.models import BackgroundRow, WorkerBeat
from app.background.rules import RowState
from app.background.worker import drain, run
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from config import Settings
from tests.databases import Database
from tests.faults import small_work
from tests.faults.harness import in_a_process, look_at

ROWS = 200
_PATIENCE_SECONDS = 20.0


def drain_in_two_threads(settings: Settings) -> None:
    drain(small_work.build(settings), threads=2)


def run_in_one_thread(settings: Settings) -> None:
    run(small_work.build(settings), threads=1)


def wait_for(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


def end(worker: BaseProcess, number: signal.Signals) -> None:
    """Ask it to stop, as a service manager or Ctrl-C does; it leaves in order."""
    assert worker.pid is not None
    os.kill(worker.pid, number)
    worker.join(_PATIENCE_SECONDS)
    assert worker.exitcode == 0


def ask_for_slow_work(session: Session) -> None:
    """Once the worker's first sweep is over, so that only a message can tell it in time."""
    consortium_id = small_work.prepare(session)
    time.sleep(2)
    enter_tenant(session, consortium_id)
    ask(session, "slow", {}, consortium_id=consortium_id, at=now())
    session.commit()


def lose_messages(session: Session) -> None:
    """What waits in PostgreSQL's queue; the file beside SQLite could not even be written."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("DELETE FROM message_queue.huey_task"))
        session.commit()


def the_state(session: Session) -> tuple[RowState, int, int]:
    """State, attempts and steps of the only row."""
    session.rollback()
    row = session.scalars(sa.select(BackgroundRow).execution_options(populate_existing=True)).one()
    session.rollback()
    return row.state, row.attempts, row.steps_done


def beats(session: Session) -> list[int]:
    """The threads of each worker that says that it lives."""
    threads = list(session.scalars(sa.select(WorkerBeat.threads)))
    session.rollback()
    return threads


@pytest.mark.slow
def test_two_workers_do_each_row_exactly_once(own_database: Database) -> None:
    settings = own_database.settings()
    look_at(small_work.build(settings), lambda session: small_work.prepare(session, *["one"] * ROWS))
    with in_a_process(drain_in_two_threads, settings) as one, in_a_process(drain_in_two_threads, settings) as other:
        one.join(60)
        other.join(60)
        assert (one.exitcode, other.exitcode) == (0, 0)
    _name, codes = look_at(small_work.build(settings), small_work.picture)
    assert sorted(int(code.split("-")[0]) for code in codes) == list(range(ROWS))


@pytest.mark.slow
def test_a_message_brings_the_work_at_once_and_a_polite_end_hands_it_back(
    own_database: Database, tmp_path: Path
) -> None:
    settings = own_database.settings(instance_path=tmp_path)
    app = small_work.build(settings)
    with in_a_process(run_in_one_thread, settings) as worker:
        look_at(app, ask_for_slow_work)
        wait_for(lambda: look_at(app, the_state)[2] > 0)
        assert look_at(app, beats) == [1]
        end(worker, signal.SIGTERM)
    assert look_at(app, the_state)[:2] == (RowState.DUE, 0)
    assert look_at(app, beats) == []


@pytest.mark.slow
def test_without_any_message_the_sweep_finds_the_work(own_database: Database, tmp_path: Path) -> None:
    blocked = tmp_path / "no-folder"
    blocked.write_text("a file stands where the queue's folder should be")
    asking = small_work.build(own_database.settings(instance_path=blocked))
    look_at(asking, lambda session: small_work.prepare(session, "good"))
    settings = own_database.settings(instance_path=tmp_path)
    look_at(asking, lose_messages)
    app = small_work.build(settings)
    with in_a_process(run_in_one_thread, settings) as worker:
        wait_for(lambda: look_at(app, the_state)[0] is RowState.DONE)
        end(worker, signal.SIGINT)
    assert look_at(app, small_work.picture) == ("Runs: done", ["part-0", "part-1"])
