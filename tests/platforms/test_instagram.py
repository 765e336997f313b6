"""Instagram profiles behind a page: readings equal what is there, and what Meta refuses costs nothing else."""

import contextlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.platforms.contract import InsightsReader, Listener, Malformed, PlatformError, SignInExpired
from app.platforms.instagram.reader import InstagramReader
from app.platforms.meta.insights import pacific_today
from app.platforms.recognize import recognize
from tests.platforms.api_server import Told
from tests.platforms.graph_server import PERSONS_TOKEN, TOKEN, GraphServer, error
from tests.platforms.graph_server import graph_reach as reach

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = InstagramReader()
LIBRARY = recognize("https://www.instagram.com/city.reads")
SEEN = {"views": 310, "reach": 220, "shares": 4}


@pytest.fixture
def own_id(graph: GraphServer) -> str:
    counts = {"followers_count": 903, "follows_count": 71, "media_count": 412}
    return graph.profile(graph.page("citylibrary"), "City.Reads", **counts)


def known(figures: Any) -> dict[str, float | None]:
    return {metric: figure.value for metric, figure in figures.items() if figure.is_known}


def test_it_keeps_the_contract() -> None:
    assert isinstance(READER, Listener)
    assert isinstance(READER, InsightsReader)


@pytest.mark.parametrize("token", [TOKEN, PERSONS_TOKEN])
def test_the_profile_counts_what_is_there(graph: GraphServer, own_id: str, token: str) -> None:
    graph.page("another", token="EAAG-other")
    reading = READER.profile(reach(graph, token=token), LIBRARY)
    assert (reading.external_id, reading.handle) == (own_id, "City.Reads")
    assert known(reading.figures) == {"followers": 903, "following": 71, "posts_total": 412}
    assert reading.raw["media_count"] == 412
    assert TOKEN not in json.dumps(dict(reading.raw))


def test_a_token_of_another_page_is_refused_by_name(graph: GraphServer, own_id: str) -> None:
    with pytest.raises(SignInExpired) as refusal:
        READER.profile(reach(graph), recognize("https://www.instagram.com/millbrook"))
    assert "the page “Citylibrary” (7000, with @City.Reads on Instagram), and not" in str(refusal.value)
    graph.page("bare", token="EAAG-bare")
    with pytest.raises(SignInExpired, match=r"the page “Bare” \(7002\), and not"):
        READER.profile(reach(graph, token="EAAG-bare"), LIBRARY)


