"""Facebook pages: which page a token speaks for, each fault as its error, and the token kept to itself."""

import contextlib
import json
import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from facebook_business.api import FacebookAdsApi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    Gone,
    Identity,
    Malformed,
    NotAllowed,
    PlatformError,
    RateLimited,
    SignInExpired,
    Unreachable,
)
from app.platforms.facebook.reader import FacebookReader
from app.platforms.guard import Limits
from app.platforms.recognize import recognize
from tests.platforms.api_server import Told
from tests.platforms.graph_server import PERSONS_TOKEN, TOKEN, GraphServer, error
from tests.platforms.graph_server import graph_reach as reach

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = FacebookReader()
LIBRARY = recognize("https://www.facebook.com/City.Library")


@pytest.fixture
def own_id(graph: GraphServer) -> str:
    return graph.page("CityLibrary", followers_count=1203, fan_count=1150, talking_about_count=31)


def known(figures: Any) -> dict[str, float | None]:
    return {metric: figure.value for metric, figure in figures.items() if figure.is_known}


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/profile.php?id=7001",
        "https://www.facebook.com/p/City-Library-7001",
        "https://www.facebook.com/citylibrary",
        "https://www.facebook.com/pages/City/7001",
    ],
)
@pytest.mark.parametrize("token", [TOKEN, PERSONS_TOKEN])
def test_the_page_is_found_by_each_of_its_addresses(graph: GraphServer, address: str, token: str) -> None:
    graph.page("another", token="EAAG-other")
    graph.post(graph.page("City.Library"), "Story")
    how = reach(graph, token=token)
    assert READER.profile(how, recognize(address)).external_id == "7001"
    assert len(READER.posts(how, recognize(address), LONG_AGO)) == 1
    by_id = Identity("facebook", "renamed", "https://www.facebook.com/renamed", external_id="7001")
    assert READER.profile(reach(graph, token=token), by_id).handle == "City.Library"


def test_a_page_without_a_user_name_is_found_by_its_link(graph: GraphServer) -> None:
    link = "https://www.facebook.com/profile.php?id=61550001"
    graph.page("city", username=None, link=link)
    assert READER.profile(reach(graph), recognize(link)).handle == "61550001"


def test_a_token_of_another_page_is_refused_by_name(graph: GraphServer) -> None:
    graph.page("millbrook")
    with pytest.raises(SignInExpired) as refusal:
        READER.profile(reach(graph), LIBRARY)
    assert str(refusal.value) == (
        "This token belongs to the page “Millbrook” (7000), and not to the account registered here. "
        "Make one for this account."
    )
    for name in ("a", "b", "c", "d"):
        graph.page(name, token=f"EAAG-{name}")
    with pytest.raises(SignInExpired, match=r"“Millbrook” .*, the page “A” .*, the page “B” .* and 2 more, and not"):
        READER.profile(reach(graph, token=PERSONS_TOKEN), LIBRARY)
    graph.tokens[PERSONS_TOKEN] = ()
    with pytest.raises(SignInExpired, match="pages_show_list"):
        READER.profile(reach(graph, token=PERSONS_TOKEN), LIBRARY)


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        ("1203", Figure.of(1203)),
        (0, Figure.of(0)),
        (None, Figure.missing(Reason.HIDDEN)),
        (-1, Figure.missing(Reason.API_ERROR)),
        ("many", Figure.missing(Reason.API_ERROR)),
        (True, Figure.missing(Reason.API_ERROR)),
        (12.5, Figure.missing(Reason.API_ERROR)),
        (10**30, Figure.missing(Reason.API_ERROR)),
        ({"value": 3}, Figure.missing(Reason.API_ERROR)),
    ],
)
def test_a_count_that_is_no_count_is_a_reason(graph: GraphServer, value: object, figure: Figure) -> None:
    graph.api.fault(Told({"id": "7", "username": "citylibrary", "followers_count": value}))
    assert READER.profile(reach(graph), LIBRARY).figures["followers"] == figure


