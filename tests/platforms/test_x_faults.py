"""X when something is wrong: each fault becomes its error, and the token is kept to itself."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.foundation.figures import Figure
from app.platforms.contract import (
    CapReached,
    Gone,
    Malformed,
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
from tests.platforms.x_server import TOKEN, XServer

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = XReader()
LIBRARY = recognize("https://twitter.com/CityLibrary")


def reach(server: XServer, **changes: Any) -> Reach:
    return Reach(**{"base_url": server.base_url, "token": TOKEN, "allow_private": True, **changes})


def test_problems_beside_data_are_told_and_do_not_spoil_it(x_server: XServer, library_on_x: str) -> None:
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
    x_server: XServer, library_on_x: str, told: Told, expected: type[PlatformError]
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
def test_posts_of_another_shape_are_malformed(x_server: XServer, library_on_x: str, answer: object) -> None:
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
def test_a_reset_connection_is_tried_once_more(
    x_server: XServer, library_on_x: str, *, times: int, works: bool
) -> None:
    x_server.api.fault(Told(is_reset=True), times=times)
    if works:
        assert READER.profile(reach(x_server), LIBRARY).external_id == library_on_x
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
    x_server: XServer, library_on_x: str, caplog: pytest.LogCaptureFixture
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
