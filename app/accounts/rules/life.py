"""The life of an account: proposed, approved, active, on watch, retired; which step may follow, and what it asks for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.accounts.rules.states import AccountState

#: for so long the last step may be taken back
UNDO_WITHIN = timedelta(days=7)
#: an account that one person holds is lost when that person leaves
CONTACTS_WANTED = 2

_NEXT: dict[AccountState, tuple[AccountState, ...]] = {
    AccountState.PROPOSED: (AccountState.APPROVED, AccountState.RETIRED),
    AccountState.APPROVED: (AccountState.ACTIVE, AccountState.RETIRED),
    AccountState.ACTIVE: (AccountState.ON_WATCH, AccountState.RETIRED),
    AccountState.ON_WATCH: (AccountState.ACTIVE, AccountState.RETIRED),
    AccountState.RETIRED: (),
}
_VERBS = {
    AccountState.PROPOSED: "Propose",
    AccountState.APPROVED: "Approve",
    AccountState.ACTIVE: "Put into use",
    AccountState.ON_WATCH: "Put on watch",
    AccountState.RETIRED: "Retire",
}


class AccountKind(StrEnum):
    """What an account is kept for."""

    GENERAL = "general"
    EMERGENCY_ONLY = "emergency_only"
    CAMPAIGN = "campaign"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Details:
    """What else is said about an account: what it is kept for, for whom, who may speak, where the site links to it."""

    kind: AccountKind = AccountKind.GENERAL
    audience: str = ""
    speakers: str = ""
    site_link: str = ""
    planned_end_on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step somebody wants to take: from where, to where, on which day, and why."""

    before: AccountState
    after: AccountState
    on: date
    reason: str = ""


def next_states(state: AccountState) -> tuple[AccountState, ...]:
    """The states that may follow, the usual one first."""
    return _NEXT[state]


def verb_of(before: AccountState, after: AccountState) -> str:
    """The step in words, as on its button."""
    if after is AccountState.ACTIVE and before is AccountState.ON_WATCH:
        return "End the watch"
    return _VERBS[after]


def refusal_of_step(step: Step, *, purpose: str, contacts: int, not_before: date | None, today: date) -> str | None:
    """The sentence why a step cannot be taken, None where it can.

    ``contacts`` counts those who can be reached; ``not_before`` is the day of the step before, or of the opening.
    """
    if step.after not in _NEXT[step.before]:
        return f"An account that is {step.before.words} cannot become {step.after.words}."
    if step.on > today:
        return "The day is in the future. Write the day on which it was decided."
    if not_before and step.on < not_before:
        return f"The account has its last step on {not_before.isoformat()}. Write that day or a later one."
    return _what_is_missing(step, purpose=purpose, contacts=contacts)


def _what_is_missing(step: Step, *, purpose: str, contacts: int) -> str | None:
    if step.after is AccountState.APPROVED and not purpose.strip():
        return "Write what the account is for before it is approved."
    if step.before is AccountState.APPROVED and step.after is AccountState.ACTIVE and contacts < CONTACTS_WANTED:
        return "Name two contacts first: an account that one person holds is lost when that person leaves."
    if step.after is AccountState.ON_WATCH and not step.reason.strip():
        return "Write why the account is watched."
    return None


def may_be_undone(recorded_at: datetime, *, at: datetime) -> bool:
    """Is the last step young enough to be taken back?"""
    return at - recorded_at <= UNDO_WITHIN
