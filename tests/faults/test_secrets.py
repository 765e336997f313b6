"""A process killed while secrets change: what is kept afterwards serves, and opens."""

from functools import partial

import pytest

from tests.faults import secrets_work
from tests.faults.harness import Scenario, kill_at_every_statement
from tests.platforms.api_server import ApiServer, NoDescription, Told, running

pytestmark = pytest.mark.slow


def test_a_kill_at_any_statement_while_a_token_is_prolonged_leaves_one_that_serves() -> None:
    """The one kept is the new one, or the old one, which the next worker uses."""
    rotating = secrets_work.Rotating()
    api = ApiServer(NoDescription(), refuse=lambda why: Told({"error": why}, 400), respond=rotating.respond)
    with running(api) as server:
        scenario = Scenario(
            build=secrets_work.build,
            prepare=partial(secrets_work.prepare, base_url=server.base_url),
            picture=secrets_work.is_served,
            work=secrets_work.prolong_anew,
            mend=secrets_work.prolong_later,
        )
        # the account, its token, its grant and what it is known by; the claim, the new pair, each with its commit
        assert kill_at_every_statement(scenario, "sqlite") >= 10


def test_a_kill_at_any_statement_while_keys_are_turned_over_loses_no_secret() -> None:
    scenario = Scenario(
        build=secrets_work.build,
        prepare=partial(secrets_work.prepare, base_url="http://127.0.0.1:9"),
        picture=secrets_work.with_the_new_key,
        work=secrets_work.turn_over,
        mend=secrets_work.turn_over,
    )
    assert kill_at_every_statement(scenario, "sqlite") >= 10
