"""Tag rules are tried on the past first, then tag what comes; topics are the consortium's."""

import sqlalchemy as sa

from app.foundation.database import enter_tenant
from app.metrics.models import PostTag


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
    assert ">70%</td>" in page
    assert "New titles" not in page
    assert ">Topic: Early literacy</option>" in as_admin.get(f"/at/{world.east.code}/posts").text
