"""The list of posts: what it tells and hides, how its address narrows it, the download, and one post."""

import csv
import io

import pytest

from app.foundation.figures import Figure, Reason
from app.metrics.rules.tags import TagKind


def test_the_list_tells_posts_tags_figures_and_what_is_untagged(as_auditor, world, publish, tag):
    ids = publish("Story time at ten.", "New books are in.", "Thank you all.")
    tag(ids["New books are in."], topic="New titles")
    page = as_auditor.get(f"/at/{world.east.code}/posts").text
    assert page.index("Story time") < page.index("New books") < page.index("Thank you")
    assert "<b>67% of these posts have no tag</b>" in page
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


def test_a_count_that_is_not_told_says_why_and_since_when(as_admin, session, world, publish):
    world.account.platform = "instagram"
    session.commit()
    hidden = {"reactions": Figure.missing(Reason.HIDDEN), "comments": Figure.of(2)}
    post_id = publish("Story time", number=7)["Story time"]
    page = as_admin.get(f"/posts/{post_id}").text
    assert "Not offered by Instagram" in page, "link clicks"
    assert "Hidden by the platform" not in page
    publish("Story time", number=7, figures=hidden)
    page = as_admin.get(f"/posts/{post_id}").text
    assert "Hidden by the platform since" in page
    assert '<td class="num" data-l="Value">7</td>' in page, "what was told last stays"
    publish("Story time", number=7)
    assert "Hidden by the platform since" not in as_admin.get(f"/posts/{post_id}").text


def test_one_post_shows_who_said_what_and_where_its_figures_came_from(as_branch_manager, world, publish):
    post_id = publish("Story time\nat ten.")["Story time\nat ten."]
    told = {"topic": "Events", "intent": "promote", "partner": "East School"}
    page = as_branch_manager.post(f"/posts/{post_id}/tag", data=told, follow_redirects=True).text
    for words in ("Promote an event or service", "East School", world.manager.name, "Pulled from the platform"):
        assert words in page
    page = as_branch_manager.post(f"/posts/{post_id}/tag", data={"topic": "Events"}, follow_redirects=True).text
    assert '<td data-l="Says">East School</td>' not in page


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