def business(minutes: int) -> dict[str, str]:
    use = {"type": "pages", "call_count": 100, "total_cputime": 25, "total_time": 25}
    return {"X-Business-Use-Case-Usage": json.dumps({"77": [{**use, "estimated_time_to_regain_access": minutes}]})}


FAULTS: list[tuple[Told, type[PlatformError], str]] = [
    (error(code=190), SignInExpired, "does not accept"),
    (error(code="190", error_subcode="463"), SignInExpired, "has expired"),
    (error(code=190, error_subcode=460), SignInExpired, "password"),
    (error(code=190, error_subcode=458), SignInExpired, "took that back"),
    (error(code=190, error_subcode=459), SignInExpired, "facebook.com"),
    (error(code=190, error_subcode=492), SignInExpired, "no longer has a role"),
    (error(code=102), SignInExpired, "does not accept"),
    (error("(#100) API calls from the server require an appsecret_proof argument", code=100), SignInExpired, "proof"),
    (error("(#210) A page access token is required", code=210), SignInExpired, "page access token"),
    (error("(#10) requires the 'pages_read_engagement' permission", code=10), SignInExpired, "pages_read_engagement"),
    (error("(#299) no", code=299), SignInExpired, "lacks a permission"),
    (error(code=4), RateLimited, "wait"),
    (error(code=17), RateLimited, "wait"),
    (error(code=32, status=200), RateLimited, "wait"),
    (error(code=613), RateLimited, "wait"),
    (error(code=80001), RateLimited, "wait"),
    (error(code=80002), RateLimited, "wait"),
    (error(code=100, error_subcode=33), Gone, "no such account"),
    (error(code=803), Gone, "no such account"),
    (error(code=21), Gone, "moved"),
    (error("(#100) Param x must be", code=100), Malformed, "did not understand"),
    (error(code=1, status=500), Unreachable, "an error"),
    (error(code=2, status=200), Unreachable, "an error"),
    (error(code=999, is_transient=True), Unreachable, "an error"),
    (error(code=999, status=503), Unreachable, "503"),
    (error(code=999), Malformed, "cannot be read"),
    (Told({"error": "invalid_request"}, 401), SignInExpired, "does not accept"),
    (Told({"error": None}, 400), Malformed, "cannot be read"),
    (Told({"error": {}}, 404), Gone, "no such account"),
    (Told(b"", 429), RateLimited, "wait"),
    (Told(b"<html>Service Unavailable</html>", 503), Unreachable, "503"),
    (Told(b"<html>success</html>", 200), Malformed, "cannot be read"),
    (Told(b"", 200), Malformed, "cannot be read"),
    (Told(b'{"id": "7', 200), Malformed, "cannot be read"),
    (Told(b"[" * 100_000, 200), Malformed, "cannot be read"),
    (Told(b"7", 200), Malformed, "cannot be read"),
    (Told([1], 200), Malformed, "cannot be read"),
    (Told({}, 200), Malformed, "cannot be read"),
    (Told(b"{}", 302, {"Location": "/v26.0/me"}), Malformed, "cannot be read"),
]


