"""States, decisions and results of policies."""

from datetime import date
from itertools import pairwise

import pytest

from app.policies.rules.states import (
    LEGAL_DECISIONS,
    LEGAL_MOVES,
    LEGAL_STANCES,
    AdoptionDecision,
    ClauseStance,
    Force,
    Result,
    VersionState,
    may_move,
    result_in_words,
)


def test_the_moves_speak_of_every_state():
    assert set(LEGAL_MOVES) == set(VersionState)


def test_a_draft_reaches_force_only_through_review_and_approval():
    path = [VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED, VersionState.IN_FORCE]
    assert all(may_move(here, to=there) for here, there in pairwise(path))
    assert not may_move(VersionState.DRAFT, to=VersionState.IN_FORCE)
    assert not may_move(VersionState.IN_REVIEW, to=VersionState.IN_FORCE)


@pytest.mark.parametrize("state", [VersionState.IN_FORCE, VersionState.REPLACED, VersionState.WITHDRAWN])
def test_what_was_published_or_withdrawn_never_becomes_a_draft_again(state):
    assert not may_move(state, to=VersionState.DRAFT)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (VersionState.IN_REVIEW, "In review"),
        (VersionState.IN_FORCE, "In force"),
        (AdoptionDecision.ADOPTED_WITH_CHANGES, "Adopted with changes"),
        (ClauseStance.NOT_APPLICABLE, "Does not apply here"),
        (Force.REQUIRED, "Required by agreement"),
        (Result.NOT_MEASURABLE, "Cannot be checked"),
    ],
)
def test_labels(state, words):
    assert state.label == words


def test_a_policy_required_by_agreement_can_be_tightened_but_not_declined_or_loosened():
    assert AdoptionDecision.DECLINED not in LEGAL_DECISIONS[Force.REQUIRED]
    assert ClauseStance.LOOSER not in LEGAL_STANCES[Force.REQUIRED]
    assert ClauseStance.STRICTER in LEGAL_STANCES[Force.REQUIRED]
    assert AdoptionDecision.DECLINED in LEGAL_DECISIONS[Force.RECOMMENDED]


@pytest.mark.parametrize(
    ("result", "grace_until", "waived_until", "words"),
    [
        (Result.PASS, None, None, "Met"),
        (Result.FAIL, None, None, "Not met"),
        (Result.FAIL, date(2026, 11, 9), None, "At risk"),
        (Result.FAIL, date(2026, 11, 8), None, "Not met"),
        (Result.PASS, date(2026, 11, 9), None, "Met"),
        (Result.WAIVED, None, date(2026, 11, 30), "Waived until Nov 30, 2026"),
        (Result.NOT_APPLICABLE, None, None, "Does not apply"),
    ],
)
def test_results_in_words(result, grace_until, waived_until, words):
    assert result_in_words(result, on=date(2026, 11, 9), grace_until=grace_until, waived_until=waived_until) == words
