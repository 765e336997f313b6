"""The catalogue of duties, its families and what must be kept apart."""

import re

import pytest

from app.duties.rules.catalogue import (
    CoverageNeed,
    Family,
    Training,
    duties_of,
    get_duty,
    lead_duty,
    load_duties,
    separation_conflicts,
)
from app.foundation.errors import NotFound

FORBIDDEN = re.compile(r"!|\bplease\b|\bcustomer|\btroll|\bfans\b|\bTwitter\b|organis|criticise", re.IGNORECASE)


def test_the_28_duties_are_there_in_order():
    assert list(load_duties()) == [f"D{number:02}" for number in range(1, 29)]


@pytest.mark.parametrize("duty", load_duties().values(), ids=lambda duty: duty.code)
def test_a_duty_is_whole(duty):
    assert 0 <= duty.hours_low <= duty.hours_high <= 5
    assert duty.wording.endswith(".")
    assert ". " not in duty.wording
    assert not FORBIDDEN.search(f"{duty.name} {duty.wording} {duty.separation}")
    assert all(duty.code in get_duty(other).apart_from for other in duty.apart_from)


def test_families_are_named_as_on_the_matrix():
    assert [family.label for family in Family] == [
        "Listen",
        "Post",
        "Follow and connect",
        "Answer questions",
        "Respond to critics",
        "Other",
    ]


def test_every_family_has_its_duties_and_a_leading_one():
    assert sum(len(duties_of(family)) for family in Family) == 28
    for family in Family:
        assert lead_duty(family) in duties_of(family)
    assert lead_duty(Family.ANSWER).name == "Answer reference questions"


def test_every_word_has_a_label():
    assert Training.DE_ESCALATION.label == "De-escalation"
    assert Training.MODERATION_LAW.label == "Moderation law"
    assert all(need.label for need in CoverageNeed)


def test_an_unknown_duty_is_not_found():
    with pytest.raises(NotFound, match="D99"):
        get_duty("D99")


@pytest.mark.parametrize(
    ("codes", "count"),
    [
        (["D04", "D05"], 1),
        (["D05", "D04", "D04"], 1),
        (["D04", "D05", "D23"], 2),
        (["D15", "D24"], 1),
        (["D01", "D04", "D10", "D14"], 0),
        ([], 0),
    ],
)
def test_duties_that_one_person_may_not_hold_together(codes, count):
    assert len(separation_conflicts(codes)) == count


def test_a_conflict_names_both_duties_and_a_way_out():
    (sentence,) = separation_conflicts(["D05", "D04"])
    assert "“Create posts” and “Approve posts”" in sentence
    assert "a partner library or the consortium" in sentence
