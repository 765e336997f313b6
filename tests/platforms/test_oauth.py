"""Giving a code or a refresh token for a token: whatever comes back is a token, or an error of the contract in our words."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.clock import now
from app.platforms.catalogue import get_platform
from app.platforms.consent import Client
from app.platforms.contract import Malformed, PlatformError, SignInExpired, Unreachable
from app.platforms.oauth import Tokens, exchanged, refreshed
from tests.platforms import google_server, meta_sign_in_server
from tests.platforms.api_server import ApiServer, Told
from tests.platforms.google_server import GoogleServer, running_google
from tests.platforms.graph_server import error
from tests.platforms.meta_sign_in_server import LONG, MetaServer, running_meta

BACK = "https://concordance.library.example/connect/x/back"
VERIFIER = "v" * 43


@pytest.fixture(scope="module")
def google() -> Iterator[GoogleServer]:
    with running_google(BACK) as server:
        yield server


@pytest.fixture(scope="module")
def meta() -> Iterator[MetaServer]:
    with running_meta(BACK) as server:
        yield server


def client_of(platform: str, api: ApiServer, **changes: Any) -> Client:
    sign_in = get_platform(platform).sign_in
    assert sign_in is not None
    known = google_server if platform == "youtube" else meta_sign_in_server
    told = {"client_id": known.CLIENT_ID, "client_secret": known.CLIENT_SECRET, "redirect_uri": BACK, **changes}
    return Client(sign_in, server=api.base_url, **told)


def tokens_for(client: Client, code: str, verifier: str = VERIFIER) -> Tokens:
    return exchanged(client, code=code, verifier=verifier, allow_private=True)


def test_google_takes_a_code_once_and_its_refresh_token_again_and_again(google: GoogleServer) -> None:
    client = client_of("youtube", google.api)
    code = google.allow(client.link(state="s", verifier=VERIFIER))["code"]
    tokens = tokens_for(client, code)
    assert tokens.refresh
    assert tokens.until
    assert timedelta(minutes=59) < tokens.until - now() < timedelta(hours=1)
    with pytest.raises(SignInExpired, match="does not accept this sign-in any more"):
        tokens_for(client, code)
    for _ in range(2):
        again = refreshed(client, tokens.refresh, allow_private=True)
        assert (again.refresh, again.access != tokens.access) == (tokens.refresh, True)


def test_google_wants_the_verifier_that_the_question_was_made_with(google: GoogleServer) -> None:
    client = client_of("youtube", google.api)
    code = google.allow(client.link(state="s", verifier=VERIFIER))["code"]
    with pytest.raises(SignInExpired, match="does not accept this sign-in any more"):
        tokens_for(client, code, verifier="w" * 43)


def test_meta_s_short_token_becomes_a_long_one(meta: MetaServer) -> None:
    client = client_of("facebook", meta.api)
    code = meta.allow(client.link(state="s", verifier=VERIFIER))["code"]
    tokens = tokens_for(client, code)
    assert tokens.access.startswith("EAAB-long")
    assert tokens.until
    assert LONG - timedelta(minutes=1) < tokens.until - now() <= LONG
    with pytest.raises(SignInExpired, match="does not accept this sign-in any more"):
        tokens_for(client, code)


@pytest.mark.parametrize("platform", ["youtube", "facebook"])
@pytest.mark.parametrize(
    "changes", [{"client_id": "of-another"}, {"client_secret": "wrong"}], ids=["client_id", "client_secret"]
)
def test_settings_that_are_wrong_are_for_whoever_runs_the_installation(
    google: GoogleServer, meta: MetaServer, platform: str, changes: dict[str, str]
) -> None:
    api = google.api if platform == "youtube" else meta.api
    with pytest.raises(SignInExpired, match="Ask whoever runs it to check its sign-in settings"):
        tokens_for(client_of(platform, api, **changes), "any")


@pytest.mark.parametrize(
    ("told", "expected", "words"),
    [
        (Told({"error": "redirect_uri_mismatch"}, 400), SignInExpired, "refused the sign-in"),
        (Told({"error": ["odd"]}, 400), SignInExpired, "refused the sign-in"),
        (Told({"error": "invalid_grant", "error_description": "code-4711"}, 400), SignInExpired, "Sign in again"),
        (Told(status=503), Unreachable, "could not be reached"),
        (Told({"error_description": "slowly"}, 429), Malformed, "cannot be read"),
        (error("Can't load URL", code=191), SignInExpired, "check its sign-in settings"),
        (error("Application request limit reached", code=4), Unreachable, "asks us to wait"),
        (error("Service temporarily unavailable", code=2), Unreachable, "answered the sign-in with an error"),
        (error("code-4711 is odd", code=["1"]), SignInExpired, "does not accept this sign-in"),
        (Told({"access_token": "EAAB two words"}), Malformed, "cannot be read"),
    ],
)
def test_a_refusal_is_told_in_our_words(
    meta: MetaServer, told: Told, expected: type[PlatformError], words: str
) -> None:
    meta.api.fault(told)
    with pytest.raises(expected, match=words) as refused:
        tokens_for(client_of("facebook", meta.api), "code-4711")
    assert "4711" not in str(refused.value)


def test_a_short_token_is_not_kept_where_no_long_one_comes(meta: MetaServer) -> None:
    meta.api.fault(Told({"access_token": "EAAB-short", "expires_in": 3600}))
    meta.api.fault(error("Please retry your request later", code=2, status=500))
    with pytest.raises(Unreachable):
        tokens_for(client_of("facebook", meta.api), "any")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(["access_token", "refresh_token", "expires_in", "refresh_token_expires_in", "error"])


@settings(max_examples=30, deadline=None)
@given(body=_JSON | st.dictionaries(_NAMES, _JSON | st.just("abc"), max_size=5) | st.binary(max_size=30))
def test_any_answer_is_a_token_or_an_error_of_the_contract(google: GoogleServer, body: Any) -> None:
    google.api.fault(Told(body, 200))
    with suppress(PlatformError):
        assert tokens_for(client_of("youtube", google.api), "any").access.isprintable()
