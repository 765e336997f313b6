"""Bluesky when something is wrong: each fault becomes its error, and a password goes nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.bluesky.reader import BlueskyReader
from app.platforms.contract import (
    Gone,
    Malformed,
    NotAllowed,
    NotYet,
    PlatformError,
    RateLimited,
    Reach,
    SignInExpired,
    Unreachable,
)
from app.platforms.guard import Limits
from tests.platforms import bluesky_server
from tests.platforms.api_server import Told
from tests.platforms.bluesky_server import LIBRARY, BlueskyServer, reach, running_bluesky, signed_in

bluesky, bluesky_id = bluesky_server.bluesky, bluesky_server.bluesky_id  # the fixtures

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = BlueskyReader()
PROFILE, FEED, TOLD = "getProfile", "getAuthorFeed", "listNotifications"


def a_pull(reach: Reach) -> None:
    READER.profile(reach, LIBRARY)
    READER.posts(reach, LIBRARY, LONG_AGO)
    READER.mentions(reach, LIBRARY, LONG_AGO)


def methods(server: BlueskyServer) -> list[str]:
    return [asked.path.rpartition(".")[2] for asked in server.api.asked]


def test_mentions_want_an_app_password(bluesky: BlueskyServer, bluesky_id: str) -> None:
    with pytest.raises(SignInExpired, match="signed-in"):
        READER.mentions(reach(bluesky), LIBRARY, LONG_AGO)
    assert bluesky.api.asked == []


@pytest.mark.parametrize("token", ["wrong", "", " ", "two words", "line\nbreak", "pässword"])
def test_a_wrong_app_password_asks_to_sign_in_again_and_is_not_told(
    bluesky: BlueskyServer, bluesky_id: str, token: str
) -> None:
    with pytest.raises(SignInExpired) as refusal:
        READER.profile(reach(bluesky, token=token), LIBRARY)
    assert not token.strip() or token not in str(refusal.value)


def test_an_account_that_is_not_indexed_yet_is_no_wrong_password(bluesky: BlueskyServer, bluesky_id: str) -> None:
    bluesky.unindexed.add(bluesky_id)
    with pytest.raises(NotYet):
        READER.profile(signed_in(bluesky), LIBRARY)
    bluesky.unindexed.clear()
    assert READER.profile(signed_in(bluesky), LIBRARY).external_id == bluesky_id


ERRORS: list[tuple[int, str, str, type[PlatformError]]] = [
    (401, "AuthenticationRequired", "Invalid identifier or password", SignInExpired),
    (401, "AuthFactorTokenRequired", "A sign in code has been sent", SignInExpired),
    (401, "AccountTakedown", "Account has been taken down", Gone),
    (400, "InvalidToken", "Token could not be verified", SignInExpired),
    (400, "ExpiredToken", "Token has expired", SignInExpired),
    (401, "", "", SignInExpired),
    (403, "", "", SignInExpired),
    (400, "InvalidRequest", "Profile not found", NotYet),
    (400, "InvalidRequest", "Actor not found: did:plc:x", NotYet),
    (400, "InvalidRequest", "Unable to resolve handle", NotYet),
    (400, "InvalidRequest", "Error: limit must be less than 100", Malformed),
    (400, "AccountTakedown", "Account has been suspended", Gone),
    (400, "AccountDeactivated", "Account is deactivated", Gone),
    (400, "BlockedByActor", "", Gone),
    (404, "", "", Malformed),
    (501, "MethodNotImplemented", "Method Not Implemented", Malformed),
    (409, "", "", Malformed),
    (429, "RateLimitExceeded", "Rate Limit Exceeded", RateLimited),
    (500, "InternalServerError", "Internal Server Error", Unreachable),
    (502, "UpstreamFailure", "Upstream Failure", Unreachable),
    (503, "", "", Unreachable),
]


@pytest.mark.parametrize(("status", "name", "message", "expected"), ERRORS)
def test_each_error_becomes_one_of_the_contract(
    bluesky: BlueskyServer, bluesky_id: str, status: int, name: str, message: str, expected: type[PlatformError]
) -> None:
    body: Any = {"error": name, "message": message} if name else b"<html>no</html>"
    bluesky.api.fault(Told(body, status), path=FEED if status < 500 else PROFILE)
    with pytest.raises(expected) as raised:
        READER.posts(reach(bluesky), LIBRARY, LONG_AGO)
    assert type(raised.value) is expected
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"ratelimit-reset": "in 90 seconds"}, timedelta(seconds=90)),
        ({"ratelimit-reset": "9" * 40}, timedelta(days=7)),
        ({"retry-after": "120"}, timedelta(seconds=120)),
        ({"ratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_a_rate_limit_says_until_when(
    bluesky: BlueskyServer, bluesky_id: str, headers: dict[str, str], wait: timedelta | None
) -> None:
    if headers.get("ratelimit-reset", "").startswith("in"):
        headers = {"ratelimit-reset": str(int((datetime.now(UTC) + timedelta(seconds=90)).timestamp()))}
    bluesky.api.fault(Told({"error": "RateLimitExceeded"}, 429, headers))
    with pytest.raises(RateLimited) as limit:
        READER.profile(reach(bluesky), LIBRARY)
    if wait is None:
        assert limit.value.until is None
    else:
        assert limit.value.until
        assert abs(limit.value.until - datetime.now(UTC) - wait) < timedelta(seconds=5)


BODIES: list[object] = [b"", b'{"did": "did:pl', b"<html>", [], "hello", {}, {"did": 7}, {"feed": 7}, {"feed": [7]}]
BODIES += [{"feed": [{"post": {"uri": "x"}}]}, {"feed": [{"post": {"uri": "at://a/b/c", "record": {}}}]}, b"\xff" * 9]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", [PROFILE, FEED, TOLD, "createSession"])
def test_an_answer_of_another_shape_is_malformed(
    bluesky: BlueskyServer, bluesky_id: str, body: object, path: str
) -> None:
    bluesky.api.fault(Told(body), path=path)
    with pytest.raises(Malformed):
        a_pull(signed_in(bluesky))


@pytest.mark.parametrize(
    ("told", "figure"),
    [
        (0, Figure.of(0)),
        (None, Figure.missing(Reason.HIDDEN)),
        ("12", Figure.missing(Reason.API_ERROR)),
        (-1, Figure.missing(Reason.API_ERROR)),
        (True, Figure.missing(Reason.API_ERROR)),
        (1.5, Figure.missing(Reason.API_ERROR)),
    ],
)
def test_a_count_that_is_no_count_is_a_reason_and_costs_the_others_nothing(
    bluesky: BlueskyServer, bluesky_id: str, told: object, figure: Figure
) -> None:
    bluesky.api.fault(
        Told({"did": bluesky_id, "handle": "x.y", "followersCount": told, "followsCount": 3}), path=PROFILE
    )
    reading = READER.profile(reach(bluesky), LIBRARY)
    assert reading.figures["followers"] == figure
    assert reading.figures["following"] == Figure.of(3)


def test_the_network_may_fail_in_every_way(bluesky: BlueskyServer, bluesky_id: str) -> None:
    bluesky.api.fault(Told(is_reset=True))
    with pytest.raises(Unreachable, match="could not be reached"):
        READER.profile(reach(bluesky), LIBRARY)
    with pytest.raises(Unreachable, match="could not be reached"):
        READER.profile(reach(bluesky, base_url="http://127.0.0.1:9"), LIBRARY)
    bluesky.api.fault(Told(b" " * 20_000))
    with pytest.raises(Malformed, match="larger"):
        BlueskyReader(Limits(max_bytes=10_000)).profile(reach(bluesky), LIBRARY)
    with pytest.raises(NotAllowed):
        READER.profile(reach(bluesky, allow_private=False), LIBRARY)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_password_is_carried_nowhere_else(bluesky: BlueskyServer, bluesky_id: str, status: int) -> None:
    with running_bluesky() as elsewhere:
        target = {"Location": f"{elsewhere.base_url}/xrpc/com.atproto.server.createSession"}
        bluesky.api.fault(Told(b"", status, target))
        with pytest.raises(Malformed, match="elsewhere"):
            READER.profile(signed_in(bluesky), LIBRARY)
        assert elsewhere.api.asked == []
