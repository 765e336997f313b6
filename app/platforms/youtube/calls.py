"""The one way to YouTube's Data API: a question behind the guard, its answer as plain data, its units counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx

from app.foundation.clock import now
from app.platforms.contract import (
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
from app.platforms.guard import Limits, guarded_client
from app.platforms.texts import storable

#: what one question for channels, playlist items, videos or comments takes from the day's quota
UNIT = "quota unit"
NOT_YOUTUBE = "YouTube answered in a way that cannot be read."
_HOST = "https://www.googleapis.com"
_STATISTICS_HOST = "https://youtubeanalytics.googleapis.com"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: where YouTube's day of quota ends at midnight
_PACIFIC = ZoneInfo("America/Los_Angeles")
_OUT_OF_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_WRONG_KEY = frozenset({"keyInvalid", "keyExpired", "badRequest", "API_KEY_INVALID", "authError", "required"})
_NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED", "ipRefererBlocked", "API_KEY_SERVICE_BLOCKED"})
_COMMENTS_OFF = frozenset({"commentsDisabled"})
_MAY_NOT = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_CLOSED = frozenset({"channelClosed", "channelSuspended", "accountClosed", "accountSuspended", "channelDisabled"})


@dataclass(frozen=True, slots=True)
class YouTubeCalls:
    """Questions to YouTube with one key."""

    client: httpx.Client
    reach: Reach
    base_url: str
    key: str

    def ask(self, what: str, **params: str | int) -> Mapping[str, Any]:
        """The answer to one question; a connection that was reset is tried once more."""
        return self._asked(f"{self.base_url}/youtube/v3/{what}", params)

    def ask_report(self, **params: str | int) -> Mapping[str, Any]:
        """The same of YouTube's statistics, which live on a host of their own."""
        base_url = self.base_url if self.reach.base_url else _STATISTICS_HOST
        return self._asked(f"{base_url}/v2/reports", params)

    def _asked(self, address: str, params: Mapping[str, str | int]) -> Mapping[str, Any]:
        self.reach.meter.check()
        self.reach.meter.count(UNIT)
        try:
            try:
                response = self._send(address, params)
            except httpx.NetworkError:
                response = self._send(address, params)
        except httpx.TimeoutException as error:
            raise Unreachable("YouTube did not answer in time.") from error
        except httpx.TooManyRedirects as error:
            raise Malformed("YouTube sends us in circles.") from error
        except httpx.HTTPError as error:
            raise Unreachable("YouTube could not be reached.") from error
        answer = _read(response)
        if not response.is_success or "error" in answer:
            raise _error_of(response, answer)
        return answer

    def _send(self, address: str, params: Mapping[str, str | int]) -> httpx.Response:
        # In a header, since addresses land in logs; and to this address only, since a redirect would take it along.
        headers = {"Authorization": f"Bearer {self.key}"} if self.reach.is_signed_in else {"X-Goog-Api-Key": self.key}
        return self.client.get(address, params=dict(params), headers=headers, follow_redirects=False)


def youtube_client(reach: Reach, *, limits: Limits) -> httpx.Client:
    """A client behind the guard; to be closed by who asked for it."""
    return guarded_client(allow_private=reach.allow_private, limits=limits)


def youtube_calls(reach: Reach, client: httpx.Client) -> YouTubeCalls:
    """The way to YouTube for this reach; raises SignInExpired without a usable key, NotAllowed for another server."""
    key = (reach.token or "").strip()
    if not key:
        raise SignInExpired("YouTube answers only with an API key. Make one in the Google Cloud console.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SignInExpired("The stored key is not one that YouTube could have given.")
    if reach.base_url and urlsplit(reach.base_url).hostname not in _LOOPBACK:
        raise NotAllowed("YouTube is asked at its own address; another server gets no key.")
    return YouTubeCalls(client, reach, (reach.base_url or _HOST).rstrip("/"), key)


def reasons_of(answer: Mapping[str, Any]) -> frozenset[str]:
    """The words by which Google says what is wrong: of each error in the list, and of the details."""
    error = answer.get("error")
    if not isinstance(error, Mapping):
        return frozenset()
    listed = [*_list(error.get("errors")), *_list(error.get("details"))]
    return frozenset(str(entry.get("reason")) for entry in listed if isinstance(entry, Mapping))


def _read(response: httpx.Response) -> Mapping[str, Any]:
    try:
        answer = storable(json.loads(response.content))
    except (ValueError, RecursionError) as error:
        if response.is_success:
            raise Malformed(NOT_YOUTUBE) from error
        return {}
    if isinstance(answer, Mapping):
        return answer
    if response.is_success:
        raise Malformed(NOT_YOUTUBE)
    return {}


def _error_of(response: httpx.Response, answer: Mapping[str, Any]) -> PlatformError:
    reasons = reasons_of(answer)
    for words, error in (
        (_OUT_OF_QUOTA, RateLimited("The day's quota of this key is used up.", until=_pacific_midnight())),
        (_TOO_FAST, RateLimited("YouTube asks us to wait.", until=_waiting_until(response))),
        (
            _NOT_ENABLED,
            SignInExpired("This key may not use the YouTube Data API. Allow it in the Google Cloud console."),
        ),
        (_CLOSED, Gone("YouTube has closed this channel.")),
        (_COMMENTS_OFF, NotShown("The channel has turned comments off.")),
        (_MAY_NOT, SignInExpired("The sign-in does not reach so far. Sign in again and allow what is asked for.")),
        (_WRONG_KEY, SignInExpired("YouTube does not accept this key (any more).")),
    ):
        if reasons & words:
            return error
    return _of_status(response)


def _of_status(response: httpx.Response) -> PlatformError:
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable(f"YouTube answered with an error ({status}).")
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited("YouTube asks us to wait.", until=_waiting_until(response))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return SignInExpired("YouTube refuses this key.")
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return Gone("YouTube has no such channel.")
    return Malformed(NOT_YOUTUBE)


def _pacific_midnight() -> datetime:
    tomorrow = now().astimezone(_PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=_PACIFIC)


def _waiting_until(response: httpx.Response) -> datetime | None:
    seconds = response.headers.get("retry-after", "")
    return now() + timedelta(seconds=min(int(seconds[:6]), 86_400)) if seconds.isdecimal() else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
