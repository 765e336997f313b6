"""The closed vocabularies of policies, their words on screen, and the moves the law of the room allows."""

from datetime import date
from enum import StrEnum
from types import MappingProxyType


class VersionState(StrEnum):
    """Where one version of a policy stands between the first draft and its end."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return self.value.replace("_", " ").capitalize()


#: From each state, the states a version may move to. A published version is never taken back to a draft.
LEGAL_MOVES = MappingProxyType(
    {
        VersionState.DRAFT: frozenset({VersionState.IN_REVIEW, VersionState.WITHDRAWN}),
        VersionState.IN_REVIEW: frozenset({VersionState.DRAFT, VersionState.APPROVED, VersionState.WITHDRAWN}),
        VersionState.APPROVED: frozenset({VersionState.DRAFT, VersionState.IN_FORCE, VersionState.WITHDRAWN}),
        VersionState.IN_FORCE: frozenset({VersionState.REPLACED, VersionState.WITHDRAWN}),
        VersionState.REPLACED: frozenset[VersionState](),
        VersionState.WITHDRAWN: frozenset[VersionState](),
    }
)


def may_move(state: VersionState, *, to: VersionState) -> bool:
    """May a version in ``state`` become ``to``?"""
    return to in LEGAL_MOVES[state]


def state_on(state: VersionState, *, first_on: date | None, last_on: date | None, on: date) -> VersionState:
    """How a published version stands on a day: approved before its first day, replaced after its last."""
    if state not in {VersionState.IN_FORCE, VersionState.REPLACED} or first_on is None:
        return state
    if on < first_on:
        return VersionState.APPROVED
    return VersionState.REPLACED if last_on is not None and last_on < on else VersionState.IN_FORCE


class Force(StrEnum):
    """With what force a consortium issues a policy to its members."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return {Force.REQUIRED: "Required by agreement", Force.RECOMMENDED: "Recommended"}[self]


class AdoptionDecision(StrEnum):
    """What a library's board decided about an issued version."""

    ADOPTED = "adopted"
    ADOPTED_WITH_CHANGES = "adopted_with_changes"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return self.value.replace("_", " ").capitalize()


class ClauseStance(StrEnum):
    """How a library takes one clause of a version it adopts."""

    AS_IS = "as_is"
    STRICTER = "stricter"
    LOOSER = "looser"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return _STANCE_LABELS[self]


_STANCE_LABELS = {
    ClauseStance.AS_IS: "As is",
    ClauseStance.STRICTER: "Stricter here",
    ClauseStance.LOOSER: "Looser here",
    ClauseStance.NOT_APPLICABLE: "Does not apply here",
}

#: A member that agreed to a required policy may be stricter or find a clause without object, not looser or absent.
LEGAL_DECISIONS = MappingProxyType(
    {
        Force.REQUIRED: frozenset({AdoptionDecision.ADOPTED, AdoptionDecision.ADOPTED_WITH_CHANGES}),
        Force.RECOMMENDED: frozenset(AdoptionDecision),
    }
)
LEGAL_STANCES = MappingProxyType(
    {
        Force.REQUIRED: frozenset({ClauseStance.AS_IS, ClauseStance.STRICTER, ClauseStance.NOT_APPLICABLE}),
        Force.RECOMMENDED: frozenset(ClauseStance),
    }
)


class Severity(StrEnum):
    """Whether missing a rule is a failure or a piece of advice."""

    REQUIRED = "required"
    ADVISED = "advised"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return self.value.capitalize()


class Result(StrEnum):
    """What a check of one rule at one place found."""

    PASS = "pass"  # noqa: S105 - the result of a check, not a secret
    FAIL = "fail"
    NOT_MEASURABLE = "not_measurable"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        """The words a reader sees, where neither grace nor a waiver's last day plays a part."""
        return _RESULT_LABELS[self]


_RESULT_LABELS = {
    Result.PASS: "Met",
    Result.FAIL: "Not met",
    Result.NOT_MEASURABLE: "Cannot be checked",
    Result.NOT_APPLICABLE: "Does not apply",
    Result.WAIVED: "Waived",
}


def result_in_words(result: Result, *, on: date, grace_until: date | None, waived_until: date | None) -> str:
    """The words for a result on a day; a fail still inside its grace (last day included) reads "At risk"."""
    if result is Result.FAIL and grace_until is not None and on <= grace_until:
        return "At risk"
    if result is Result.WAIVED and waived_until is not None:
        return f"Waived until {waived_until:%b} {waived_until.day}, {waived_until.year}"
    return result.label
