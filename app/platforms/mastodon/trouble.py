"""What goes wrong between us and a server that speaks Mastodon's interface, as the contract's errors.

A bad token may be 400, 403 or 422, with an empty body too; a kept connection may be reset once; rate-limit headers may
be missing; a server of another kind answers with pages of its own.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonServerError,
)

from app.foundation.clock import now
from app.platforms.contract import Gone, Malformed, PlatformError, RateLimited, SignInExpired, Unreachable
from app.platforms.texts import storable

NOT_MASTODON = "This server does not answer the way Mastodon does."

_TOKEN_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}
_LONGEST_WAIT = timedelta(days=7)


def asked(client: Mastodon, call: Callable[[], Any]) -> Any:
    """The answer to one question; asks a second time if the connection was reset, which a kept one may be."""
    try:
        return storable(call())
    except MastodonNetworkError as error:
        if not _was_reset(error):
            raise _translated(error, client) from error
    except MastodonError as error:
        raise _translated(error, client) from error
    try:
        return storable(call())
    except MastodonError as error:
        raise _translated(error, client) from error


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _was_reset(error: MastodonNetworkError) -> bool:
    return any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in _causes(error))


def _translated(error: MastodonError, client: Mastodon) -> PlatformError:
    """What Mastodon.py raised, as one of the contract's errors."""
    if isinstance(error, MastodonRatelimitError):
        return RateLimited("The server asks us to wait.", until=_instant(client.ratelimit_reset))
    if isinstance(error, MastodonNetworkError):
        return _network_error(error)
    if isinstance(error, MastodonAPIError):
        return _api_error(error, client)
    return Malformed(NOT_MASTODON)


def _instant(seconds: float | None) -> datetime | None:
    """When the server listens again; a time that is no time of ours is none."""
    try:
        return None if seconds is None else min(datetime.fromtimestamp(seconds, UTC), now() + _LONGEST_WAIT)
    except (ValueError, OverflowError, OSError):
        return None


def _network_error(error: MastodonNetworkError) -> PlatformError:
    for cause in _causes(error):
        if isinstance(cause, PlatformError):
            return cause
        if isinstance(cause, requests.TooManyRedirects):
            return Malformed("The server sends us in circles.")
        if isinstance(cause, requests.Timeout):
            return Unreachable("The server did not answer in time.")
    return Unreachable("The server could not be reached.")


def _api_error(error: MastodonAPIError, client: Mastodon) -> PlatformError:
    status, words = _status_and_words(error)
    if isinstance(error, MastodonServerError):
        return Unreachable(f"The server answered with an error ({status}).")
    # Mastodon names the missing record; the page of another kind of server does not.
    if status == HTTPStatus.GONE or (isinstance(error, MastodonNotFoundError) and words != "Endpoint not found."):
        return Gone("The server has no such account.")
    if status == HTTPStatus.UNAUTHORIZED or (status in _TOKEN_REFUSED and client.access_token):
        return SignInExpired("The server asks us to sign in again.")
    if status == HTTPStatus.FORBIDDEN:
        return SignInExpired("The server shows this account only after signing in.")
    return Malformed(NOT_MASTODON)


def _status_and_words(error: MastodonAPIError) -> tuple[int | None, str]:
    """The HTTP status and the server's words; an answer that could not be parsed has neither."""
    match error.args:
        case (_, int(status), _, words):
            return status, str(words)
        case _:
            return None, ""