def test_media_their_counts_statistics_and_pictures(graph: GraphServer, own_id: str) -> None:
    kind = {"media_type": "IMAGE", "media_product_type": "FEED"}
    album = {"media_type": "CAROUSEL_ALBUM", "children": [
        {"id": "1", "media_type": "IMAGE", "alt_text": "A cat"}, {"id": "2", "media_type": "IMAGE"},
        {"id": "3", "media_type": "VIDEO"},
    ]}  # fmt: skip
    graph.post(own_id, "Shelves, https://library.example", like_count=12, comments_count=3, insights=SEEN, **kind)
    graph.post(own_id, "An album", insights=SEEN, **album)
    graph.post(own_id, "Here today", media_type="IMAGE", media_product_type="STORY")
    hidden = graph.post(own_id, "Hidden likes", insights={"views": 5}, media_type="VIDEO")
    del graph.nodes[own_id].posts[-1]["like_count"]
    last, pictures, first = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert len(graph.api.asked) == 2, "one for the profile, one for the media"
    assert known(first.figures) == {"reactions": 12, "comments": 3, "shares": 4, "views": 310, "reach": 220}
    assert first.figures["link_clicks"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert (first.has_link, first.has_media, first.images, first.images_with_alt) == (True, True, 1, 0)
    assert (pictures.images, pictures.images_with_alt) == (2, 1)
    assert (last.external_id, last.images) == (hidden, 0)
    assert last.figures["reactions"] == Figure.missing(Reason.HIDDEN)
    assert last.figures["reach"] == Figure.missing(Reason.NOT_COLLECTED)


def test_comments_are_mentions_and_own_answers_are_replies(graph: GraphServer, own_id: str) -> None:
    early, late = datetime(2026, 11, 2, 10, tzinfo=UTC), datetime(2026, 11, 2, 11, tzinfo=UTC)
    post = graph.post(own_id, "Which one first?", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    graph.comment(post, "#books", by=own_id, at=early - timedelta(minutes=30))
    asks = graph.comment(post, "The blue one. Open on Sunday?", at=early)
    answer = graph.comment(post, "Until five.", by=own_id, at=late, under=asks)
    more = graph.comment(post, "Thanks", by=None, at=late, under=asks)
    tag = graph.post(own_id, "At @city.reads", to="tagged", at=late)
    how = reach(graph)
    reply, own = READER.posts(how, LIBRARY, LONG_AGO)
    assert own.external_id == post
    assert (reply.external_id, reply.is_reply, reply.in_reply_to_own, reply.in_reply_to_id) == (
        answer,
        True,
        False,
        asks,
    )
    mentions = READER.mentions(how, LIBRARY, LONG_AGO)
    assert {(mention.kind, mention.external_id, mention.author_id, mention.in_reply_to_id) for mention in mentions} == {
        ("reply", asks, "4411", post),
        ("reply", more, f"unknown-{more}", asks),
        ("mention", tag, f"unknown-{tag}", None),
    }


def test_statistics_that_one_of_the_media_has_not_do_not_cost_the_others(graph: GraphServer, own_id: str) -> None:
    few = graph.post(own_id, "Seen by few", insights=SEEN)
    old = graph.post(own_id, "From before", insights=SEEN)
    graph.post(own_id, "Usual", insights=SEEN)
    graph.refused_media = {
        few: {"message": "(#10) Not enough viewers for the media to show insights", "code": 10},
        old: {"message": "Media posted before business account conversion", "code": 100, "error_subcode": 2108006},
    }
    usual, before, seen_by_few = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert usual.figures["views"] == Figure.of(310)
    assert before.figures["views"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert seen_by_few.figures["views"] == Figure.missing(Reason.BELOW_THRESHOLD)
    assert seen_by_few.figures["reactions"] == Figure.of(0)


def test_withdrawn_metrics_and_fields_do_not_cost_the_others(graph: GraphServer, own_id: str) -> None:
    graph.post(own_id, "Shelves", insights=SEEN, media_type="IMAGE")
    graph.withdrawn, graph.unknown = {"shares"}, {"alt_text", "follows_count"}
    reading = READER.profile(reach(graph), LIBRARY)
    assert known(reading.figures) == {"followers": 903, "posts_total": 412}
    assert reading.notes == ("Instagram no longer tells follows_count.",)
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert (post.figures["views"], post.figures["shares"]) == (Figure.of(310), Figure.missing(Reason.WITHDRAWN))
    assert post.images == 0
    graph.unknown = {"username"}
    with pytest.raises(Malformed):
        READER.profile(reach(graph), LIBRARY)


def test_without_a_permission_the_rest_is_read(graph: GraphServer, own_id: str) -> None:
    graph.post(own_id, "Shelves", like_count=2)
    graph.forbidden = {"insights": "(#10) Application does not have permission for this action", "comments": "(#10) no"}
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert (post.figures["reactions"], post.figures["views"]) == (Figure.of(2), Figure.missing(Reason.HIDDEN))
    assert READER.mentions(reach(graph), LIBRARY, LONG_AGO) == []
    with pytest.raises(SignInExpired, match="instagram_manage_insights"):
        READER.insights(reach(graph), LIBRARY, date(2026, 11, 1), date(2026, 11, 2))
    graph.forbidden["tags"] = "(#10) no"
    with pytest.raises(SignInExpired, match="instagram_manage_comments"):
        READER.mentions(reach(graph), LIBRARY, LONG_AGO)


def test_statistics_by_day_in_both_shapes(graph: GraphServer, own_id: str) -> None:
    today = pacific_today()
    days = [today - timedelta(days=step) for step in range(45, 0, -1)]
    graph.nodes[own_id].daily = {"reach": dict.fromkeys(days, 20), "views": {day: day.day for day in days[:-1]}}
    readings = READER.insights(reach(graph), LIBRARY, days[0], days[-1])
    assert [reading.day for reading in readings] == days
    assert {reading.figures["reach"] for reading in readings} == {Figure.of(20)}
    assert [reading.figures["views"].value for reading in readings[-30:-1]] == [day.day for day in days[-30:-1]]
    assert readings[-1].figures["views"] == Figure.missing(Reason.NOT_COLLECTED)
    assert readings[0].figures["views"] == Figure.missing(Reason.NOT_COLLECTED)
    assert len(graph.api.asked) == 1 + 2 + 30


def test_a_withdrawn_metric_of_days_is_asked_for_once(graph: GraphServer, own_id: str) -> None:
    day = pacific_today() - timedelta(days=3)
    graph.nodes[own_id].daily = {"reach": {day: 20}, "saves": {day: 2}, "total_interactions": {day: 14}}
    graph.withdrawn = {"views"}
    readings = READER.insights(reach(graph), LIBRARY, day - timedelta(days=4), day)
    assert readings[-1].figures == {
        "reach": Figure.of(20), "views": Figure.missing(Reason.WITHDRAWN), "saves": Figure.of(2),
        "engagements": Figure.of(14), "profile_views": Figure.missing(Reason.NOT_COLLECTED),
    }  # fmt: skip
    assert sum(asked.query.get("metric") == "views" for asked in graph.api.asked) == 1


def test_an_error_in_a_good_status_is_one(graph: GraphServer, own_id: str) -> None:
    graph.api.fault(error(code=190, error_subcode=463, status=200), path="/media")
    with pytest.raises(SignInExpired, match="has expired"):
        READER.posts(reach(graph), LIBRARY, LONG_AGO)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
LISTS = JSON | st.fixed_dictionaries({"data": st.lists(JSON | st.fixed_dictionaries({"id": JSON, "replies": JSON}))})
ITEMS = st.fixed_dictionaries(
    {"id": st.just("7") | JSON, "timestamp": st.just("2026-11-01T10:00:00+0000") | JSON},
    optional=dict.fromkeys(("caption", "like_count", "media_type", "permalink", "owner"), JSON)
    | dict.fromkeys(("comments", "insights", "children"), LISTS),
)
VALUES = st.fixed_dictionaries(
    {"name": st.sampled_from(["views", "reach"])}, optional={"values": JSON | st.lists(JSON), "total_value": JSON}
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=JSON | st.fixed_dictionaries({"data": st.lists(ITEMS | VALUES | JSON, max_size=3)}))
def test_whatever_comes_is_a_reading_or_an_error_of_ours(graph: GraphServer, own_id: str, answer: object) -> None:
    told = Told(json.dumps(answer).encode())
    day = pacific_today() - timedelta(days=3)
    calls = (
        ("me", lambda how: READER.profile(how, LIBRARY)),
        ("media", lambda how: READER.posts(how, LIBRARY, LONG_AGO)),
        ("tags", lambda how: READER.mentions(how, LIBRARY, LONG_AGO)),
        ("insights", lambda how: READER.insights(how, LIBRARY, day, day)),
    )
    for path, call in calls:
        graph.api.fault(told, path=path, times=2)
        with contextlib.suppress(PlatformError):
            call(reach(graph))
