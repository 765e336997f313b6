"""What goes wrong between Bluesky and us, as the errors of the contract.

Bluesky names an error beside the status, and the name counts for more: a bad session is a 400, as is an account that
its index does not hold yet.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx
from atproto_client.exceptions import InvokeTimeoutError, RequestErrorBase
from atproto_client.models.common import XrpcError
from atproto_client.models.dot_dict import DotDict
from atproto_client.request import Response

from app.foundation.clock import now
from app.platforms.contract import Gone, Malformed, NotYet, PlatformError, RateLimited, SignInExpired, Unreachable

NOT_BLUESKY = "Bluesky answered in a way that cannot be read."
_LONGEST_WAIT = timedelta(days=7)

_WANTS_SIGN_IN = (SignInExpired, "Bluesky asks us to sign in again. Make a new app password in the account's settings.")
_OF_NAME: Mapping[str, tuple[type[PlatformError], str]] = {
    "AuthenticationRequired": (
        SignInExpired,
        "Bluesky does not accept this app password (any more). Make a new one in the account's settings.",
    ),
    "AuthFactorTokenRequired": (
        SignInExpired,
        "Bluesky wants a code by email for this password. Make an app password in the account's settings.",
    ),
    "AuthMissing": _WANTS_SIGN_IN,
    "ExpiredToken": _WANTS_SIGN_IN,
    "InvalidToken": _WANTS_SIGN_IN,
    "AccountTakedown": (Gone, "Bluesky has suspended this account."),
    "AccountSuspended": (Gone, "Bluesky has suspended this account."),
    "AccountDeactivated": (Gone, "The account has been deactivated at Bluesky."),
    "RepoDeactivated": (Gone, "The account has been deactivated at Bluesky."),
    "RepoTakendown": (Gone, "Bluesky has suspended this account."),
    "BlockedActor": (Gone, "Bluesky does not show this account."),
    "BlockedByActor": (Gone, "Bluesky does not show this account."),
    "RepoNotFound": (
        NotYet,
        "Bluesky does not know this account yet. A new one may take a while; else check its name.",
    ),
}
#: beginnings of what a 400 says of an account that the index does not hold (yet)
_UNKNOWN_ACCOUNT = ("profile not found", "actor not found", "unable to resolve handle", "could not find user")


def translated(error: Exception) -> PlatformError:
    """What the library or the network raised, as one of the contract's errors."""
    if isinstance(error, PlatformError):
        return error
    if isinstance(error, RequestErrorBase) and error.response is not None:
        return _of_answer(error.response)
    if isinstance(error, InvokeTimeoutError):
        return Unreachable("Bluesky did not answer in time.")
    if isinstance(error, httpx.TooManyRedirects):
        return Malformed("Bluesky's address sends us elsewhere, where a password does not follow.")
    if isinstance(error, RequestErrorBase | httpx.HTTPError):
        return Unreachable("Bluesky could not be reached.")
    return Malformed(NOT_BLUESKY)


def _of_answer(response: Response) -> PlatformError:
    status, (name, message) = response.status_code, _told(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited("Bluesky asks us to wait.", until=_reset_at(response))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        return Unreachable(f"Bluesky answered with an error ({status}).")
    error, sentence = _OF_NAME.get(name, (None, ""))
    if error is not None:
        return error(sentence)
    if status == HTTPStatus.BAD_REQUEST and message.lower().startswith(_UNKNOWN_ACCOUNT):
        error, sentence = _OF_NAME["RepoNotFound"]
        return error(sentence)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return SignInExpired(_WANTS_SIGN_IN[1])
    return Malformed(NOT_BLUESKY)


def _told(response: Response) -> tuple[str, str]:
    """The error's name and message; empty where the answer names none."""
    content = response.content.to_dict() if isinstance(response.content, DotDict) else response.content
    if isinstance(content, XrpcError):
        content = {"error": content.error, "message": content.message}
    if not isinstance(content, Mapping):
        return "", ""
    return str(content.get("error") or ""), str(content.get("message") or "")


def _reset_at(response: Response) -> datetime | None:
    """When Bluesky listens again: a time, or seconds from now; a time that is no time of ours is none."""
    headers = response.headers
    latest = now() + _LONGEST_WAIT
    for name, start in (("ratelimit-reset", datetime.fromtimestamp(0, UTC)), ("retry-after", now())):
        text = str(headers.get(name) or "")
        if text.isascii() and text.isdecimal():
            seconds = min(int(text[:12]), int(latest.timestamp()))
            return min(start + timedelta(seconds=seconds), latest)
    return None
