"""What was found readable of an account, how long a sign-in may take, and what is trouble worth a warning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

#: from the first click to the return from the platform
SIGN_IN_WITHIN = timedelta(minutes=10)
#: a token that ends so soon is prolonged before it is used
PROLONG_BEFORE = timedelta(minutes=5)
#: how long a worker may take to prolong one
PROLONG_WITHIN = timedelta(minutes=2)
#: ends of a sign-in that lie closer together are one end, as a platform tells it from one question to the next
SAME_END = timedelta(days=1)
#: people are told so long before a token ends
WARN_BEFORE = timedelta(days=14)
#: and when pulls have failed for so long
WARN_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class AtHand:
    """A token as it is kept, and whether a sign-in brought it; it ends for us only where it can be prolonged."""

    sealed: bytes = field(repr=False)
    is_signed_in: bool = False
    ends_at: datetime | None = None

    def ends_soon(self, at: datetime) -> bool:
        """Is it to be prolonged before it is used?"""
        return self.ends_at is not None and self.ends_at <= at + PROLONG_BEFORE


class Readable(StrEnum):
    """Whether a part of an account can be read."""

    YES = "yes"
    NO = "no"
    #: the platform has no such thing, or gives it to nobody
    NOT_OFFERED = "not_offered"
    NOT_TRIED = "not_tried"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            Readable.YES: "Yes",
            Readable.NO: "No",
            Readable.NOT_OFFERED: "Not offered",
            Readable.NOT_TRIED: "Not tried",
        }[self]

    @property
    def code(self) -> str:
        """The shape it is drawn with."""
        return {Readable.YES: "ok", Readable.NO: "off"}.get(self, "none")


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One part of an account, whether it can be read, and a sentence on what came or why nothing did."""

    name: str
    readable: Readable
    sentence: str

    def as_json(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "PartSeen":
        """As it was kept."""
        return cls(str(kept["name"]), Readable(kept["readable"]), str(kept["sentence"]))


class Trouble(StrEnum):
    """What people are told about an account."""

    TOKEN_ENDS = "token_ends"  # noqa: S105 - a word, no secret
    SIGN_IN_EXPIRED = "sign_in_expired"
    PULLS_FAIL = "pulls_fail"


#: what a return from a platform can be refused for
NOT_OURS = "This sign-in was not begun here, or not in this browser. Begin it again on the account's page."
USED = "This sign-in was used already. Begin it again if the account is not connected."
TOO_LATE = "This sign-in took longer than ten minutes. Begin it again."
OTHER_ISSUER = "The answer came from another server than the one that was asked. Nothing was kept."
DENIED = "Access was not allowed there, so nothing was kept. Sign in again to allow it, or paste a token."
NOT_SET_UP = (
    "The platform does not accept how this installation asks. Whoever runs it has to look at the sign-in settings;"
    " until then paste a token."
)
FAILED_THERE = "The platform could not finish the sign-in. Try again later, or paste a token."
NO_CODE = "The platform sent no code with its answer. Begin the sign-in again."
#: words of RFC 6749, 4.1.2.1, for a question that is wrong however often it is asked
_WRONGLY_ASKED = frozenset({"invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope"})


def refusal_of_return(
    *, begun_at: datetime, used_at: datetime | None, issuer: str, issuer_told: str, at: datetime
) -> str | None:
    """Why a sign-in that was begun here comes to nothing whatever the platform says; None where it may be used.

    ``issuer_told`` is what the answer says of its sender (RFC 9207), "" where it says nothing.
    """
    if used_at is not None:
        return USED
    if at - begun_at > SIGN_IN_WITHIN:
        return TOO_LATE
    if issuer_told and issuer_told.rstrip("/") != issuer.rstrip("/"):
        return OTHER_ISSUER
    return None


def refusal_of_platform(error: str) -> str:
    """What the platform's word for its no means to a person; the platform's own text is not repeated."""
    if error == "access_denied":
        return DENIED
    return NOT_SET_UP if error in _WRONGLY_ASKED else FAILED_THERE


def days_left(expires_at: datetime, *, at: datetime) -> int:
    """Whole days until a token ends, 0 on its last day; negative afterwards."""
    return (expires_at - at).days
