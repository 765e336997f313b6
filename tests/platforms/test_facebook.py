"""Facebook pages: readings equal what is there, what Meta refuses costs nothing else, each fault becomes its error."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    InsightsReader,
    Listener,
    Malformed,
    SignInExpired,
)
from app.platforms.facebook.reader import FacebookReader
from app.platforms.meta.insights import pacific_today
from app.platforms.recognize import recognize
from tests.platforms.api_server import Told
from tests.platforms.graph_server import TOKEN, GraphServer
from tests.platforms.graph_server import graph_reach as reach

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = FacebookReader()
LIBRARY = recognize("https://www.facebook.com/City.Library")


@pytest.fixture
def own_id(graph: GraphServer) -> str:
    return graph.page("CityLibrary", followers_count=1203, fan_count=1150, talking_about_count=31)


def known(figures: Any) -> dict[str, float | None]:
    return {metric: figure.value for metric, figure in figures.items() if figure.is_known}


def test_it_keeps_the_contract() -> None:
    assert isinstance(READER, Listener)
    assert isinstance(READER, InsightsReader)


def test_the_profile_counts_followers_and_keeps_the_rest_as_it_came(graph: GraphServer, own_id: str) -> None:
    reading = READER.profile(reach(graph), LIBRARY)
    assert (reading.external_id, reading.handle, reading.display_name) == (own_id, "CityLibrary", "Citylibrary")
    assert known(reading.figures) == {"followers": 1203}
    assert reading.figures["following"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert (reading.raw["fan_count"], reading.raw["talking_about_count"]) == (1150, 31)
    assert reading.notes == ()
    assert TOKEN not in json.dumps(dict(reading.raw))
    assert len(graph.api.asked) == 1


def test_posts_their_counts_and_statistics_come_with_one_question(graph: GraphServer, own_id: str) -> None:
    link = [{"media_type": "link", "type": "share", "url": "https://library.example"}]
    clicks = {"link clicks": 4, "other clicks": 30}
    seen = {"post_media_view": 310, "post_total_media_view_unique": 220, "post_clicks_by_type": clicks}
    story = graph.post(own_id, "Story time?", reactions=7, shares={"count": 2}, attachments=link, insights=seen)
    graph.post(own_id, "Quiet", insights={**seen, "post_clicks_by_type": {}}, attachments=[{"media_type": "photo"}])
    graph.post(own_id, "", story="City Library shared a post.", parent_id="88_1", reactions=40)
    how = reach(graph)
    shared, quiet, first = READER.posts(how, LIBRARY, LONG_AGO)
    assert len(graph.api.asked) == 2, "one for the page, one for the posts"
    assert first.external_id == story
    assert known(first.figures) == {
        "reactions": 7, "comments": 0, "shares": 2, "views": 310, "reach": 220, "link_clicks": 4
    }  # fmt: skip
    assert (first.has_link, first.has_media, quiet.has_link, quiet.has_media) == (True, False, False, True)
    assert (quiet.figures["shares"], quiet.figures["link_clicks"]) == (Figure.of(0), Figure.of(0)), "none, not unknown"
    assert shared.is_repost
    assert {figure.reason for figure in shared.figures.values()} == {Reason.NOT_OWNED}
    READER.mentions(how, LIBRARY, LONG_AGO)
    assert [asked.path.rpartition("/")[2] for asked in graph.api.asked[2:]] == ["visitor_posts", "tagged"]


def test_comments_are_mentions_and_the_pages_own_answers_are_replies(graph: GraphServer, own_id: str) -> None:
    early, late = datetime(2026, 11, 2, 10, tzinfo=UTC), datetime(2026, 11, 2, 11, tzinfo=UTC)
    post = graph.post(own_id, "Open on Sunday?", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    graph.comment(post, "First: the hours are below", by=own_id, at=early - timedelta(minutes=30))
    asks = graph.comment(post, "Until when?", at=early)
    answer = graph.comment(post, "Until five.", by=own_id, at=late, under=asks)
    nameless = graph.comment(post, "Thanks", by=None, at=late)
    visit = graph.post(own_id, "Lost a scarf", to="visitors", at=late)
    graph.post(own_id, "We were there", to="tagged", at=early, **{"from": {"id": "55", "name": "Anna"}})
    how = reach(graph)
    reply, own = READER.posts(how, LIBRARY, LONG_AGO)
    assert (own.external_id, own.figures["comments"]) == (post, Figure.of(4))
    assert (reply.external_id, reply.is_reply, reply.in_reply_to_own, reply.in_reply_to_id) == (
        answer,
        True,
        False,
        asks,
    )
    mentions = READER.mentions(how, LIBRARY, LONG_AGO)
    assert {(mention.kind, mention.author_id, mention.in_reply_to_id) for mention in mentions} == {
        ("reply", "4411", post),
        ("reply", f"unknown-{nameless}", post),
        ("mention", f"unknown-{visit}", None),
        ("mention", "55", None),
    }
    assert [mention.at for mention in mentions] == sorted((mention.at for mention in mentions), reverse=True)


def test_posts_before_the_date_stay_out_and_pages_are_read_whole(graph: GraphServer, own_id: str) -> None:
    graph.post(own_id, "old", at=datetime(2026, 1, 1, tzinfo=UTC))
    made = [
        graph.post(own_id, f"post {number}", at=datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=number))
        for number in range(120)
    ]
    since = datetime(2026, 6, 1, tzinfo=UTC)
    assert [post.external_id for post in READER.posts(reach(graph), LIBRARY, since)] == made[::-1]
    assert READER.posts(reach(graph), LIBRARY, datetime.now(UTC) + timedelta(minutes=5)) == []
    graph.most_at_once = 20
    assert len(READER.posts(reach(graph), LIBRARY, since)) == 120
    assert graph.api.asked[-1].query["limit"] == "12"


def test_a_page_that_never_ends_is_left(graph: GraphServer, own_id: str) -> None:
    graph.is_endless = True
    graph.post(own_id, "only one")
    assert len(READER.posts(reach(graph), LIBRARY, LONG_AGO)) == 1
    whole = [{"id": f"{own_id}_{number}", "created_time": "2026-11-01T10:00:00+0000"} for number in range(50)]
    paging = {"cursors": {"after": "same"}, "next": "https://graph.facebook.com/next"}
    graph.api.fault(Told({"data": whole, "paging": paging}), path="published_posts", times=9)
    assert len(READER.posts(reach(graph), LIBRARY, LONG_AGO)) == 50
    assert len(whole) < MOST_POSTS


def test_one_withdrawn_metric_of_posts_does_not_cost_the_others(graph: GraphServer, own_id: str) -> None:
    graph.post(own_id, "Story", insights={"post_media_view": 310, "post_total_media_view_unique": 220})
    graph.withdrawn = {"post_clicks_by_type"}
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert (post.figures["views"], post.figures["reach"]) == (Figure.of(310), Figure.of(220))
    assert post.figures["link_clicks"] == Figure.missing(Reason.WITHDRAWN)
    graph.withdrawn |= {"post_media_view", "post_total_media_view_unique"}
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert post.figures["views"] == Figure.missing(Reason.WITHDRAWN)
    assert post.figures["reactions"] == Figure.of(0)


def test_one_unknown_field_does_not_cost_the_others(graph: GraphServer, own_id: str) -> None:
    graph.post(own_id, "Story", shares={"count": 3}, reactions=2)
    graph.unknown = {"talking_about_count", "shares"}
    assert READER.profile(reach(graph), LIBRARY).notes == ("Facebook no longer tells talking_about_count.",)
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert post.figures["shares"] == Figure.missing(Reason.HIDDEN), "not asked for, so nobody knows that it is none"
    assert post.figures["reactions"] == Figure.of(2)
    graph.unknown = {"id"}
    with pytest.raises(Malformed):
        READER.profile(reach(graph), LIBRARY)


def test_without_a_permission_the_rest_is_read(graph: GraphServer, own_id: str) -> None:
    graph.post(own_id, "Story", reactions=2)
    graph.post(own_id, "We were there", to="tagged")
    graph.forbidden = {"insights": "(#10) This endpoint requires the 'read_insights' permission."}
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert (post.figures["reactions"], post.figures["views"]) == (Figure.of(2), Figure.missing(Reason.HIDDEN))
    with pytest.raises(
        SignInExpired, match=r"lacks the permission read_insights .* Times shown and people reached stay"
    ):
        READER.insights(reach(graph), LIBRARY, date(2026, 11, 1), date(2026, 11, 2))
    graph.forbidden = {"comments": "(#200) Missing permissions", "visitor_posts": "(#200) Missing permissions"}
    [post] = READER.posts(reach(graph), LIBRARY, LONG_AGO)
    assert post.figures["comments"] == Figure.missing(Reason.HIDDEN)
    assert len(READER.mentions(reach(graph), LIBRARY, LONG_AGO)) == 1
    graph.forbidden["tagged"] = "(#200) Missing permissions"
    with pytest.raises(SignInExpired, match="pages_read_user_content"):
        READER.mentions(reach(graph), LIBRARY, LONG_AGO)


def test_statistics_by_day(graph: GraphServer, own_id: str) -> None:
    first, last = date(2026, 10, 30), date(2026, 11, 3)  # the clocks went back on November 1
    days = [first + timedelta(days=step) for step in range(5)]
    daily = graph.nodes[own_id].daily
    daily["page_media_view"] = {day: 100 + number for number, day in enumerate(days)}
    daily["page_total_media_view_unique"] = dict.fromkeys(days[:4], 50)
    daily["page_follows"] = {days[0]: 1200, days[4]: "1203"}
    readings = READER.insights(reach(graph), LIBRARY, first, last)
    assert [reading.day for reading in readings] == days
    assert [reading.figures["views"].value for reading in readings] == [100, 101, 102, 103, 104]
    assert readings[4].figures["reach"] == Figure.missing(Reason.NOT_COLLECTED)
    assert [reading.figures.get("followers") for reading in readings] == [
        Figure.of(1200), None, None, None, Figure.of(1203)
    ]  # fmt: skip


@pytest.mark.parametrize("end_time", ["2026-11-09T07:00:00+0000", "2026-11-09T08:00:00+0000"])
def test_a_value_is_of_the_day_that_ended_in_the_morning(graph: GraphServer, own_id: str, end_time: str) -> None:
    values = [{"value": 5, "end_time": end_time}]
    graph.api.fault(Told({"data": [{"name": "page_media_view", "values": values}]}), path="/insights")
    [reading] = READER.insights(reach(graph), LIBRARY, date(2026, 11, 8), date(2026, 11, 8))
    assert reading.figures["views"] == Figure.of(5)


def test_a_long_span_is_asked_for_in_pieces(graph: GraphServer, own_id: str) -> None:
    today = pacific_today()
    daily = {today - timedelta(days=step): step for step in range(1, 800)}
    graph.nodes[own_id].daily["page_media_view"] = daily
    readings = READER.insights(reach(graph), LIBRARY, today - timedelta(days=3000), today + timedelta(days=30))
    assert (readings[0].day, readings[-1].day) == (today - timedelta(days=730), today)
    assert [reading.figures["views"].value for reading in readings[:-1]] == list(range(730, 0, -1))
    assert READER.insights(reach(graph), LIBRARY, date(2019, 1, 1), date(2019, 2, 1)) == []


def test_one_withdrawn_metric_of_days_does_not_cost_the_others(graph: GraphServer, own_id: str) -> None:
    day = pacific_today() - timedelta(days=3)
    graph.nodes[own_id].daily = {
        "page_media_view": {day: 9}, "page_follows": {day: 1200}, "page_post_engagements": {day: 31},
        "page_views_total": {day: 0},
    }  # fmt: skip
    graph.withdrawn = {"page_total_media_view_unique"}
    how = reach(graph)
    [reading] = READER.insights(how, LIBRARY, day, day)
    asked = len(graph.api.asked)
    READER.insights(how, LIBRARY, day - timedelta(days=1), day - timedelta(days=1))
    assert len(graph.api.asked) == asked + 1, "found out once a pull"
    assert reading.figures == {
        "views": Figure.of(9), "reach": Figure.missing(Reason.WITHDRAWN), "followers": Figure.of(1200),
        "engagements": Figure.of(31), "profile_views": Figure.of(0),
        **dict.fromkeys(("new_follows", "unfollows", "video_views"), Figure.missing(Reason.NOT_COLLECTED)),
    }  # fmt: skip


def test_a_small_page_has_no_statistics(graph: GraphServer) -> None:
    small = graph.page("CityLibrary", followers_count=70, fan_count=64, is_published=False)
    graph.post(small, "Story")
    how = reach(graph)
    assert READER.profile(how, LIBRARY).notes == (
        "The page is not published: only those who manage it see it.",
        "Facebook keeps statistics only of pages with 100 likes or more.",
    )
    [reading] = READER.insights(how, LIBRARY, date(2026, 11, 1), date(2026, 11, 1))
    assert reading.figures == dict.fromkeys(
        ("views", "reach", "new_follows", "unfollows", "profile_views", "engagements", "video_views"),
        Figure.missing(Reason.BELOW_THRESHOLD),
    )
    [post] = READER.posts(how, LIBRARY, LONG_AGO)
    assert post.figures["views"] == Figure.missing(Reason.BELOW_THRESHOLD)
