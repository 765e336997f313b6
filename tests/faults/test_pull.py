"""A pull whose worker is killed at any statement, and two workers at once: nothing lost, nothing doubled."""

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy.orm import Session

from config import Settings
from tests.databases import ENGINES, Database
from tests.faults.harness import Scenario, in_a_process, kill_at_every_statement, look_at, states, sweep_once
from tests.faults.metrics_work import add_accounts, build, picture
from tests.platforms.mastodon_server import MastodonServer, running_mastodon

pytestmark = pytest.mark.slow
#: claim, plan, renewal, run, posts, stage, merge, months, account, end, each with its BEGIN and commit
_FEWEST_BOUNDARIES = 30
_CHILD_SECONDS = 60


@pytest.fixture(scope="module")
def server() -> Iterator[MastodonServer]:
    """A server with four accounts that have posted."""
    with running_mastodon() as running:
        for number in range(4):
            account = running.create_account(f"branch{number}")
            question = running.post(account, f"What do you read at branch {number}?")
            running.post(account, "Open until nine.")
            running.post(account, "And on Sundays.", reply_to=question)
        yield running


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_of_a_pull(engine_name: str, server: MastodonServer) -> None:
    scenario = Scenario(build, partial(_add_account, base_url=server.base_url), picture)
    assert kill_at_every_statement(scenario, engine_name) >= _FEWEST_BOUNDARIES


def _add_account(session: Session, base_url: str) -> None:
    add_accounts(session, base_url, "branch0")


def _work(settings: Settings) -> None:
    sweep_once(build(settings))


def test_two_workers_at_once_pull_each_account_once(own_database: Database, server: MastodonServer) -> None:
    names = [f"branch{number}" for number in range(4)]
    app = build(own_database.settings())
    look_at(app, lambda session: add_accounts(session, server.base_url, *names))
    settings = own_database.settings()
    with in_a_process(_work, settings) as one, in_a_process(_work, settings) as other:
        one.join(_CHILD_SECONDS)
        other.join(_CHILD_SECONDS)
        assert (one.exitcode, other.exitcode) == (0, 0)
    _work(settings)  # what one asked for while the other had looked already
    found = look_at(app, picture)
    assert look_at(app, states) == [("metrics.pull", "done")] * len(names)
    assert len(found["runs"]) == len(names)
    assert len(found["posts"]) == 3 * len(names)
    assert [row[1] for row in found["accounts"]] == ["working"] * len(names)


def test_the_command_pulls_what_is_due_and_says_how_it_went(own_database: Database, server: MastodonServer) -> None:
    app = build(own_database.settings())
    *_, gone = look_at(app, lambda session: add_accounts(session, server.base_url, "branch0", "branch1", "nobody"))
    pull = ["metrics", "pull", "--consortium", "green-valley"]
    done = app.test_cli_runner().invoke(args=[*pull, "--due"])
    assert done.exit_code == 1
    assert done.output.count("Working: figures up to") == 2
    assert "1 of 3 accounts gave no figures." in done.output
    nothing_due = app.test_cli_runner().invoke(args=[*pull, "--due"])
    assert (nothing_due.exit_code, nothing_due.output) == (0, "No account is due.\n")
    again = app.test_cli_runner().invoke(args=[*pull, "--account", str(gone.id)])
    assert (again.exit_code, "Not answering" in again.output) == (1, True)
    assert app.test_cli_runner().invoke(args=["metrics", "pull"]).exit_code == 2
