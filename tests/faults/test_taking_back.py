"""Taking an import back killed at any statement: whoever takes over goes on, and it ends as if nobody had died."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.accounts.models import Account
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.imports.actions import checking, days_back
from app.imports.actions.carrying import apply_file
from app.imports.actions.undoing import ask_undo
from app.metrics.actions.staging import stage
from app.metrics.models import Run
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.incoming import AccountDay
from config import Settings
from tests.faults.harness import Scenario, kill_at_every_statement
from tests.faults.metrics_work import add_accounts, build, picture

pytestmark = pytest.mark.slow
_FIRST = date(2026, 1, 1)
_DAYS, _PART = 4, 2
_FEWEST_BOUNDARIES = 25


def build_with_small_parts(settings: Settings) -> Flask:
    """Few days are two parts; for a process of its own."""
    days_back.PART_DAYS = _PART
    return build(settings)


def ask(session: Session) -> None:
    """A file over another, carried out, and asked to be taken back."""
    (account,) = add_accounts(session, "https://social.example", "east")
    account.next_pull_at = None
    by = Actor.machine("tests", consortium_id=account.consortium_id)
    _imported(session, account, 1, days=_DAYS, by=by)
    ask_undo(session, _imported(session, account, 5, days=_DAYS + 1, by=by), by=by, at=now())
    session.commit()


def _imported(session: Session, account: Account, posts: int, *, days: int, by: Actor) -> Run:
    enter_tenant(session, account.consortium_id)
    run = checking.begin_import(session, account, checking.GivenFile("d.csv", str(posts) * 64), by=by, at=now())
    checking.begin_check(session, run, [Metric.POSTS])
    rows = [
        AccountDay(account.id, _FIRST + timedelta(days=day), {Metric.POSTS: Figure.of(posts)}) for day in range(days)
    ]
    stage(session, rows, consortium_id=run.consortium_id, run_id=run.id, lines=range(2, len(rows) + 2))
    checking.keep_problems(session, run, [], good=len(rows))
    checking.end_check(session, run, at=now())
    apply_file(session, run, by=by, at=now())
    return run


def test_a_kill_at_any_statement() -> None:
    scenario = Scenario(build_with_small_parts, ask, picture)
    assert kill_at_every_statement(scenario, "sqlite") >= _FEWEST_BOUNDARIES
