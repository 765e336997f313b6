"""Two thousand accounts in one night, workers killed at random instants, the database's connections cut: all is there.

``FAULTS_ACCOUNTS=2000`` makes SQLite's as long. Of accounts that the server tells the same about, the ones pulled in peace say what must come out for all the others.
"""

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.background.actions import claiming, settling
from app.background.models import BackgroundRow
from app.background.rules import OPEN_STATES
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.platforms import readers
from tests.databases import Database, drop, fresh, run_folder
from tests.faults import night_work
from tests.faults.harness import clean_processes, close, look_at, states, take_over
from tests.faults.metrics_work import build

pytestmark = pytest.mark.slow
#: so many accounts in each night, where it is to be a long one
ACCOUNTS = int(os.environ.get("FAULTS_ACCOUNTS", "0"))
_THREADS = 1
_KILLS = 10
_SECONDS_BETWEEN_TIDYING = 4
#: the tables whose rows each pull looks for, and leaves behind as it rewrites them
_REWRITTEN = "account, background_row, daily_figure, staged_figure"
#: a dead worker's rows are taken over so soon
_LEASE = timedelta(seconds=4)
_MOST_SECONDS = 600
_FORK = multiprocessing.get_context("fork")


@pytest.mark.parametrize(
    ("engine_name", "workers", "accounts"),
    [("sqlite", 2, ACCOUNTS or 200), ("postgresql", 8, ACCOUNTS or 2000)],  # the claim is the same for each
)
def test_a_night_with_killed_workers_ends_like_one_in_peace(engine_name: str, workers: int, accounts: int) -> None:
    databases = fresh(engine_name), fresh(engine_name)
    try:
        with (
            tempfile.TemporaryDirectory(dir=run_folder()) as folder,
            ProcessPoolExecutor(1, mp_context=clean_processes()) as pool,
        ):
            pool.submit(_night, databases, Path(folder), workers, accounts).result()
    finally:
        for database in databases:
            drop(database)


def _night(databases: tuple[Database, Database], folder: Path, workers: int, accounts: int) -> None:
    """In a process of one thread of its own, which forks its workers."""
    readers._READERS["mastodon"] = ("tests.faults.night_work", "NightReader")  # noqa: SLF001 - the same pull at a tenth of the cost
    claiming.LEASE = settling.LEASE = _LEASE
    with night_work.running_night_server() as server, time_machine.travel(night_work.NOON):
        peaceful, disturbed = (build(one.settings(instance_path=folder / str(n))) for n, one in enumerate(databases))
        look_at(peaceful, lambda session: night_work.prepare(session, server.base_urls, night_work.KINDS))
        find_due(peaceful)
        drain(peaceful)
        expected = look_at(peaceful, night_work.picture)
        assert [_runs(rows) for rows in expected.values()] == [["done"]] * night_work.KINDS
        server.most_at_once.clear()
        look_at(disturbed, lambda session: night_work.prepare(session, server.base_urls, accounts))
        _disturb(disturbed, databases[1], workers)
        found = look_at(disturbed, night_work.picture)
        assert Counter(look_at(disturbed, states)) == {("metrics.pull", "done"): accounts}
        wrong = [number for number in range(accounts) if found.get(number) != expected[number % night_work.KINDS]]
        assert wrong == [], (found.get(wrong[0]), expected[wrong[0] % night_work.KINDS])
        assert max(server.most_at_once.values()) <= 4, "never more at one server than it is asked at once"


def _runs(rows: list[tuple[Any, ...]]) -> list[str]:
    return [row[2] for row in rows if row[0] == "Run"]


def _disturb(app: Flask, database: Database, count: int) -> None:
    """Work it off with so many workers, killing one now and then; a new one takes its place."""
    dice = random.Random(count)  # noqa: S311 - chosen instants, no secrets
    close(app)
    workers = [_start(app) for _ in range(count)]
    deadline = time.monotonic() + _MOST_SECONDS
    for number in range(_KILLS):
        time.sleep(dice.uniform(0.05, 0.6))
        victim = dice.randrange(count)
        _kill(workers[victim])
        workers[victim] = _start(app)
        if number % 4 == 1 and database.engine_name == "postgresql":
            _cut_connections(database)
    while any(worker.is_alive() for worker in workers) and time.monotonic() < deadline:
        if database.engine_name == "postgresql":
            _tidy(database)
        wait([worker.sentinel for worker in workers if worker.is_alive()], timeout=_SECONDS_BETWEEN_TIDYING)
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))
        assert worker.exitcode == 0, f"A worker ended with {worker.exitcode}."
    take_over(app)  # what a cut connection made wait for a minute


def _start(app: Flask) -> BaseProcess:
    worker = _FORK.Process(target=_work, args=(app,))
    worker.start()
    return worker


def _kill(worker: BaseProcess) -> None:
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()


def _cut_connections(database: Database) -> None:
    """What a restart of the server does to whoever is connected."""
    engine = sa.create_engine(database.admin_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def _tidy(database: Database) -> None:
    """What a server does on its own while it runs; that of the tests does not, and here each row is written often."""
    engine = sa.create_engine(database.admin_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"VACUUM (ANALYZE, SKIP_LOCKED) {_REWRITTEN}"))


def _work(app: Flask) -> None:
    """In a fork: sweep until nothing is due; a database that is away is tried again, as a worker's next look does."""
    is_due = True
    while is_due:
        try:
            find_due(app)
            drain(app, threads=_THREADS)
            is_due = look_at(app, _waits_now)
        except SQLAlchemyError:
            pass  # as in a worker, where the next look is another try
        time.sleep(0.5)


def _waits_now(session: Session) -> bool:
    enter_tenant(session, None)
    soon = sa.or_(BackgroundRow.due_at <= sa.bindparam("now"), BackgroundRow.lease_until.is_not(None))
    open_now = sa.select(BackgroundRow.id).where(BackgroundRow.state.in_(OPEN_STATES), soon).limit(1)
    found = session.scalar(open_now, {"now": now()})
    session.rollback()
    return found is not None
