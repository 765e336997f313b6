"""Servers that speak Mastodon's interface differently, or badly: each oddity met in the wild, served by a fake."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    Gone,
    Identity,
    Malformed,
    NotAllowed,
    RateLimited,
    Reach,
    SignInExpired,
    Unreachable,
)
from app.platforms.guard import Limits
from app.platforms.mastodon.reader import MastodonReader
from app.platforms.recognize import recognize
from tests.platforms.web_server import WebServer

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = MastodonReader()


def test_a_token_that_names_a_file_is_not_read_from_it(web_server: WebServer, tmp_path: Path) -> None:
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


def own(token: str | None = None) -> Reach:
    """A reach to this machine, as each pull has its own."""
    return Reach(allow_private=True, token=token)


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
    assert READER.profile(own(), serve(told)).figures[metric] == figure


@pytest.mark.parametrize("told", [[], "hello", 7, None, {}, {"id": "7"}, {"error": "no"}])
def test_an_answer_of_another_shape_is_malformed(serve: Serve, told: object) -> None:
    with pytest.raises(Malformed):
        READER.profile(own(), serve(told))


@pytest.mark.parametrize(
    "statuses", [{"error": "no"}, "x", [7], [{"id": "1"}], [{"id": "1", "created_at": "yesterday"}]]
)
def test_posts_of_another_shape_are_malformed(serve: Serve, statuses: object) -> None:
    with pytest.raises(Malformed):
        READER.posts(own(), serve(account(), statuses), LONG_AGO)


def test_a_server_that_gives_the_same_page_for_ever_is_left(serve: Serve, web_server: WebServer) -> None:
    status = {"id": "1", "created_at": "2026-11-01T10:00:00Z", "content": "<p>hi</p>"}
    assert len(READER.posts(own(), serve(account(), [status]), LONG_AGO)) == 1
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
    assert len(READER.posts(own(), identity, LONG_AGO)) == MOST_POSTS


def test_pictures_and_their_alternative_texts(serve: Serve) -> None:
    media = [
        {"type": "image", "description": "A door"},
        {"type": "image", "description": " "},
        {"type": "gifv", "description": None},
        {"type": "video", "description": "A film"},
        {"type": "unknown"},
        "no medium",
    ]
    dated = {"id": "1", "created_at": "2026-11-01T10:00:00Z"}
    statuses = [{**dated, "media_attachments": media}, {**dated, "id": "2", "media_attachments": None}]
    some, none = READER.posts(own(), serve(account(), statuses), LONG_AGO)
    assert (some.images, some.images_with_alt, some.has_media) == (3, 1, True)
    assert (none.images, none.images_with_alt, none.has_media) == (0, 0, False)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", None, 7])
def test_a_link_that_is_no_web_address_never_reaches_a_page(serve: Serve, url: object) -> None:
    status = {"id": "1", "created_at": "2026-11-01T10:00:00Z", "url": url}
    assert READER.posts(own(), serve(account(), [status]), LONG_AGO)[0].url == ""


def test_a_moved_account_is_told_and_a_suspended_one_is_gone(serve: Serve) -> None:
    moved = READER.profile(own(), serve(account(moved={"acct": "new", "url": "https://new.example/@library"})))
    assert moved.notes == ("The account has moved to https://new.example/@library.",)
    with pytest.raises(Gone):
        READER.profile(own(), serve(account(suspended=True)))


def test_who_followed_or_liked_did_not_speak_to_us(serve: Serve, web_server: WebServer) -> None:
    identity = serve(account())
    web_server.page("/api/v1/accounts/verify_credentials", json.dumps(account()).encode(), "application/json")
    told = [
        {"id": str(number), "type": kind, "created_at": f"2026-11-01T10:0{number}:00Z", "account": {"id": "9"}}
        for number, kind in enumerate(("mention", "favourite", "follow"), start=1)
    ]
    web_server.page("/api/v1/notifications", json.dumps(told[::-1]).encode(), "application/json")
    assert [mention.external_id for mention in READER.mentions(own("token"), identity, LONG_AGO)] == ["1"]


def test_a_bad_token_may_be_422_with_an_empty_body(web_server: WebServer) -> None:
    web_server.page("/api/v1/accounts/verify_credentials", b"", status=422)
    with pytest.raises(SignInExpired):
        READER.profile(own("bad"), recognize(f"{web_server.url}/@library"))


def test_a_rate_limit_without_headers_says_no_time(web_server: WebServer) -> None:
    web_server.page("/api/v1/accounts/lookup", b"", status=429)
    with pytest.raises(RateLimited) as limit:
        READER.profile(own(), recognize(f"{web_server.url}/@library"))
    assert limit.value.until is None


def test_a_site_of_another_kind_is_not_an_account_that_is_gone(web_server: WebServer) -> None:
    with pytest.raises(Malformed, match="the way Mastodon does"):
        READER.profile(own(), recognize(f"{web_server.url}/@library"))


@pytest.mark.parametrize(("times", "works"), [(1, True), (2, False)])
def test_a_reset_connection_is_tried_once_more(web_server: WebServer, *, times: int, works: bool) -> None:
    body = json.dumps(account()).encode()
    web_server.page("/then", body, "application/json")
    web_server.reset("/api/v1/accounts/lookup", times=times, then=web_server.pages["/then"])
    identity = recognize(f"{web_server.url}/@library")
    if works:
        assert READER.profile(own(), identity).figures["followers"] == Figure.of(5)
    else:
        with pytest.raises(Unreachable):
            READER.profile(own(), identity)
    assert len(web_server.asked) == 2


def test_a_redirect_to_a_forbidden_place_and_a_circle(web_server: WebServer) -> None:
    identity = recognize(f"{web_server.url}/@library")
    web_server.redirect("/api/v1/accounts/lookup", "http://169.254.169.254/")
    with pytest.raises(NotAllowed):
        READER.profile(own(), identity)
    web_server.redirect("/api/v1/accounts/lookup", "/api/v1/accounts/lookup")
    with pytest.raises(Malformed, match="circles"):
        READER.profile(own(), identity)


def test_a_body_without_end_is_malformed(web_server: WebServer) -> None:
    web_server.page("/api/v1/accounts/lookup", b" " * 20_000, "application/json")
    with pytest.raises(Malformed, match="larger"):
        MastodonReader(Limits(max_bytes=10_000)).profile(own(), recognize(f"{web_server.url}/@library"))
