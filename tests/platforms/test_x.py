"""X in both vocabularies: readings equal what is there, and what it bills is counted."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    CapReached,
    Identity,
    Meter,
    Reach,
)
from app.platforms.recognize import recognize
from app.platforms.x.reader import XReader
from tests.platforms.api_server import Told
from tests.platforms.x_server import TOKEN, XServer, post_counts

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = XReader()
LIBRARY = recognize("https://twitter.com/CityLibrary")


def reach(server: XServer, **changes: Any) -> Reach:
    return Reach(**{"base_url": server.base_url, "token": TOKEN, "allow_private": True, **changes})


def test_the_profile_counts_what_is_there(x_server: XServer, library_on_x: str) -> None:
    x_server.count(LIBRARY.handle, followers_count=1203, following_count=88, post_count=4510)
    reading = READER.profile(reach(x_server), LIBRARY)
    assert (reading.external_id, reading.handle, reading.notes) == (library_on_x, LIBRARY.handle, ())
    assert {metric: figure.value for metric, figure in reading.figures.items()} == {
        "followers": 1203,
        "following": 88,
        "posts_total": 4510,
    }
    json.dumps(dict(reading.raw))


def test_an_account_is_found_by_its_id_when_its_name_goes_to_another(x_server: XServer, library_on_x: str) -> None:
    x_server.users["NewName"] = {**x_server.users.pop(LIBRARY.handle), "username": "NewName"}
    x_server.account(LIBRARY.handle)
    reading = READER.profile(reach(x_server), replace(LIBRARY, external_id=library_on_x))
    assert reading.external_id == library_on_x
    assert reading.notes == (f"The account is called @NewName at X now, no longer @{LIBRARY.handle}.",)


def test_a_sum_of_which_a_part_is_missing_is_missing(x_server: XServer, library_on_x: str) -> None:
    counts = post_counts(repost_count=2)
    del counts["quote_count"]
    x_server.api.fault(
        Told(
            {
                "data": [{"id": "1", "text": "", "created_at": "2026-11-01T10:00:00Z", "public_metrics": counts}],
                "meta": {},
            }
        ),
        path="/tweets",
    )
    [post] = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert post.figures["shares"] == Figure.missing(Reason.HIDDEN)


def test_posts_replies_threads_and_counts(x_server: XServer, library_on_x: str) -> None:
    counts = post_counts(repost_count=2, quote_count=1, reply_count=4, like_count=7, impression_count=310)
    url = {"start": 0, "end": 23, "url": "https://t.co/abc"}
    story = x_server.post(
        library_on_x, "https://t.co/abc Story?", public_metrics=counts, entities={"urls": [url]}, attachments={"media_keys": ["3_1"]}
    )  # fmt: skip
    name = {"start": 0, "end": 5, "username": "anna"}
    answer = x_server.post(
        library_on_x, "@anna the first", conversation_id="4000", in_reply_to_user_id="77", entities={"mentions": [name]},
        referenced_posts=[{"type": "replied_to", "id": "4001"}],
    )  # fmt: skip
    thread = x_server.post(
        library_on_x, "Bring a cushion", conversation_id=story, in_reply_to_user_id=library_on_x,
        referenced_posts=[{"type": "replied_to", "id": story}],
    )  # fmt: skip
    x_server.post(library_on_x, "RT @anna: I love it", referenced_posts=[{"type": "retweeted", "id": "4002"}])
    posts = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert [post.external_id for post in posts] == [thread, answer, story]
    assert [(post.is_reply, post.in_reply_to_own, post.is_repost) for post in posts] == [
        (True, True, False),
        (True, False, False),
        (False, False, False),
    ]
    assert {metric: figure.value for metric, figure in posts[2].figures.items() if figure.is_known} == {
        "reactions": 7,
        "comments": 4,
        "shares": 3,
        "views": 310,
    }
    assert posts[2].figures["link_clicks"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert (posts[2].has_link, posts[2].has_media, posts[1].has_link) == (True, True, False)
    assert posts[2].url == f"https://x.com/{LIBRARY.handle}/status/{story}"


@pytest.mark.parametrize("name", ["referenced_tweets", "referenced_posts"])
def test_a_repost_that_comes_all_the_same_counts_for_nobody(x_server: XServer, library_on_x: str, name: str) -> None:
    repost = {"id": "1", "text": "RT", "created_at": "2026-11-01T10:00:00Z", name: [{"type": "retweeted", "id": "2"}]}
    x_server.api.fault(Told({"data": [repost], "meta": {}}), path="/tweets")
    [post] = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert post.is_repost
    assert post.figures["reactions"] == Figure.missing(Reason.NOT_OWNED)


def test_posts_before_the_date_stay_out_and_pages_are_read_whole(x_server: XServer, library_on_x: str) -> None:
    x_server.post(library_on_x, "old", at=datetime(2026, 1, 1, tzinfo=UTC))
    made = [x_server.post(library_on_x, f"post {number}") for number in range(230)]
    assert [
        post.external_id for post in READER.posts(reach(x_server), LIBRARY, datetime(2026, 6, 1, tzinfo=UTC))
    ] == made[::-1]
    assert READER.posts(reach(x_server), LIBRARY, datetime.now(UTC) + timedelta(minutes=5)) == []


def test_a_page_that_never_ends_is_left(x_server: XServer, library_on_x: str) -> None:
    x_server.is_endless = True
    x_server.post(library_on_x, "only one")
    assert len(READER.posts(reach(x_server), LIBRARY, LONG_AGO)) == 1
    for number in range(MOST_POSTS + 150):
        x_server.post(library_on_x, f"post {number}")
    assert len(READER.posts(reach(x_server), LIBRARY, LONG_AGO)) == MOST_POSTS


def test_mentions_are_those_of_others(x_server: XServer, library_on_x: str) -> None:
    story = x_server.post(library_on_x, "Story time")
    call = x_server.post(library_on_x, "@CityLibrary hello", to="mentions")
    reply = x_server.post(library_on_x, "@CityLibrary when?", to="mentions", conversation_id=story)
    x_server.post(library_on_x, "me again", to="mentions", author_id=library_on_x)
    mentions = READER.mentions(reach(x_server), LIBRARY, LONG_AGO)
    assert [(mention.external_id, mention.kind, mention.author_id) for mention in mentions] == [
        (reply, "reply", "77"),
        (call, "mention", "77"),
    ]


def test_every_read_is_counted_and_a_known_id_saves_one(x_server: XServer, library_on_x: str) -> None:
    for number in range(3):
        x_server.post(library_on_x, f"post {number}")
    meter = Meter(prices={"post": 5_000, "user": 10_000})
    known = Identity(
        "x", LIBRARY.handle, LIBRARY.url, external_id=READER.profile(reach(x_server, meter=meter), LIBRARY).external_id
    )
    READER.posts(reach(x_server, meter=meter), known, LONG_AGO)
    assert meter.reads == {"user": 1, "post": 3}
    assert meter.spent == 25_000
    READER.posts(reach(x_server, meter=meter), LIBRARY, LONG_AGO)
    assert meter.reads == {"user": 2, "post": 6}


def test_nothing_is_asked_once_the_allowance_is_spent(x_server: XServer, library_on_x: str) -> None:
    for number in range(150):
        x_server.post(library_on_x, f"post {number}")
    meter = Meter(prices={"post": 5_000, "user": 10_000}, allowance=400_000)
    with pytest.raises(CapReached) as cap:
        READER.posts(reach(x_server, meter=meter), LIBRARY, LONG_AGO)
    assert cap.value.reason is Reason.COST_CAP
    assert meter.reads == {"user": 1, "post": 78}, "as much as could be paid, and it is counted"
    asked = len(x_server.api.asked)
    with pytest.raises(CapReached):
        READER.profile(reach(x_server, meter=meter), LIBRARY)
    assert len(x_server.api.asked) == asked


def test_a_server_that_passes_over_the_fields_of_the_other_vocabulary(x_server: XServer, library_on_x: str) -> None:
    x_server.api.is_lenient = True
    x_server.post(library_on_x, "hello", public_metrics=post_counts(like_count=3))
    [post] = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert post.figures["reactions"] == Figure.of(3)


@pytest.mark.parametrize(
    ("changes", "metric", "figure"),
    [
        ({"public_metrics": None}, "followers", Figure.missing(Reason.HIDDEN)),
        ({"public_metrics": {}}, "followers", Figure.missing(Reason.HIDDEN)),
        ({"public_metrics": {"followers_count": -1}}, "followers", Figure.missing(Reason.API_ERROR)),
        ({"public_metrics": {"followers_count": "many"}}, "followers", Figure.missing(Reason.API_ERROR)),
        ({"public_metrics": {"followers_count": True}}, "followers", Figure.missing(Reason.API_ERROR)),
        ({"public_metrics": {"followers_count": 0}}, "followers", Figure.of(0)),
        ({"public_metrics": {"tweet_count": 5}}, "posts_total", Figure.of(5)),
        ({"public_metrics": {"post_count": 6}}, "posts_total", Figure.of(6)),
    ],
)
def test_a_count_that_is_no_count_is_a_reason(
    x_server: XServer, changes: dict[str, Any], metric: str, figure: Figure
) -> None:
    x_server.api.fault(Told({"data": {"id": "7", "username": "u", "name": "U", **changes}}))
    assert READER.profile(reach(x_server), LIBRARY).figures[metric] == figure


def test_a_withheld_post_has_a_reason_for_each_count(x_server: XServer, library_on_x: str) -> None:
    withheld = {"copyright": False, "country_codes": ["DE"]}
    x_server.post(library_on_x, "", withheld=withheld)
    del x_server.posts[library_on_x][0]["public_metrics"]
    [post] = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert {figure.reason for figure in post.figures.values()} == {Reason.HIDDEN, Reason.NOT_SUPPORTED}
