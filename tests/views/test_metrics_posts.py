"""Posts: the list, tags given to many at once and taken back, rules tried on the past, posts written down."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.foundation.ids import new_id
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.metrics.actions.posts import keep_posts
from app.metrics.actions.storing import store_batch
from app.metrics.models import Post, PostTag, Run, TagBatch
from app.metrics.queries.figures import day_of
from app.metrics.queries.tagged import tags_of
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.rules.tags import TagKind
from app.platforms.contract import PostReading


def reading(number: int, text: str, **told) -> PostReading:
    return PostReading(
        **{
            "external_id": str(number),
            "url": f"https://social.example/{number}",
            "published_at": now() - timedelta(days=1, minutes=number),
            "text": text,
            "is_reply": False,
            "is_repost": False,
            "in_reply_to_own": False,
            "has_media": False,
            "has_link": False,
            "figures": {"reactions": Figure.of(number)},
        }
        | told
    )


@pytest.fixture
def publish(session, world):
    """Pull posts with these words into the world's account, as readings numbered from 1; their ids by words."""

    def write(*texts, account=None, **told):
        to = account or world.account
        enter_tenant(session, world.consortium.id)
        run = Run(
            id=new_id(),
            consortium_id=to.consortium_id,
            account_id=to.id,
            kind=RunKind.PULL,
            state=RunState.DONE,
            started_at=now(),
            ended_at=now(),
        )
        session.add(run)
        session.flush()
        known = session.scalar(
            sa.select(sa.func.count()).select_from(Post).where(Post.consortium_id == to.consortium_id)
        )
        keep_posts(session, to, [reading(known + n, text, **told) for n, text in enumerate(texts, 1)], run=run)
        session.commit()
        rows = session.execute(
            sa.select(Post.text, Post.id).where(Post.consortium_id == to.consortium_id).order_by(Post.id)
        )
        return dict(rows.all())

    return write


@pytest.fixture
def tags(session, world):
    """What is said of a post now: value by kind."""

    def look(post_id):
        enter_tenant(session, world.consortium.id)
        found = tags_of(session, [post_id], within=Scope(world.consortium.id)).get(post_id, {})
        return {kind.value: tag.value for kind, tag in found.items()}

    return look


@pytest.fixture
def tag(as_branch_manager, world):
    """Tag posts as the manager of the east branch does, and show the page after it."""

    def send(*post_ids, browser=as_branch_manager, place=world.east, **wanted):
        data = {"post": [str(post_id) for post_id in post_ids], **wanted}
        return browser.post(f"/at/{place.code}/posts/tag", data=data, follow_redirects=True)

    return send


def undo(browser, session, world):
    enter_tenant(session, world.consortium.id)
    newest = (
        sa.select(TagBatch.id).where(TagBatch.consortium_id == world.consortium.id).order_by(TagBatch.made_at.desc())
    )
    batch_id = session.scalars(newest.limit(1)).one()
    return browser.post(f"/at/{world.east.code}/posts/batches/{batch_id}/undo", follow_redirects=True)


def test_the_list_tells_posts_tags_figures_and_what_is_untagged(as_auditor, world, publish, tag):
    ids = publish("Story time at ten.", "New books are in.", "Thank you all.")
    tag(ids["New books are in."], topic="New titles")
    page = as_auditor.get(f"/at/{world.east.code}/posts").text
    assert page.index("Story time") < page.index("New books") < page.index("Thank you")
    assert "67% of these posts have no tag" in page
    assert "2 reactions" in page
    assert 'name="post"' not in page  # an auditor tags nothing
    assert "New books" not in as_auditor.get(f"/at/{world.east.code}/posts?tag=untagged").text
    only = as_auditor.get(f"/at/{world.east.code}/posts?tag=topic:New+titles").text
    assert "New books" in only
    assert "Story time" not in only


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=STORY", {"Story"}),
        ("kind=reply", {"Reply"}),
        ("media=yes", {"Picture"}),
        ("tag=format:picture", {"Picture"}),
        ("tag=format:text", {"Story", "Reply"}),
        ("from=2020-01-01&to=2020-01-02", set()),
        ("platform=mastodon&origin=import", set()),
        ("tag=nonsense&kind=nonsense&from=x&page=99&account=x", {"Story", "Reply", "Picture"}),
    ],
)
def test_the_address_narrows_the_list(as_admin, world, publish, query, shown):
    publish("Story")
    publish("Reply", is_reply=True)
    publish("Picture", has_media=True)
    page = as_admin.get(f"/at/{world.root.code}/posts?{query}").text
    assert {word for word in ("Story", "Reply", "Picture") if f">{word}</a>" in page} == shown


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


def test_one_post_shows_who_said_what_and_where_its_figures_came_from(as_branch_manager, world, publish):
    post_id = publish("Story time\nat ten.")["Story time\nat ten."]
    told = {"topic": "Events", "intent": "promote", "partner": "East School"}
    page = as_branch_manager.post(f"/posts/{post_id}/tag", data=told, follow_redirects=True).text
    for words in ("Promote an event or service", "East School", world.manager.name, "Pulled from the platform"):
        assert words in page
    page = as_branch_manager.post(f"/posts/{post_id}/tag", data={"topic": "Events"}, follow_redirects=True).text
    assert '<td data-l="Says">East School</td>' not in page


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