@pytest.mark.parametrize(("fault", "expected", "words"), FAULTS)
def test_each_fault_becomes_its_error(
    graph: GraphServer, own_id: str, fault: Told, expected: type[PlatformError], words: str
) -> None:
    graph.api.fault(fault, times=3)
    with pytest.raises(expected, match=words) as failure:
        READER.profile(reach(graph), LIBRARY)
    assert str(failure.value).endswith(".")
    assert TOKEN not in repr(failure.value)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        (business(19), 19),
        (business(0), None),
        ({"X-App-Usage": '{"call_count": 100, "estimated_time_to_regain_access": "7"}'}, 7),
        ({"X-App-Usage": '{"call_count": 100}'}, None),
        ({"X-Business-Use-Case-Usage": "[" * 50_000}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [7, null], "2": {"estimated_time_to_regain_access": []}}'}, None),
        (business(10**9), 7 * 24 * 60),
    ],
)
def test_a_rate_limit_says_until_when(
    graph: GraphServer, own_id: str, headers: dict[str, str], minutes: int | None
) -> None:
    graph.api.fault(error(code=32, headers=headers))
    with pytest.raises(RateLimited) as limit:
        READER.profile(reach(graph), LIBRARY)
    if minutes is None:
        assert limit.value.until is None
    else:
        assert limit.value.until is not None
        assert abs(limit.value.until - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(seconds=30)


@pytest.mark.parametrize(("times", "works"), [(1, True), (2, False)])
def test_a_reset_connection_is_tried_once_more(graph: GraphServer, own_id: str, *, times: int, works: bool) -> None:
    graph.api.fault(Told(is_reset=True), times=times)
    if works:
        assert READER.profile(reach(graph), LIBRARY).external_id == own_id
    else:
        with pytest.raises(Unreachable):
            READER.profile(reach(graph), LIBRARY)
    assert len(graph.api.asked) == 2


@pytest.mark.parametrize("token", [None, "", " ", "two words", "line\nbreak", "ключ"])
def test_without_a_usable_token_nothing_is_asked(graph: GraphServer, token: str | None) -> None:
    with pytest.raises(SignInExpired):
        READER.profile(reach(graph, token=token), LIBRARY)
    assert graph.api.asked == []


def test_the_token_stays_out_of_addresses_logs_and_the_librarys_own_state(
    graph: GraphServer, own_id: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotAllowed):
        READER.profile(reach(graph, base_url="https://graph.example"), LIBRARY)
    with pytest.raises(NotAllowed):
        READER.profile(reach(graph, allow_private=False), LIBRARY)
    with caplog.at_level(logging.DEBUG):
        how = reach(graph, token=PERSONS_TOKEN)
        READER.profile(how, LIBRARY)
        READER.posts(how, LIBRARY, LONG_AGO)
    captured = caplog.text + "".join(capsys.readouterr())
    for token in (TOKEN, PERSONS_TOKEN):
        assert token not in captured
        assert all(token not in asked.path and token not in str(asked.query) for asked in graph.api.asked)
    assert how.meter.reads == {"call": 3}
    assert FacebookAdsApi.get_default_api() is None


def test_a_body_without_end_is_malformed(graph: GraphServer) -> None:
    graph.api.fault(Told(b" " * 20_000))
    with pytest.raises(Malformed, match="larger"):
        FacebookReader(Limits(max_bytes=10_000)).profile(reach(graph), LIBRARY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "id",
    "created_time",
    "message",
    "shares",
    "reactions",
    "comments",
    "insights",
    "attachments",
    "from",
    "data",
    "error",
]
ITEMS = st.fixed_dictionaries(
    {"id": st.just("7_1") | JSON, "created_time": st.just("2026-11-01T10:00:00+0000") | JSON},
    optional={name: JSON | st.fixed_dictionaries({"data": st.lists(JSON, max_size=2)}) for name in FIELDS[2:]},
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answer=JSON
    | st.dictionaries(st.sampled_from(FIELDS), JSON)
    | st.fixed_dictionaries({"data": st.lists(ITEMS, max_size=3)})
)
def test_whatever_comes_is_a_reading_or_an_error_of_ours(graph: GraphServer, own_id: str, answer: object) -> None:
    told = Told(json.dumps(answer).encode())
    calls = (
        ("me", lambda how: READER.profile(how, LIBRARY)),
        ("published_posts", lambda how: READER.posts(how, LIBRARY, LONG_AGO)),
        ("tagged", lambda how: READER.mentions(how, LIBRARY, LONG_AGO)),
        ("insights", lambda how: READER.insights(how, LIBRARY, date(2026, 11, 1), date(2026, 11, 2))),
    )
    for path, call in calls:
        graph.api.fault(told, path=path)
        with contextlib.suppress(PlatformError):
            call(reach(graph))
