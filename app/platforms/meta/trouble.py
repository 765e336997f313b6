"""What goes wrong between Meta and us, as the errors of the contract.

Meta says what is wrong in an object ``error`` with a code and perhaps a subcode, under any status, 200 among them. Its
own words may repeat what was asked, so none of them goes into a sentence but the names of permissions and fields.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

import requests

from app.foundation.clock import now
from app.foundation.figures import Reason
from app.platforms.contract import Gone, Malformed, PlatformError, RateLimited, SignInExpired, Unreachable

NOT_META = "Meta answered in a way that cannot be read."
_WAITS = "Meta asks us to wait."
_LONGEST_WAIT = timedelta(days=7)
#: a business's use of each kind of call, and the app's; the first tells when to come back
_USAGE_HEADERS = ("x-business-use-case-usage", "x-app-usage")
_REGAIN = "estimated_time_to_regain_access"
_UNKNOWN_FIELD = re.compile(r"nonexisting field \((?P<field>\w+)\)(?: on node type \((?P<node>\w+)\))?")
_PERMISSION = re.compile(r"\b(?:pages|instagram|read|business|ads)_[a-z_]+\b")

_EXPIRED: Mapping[int, str] = {
    458: "The app may no longer see this account: whoever allowed it took that back. Sign in again and allow it.",
    459: "Facebook wants whoever signed in to confirm something there first. Open facebook.com, then make a new token.",
    460: "The password of whoever signed in was changed, which ends the token. Make a new one.",
    463: "The token has expired. Sign in again, or make a new one.",
    464: "Facebook has not confirmed the person who signed in. Open facebook.com, then make a new token.",
    467: "The token was ended, as signing out does. Make a new one.",
    492: "Whoever signed in no longer has a role at this page. Make a token by somebody who has.",
}
_NOT_ACCEPTED = "Meta does not accept this token (any more). Make a new one."
_SIGN_IN_CODES = frozenset({102, 190})
_WAITING_CODES = frozenset({4, 17, 32, 341, 368, 613, *range(80000, 80015)})
_PERMISSION_CODES = frozenset({3, 10, *range(200, 300)})
_FAILED_CODES = frozenset({1, 2})
_GONE: Mapping[int, str] = {
    21: "The page has moved to another one. Register that one.",
    803: "Meta has no such account.",
}
_BAD_PARAMETER = 100
_NOT_THERE = 33
_BEFORE_BUSINESS = 2108006


class FieldUnknown(Malformed):
    """Meta does not know a field; ``node`` is what it was asked of, such as User where a page was meant."""

    def __init__(self, field: str, node: str) -> None:
        super().__init__(f"Meta does not know the field {field}.")
        self.field = field
        self.node = node


class MetricUnknown(Malformed):
    """One of the metrics asked for is withdrawn or not meant for this; Meta seldom says which."""

    reason = Reason.WITHDRAWN


class TooMuchAsked(Unreachable):
    """The answer would be too large: ask for less at once."""


class NotEnoughPeople(PlatformError):  # noqa: N818 - named for what happened, as those of the contract
    """Too few people saw it for Meta to say how many."""

    reason: ClassVar[Reason] = Reason.BELOW_THRESHOLD


class OlderThanStatistics(PlatformError):  # noqa: N818 - likewise
    """It was published before the account kept statistics."""

    reason: ClassVar[Reason] = Reason.NOT_SUPPORTED


class PermissionMissing(SignInExpired):
    """The token is good and may not do this; ``permission`` is what it lacks, as far as Meta says."""

    reason = Reason.API_ERROR  # nothing has expired

    def __init__(self, permission: str = "", *, unread: str = "") -> None:
        lacks = f"the permission {permission}" if permission else "a permission"
        tail = f" {unread} stay unread." if unread else ""
        super().__init__(f"The token lacks {lacks} for this.{tail} Make a new token that has it.")
        self.permission = permission

    def over(self, unread: str, *, usual: str) -> "PermissionMissing":
        """The same, saying what stays unread; ``usual`` is the permission it takes where Meta names none."""
        return PermissionMissing(self.permission or usual, unread=unread)


def answer_error(status: int, headers: Mapping[str, str], body: Any) -> PlatformError | None:
    """What an answer complains of; None where it is a good one."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, Mapping):
        return _of_code(error, headers) or _of_status(status, headers)
    if error is not None or not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _of_status(status, headers)
    return None


