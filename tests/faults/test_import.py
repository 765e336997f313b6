"""An import killed at any statement, in the worker and on the command line: nothing lost, nothing doubled."""

from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.consortia.models import Consortium
from app.foundation.database import enter_tenant
from tests.databases import ENGINES
from tests.faults.harness import Scenario, kill_at_every_statement, look_at
from tests.faults.metrics_work import SLUG, add_accounts, build_with_small_batches, file_of_days, give_file, picture

pytestmark = pytest.mark.slow
_FEWEST_BOUNDARIES = 25


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_of_a_check(engine_name: str) -> None:
    scenario = Scenario(build_with_small_batches, give_file, picture)
    assert kill_at_every_statement(scenario, engine_name) >= _FEWEST_BOUNDARIES


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_of_the_command(engine_name: str, tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    path.write_bytes(file_of_days())
    command, again = partial(_import, path=path), partial(_import_again, path=path)
    scenario = Scenario(build_with_small_batches, _add_account, picture, work=command, mend=again)
    assert kill_at_every_statement(scenario, engine_name) >= _FEWEST_BOUNDARIES


def _add_account(session: Session) -> None:
    (account,) = add_accounts(session, "https://social.example", "east")
    account.next_pull_at = None
    enter_tenant(session, account.consortium_id)
    session.commit()


def _import(app: Flask, path: Path) -> None:
    words = ["metrics", "import", "--consortium", SLUG, "--account", str(look_at(app, _account_id)), str(path)]
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output


def _import_again(app: Flask, path: Path) -> None:
    assert look_at(app, picture)["days"] == [], "an import is there whole or not at all"
    _import(app, path)


def _account_id(session: Session) -> int:
    enter_tenant(session, session.scalars(sa.select(Consortium.id).where(Consortium.slug == SLUG)).one())
    return session.scalars(sa.select(Account.id)).one()
