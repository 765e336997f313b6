"""The one way to Bluesky: a question through atproto behind the guard, its answer as plain data."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from atproto_client.client.raw import ClientRaw
from atproto_client.client.session import get_session_pds_endpoint
from atproto_client.models.base import ParamsModelBase
from atproto_client.models.com.atproto.server import create_session
from atproto_client.request import Request
from atproto_core.exceptions import AtProtocolError

from app.platforms.bluesky.trouble import NOT_BLUESKY, translated
from app.platforms.contract import Identity, Malformed, Reach, SignInExpired
from app.platforms.guard import GuardedTransport, Limits, resolve
from app.platforms.texts import storable

#: answers what everyone may see, without signing in
_PUBLIC = "https://public.api.bsky.app"
#: signs in the accounts that live on Bluesky's own servers, and says on which
_SIGN_IN = "https://bsky.social"
_KEPT = "bluesky"

#: what atproto, pydantic and httpx let through at an answer that is none
_TROUBLE = (AtProtocolError, httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError, TypeError, AttributeError)


def bluesky_client(reach: Reach, identity: Identity, *, limits: Limits) -> ClientRaw:
    """The client of this pull, signed in where there is an app password; one session serves the whole pull.

    Raises SignInExpired for a password that Bluesky refuses, and every other error of the contract.
    """
    client = reach.kept.get(_KEPT)
    if not isinstance(client, ClientRaw):
        client = _signed_in(reach, identity, limits) if reach.token is not None else _anyone(reach, limits)
        reach.kept[_KEPT] = client
    return client


def asked(client: ClientRaw, name: str, params: ParamsModelBase) -> Mapping[str, Any]:
    """The answer to one question, by the name that the protocol gives it."""
    try:
        answer = client.invoke_query(name, params=params).content
    except _TROUBLE as error:
        raise translated(error) from error
    if not isinstance(answer, Mapping):
        raise Malformed(NOT_BLUESKY)
    told: Mapping[str, Any] = storable(answer)
    return told


def _anyone(reach: Reach, limits: Limits) -> ClientRaw:
    return _client(reach.base_url or _PUBLIC, reach, limits)


def _signed_in(reach: Reach, identity: Identity, limits: Limits) -> ClientRaw:
    client = _client(reach.base_url or _SIGN_IN, reach, limits)
    who = identity.external_id or identity.handle.lstrip("@")  # a handle may move to another domain, the id stays
    wanted = create_session.Data(identifier=who, password=_usable(reach.token))
    try:
        session = client.com.atproto.server.create_session(wanted)
        home = get_session_pds_endpoint(session)
    except _TROUBLE as error:
        raise translated(error) from error
    if home and _may_be_home(home, reach):
        client.update_base_url(home)
    client.request.add_additional_header("Authorization", f"Bearer {session.access_jwt}")
    return client


def _client(base_url: str, reach: Reach, limits: Limits) -> ClientRaw:
    transport = GuardedTransport(allow_private=reach.allow_private, limits=limits, resolver=resolve)
    # No redirect is followed: the library would carry a password along.
    request = Request(transport=transport, timeout=limits.timeout, max_redirects=0, trust_env=False)
    return ClientRaw(base_url, request)


def _may_be_home(address: str, reach: Reach) -> bool:
    """May the session travel to the server that the sign-in names as the account's?"""
    return urlsplit(address).scheme == "https" or reach.allow_private


def _usable(token: str | None) -> str:
    token = (token or "").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SignInExpired("The stored app password is not one that Bluesky could have given.")
    return token
