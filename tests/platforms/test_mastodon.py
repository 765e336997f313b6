"""Readings equal what was put on the server, and every fault becomes the right error."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
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


def test_a_token_of_somebody_else_tells_nothing(
    mastodon_server: MastodonServer, library: MastodonAccount, patron: MastodonAccount, identity: Identity
) -> None:
    mastodon_server.post(library, f"@{patron.username} about your request")
    theirs = Reach(token=patron.token, allow_private=True)
    for read in (READER.posts, READER.mentions):
        with pytest.raises(SignInExpired, match=f"of @{patron.username}, not of @{library.username}"):
            read(replace(theirs, kept={}), identity, LONG_AGO)
    with pytest.raises(SignInExpired):
        READER.profile(theirs, identity)


def test_another_account_of_the_same_name_is_not_ours(identity: Identity, reach: Reach) -> None:
    held = READER.profile(reach, identity)
    assert READER.posts(reach, replace(identity, external_id=held.external_id), LONG_AGO) == []
    with pytest.raises(Gone, match="another account of this name"):
        READER.profile(reach, replace(identity, external_id="999999"))


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


def test_loopback_is_contacted_only_where_allowed(identity: Identity) -> None:
    with pytest.raises(NotAllowed):
        READER.profile(Reach(), identity)
