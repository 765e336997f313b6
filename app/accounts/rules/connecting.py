"""What was found readable of an account, how long a sign-in may take, and what is trouble worth a warning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

#: from the first click to the return from the platform
SIGN_IN_WITHIN = timedelta(minutes=10)
#: a token that ends so soon is prolonged before it is used
PROLONG_BEFORE = timedelta(minutes=5)
#: how long a worker may take to prolong one
PROLONG_WITHIN = timedelta(minutes=2)
#: people are told so long before a token ends
WARN_BEFORE = timedelta(days=14)
#: and when pulls have failed for so long
WARN_AFTER = timedelta(days=3)


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
DENIED = "The platform says that access was not allowed. Nothing was kept."
NO_CODE = "The platform sent no code with its answer. Begin the sign-in again."


def refusal_of_return(
    *, begun_at: datetime, used_at: datetime | None, issuer: str, issuer_told: str, at: datetime
) -> str | None:
    """Why a browser that comes back from a platform is not let in, None where it is.

    ``issuer_told`` is what the answer says of its sender (RFC 9207), "" where it says nothing.
    """
    if used_at is not None:
        return USED
    if at - begun_at > SIGN_IN_WITHIN:
        return TOO_LATE
    if issuer_told and issuer_told.rstrip("/") != issuer.rstrip("/"):
        return OTHER_ISSUER
    return None


def days_left(expires_at: datetime, *, at: datetime) -> int:
    """Whole days until a token ends, 0 on its last day; negative afterwards."""
    return (expires_at - at).days