def network_error(error: BaseException) -> PlatformError:
    """What requests raised, as one of the contract's errors."""
    for cause in _causes(error):
        if isinstance(cause, PlatformError):
            return cause
    if isinstance(error, requests.TooManyRedirects):
        return Malformed(NOT_META)
    if isinstance(error, requests.Timeout):
        return Unreachable("Meta did not answer in time.")
    return Unreachable("Meta could not be reached.")


def was_reset(error: BaseException) -> bool:
    """Was the connection torn down, which may happen to the first use of a kept one?"""
    return any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _of_code(error: Mapping[str, Any], headers: Mapping[str, str]) -> PlatformError | None:
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    words = str(error.get("message") or "")
    if code in _SIGN_IN_CODES:
        return SignInExpired(_EXPIRED.get(subcode, _NOT_ACCEPTED))
    if code in _WAITING_CODES:
        return RateLimited(_WAITS, until=_listening_again(headers))
    if code in _GONE:
        return Gone(_GONE[code])
    if code in _FAILED_CODES or error.get("is_transient") is True:
        return _failed(words)
    return _of_question(code, subcode, words)


def _of_question(code: int, subcode: int, words: str) -> PlatformError | None:
    """What Meta says against the question itself."""
    if code in _PERMISSION_CODES:
        return _not_permitted(words)
    return _bad_parameter(words, subcode) if code == _BAD_PARAMETER else None


def _not_permitted(words: str) -> PlatformError:
    if "not enough viewers" in words.lower():
        return NotEnoughPeople("Too few people saw it for Meta to say how many.")
    if "page access token" in words.lower():
        return SignInExpired("Meta wants the token of the page itself for this. Make a page access token.")
    named = _PERMISSION.search(words)
    return PermissionMissing(named[0] if named else "")


def _bad_parameter(words: str, subcode: int) -> PlatformError:
    if subcode == _NOT_THERE:
        return Gone("Meta has no such account, or does not show it to this token.")
    if subcode == _BEFORE_BUSINESS:
        return OlderThanStatistics("It was published before the account kept statistics.")
    if found := _UNKNOWN_FIELD.search(words):
        return FieldUnknown(found["field"], found["node"] or "")
    if "appsecret_proof" in words:
        return SignInExpired("The app wants proof of its secret with each question. Turn that off in its settings.")
    if "metric" in words.lower():
        return MetricUnknown("Meta no longer offers one of the metrics.")
    return Malformed("Meta did not understand the question.")


def _failed(words: str) -> PlatformError:
    if "reduce the amount of data" in words.lower():
        return TooMuchAsked("Meta wants to be asked for less at once.")
    return Unreachable("Meta answered with an error.")


def _of_status(status: int, headers: Mapping[str, str]) -> PlatformError:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable(f"Meta answered with an error ({status}).")
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(_WAITS, until=_listening_again(headers))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return SignInExpired(_NOT_ACCEPTED)
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return Gone("Meta has no such account.")
    return Malformed(NOT_META)


def _listening_again(headers: Mapping[str, str]) -> datetime | None:
    """The latest of the times that the headers name; None where they name none."""
    minutes = [wait for name in _USAGE_HEADERS for wait in _waits(headers.get(name, ""))]
    longest = _LONGEST_WAIT // timedelta(minutes=1)
    return now() + timedelta(minutes=min(max(minutes), longest)) if minutes else None


def _waits(header: str) -> list[int]:
    """Minutes that a header tells, which is an object of lists by business, or one object."""
    try:
        told = json.loads(header)
    except (ValueError, RecursionError):
        return []
    if not isinstance(told, Mapping):
        return []
    lists = [entry if isinstance(entry, list) else [entry] for entry in told.values()]
    uses = [told, *(use for listed in lists for use in listed if isinstance(use, Mapping))]
    return [wait for use in uses if (wait := _number(use.get(_REGAIN))) > 0]


def _number(value: Any) -> int:
    """A whole number, also one that comes as text; -1 for anything else."""
    text = str(value)
    is_number = isinstance(value, int | str) and not isinstance(value, bool)
    return int(text) if is_number and text.isascii() and text.isdecimal() and len(text) <= 18 else -1  # noqa: PLR2004 - no code or wait has more digits
