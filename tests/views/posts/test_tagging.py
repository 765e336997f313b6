"""Tags given to many posts at once and taken back exactly, and who may give them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.metrics.actions.storing import store_batch
from app.metrics.models import Post, Run, TagBatch
from app.metrics.queries.contents import contents_by_account
from app.metrics.queries.figures import day_of
from app.metrics.rules.contents import Contents
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay


def undo(browser, session, world):
    enter_tenant(session, world.consortium.id)
    newest = (
        sa.select(TagBatch.id).where(TagBatch.consortium_id == world.consortium.id).order_by(TagBatch.made_at.desc())
    )
    batch_id = session.scalars(newest.limit(1)).one()
    return browser.post(f"/at/{world.east.code}/posts/batches/{batch_id}/undo", follow_redirects=True)


def test_twenty_are_tagged_at_once_and_taken_back_exactly(as_branch_manager, session, world, publish, tag, tags):
    ids = publish(*(f"Post {number}" for number in range(20)))
    first, *others = ids.values()
    tag(first, topic="Advice", community="Teens")
    page = tag(*ids.values(), topic="Events", rights="own").text
    assert "20 posts tagged: Topic: Events; Rights: Our own." in page
    assert "Last tagged by you: 20 posts" in page
    assert tags(first) == {"topic": "Events", "community": "Teens", "rights": "own"}
    assert "20 posts are as before" in undo(as_branch_manager, session, world).text
    assert tags(first) == {"topic": "Advice", "community": "Teens"}
    assert tags(others[0]) == {}
    deeds = session.scalars(
        sa.select(HistoryEntry.deed)
        .where(HistoryEntry.consortium_id == world.consortium.id, HistoryEntry.deed.like("metrics.%"))
        .order_by(HistoryEntry.number)
    ).all()
    assert deeds == [Deed.POSTS_TAGGED, Deed.POSTS_TAGGED, Deed.POST_TAGS_UNDONE]


def test_what_was_tagged_anew_since_then_stays(as_branch_manager, session, world, publish, tag, tags):
    ids = publish("One", "Two")
    tag(*ids.values(), topic="Events")
    enter_tenant(session, world.consortium.id)
    batch = session.scalars(sa.select(TagBatch).where(TagBatch.consortium_id == world.consortium.id)).one()
    tag(ids["One"], topic="Advice")
    path = f"/at/{world.east.code}/posts/batches/{batch.id}/undo"
    assert "1 post is as before" in as_branch_manager.post(path, follow_redirects=True).text
    assert (tags(ids["One"]), tags(ids["Two"])) == ({"topic": "Advice"}, {})
    assert "taken back already" in as_branch_manager.post(path, follow_redirects=True).text


def test_all_on_the_page_and_taking_away(world, publish, tag, tags):
    ids = publish("One", "Two")
    shown = " ".join(str(post_id) for post_id in ids.values())
    tag(all="1", shown=shown, topic="Events", approval="approved")
    assert tags(ids["One"]) == tags(ids["Two"]) == {"topic": "Events", "approval": "approved"}
    tag(ids["One"], topic="-")
    assert tags(ids["One"]) == {"approval": "approved"}


def test_one_post_of_another_place_keeps_all_from_being_tagged(world, publish, tag, tags):
    ids = publish("Ours") | publish("Theirs", account=world.north_account)
    assert "none was tagged" in tag(ids["Ours"], ids["Theirs"], topic="Events").text
    assert tags(ids["Ours"]) == tags(ids["Theirs"]) == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [({"topic": "Events"}, "Tick the posts"), ({"topic": "Nonsense"}, "from the lists"), ({}, "at least one tag")],
)
def test_what_cannot_be_tagged_is_said(publish, tag, tags, data, words):
    ids = publish("One")
    chosen = () if words.startswith("Tick") else (ids["One"],)
    assert words in tag(*chosen, **data).text
    assert tags(ids["One"]) == {}


def test_only_who_may_import_figures_tags(as_auditor, as_staff, as_stranger, world, publish, tag, tags):
    post_id = publish("One")["One"]
    for browser, status in ((as_auditor, 403), (as_staff, 403), (as_stranger, 404)):
        assert tag(post_id, browser=browser, topic="Events").status_code == status
        assert browser.post(f"/posts/{post_id}/tag", data={"topic": "Events"}).status_code == status
    assert as_auditor.get(f"/posts/{post_id}").status_code == 200
    assert as_staff.get(f"/posts/{post_id}").status_code == 403
    assert as_stranger.get(f"/posts/{post_id}").status_code == 404
    assert tags(post_id) == {}


def test_an_intent_to_ask_is_an_ask_and_its_day_is_counted_anew(session, world, publish, tag):
    post_id = publish("Tell us your favorite book")["Tell us your favorite book"]
    post = session.get_one(Post, post_id)
    scope = Scope(world.consortium.id)
    run = session.get_one(Run, post.run_id)
    counted = {Metric.POSTS: Figure.of(1), Metric.ASKS: Figure.of(0), Metric.BROADCASTS: Figure.of(1)}
    day = post.published_at.astimezone(ZoneInfo("America/New_York")).date()
    store_batch(session, [AccountDay(world.account.id, day, counted)], run=run, source=Source.PULL, at=now())
    session.commit()

    def now_counted():
        session.expire_all()
        figures = day_of(session, world.account, day, within=scope).figures
        return (
            session.get_one(Post, post_id).asks,
            figures[Metric.ASKS].figure.value,
            figures[Metric.BROADCASTS].figure.value,
        )

    tag(post_id, intent="solicit")
    assert now_counted() == (True, 1, 0)
    tag(post_id, intent="inform")
    assert now_counted() == (False, 0, 1)
    tag(post_id, intent="-")
    assert now_counted() == (None, 0, 1)


def test_kpis_count_what_posts_are_made_of(session, world, publish, tag):
    publish("Nobody speaks of this", is_reply=True)
    ids = publish("Story time", "Quilts", has_media=True, images=2, images_with_alt=1)
    ids |= publish("A picture nobody described", "A picture with words", "A film", has_media=True)
    tag(ids["Story time"], topic="Events")
    tag(ids["A picture with words"], alt_text="present", topic="Events")
    tag(ids["A film"], format="video", captions="missing")
    between = {"first_at": now() - timedelta(days=30), "end_at": now()}
    enter_tenant(session, world.consortium.id)
    found = contents_by_account(session, within=Scope(world.consortium.id), **between)
    assert found == {
        world.account.id: Contents(
            posts=6,
            own=5,
            with_media=5,
            topics={"Events": 2},
            pictures=4,
            pictures_told=3,
            images=5,
            images_described=3,
            videos=1,
            videos_told=1,
            videos_speaking=1,
        )
    }
