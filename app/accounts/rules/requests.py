"""Asking for a new account: what must be said, and what becomes of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.accounts.rules.trials import latest_end

#: stands in the place of an address until there is one; the rest is the account's own number
_NO_ADDRESS = "urn:concordance:account:"


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"open": "Waits for a decision"}.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def code(self) -> str:
        """The shape it is drawn with."""
        return {"sent_back": "watch", "approved": "ok", "declined": "off"}.get(self.value, "none")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says who asks for a new account."""

    handle: str
    evidence: str
    purpose: str
    audience: str
    #: a week
    hours: Decimal
    #: people, by their ids
    first_owner_id: int
    second_owner_id: int
    captions: str
    has_read_minors_rule: bool
    trial_ends_on: date


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a request: why, and how the hours stood."""

    state: RequestState
    reason: str = ""
    #: in a sentence
    capacity: str = ""
    has_room: bool = True


def stand_in_address(account_id: int) -> str:
    """What stands in the place of the address of an account that has none yet."""
    return f"{_NO_ADDRESS}{account_id}"


def has_address(url: str) -> bool:
    """Is it an address, and no stand-in?"""
    return not url.startswith("urn:")


def awaits_address(url: str) -> bool:
    """Was the account asked for, and is its address still to come?"""
    return url.startswith(_NO_ADDRESS)


def refusal_of_request(asked: Asked, *, today: date) -> tuple[str, str] | None:
    """The field and the sentence why a request cannot be taken, None where it can."""
    if asked.hours <= 0:
        return "hours", "Write how many hours a week there are for it. An account without hours falls silent."
    if asked.first_owner_id == asked.second_owner_id:
        return "second_owner", "The two owners are two different people."
    if not asked.has_read_minors_rule:
        return "has_read_minors_rule", "Read the rule about minors, then tick this."
    if asked.trial_ends_on <= today:
        return "trial_ends_on", "The trial ends on a day to come."
    if asked.trial_ends_on > latest_end(today):
        return "trial_ends_on", "A trial takes 12 months at most."
    return None


def refusal_of_decision(decision: Decision) -> str | None:
    """The sentence why a decision cannot be taken as it stands, None where it can."""
    if decision.reason.strip():
        return None
    if decision.state is RequestState.SENT_BACK:
        return "Write what is missing, so that it can be mended."
    if decision.state is RequestState.DECLINED:
        return "Write why it is declined. Whoever asked reads it."
    if not decision.has_room:
        return f"{decision.capacity} To approve it all the same, write why."
    return None
