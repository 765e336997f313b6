"""X in both vocabularies: readings equal what is there, what it bills is counted, and each fault becomes its error."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    CapReached,
    Gone,
    Identity,
    Malformed,
    Meter,
    NotAllowed,
    NotShown,
    PlatformError,
    RateLimited,
    Reach,
    SignInExpired,
    Unreachable,
)
from app.platforms.guard import Limits
from app.platforms.recognize import recognize
from app.platforms.x.reader import XReader
from tests.platforms.api_server import Told
from tests.platforms.x_server import TOKEN, XServer, post_counts, running_x

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = XReader()
LIBRARY = recognize("https://twitter.com/CityLibrary")


@pytest.fixture(params=["old", "new"])
def x_server(request: pytest.FixtureRequest) -> Iterator[XServer]:
    with running_x(request.param) as server:
        yield server
        not_ours = "[post.fields]" if request.param == "old" else "[tweet.fields]"
        assert [words for words in server.api.refused if not_ours not in words] == []


@pytest.fixture
def own_id(x_server: XServer) -> str:
    return x_server.account(LIBRARY.handle)


def reach(server: XServer, **changes: Any) -> Reach:
    return Reach(**{"base_url": server.base_url, "token": TOKEN, "allow_private": True, **changes})


def test_the_profile_counts_what_is_there(x_server: XServer, own_id: str) -> None:
    x_server.count(LIBRARY.handle, followers_count=1203, following_count=88, post_count=4510)
    reading = READER.profile(reach(x_server), LIBRARY)
    assert (reading.external_id, reading.handle, reading.notes) == (own_id, LIBRARY.handle, ())
    assert {metric: figure.value for metric, figure in reading.figures.items()} == {
        "followers": 1203,
        "following": 88,
        "posts_total": 4510,
    }
    json.dumps(dict(reading.raw))


def test_an_account_is_found_by_its_id_when_its_name_goes_to_another(x_server: XServer, own_id: str) -> None:
    x_server.users["NewName"] = {**x_server.users.pop(LIBRARY.handle), "username": "NewName"}
    x_server.account(LIBRARY.handle)
    reading = READER.profile(reach(x_server), replace(LIBRARY, external_id=own_id))
    assert reading.external_id == own_id
    assert reading.notes == (f"The account is called @NewName at X now, no longer @{LIBRARY.handle}.",)


def test_a_sum_of_which_a_part_is_missing_is_missing(x_server: XServer, own_id: str) -> None:
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


def test_posts_replies_threads_and_counts(x_server: XServer, own_id: str) -> None:
    counts = post_counts(repost_count=2, quote_count=1, reply_count=4, like_count=7, impression_count=310)
    url = {"start": 0, "end": 23, "url": "https://t.co/abc"}
    story = x_server.post(
        own_id, "https://t.co/abc Story?", public_metrics=counts, entities={"urls": [url]}, attachments={"media_keys": ["3_1"]}
    )  # fmt: skip
    name = {"start": 0, "end": 5, "username": "anna"}
    answer = x_server.post(
        own_id, "@anna the first", conversation_id="4000", in_reply_to_user_id="77", entities={"mentions": [name]},
        referenced_posts=[{"type": "replied_to", "id": "4001"}],
    )  # fmt: skip
    thread = x_server.post(
        own_id, "Bring a cushion", conversation_id=story, in_reply_to_user_id=own_id,
        referenced_posts=[{"type": "replied_to", "id": story}],
    )  # fmt: skip
    x_server.post(own_id, "RT @anna: I love it", referenced_posts=[{"type": "retweeted", "id": "4002"}])
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
def test_a_repost_that_comes_all_the_same_counts_for_nobody(x_server: XServer, own_id: str, name: str) -> None:
    repost = {"id": "1", "text": "RT", "created_at": "2026-11-01T10:00:00Z", name: [{"type": "retweeted", "id": "2"}]}
    x_server.api.fault(Told({"data": [repost], "meta": {}}), path="/tweets")
    [post] = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert post.is_repost
    assert post.figures["reactions"] == Figure.missing(Reason.NOT_OWNED)


def test_posts_before_the_date_stay_out_and_pages_are_read_whole(x_server: XServer, own_id: str) -> None:
    x_server.post(own_id, "old", at=datetime(2026, 1, 1, tzinfo=UTC))
    made = [x_server.post(own_id, f"post {number}") for number in range(230)]
    assert [
        post.external_id for post in READER.posts(reach(x_server), LIBRARY, datetime(2026, 6, 1, tzinfo=UTC))
    ] == made[::-1]
    assert READER.posts(reach(x_server), LIBRARY, datetime.now(UTC) + timedelta(minutes=5)) == []


def test_a_page_that_never_ends_is_left(x_server: XServer, own_id: str) -> None:
    x_server.is_endless = True
    x_server.post(own_id, "only one")
    assert len(READER.posts(reach(x_server), LIBRARY, LONG_AGO)) == 1
    for number in range(MOST_POSTS + 150):
        x_server.post(own_id, f"post {number}")
    assert len(READER.posts(reach(x_server), LIBRARY, LONG_AGO)) == MOST_POSTS


def test_mentions_are_those_of_others(x_server: XServer, own_id: str) -> None:
    story = x_server.post(own_id, "Story time")
    call = x_server.post(own_id, "@CityLibrary hello", to="mentions")
    reply = x_server.post(own_id, "@CityLibrary when?", to="mentions", conversation_id=story)
    x_server.post(own_id, "me again", to="mentions", author_id=own_id)
    mentions = READER.mentions(reach(x_server), LIBRARY, LONG_AGO)
    assert [(mention.external_id, mention.kind, mention.author_id) for mention in mentions] == [
        (reply, "reply", "77"),
        (call, "mention", "77"),
    ]


def test_every_read_is_counted_and_a_known_id_saves_one(x_server: XServer, own_id: str) -> None:
    for number in range(3):
        x_server.post(own_id, f"post {number}")
    meter = Meter(prices={"post": 5_000, "user": 10_000})
    known = Identity(
        "x", LIBRARY.handle, LIBRARY.url, external_id=READER.profile(reach(x_server, meter=meter), LIBRARY).external_id
    )
    READER.posts(reach(x_server, meter=meter), known, LONG_AGO)
    assert meter.reads == {"user": 1, "post": 3}
    assert meter.spent == 25_000
    READER.posts(reach(x_server, meter=meter), LIBRARY, LONG_AGO)
    assert meter.reads == {"user": 2, "post": 6}


def test_nothing_is_asked_once_the_allowance_is_spent(x_server: XServer, own_id: str) -> None:
    for number in range(150):
        x_server.post(own_id, f"post {number}")
    meter = Meter(prices={"post": 5_000, "user": 10_000}, allowance=400_000)
    with pytest.raises(CapReached) as cap:
        READER.posts(reach(x_server, meter=meter), LIBRARY, LONG_AGO)
    assert cap.value.reason is Reason.COST_CAP
    assert meter.reads == {"user": 1, "post": 78}, "as much as could be paid, and it is counted"
    asked = len(x_server.api.asked)
    with pytest.raises(CapReached):
        READER.profile(reach(x_server, meter=meter), LIBRARY)
    assert len(x_server.api.asked) == asked


def test_a_server_that_passes_over_the_fields_of_the_other_vocabulary(x_server: XServer, own_id: str) -> None:
    x_server.api.is_lenient = True
    x_server.post(own_id, "hello", public_metrics=post_counts(like_count=3))
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


def test_a_withheld_post_has_a_reason_for_each_count(x_server: XServer, own_id: str) -> None:
    withheld = {"copyright": False, "country_codes": ["DE"]}
    x_server.post(own_id, "", withheld=withheld)
    del x_server.posts[own_id][0]["public_metrics"]
    [post] = READER.posts(reach(x_server), LIBRARY, LONG_AGO)
    assert {figure.reason for figure in post.figures.values()} == {Reason.HIDDEN, Reason.NOT_SUPPORTED}


def test_problems_beside_data_are_told_and_do_not_spoil_it(x_server: XServer, own_id: str) -> None:
    x_server.beside = [x_server.problem("resource-not-found", "Could not find the pinned post.")]
    x_server.users[LIBRARY.handle]["protected"] = True
    reading = READER.profile(reach(x_server), LIBRARY)
    assert reading.figures["followers"] == Figure.of(0)
    assert reading.notes == (
        "The account is protected: X shows its posts only to its followers.",
        "X left something out: Could not find the pinned post.",
    )


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        ("resource-not-found", "no such user", Gone),
        ("not-authorized-for-resource", "User has been suspended: [u].", Gone),
        ("not-authorized-for-resource", "Sorry, you are not authorized to see the user.", NotShown),
        ("resource-unavailable", "withheld", Gone),
        ("internal-error", "oops", Unreachable),
        ("a-kind-of-tomorrow", "?", Malformed),
    ],
)
def test_problems_in_a_200_without_data_are_errors(
    x_server: XServer, kind: str, detail: str, expected: type[PlatformError]
) -> None:
    x_server.api.fault(Told({"errors": [x_server.problem(kind, detail)]}))
    with pytest.raises(expected) as failure:
        READER.profile(reach(x_server), LIBRARY)
    assert str(failure.value).endswith(".")


HALF_AN_HOUR = timedelta(minutes=30)
FAULTS: list[tuple[Told, type[PlatformError]]] = [
    (Told({"title": "Unauthorized", "type": "about:blank", "status": 401}, 401), SignInExpired),
    (Told(b"", 401), SignInExpired),
    (
        Told({"type": "https://api.twitter.com/2/problems/client-forbidden", "title": "Client Forbidden"}, 403),
        SignInExpired,
    ),
    (Told({"errors": [{"message": "no", "code": 64}]}, 403), SignInExpired),
    (Told({"title": "CreditsDepleted", "type": "about:blank"}, 402), CapReached),
    (Told({"errors": [{"message": "bad", "parameters": {}}]}, 400), Malformed),
    (Told(b"", 404), Gone),
    (Told({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 429), RateLimited),
    (Told(b"<html>", 429), RateLimited),
    (Told(b"", 500), Unreachable),
    (Told({"title": "Service Unavailable"}, 503), Unreachable),
    (Told([1, 2], 503), Malformed),
    (Told(b"", 200), Malformed),
    (Told(b'{"data": {"id"', 200), Malformed),
    (Told(b"[" * 100_000, 200), Malformed),
    (Told([], 200), Malformed),
    (Told({}, 200), Malformed),
    (Told({"data": []}, 200), Malformed),
    (Told({"data": {"id": "seven"}}, 200), Malformed),
    (Told(b"{}", 302, {"Location": "/2/users/by/username/CityLibrary"}), Malformed),
]


@pytest.mark.parametrize(("told", "expected"), FAULTS)
def test_each_fault_becomes_its_error(
    x_server: XServer, own_id: str, told: Told, expected: type[PlatformError]
) -> None:
    x_server.api.fault(told, times=7)
    with pytest.raises(expected) as failure:
        READER.profile(reach(x_server), LIBRARY)
    assert str(failure.value).endswith(".")
    assert TOKEN not in str(failure.value)


@pytest.mark.parametrize(
    "answer",
    [{"data": "x", "meta": {}}, {"data": [7], "meta": {}}, {"data": [{"id": "1", "created_at": "soon"}]}, {"x": 1}],
)
def test_posts_of_another_shape_are_malformed(x_server: XServer, own_id: str, answer: object) -> None:
    x_server.api.fault(Told(answer), path="/tweets", times=2)
    with pytest.raises(Malformed):
        READER.posts(reach(x_server), LIBRARY, LONG_AGO)


def test_a_rate_limit_says_until_when(x_server: XServer) -> None:
    until = (datetime.now(UTC) + HALF_AN_HOUR).replace(microsecond=0)
    body = {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
    x_server.api.fault(Told(body, 429, {"x-rate-limit-reset": str(int(until.timestamp()))}))
    with pytest.raises(RateLimited) as limit:
        READER.profile(reach(x_server), LIBRARY)
    assert limit.value.until == until


@pytest.mark.parametrize("reset", ["soon", "99999999999999999999"])
def test_a_rate_limit_until_no_time_of_ours(x_server: XServer, reset: str) -> None:
    x_server.api.fault(Told(b"", 429, {"x-rate-limit-reset": reset}))
    with pytest.raises((RateLimited, Malformed)) as limit:
        READER.profile(reach(x_server), LIBRARY)
    assert getattr(limit.value, "until", None) is None


def test_a_used_up_cap_of_the_platform_waits_for_the_next_month(x_server: XServer) -> None:
    problem = x_server.problem("usage-capped", "Usage cap exceeded: Monthly product cap", period="Monthly")
    x_server.api.fault(Told(problem, 429))
    with pytest.raises(RateLimited) as limit:
        READER.profile(reach(x_server), LIBRARY)
    assert limit.value.until
    assert limit.value.until > datetime.now(UTC)
    assert (limit.value.until.day, limit.value.until.hour) == (1, 0)


@pytest.mark.parametrize(("times", "works"), [(1, True), (2, False)])
def test_a_reset_connection_is_tried_once_more(x_server: XServer, own_id: str, *, times: int, works: bool) -> None:
    x_server.api.fault(Told(is_reset=True), times=times)
    if works:
        assert READER.profile(reach(x_server), LIBRARY).external_id == own_id
    else:
        with pytest.raises(Unreachable):
            READER.profile(reach(x_server), LIBRARY)
    assert len(x_server.api.asked) == 2


@pytest.mark.parametrize("token", [None, "", " ", "two words", "line\nbreak", "ключ"])
def test_without_a_usable_token_nothing_is_asked(x_server: XServer, token: str | None) -> None:
    with pytest.raises(SignInExpired):
        READER.profile(reach(x_server, token=token), LIBRARY)
    assert x_server.api.asked == []


def test_the_token_goes_to_x_or_this_machine_and_into_no_log(
    x_server: XServer, own_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotAllowed):
        READER.profile(reach(x_server, base_url="https://x.example"), LIBRARY)
    with pytest.raises(NotAllowed):
        READER.profile(reach(x_server, allow_private=False), LIBRARY)
    with caplog.at_level(logging.DEBUG):
        READER.profile(reach(x_server), LIBRARY)
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(reach(x_server))


def test_a_body_without_end_is_malformed(x_server: XServer) -> None:
    x_server.api.fault(Told(b" " * 20_000))
    with pytest.raises(Malformed, match="larger"):
        XReader(Limits(max_bytes=10_000)).profile(reach(x_server), LIBRARY)
