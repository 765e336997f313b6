"""Posts that no pull reads, written down by hand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.metrics.models import Post
from app.metrics.queries.figures import day_of
from app.metrics.rules.dictionary import Metric, Source


@pytest.fixture
def paper(session, world):
    """An account that no pull reads."""
    account = Account(
        consortium_id=world.consortium.id,
        place_id=world.east.id,
        platform="nextdoor",
        handle="East branch",
        url="https://nextdoor.example/east",
    )
    session.add(account)
    session.commit()
    return account


def test_a_post_written_down_counts_its_day(as_branch_manager, session, world, paper):
    path, day = f"/at/{world.east.code}/posts/new", (now() - timedelta(days=2)).date()
    told = {"account": str(paper.id), "day": day.isoformat(), "time": "14:30", "text": "Book sale", "reactions": "12"}
    for text in ("Book sale", "Which book next?"):
        page = as_branch_manager.post(path, data={**told, "text": text}, follow_redirects=True).text
        assert "its day is counted from it" in page
        assert "Entered by hand" in page
    enter_tenant(session, world.consortium.id)
    seen = day_of(session, paper, day, within=Scope(world.consortium.id)).figures
    assert [seen[metric].figure.value for metric in (Metric.POSTS, Metric.ASKS, Metric.REACTIONS)] == [2, 1, 24]
    assert seen[Metric.POSTS].origin.source is Source.BY_HAND


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": "half past two"}, "14:30"),
        ({"day": "2099-01-01"}, "still to come"),
        ({"text": ""}, "what it shows"),
        ({"url": "javascript:alert(1)"}, "starts with https"),
        ({"account": "1"}, "from the list"),
    ],
)
def test_a_post_that_cannot_be_is_not_written_down(as_branch_manager, session, world, paper, change, words):
    told = {"account": str(paper.id), "day": "2026-11-09", "time": "14:30", "text": "Book sale"}
    page = as_branch_manager.post(f"/at/{world.east.code}/posts/new", data=told | change)
    assert words in page.text
    enter_tenant(session, world.consortium.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0
