"""Readings equal what was put on the server, and every fault becomes the right error."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    Gone,
    Identity,
    Malformed,
    NotAllowed,
    PlatformError,
    RateLimited,
    Reach,
    SignInExpired,
    Unreachable,
)
from app.platforms.guard import Limits
from app.platforms.mastodon.reader import MastodonReader
from app.platforms.recognize import recognize
from tests.platforms.mastodon_server import MastodonAccount, MastodonServer
from tests.platforms.web_server import WebServer

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = MastodonReader()
_numbers = count(1)


def make_account(server: MastodonServer, name: str) -> MastodonAccount:
    return server.create_account(f"{name}{next(_numbers)}")


@pytest.fixture
def library(mastodon_server: MastodonServer) -> MastodonAccount:
    return make_account(mastodon_server, "library")


@pytest.fixture
def patron(mastodon_server: MastodonServer) -> MastodonAccount:
    return make_account(mastodon_server, "patron")


@pytest.fixture
def identity(mastodon_server: MastodonServer, library: MastodonAccount) -> Identity:
    return recognize(f"{mastodon_server.base_url}/@{library.username}")


@pytest.fixture(params=["without a token", "with a token"])
def reach(request: pytest.FixtureRequest, library: MastodonAccount) -> Reach:
    return Reach(token=library.token if request.param == "with a token" else None, allow_private=True)


def test_the_profile_counts_what_was_put_there(
    mastodon_server: MastodonServer, library: MastodonAccount, patron: MastodonAccount, identity: Identity, reach: Reach
) -> None:
    mastodon_server.follow(patron, library)
    mastodon_server.follow(make_account(mastodon_server, "patron"), library)
    mastodon_server.follow(library, patron)
    for words in ("one", "two", "three"):
        mastodon_server.post(library, words)
    reading = READER.profile(reach, identity)
    assert reading.external_id == library.id
    assert reading.handle == library.username
    assert {metric: figure.value for metric, figure in reading.figures.items()} == {
        "followers": 2,
        "following": 1,
        "posts_total": 3,
    }
    assert reading.raw["followers_count"] == 2
    assert reading.day == reading.read_at.date()
    json.dumps(dict(reading.raw))


def test_posts_replies_threads_and_boosts_are_told_apart(
    mastodon_server: MastodonServer, library: MastodonAccount, patron: MastodonAccount, identity: Identity, reach: Reach
) -> None:
    server = mastodon_server
    story = server.post(library, "Story time at 10 https://library.example/story #kids")
    question = server.post(patron, f"@{library.username} which floor?", reply_to=story)
    answer = server.post(library, f"@{patron.username} the first", reply_to=question)
    thread = server.post(library, "Bring a cushion", reply_to=story)
    server.boost(library, server.post(patron, "I love my library"))
    server.favourite(patron, story)
    server.boost(patron, story)
    boost, *own = READER.posts(reach, identity, LONG_AGO)
    assert boost.is_repost
    assert boost.figures["reactions"] == Figure.missing(Reason.NOT_OWNED)
    assert [post.external_id for post in own] == [thread, answer, story]
    assert [(post.is_reply, post.in_reply_to_own, post.is_repost) for post in own] == [
        (True, True, False),
        (True, False, False),
        (False, False, False),
    ]
    assert own[2].text == "Story time at 10 https://library.example/story #kids"
    assert [post.has_link for post in own] == [False, False, True]
    assert {metric: own[2].figures[metric].value for metric in ("reactions", "comments", "shares")} == {
        "reactions": 1,
        "comments": 2,
        "shares": 1,
    }
    assert own[2].figures["views"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert own[1].in_reply_to_id == question


def test_private_messages_are_never_read(
    mastodon_server: MastodonServer, library: MastodonAccount, patron: MastodonAccount, identity: Identity
) -> None:
    mastodon_server.post(library, f"@{patron.username} your card number", visibility="direct")
    mastodon_server.post(patron, f"@{library.username} my card number", visibility="direct")
    signed_in = Reach(token=library.token, allow_private=True)
    assert READER.posts(signed_in, identity, LONG_AGO) == []
    assert [mention.text for mention in READER.mentions(signed_in, identity, LONG_AGO)] == [None]


def test_posts_before_the_date_stay_out(
    mastodon_server: MastodonServer, library: MastodonAccount, identity: Identity, reach: Reach
) -> None:
    mastodon_server.post(library, "now")
    assert READER.posts(reach, identity, datetime.now(UTC) + timedelta(minutes=5)) == []
    assert len(READER.posts(reach, identity, datetime.now(UTC) - timedelta(minutes=5))) == 1


def test_more_than_one_page_is_read_whole_and_once(
    mastodon_server: MastodonServer, library: MastodonAccount, identity: Identity, reach: Reach
) -> None:
    made = [mastodon_server.post(library, f"post {number}") for number in range(45)]
    assert [post.external_id for post in READER.posts(reach, identity, LONG_AGO)] == made[::-1]


def test_mentions_come_with_a_token(
    mastodon_server: MastodonServer, library: MastodonAccount, patron: MastodonAccount, identity: Identity
) -> None:
    story = mastodon_server.post(library, "Story time")
    reply = mastodon_server.post(patron, f"@{library.username} when?", reply_to=story)
    call = mastodon_server.post(patron, f"@{library.username} hello")
    mentions = READER.mentions(Reach(token=library.token, allow_private=True), identity, LONG_AGO)
    assert [(mention.external_id, mention.kind, mention.author_id) for mention in mentions] == [
        (call, "mention", patron.id),
        (reply, "reply", patron.id),
    ]
    assert mentions[1].in_reply_to_id == story
    with pytest.raises(SignInExpired):
        READER.mentions(Reach(allow_private=True), identity, LONG_AGO)


FAULTS: list[tuple[str, dict[str, Any], type[PlatformError]]] = [
    ("status", {"status": 500}, Unreachable),
    ("status", {"status": 503}, Unreachable),
    ("status", {"status": 401}, SignInExpired),
    ("status", {"status": 403}, SignInExpired),
    ("status", {"status": 410}, Gone),
    ("status", {"status": 404}, Gone),
    ("ratelimit", {}, RateLimited),
    ("malformed", {}, Malformed),
    ("malformed", {"truncate": False}, Malformed),
    ("timeout", {}, Unreachable),
]


@pytest.mark.parametrize(("effect", "details", "expected"), FAULTS)
def test_each_fault_becomes_its_error(
    mastodon_server: MastodonServer, identity: Identity, reach: Reach, effect: str, details: dict[str, Any],
    expected: type[PlatformError],
) -> None:  # fmt: skip
    reader = MastodonReader(Limits(timeout=0.5))
    mastodon_server.fault(effect, path="/api/v1/accounts/*", **details)
    with pytest.raises(expected) as failure:
        reader.profile(reach, identity)
    assert str(failure.value).endswith(".")
    assert isinstance(failure.value.reason, Reason)
    assert reader.profile(reach, identity).figures["followers"].value == 0, "the fault is over, and the reader works"


def test_latency_is_borne(mastodon_server: MastodonServer, identity: Identity, reach: Reach) -> None:
    mastodon_server.fault("latency", delay_ms=300)
    assert READER.profile(reach, identity)


def test_a_fault_on_a_later_page_spoils_the_whole_reading(
    mastodon_server: MastodonServer, library: MastodonAccount, identity: Identity
) -> None:
    for number in range(41):
        mastodon_server.post(library, f"post {number}")
    mastodon_server.fault("latency", path=f"/api/v1/accounts/{library.id}/statuses")
    mastodon_server.fault("status", path=f"/api/v1/accounts/{library.id}/statuses", status=503)
    with pytest.raises(Unreachable):
        READER.posts(Reach(allow_private=True), identity, LONG_AGO)


def test_a_rate_limit_says_until_when(mastodon_server: MastodonServer, identity: Identity) -> None:
    mastodon_server.fault("ratelimit")
    with pytest.raises(RateLimited) as limit:
        READER.profile(Reach(allow_private=True), identity)
    assert limit.value.until
    assert timedelta(minutes=4) < limit.value.until - datetime.now(UTC) < timedelta(minutes=6)


def test_a_wrong_token_and_an_unknown_account(mastodon_server: MastodonServer, identity: Identity) -> None:
    with pytest.raises(SignInExpired):
        READER.profile(Reach(token="revoked", allow_private=True), identity)
    with pytest.raises(Gone):
        READER.profile(Reach(allow_private=True), recognize(f"{mastodon_server.base_url}/@nobody"))


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ключ", " "])
def test_a_token_no_server_gave_is_not_sent(identity: Identity, token: str) -> None:
    with pytest.raises(SignInExpired):
        READER.profile(Reach(token=token, allow_private=True), identity)


def test_a_token_that_names_a_file_is_not_read_from_it(web_server: WebServer, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the text of a file")
    sent = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        sent.append(request.headers["Authorization"])
        request.send_error(401)

    web_server.answer("/api/v1/accounts/verify_credentials", answer)
    with pytest.raises(SignInExpired):
        READER.profile(Reach(token=str(secret), allow_private=True), recognize(f"{web_server.url}/@library"))
    assert sent == [f"Bearer {secret}"]


def test_loopback_is_contacted_only_where_allowed(identity: Identity) -> None:
    with pytest.raises(NotAllowed):
        READER.profile(Reach(), identity)


def test_a_closed_port_is_unreachable(web_server: WebServer) -> None:
    nobody = Identity("mastodon", "library", "http://127.0.0.1:9/@library", "http://127.0.0.1:9")
    with pytest.raises(Unreachable, match="could not be reached"):
        READER.profile(Reach(allow_private=True), nobody)


def account(**changes: Any) -> dict[str, Any]:
    plain = {"id": "7", "acct": "library", "followers_count": 5, "following_count": 4, "statuses_count": 3}
    return {**plain, **changes}


Serve = Callable[..., Identity]


@pytest.fixture
def serve(web_server: WebServer) -> Serve:
    """A server of another kind, whose account and posts the test words itself."""

    def serve(told: object, statuses: object = (), **headers: str) -> Identity:
        web_server.page("/api/v1/accounts/lookup", json.dumps(told).encode(), "application/json", **headers)
        web_server.page("/api/v1/accounts/7/statuses", json.dumps(statuses).encode(), "application/json")
        return recognize(f"{web_server.url}/@library")

    return serve


OWN = Reach(allow_private=True)


@pytest.mark.parametrize(
    ("told", "metric", "figure"),
    [
        (account(), "followers", Figure.of(5)),
        (account(followers_count=-1), "followers", Figure.missing(Reason.HIDDEN)),
        (account(followers_count=None), "followers", Figure.missing(Reason.NOT_SUPPORTED)),
        (account(followers_count="many"), "followers", Figure.missing(Reason.NOT_SUPPORTED)),
        (
            account(followers_count=0, pleroma={"hide_followers_count": True}),
            "followers",
            Figure.missing(Reason.HIDDEN),
        ),
        (account(followers_count=0), "followers", Figure.of(0)),
        (account(statuses_count=0), "posts_total", Figure.of(0)),
        (account(statuses_count=0, last_status_at="2026-11-01"), "posts_total", Figure.missing(Reason.NOT_SUPPORTED)),
    ],
)
def test_a_count_that_is_no_count_is_a_reason(serve: Serve, told: dict[str, Any], metric: str, figure: Figure) -> None:
    assert READER.profile(OWN, serve(told)).figures[metric] == figure


@pytest.mark.parametrize("told", [[], "hello", 7, None, {}, {"id": "7"}, {"error": "no"}])
def test_an_answer_of_another_shape_is_malformed(serve: Serve, told: object) -> None:
    with pytest.raises(Malformed):
        READER.profile(OWN, serve(told))


@pytest.mark.parametrize(
    "statuses", [{"error": "no"}, "x", [7], [{"id": "1"}], [{"id": "1", "created_at": "yesterday"}]]
)
def test_posts_of_another_shape_are_malformed(serve: Serve, statuses: object) -> None:
    with pytest.raises(Malformed):
        READER.posts(OWN, serve(account(), statuses), LONG_AGO)


def test_a_server_that_gives_the_same_page_for_ever_is_left(serve: Serve, web_server: WebServer) -> None:
    status = {"id": "1", "created_at": "2026-11-01T10:00:00Z", "content": "<p>hi</p>"}
    assert len(READER.posts(OWN, serve(account(), [status]), LONG_AGO)) == 1
    assert len(web_server.asked) == 3


def test_a_server_that_never_ends_is_left_at_the_bound(serve: Serve, web_server: WebServer) -> None:
    identity = serve(account())

    def answer(request: BaseHTTPRequestHandler) -> None:
        before = re.search(r"max_id=(\d+)", request.path)
        first = int(before[1]) if before else 1_000_000
        page = [{"id": str(first - n), "created_at": "2026-11-01T10:00:00Z"} for n in range(1, 41)]
        body = json.dumps(page).encode()
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    web_server.answer("/api/v1/accounts/7/statuses", answer)
    assert len(READER.posts(OWN, identity, LONG_AGO)) == MOST_POSTS


def test_a_moved_account_is_told_and_a_suspended_one_is_gone(serve: Serve) -> None:
    moved = READER.profile(OWN, serve(account(moved={"acct": "new", "url": "https://new.example/@library"})))
    assert moved.notes == ("The account has moved to https://new.example/@library.",)
    with pytest.raises(Gone):
        READER.profile(OWN, serve(account(suspended=True)))


def test_a_bad_token_may_be_422_with_an_empty_body(web_server: WebServer) -> None:
    web_server.page("/api/v1/accounts/verify_credentials", b"", status=422)
    with pytest.raises(SignInExpired):
        READER.profile(Reach(token="bad", allow_private=True), recognize(f"{web_server.url}/@library"))


def test_a_rate_limit_without_headers_says_no_time(web_server: WebServer) -> None:
    web_server.page("/api/v1/accounts/lookup", b"", status=429)
    with pytest.raises(RateLimited) as limit:
        READER.profile(OWN, recognize(f"{web_server.url}/@library"))
    assert limit.value.until is None


def test_a_site_of_another_kind_is_not_an_account_that_is_gone(web_server: WebServer) -> None:
    with pytest.raises(Malformed, match="the way Mastodon does"):
        READER.profile(OWN, recognize(f"{web_server.url}/@library"))


@pytest.mark.parametrize(("times", "works"), [(1, True), (2, False)])
def test_a_reset_connection_is_tried_once_more(web_server: WebServer, *, times: int, works: bool) -> None:
    body = json.dumps(account()).encode()
    web_server.page("/then", body, "application/json")
    web_server.reset("/api/v1/accounts/lookup", times=times, then=web_server.pages["/then"])
    identity = recognize(f"{web_server.url}/@library")
    if works:
        assert READER.profile(OWN, identity).figures["followers"] == Figure.of(5)
    else:
        with pytest.raises(Unreachable):
            READER.profile(OWN, identity)
    assert len(web_server.asked) == 2


def test_a_redirect_to_a_forbidden_place_and_a_circle(web_server: WebServer) -> None:
    identity = recognize(f"{web_server.url}/@library")
    web_server.redirect("/api/v1/accounts/lookup", "http://169.254.169.254/")
    with pytest.raises(NotAllowed):
        READER.profile(OWN, identity)
    web_server.redirect("/api/v1/accounts/lookup", "/api/v1/accounts/lookup")
    with pytest.raises(Malformed, match="circles"):
        READER.profile(OWN, identity)


def test_a_body_without_end_is_malformed(web_server: WebServer) -> None:
    web_server.page("/api/v1/accounts/lookup", b" " * 20_000, "application/json")
    with pytest.raises(Malformed, match="larger"):
        MastodonReader(Limits(max_bytes=10_000)).profile(OWN, recognize(f"{web_server.url}/@library"))
