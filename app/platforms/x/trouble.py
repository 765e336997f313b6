"""What goes wrong between X and us, as the errors of the contract.

X says what is wrong in a status, in a list of problems that may come with a 200 and no data, or both. A problem's type
is an address on one of two hosts; only its last part is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
import tweepy

from app.foundation.clock import now
from app.platforms.contract import (
    CapReached,
    Gone,
    Malformed,
    NotShown,
    PlatformError,
    RateLimited,
    SignInExpired,
    Unreachable,
)

NOT_X = "X answered in a way that cannot be read."
_LONGEST_WAIT = timedelta(days=31)


class _NotUnderstood(Malformed):
    """X calls the question invalid."""


_REFUSES = (SignInExpired, "X refuses this token. Make a new one on X's page for developers.")
_NO_ACCOUNT = (Gone, "X has no such account.")
_NOT_SHOWN = (Gone, "X does not show this account.")
_FAILED = (Unreachable, "X answered with an error.")
#: by the last part of a problem's type
_OF_KIND: Mapping[str, tuple[type[PlatformError], str]] = {
    "resource-not-found": _NO_ACCOUNT,
    "client-forbidden": _REFUSES,
    "unsupported-authentication": _REFUSES,
    "oauth1-permissions": _REFUSES,
    "disallowed-resource": _NOT_SHOWN,
    "resource-unavailable": _NOT_SHOWN,
    "internal-error": _FAILED,
    "field-hydration-failure": _FAILED,
    "about:blank": _FAILED,
}
_OF_STATUS: Mapping[int, tuple[type[PlatformError], str]] = {
    HTTPStatus.BAD_REQUEST: (_NotUnderstood, "X did not understand the question."),
    HTTPStatus.UNAUTHORIZED: (SignInExpired, "X does not accept this token (any more)."),
    HTTPStatus.PAYMENT_REQUIRED: (
        CapReached,
        "The credits at X are used up. Buy more there; the next pull tries again.",
    ),
    HTTPStatus.FORBIDDEN: _REFUSES,
    HTTPStatus.NOT_FOUND: _NO_ACCOUNT,
}


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def was_reset(error: BaseException) -> bool:
    """Was the connection torn down, which may happen to the first use of a kept one?"""
    return any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in causes(error))


def translated(error: BaseException) -> PlatformError:
    """What tweepy or requests raised, as one of the contract's errors."""
    if isinstance(error, tweepy.TooManyRequests):
        return _waiting(error)
    if isinstance(error, tweepy.HTTPException):
        return _of_status(error.response.status_code, problems_in(_body(error.response)))
    if isinstance(error, requests.RequestException):
        return _of_network(error)
    return Malformed(NOT_X)


def problem_error(problems: Sequence[Mapping[str, Any]]) -> PlatformError:
    """The problems of an answer without data: the first that says something."""
    return next((error for problem in problems if (error := _of_problem(problem))), Malformed(NOT_X))


def problems_in(body: Any) -> list[Mapping[str, Any]]:
    """The problems that an answer lists, or is itself."""
    if not isinstance(body, Mapping):
        return []
    listed = body.get("errors")
    found = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return found or ([body] if "type" in body else [])


def kind_of(problem: Mapping[str, Any]) -> str:
    """The last part of the problem's type."""
    return str(problem.get("type") or "").rstrip("/").rpartition("/")[2]


def names_unknown_field(error: PlatformError) -> bool:
    """Was the question not understood, as when its fields are named in the other vocabulary?"""
    return isinstance(error, _NotUnderstood)


def _not_authorized(detail: str) -> PlatformError:
    if "suspended" in detail.lower():
        return Gone("X has suspended this account.")
    return NotShown("X shows the posts of this account only to its followers: it is protected.")


def _of_problem(problem: Mapping[str, Any]) -> PlatformError | None:
    kind = kind_of(problem)
    if kind == "not-authorized-for-resource":
        return _not_authorized(str(problem.get("detail") or ""))
    if kind.startswith("usage-cap"):
        return RateLimited("The cap that X sets for this token is used up.", until=_end_of(problem))
    if kind not in _OF_KIND:
        return None
    error, sentence = _OF_KIND[kind]
    return error(sentence)


def _of_status(status: int, problems: Sequence[Mapping[str, Any]]) -> PlatformError:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable(f"X answered with an error ({status}).")
    found = problem_error(problems)
    if status == HTTPStatus.FORBIDDEN and not isinstance(found, Malformed):
        return found
    error, sentence = _OF_STATUS.get(status, (Malformed, NOT_X))
    return error(sentence)


def _waiting(error: tweepy.TooManyRequests) -> PlatformError:
    capped = [problem for problem in problems_in(_body(error.response)) if kind_of(problem).startswith("usage-cap")]
    if capped:
        return problem_error(capped)
    return RateLimited("X asks us to wait.", until=_instant(error.reset_time))


def _instant(seconds: int | None) -> datetime | None:
    """When X listens again; a time that is no time of ours is none."""
    if seconds is None:
        return None
    try:
        return min(datetime.fromtimestamp(seconds, UTC), now() + _LONGEST_WAIT)
    except (ValueError, OverflowError, OSError):
        return None


def _end_of(problem: Mapping[str, Any]) -> datetime:
    """The end of the day or month, in UTC, that a cap is for."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    if problem.get("period") == "Daily":
        return today + timedelta(days=1)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _body(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _of_network(error: requests.RequestException) -> PlatformError:
    for cause in causes(error):
        if isinstance(cause, PlatformError):
            return cause
    if isinstance(error, requests.TooManyRedirects):
        return Malformed("X sends us in circles.")
    if isinstance(error, requests.Timeout):
        return Unreachable("X did not answer in time.")
    return Unreachable("X could not be reached.")
