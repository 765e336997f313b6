"""The ticks of policies: offered where a policy in force reads them, and a sentence where none does."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup

from tests.factories import judged
from tests.factories.world import AT


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT):
        yield


def offered(reply):
    """The ticks of the form on a page, and what is said beside them."""
    page = BeautifulSoup(reply.text, "html.parser")
    ticks = ("consent", "rights", "approval", "ai_use", "alt_text", "captions")
    return {tick for tick in ticks if page.find(id=f"t-{tick}")}, " ".join(page.main.get_text(" ").split())


def test_ticks_are_offered_where_a_policy_in_force_reads_them(as_branch_manager, session, world, publish):
    post_id = publish("Story time")["Story time"]
    ticks, words = offered(as_branch_manager.get(f"/posts/{post_id}"))
    assert ticks == {"alt_text", "captions"}  # KPIs count these
    assert "No policy in force here reads consent, rights, approval and the use of AI." in words
    as_branch_manager.post(f"/posts/{post_id}/tag", data={"rights": "own"})
    ticks, _ = offered(as_branch_manager.get(f"/posts/{post_id}"))
    assert ticks == {"rights", "alt_text", "captions"}  # what was said can be said otherwise
    judged.bind(session, world, "T07", from_on=date(2026, 1, 1))
    ticks, words = offered(as_branch_manager.get(f"/at/{world.east.code}/posts"))
    assert ticks == {"consent", "rights", "alt_text", "captions"}
    assert "Asked by " in words
    assert "No policy in force here reads approval and the use of AI." in words
