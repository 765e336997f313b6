"""An import killed at any statement, in the worker and on the command line: nothing lost, nothing doubled."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.foundation.database import db, enter_tenant
from config import Settings
from tests.databases import ENGINES, drop, fresh
from tests.faults.harness import Scenario, in_a_process, kill_at_every_statement, look_at
from tests.faults.metrics_work import EVERY, add_accounts, build, file_of_days, give_file, picture

pytestmark = pytest.mark.slow
_FEWEST_BOUNDARIES = 25
_MOST_BOUNDARIES = 200
_CHILD_SECONDS = 60


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_of_a_check(engine_name: str) -> None:
    scenario = Scenario(build, give_file, picture)
    assert kill_at_every_statement(scenario, engine_name) * EVERY >= _FEWEST_BOUNDARIES


def _import(settings: Settings, path: str, account_id: int, boundary: int) -> None:
    """In a process of its own: the command, killed before its N-th statement or commit (0: never)."""
    app = build(settings)
    count = 0

    def step(*_event: object) -> None:
        nonlocal count
        count += 1
        if count == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", step)
        event.listen(db.engine, "commit", step)
    words = ["metrics", "import", "--consortium", "green-valley", "--account", str(account_id), path]
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_of_the_command(engine_name: str, tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    path.write_bytes(file_of_days())
    expected = None
    for boundary in range(0, _MOST_BOUNDARIES, EVERY):
        database = fresh(engine_name)
        try:
            app = build(database.settings())
            account_id = look_at(app, _an_account)
            with in_a_process(_import, database.settings(), str(path), account_id, boundary) as child:
                child.join(_CHILD_SECONDS)
            was_killed = child.exitcode == -signal.SIGKILL
            if was_killed:
                assert look_at(app, picture)["days"] == [], "an import is there whole or not at all"
                _import(database.settings(), str(path), account_id, 0)
            found = look_at(app, picture)
            expected = expected or found
            assert found == expected, f"Killed at boundary {boundary}, the end is another one."
        finally:
            drop(database)
        if boundary and not was_killed:
            assert boundary >= _FEWEST_BOUNDARIES
            return
    raise AssertionError("The command never came to its end.")


def _an_account(session: Session) -> int:
    (account,) = add_accounts(session, "https://social.example", "east")
    account.next_pull_at = None
    enter_tenant(session, account.consortium_id)
    session.commit()
    return account.id
