"""A worker killed at any statement: nothing lost, nothing doubled."""

import pytest

from tests.databases import ENGINES
from tests.faults import small_work
from tests.faults.harness import Scenario, kill_at_every_statement

#: claim, payload, two parts and the end, each with its BEGIN and its commit
_FEWEST_BOUNDARIES = 20


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_kill_at_any_statement_changes_nothing_about_the_end(engine_name: str) -> None:
    scenario = Scenario(small_work.build, small_work.prepare_good, small_work.picture)
    assert kill_at_every_statement(scenario, engine_name) >= _FEWEST_BOUNDARIES


@pytest.mark.slow
def test_the_harness_sees_work_that_commits_its_result_before_its_end() -> None:
    scenario = Scenario(small_work.build, small_work.prepare_careless, small_work.picture)
    with pytest.raises(AssertionError, match="the end is another one"):
        kill_at_every_statement(scenario, "sqlite")
