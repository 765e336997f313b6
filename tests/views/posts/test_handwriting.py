"""Posts that no pull reads, written down by hand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.metrics.models import DailyFigure, MonthFigure, Post, PostChange, PostTag
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


def log(browser, world, paper, **told):
    """The id of a post written down two days ago."""
    day = (now() - timedelta(days=2)).date()
    words = {"account": str(paper.id), "day": day.isoformat(), "time": "14:30", "text": "Book sale", "reactions": "12"}
    return int(browser.post(f"/at/{world.east.code}/posts/new", data=words | told).location.rsplit("/", 1)[1])


def figures(session, world, paper, day=None):
    """What is known of the day."""
    session.expire_all()
    enter_tenant(session, world.consortium.id)
    seen = day_of(session, paper, day or (now() - timedelta(days=2)).date(), within=Scope(world.consortium.id)).figures
    return {metric: one.figure.value for metric, one in seen.items() if one.figure.is_known}


def test_a_sum_with_a_hole_is_taken_away(as_branch_manager, session, world, paper):
    log(as_branch_manager, world, paper)
    log(as_branch_manager, world, paper, reactions="")
    assert Metric.REACTIONS not in figures(session, world, paper)
    assert figures(session, world, paper)[Metric.POSTS] == 2


def test_a_post_is_corrected_and_put_back(as_branch_manager, session, world, paper):
    post_id = log(as_branch_manager, world, paper)
    earlier = (now() - timedelta(days=40)).date()
    form = as_branch_manager.get(f"/posts/{post_id}/correct").text
    assert "Book sale" in form
    assert 'value="14:30"' in form
    told = {"day": earlier.isoformat(), "time": "09:05", "text": "Which book?", "reactions": "3", "why": "Wrong day"}
    assert "Write what was wrong." in as_branch_manager.post(f"/posts/{post_id}/correct", data=told | {"why": " "}).text
    as_branch_manager.post(f"/posts/{post_id}/correct", data=told)
    assert figures(session, world, paper) == {}
    assert figures(session, world, paper, earlier)[Metric.REACTIONS] == 3
    listed = as_branch_manager.get(f"/at/{world.east.code}/posts/changes").text
    assert "Corrected by Green Manager" in listed
    assert "Wrong day" in listed
    change = session.scalars(sa.select(PostChange)).one()
    back = as_branch_manager.post(f"/posts/changes/{change.id}/undo", follow_redirects=True).text
    assert "The post is as it was before" in back
    assert figures(session, world, paper)[Metric.REACTIONS] == 12
    assert figures(session, world, paper, earlier) == {}
    again = as_branch_manager.post(f"/posts/changes/{change.id}/undo", follow_redirects=True).text
    assert "This was taken back already." in again


def test_a_post_is_removed_with_its_tags_and_put_back(as_branch_manager, session, world, paper):
    post_id = log(as_branch_manager, world, paper)
    as_branch_manager.post(f"/posts/{post_id}/tag", data={"intent": "ask"})
    assert figures(session, world, paper)[Metric.ASKS] == 1
    path = f"/posts/{post_id}/remove"
    assert "Write why it goes." in as_branch_manager.post(path, data={"why": ""}).text
    shown = as_branch_manager.post(path, data={"why": "Written down twice"}, follow_redirects=True).text
    assert "Last removed by you" in shown
    assert as_branch_manager.get(f"/posts/{post_id}").status_code == 404
    assert figures(session, world, paper) == {}
    for table in (Post, PostTag, DailyFigure, MonthFigure):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    change = session.scalars(sa.select(PostChange)).one()
    as_branch_manager.post(f"/posts/changes/{change.id}/undo")
    told = figures(session, world, paper)
    assert [told[metric] for metric in (Metric.POSTS, Metric.ASKS, Metric.REACTIONS)] == [1, 1, 12]
    assert session.scalars(sa.select(PostTag.value)).all() == ["ask"]
    deeds = session.scalars(sa.select(HistoryEntry.deed).order_by(HistoryEntry.id)).all()
    assert deeds[-2:] == [Deed.POST_REMOVED, Deed.POST_CHANGE_UNDONE]


def test_what_was_noted_otherwise_and_old_values_stay(as_branch_manager, session, world, paper):
    day = (now() - timedelta(days=20)).date()
    kept = log(as_branch_manager, world, paper, day=day.isoformat())
    gone = log(as_branch_manager, world, paper, day=day.isoformat())
    noted = {"day": day.isoformat(), "span": "day", "reactions": "99"}
    as_branch_manager.post(f"/accounts/{paper.id}/by-hand", data=noted)
    assert figures(session, world, paper, day)[Metric.REACTIONS] == 99
    as_branch_manager.post(f"/posts/{gone}/remove", data={"why": "Twice"})
    told = figures(session, world, paper, day)
    assert (told[Metric.POSTS], told[Metric.REACTIONS]) == (1, 99)
    as_branch_manager.post(f"/posts/{kept}/remove", data={"why": "Twice"})
    assert figures(session, world, paper, day) == {Metric.REACTIONS: 99}
    enter_tenant(session, world.consortium.id)
    seen = day_of(session, paper, day, within=Scope(world.consortium.id)).figures[Metric.POSTS]
    assert [revision.figure.value for revision in seen.revisions][-1] == 1


def test_what_a_pull_brought_says_why_it_stays(as_branch_manager, session, world, publish):
    post_id = publish("Story time")["Story time"]
    page = as_branch_manager.get(f"/posts/{post_id}").text
    assert "the next pull would bring it back" in page
    assert "Remove it" not in page
    refused = as_branch_manager.post(f"/posts/{post_id}/remove", data={"why": "No"})
    assert "the next pull would bring it back" in refused.text
    told = {"day": "2026-11-01", "time": "09:00", "text": "Other", "why": "No"}
    assert "This post is not changed by hand" in as_branch_manager.post(f"/posts/{post_id}/correct", data=told).text
    assert session.scalars(sa.select(Post.text)).all() == ["Story time"]