def test_a_rule_is_tried_first_then_tags_the_past_and_what_comes(as_branch_manager, session, world, publish, tag, tags):
    ids = publish("#storytime at ten", "Come to #StoryTime", "#storytimes are over", "Closed today")
    tag(ids["Come to #StoryTime"], topic="Community")
    asked = {"says": "#storytime", "tag": "topic:Events", "own": ""}
    path = f"/at/{world.east.code}/posts/rules/new"
    page = as_branch_manager.get(path, query_string=asked).text
    assert "Tag the 1 past post without topic too" in page
    assert "Tagged otherwise, left alone" in page
    assert tags(ids["#storytime at ten"]) == {}
    page = as_branch_manager.post(path, data={**asked, "past": "1"}, follow_redirects=True).text
    assert "1 past post is tagged too" in page
    ids |= publish("More #storytime", "Nothing of it")
    assert tags(ids["#storytime at ten"]) == tags(ids["More #storytime"]) == {"topic": "Events"}
    assert tags(ids["Come to #StoryTime"]) == {"topic": "Community"}
    assert tags(ids["#storytimes are over"]) == tags(ids["Nothing of it"]) == {}
    assert "Tag rule #storytime" in as_branch_manager.get(f"/posts/{ids['More #storytime']}").text
    again = as_branch_manager.post(path, data=asked).text
    assert "gives a topic here already" in again
    assert "There is a problem" in as_branch_manager.get(path, query_string={**asked, "says": "x"}).text


def test_a_rule_is_changed_and_removed_and_its_tags_stay(as_branch_manager, as_stranger, session, world, publish, tags):
    path = f"/at/{world.east.code}/posts/rules"
    as_branch_manager.post(f"{path}/new", data={"says": "#teens", "tag": "community:", "own": "Teens"})
    ids = publish("For #teens")
    enter_tenant(session, world.consortium.id)
    rule_id = session.scalars(sa.select(PostTag.rule_id).where(PostTag.consortium_id == world.consortium.id)).one()
    assert 'value="Teens"' in as_branch_manager.get(f"{path}/{rule_id}/change").text
    told = {"says": "#teens", "tag": "community:", "own": "Young adults"}
    as_branch_manager.post(f"{path}/{rule_id}/change", data=told)
    ids |= publish("More for #teens")
    assert (tags(ids["For #teens"]), tags(ids["More for #teens"])) == (
        {"community": "Teens"},
        {"community": "Young adults"},
    )
    assert as_branch_manager.post(f"/posts/rules/{rule_id}/end").status_code == 404  # the changed one took its place
    newest = sa.select(PostTag.rule_id).where(
        PostTag.consortium_id == world.consortium.id, PostTag.value == "Young adults"
    )
    newest_id = session.scalars(newest).one()
    assert as_stranger.post(f"/posts/rules/{newest_id}/end").status_code == 404
    assert "tags no more" in as_branch_manager.post(f"/posts/rules/{newest_id}/end", follow_redirects=True).text
    assert tags(publish("Last for #teens")["Last for #teens"]) == {}


def test_a_rule_of_a_place_above_holds_below(as_admin, world, publish, tags):
    as_admin.post(f"/at/{world.root.code}/posts/rules/new", data={"says": "poem", "tag": "topic:Advice", "own": ""})
    as_admin.post(f"/at/{world.north.code}/posts/rules/new", data={"says": "song", "tag": "topic:Events", "own": ""})
    ids = publish("A poem", "A song")
    assert (tags(ids["A poem"]), tags(ids["A song"])) == ({"topic": "Advice"}, {})


def test_topics_are_the_admins_to_write(as_admin, as_branch_manager, world):
    assert as_branch_manager.get("/posts/topics").status_code == 403
    assert "together 100" in as_admin.post("/posts/topics", data={"topics": "Early literacy 70\nEvents 20"}).text
    page = as_admin.post("/posts/topics", data={"topics": "Early literacy 70\nEvents 30"}, follow_redirects=True).text
    assert "Early literacy" in page
    assert "New titles" not in page
    assert ">Topic: Early literacy</option>" in as_admin.get(f"/at/{world.east.code}/posts").text


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


def test_the_download_keeps_the_filter_and_runs_no_formula(as_auditor, as_stranger, world, publish, tag):
    ids = publish("=cmd()", "Story time")
    tag(ids["=cmd()"], topic="Events")
    path = f"/at/{world.east.code}/posts.csv?tag=topic:Events"
    assert as_stranger.get(path).status_code == 404
    rows = list(csv.DictReader(io.StringIO(as_auditor.get(path).text)))
    assert [(row["text"], row["topic"], row["reactions"]) for row in rows] == [("'=cmd()", "Events", "1")]


def test_fifty_a_page_and_a_page_stays_small(as_admin, world, publish):
    publish(*(f"Post {number} " + "with many words of its own " * 6 for number in range(60)))
    page = as_admin.get(f"/at/{world.east.code}/posts").text
    assert page.count('name="post"') == 50
    assert len(page.encode()) < 80_000
    assert as_admin.get(f"/at/{world.east.code}/posts?page=2").text.count('name="post"') == 10
    assert TagKind.TOPIC.label in page
