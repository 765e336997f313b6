"""One page from a host that a person chose, fetched through the door, or the contract's error."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from app.foundation.clock import now
from app.platforms.contract import (
    Gone,
    Malformed,
    NotAllowed,
    PlatformError,
    RateLimited,
    SignInExpired,
    Unreachable,
)
from app.platforms.guard import Limits, Resolver, guarded_client, resolve

_LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Page:
    """What came; ``url`` is where it came from after redirects."""

    url: str
    content_type: str
    content: bytes


def fetched(url: str, *, allow_private: bool, limits: Limits, resolver: Resolver = resolve) -> Page:
    """The page at this address; raises a PlatformError for everything that is no page."""
    with guarded_client(allow_private=allow_private, limits=limits, resolver=resolver) as client:
        try:
            response = client.get(url)
        except httpx.TimeoutException as error:
            raise Unreachable("The server did not answer in time.") from error
        except httpx.TooManyRedirects as error:
            raise Malformed("The server sends us in circles.") from error
        except httpx.InvalidURL as error:
            raise NotAllowed("The address cannot be read.") from error
        except httpx.HTTPError as error:
            raise Unreachable("The server could not be reached.") from error
    if not response.is_success:
        raise _error_of(response)
    return Page(str(response.url), response.headers.get("content-type", ""), response.content)


def _error_of(response: httpx.Response) -> PlatformError:
    status = response.status_code
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Gone("There is no page at this address.")
    if status == HTTPStatus.UNAUTHORIZED:
        return SignInExpired("The page is shown only after signing in.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited("The server asks us to wait.", until=_waiting_until(response.headers.get("retry-after", "")))
    return Unreachable(f"The server answered with an error ({status}).")


def _waiting_until(retry_after: str) -> datetime | None:
    """Seconds or a date (RFC 9110, 10.2.3); None for anything else; a week at most."""
    latest = now() + _LONGEST_WAIT
    if retry_after.isdecimal():
        seconds = min(int(retry_after[:12]), int(_LONGEST_WAIT.total_seconds()))
        return now() + timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return min(until.replace(tzinfo=until.tzinfo or UTC), latest)
