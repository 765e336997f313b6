"""How parts make a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.goals.rules import Direction, RollUpRule, StandingReason, State, roll_up, share_on_track, weakest

ON, RISK, OFF, NONE, NA = (
    State.ON_TRACK,
    State.AT_RISK,
    State.OFF_TRACK,
    State.NO_DATA,
    State.NOT_APPLICABLE,
)


@pytest.mark.parametrize(
    ("parts", "state", "judged", "total"),
    [
        ([ON, RISK, OFF], OFF, 3, 3),
        ([ON, RISK, NONE], RISK, 2, 3),
        ([ON, NONE, NA], ON, 1, 2),
        ([NONE, NONE, NA], NONE, 0, 2),
        ([NA, NA], NA, 0, 0),
        ([], NONE, 0, 0),
    ],
)
def test_the_weakest_judged_part_decides(parts, state, judged, total):
    whole = weakest(parts)
    assert (whole.state, whole.judged, whole.total) == (state, judged, total)


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([ON] * 4 + [OFF], ON),
        ([ON] * 3 + [OFF, RISK], RISK),
        ([ON, OFF], RISK),
        ([ON, OFF, OFF], OFF),
        ([ON, NONE, NONE], ON),
        ([NONE], NONE),
        ([NA], NA),
        ([], NONE),
    ],
)
def test_or_the_share_of_judged_parts_on_track(parts, state):
    assert share_on_track(parts).state is state


def test_what_cannot_be_judged_stands_beside_the_state():
    assert weakest([ON, NONE, NONE, NA]).words == "2 of 3 cannot be judged"
    assert weakest([ON, NA]).words == ""


parts = st.lists(st.sampled_from(State))


@given(parts.flatmap(lambda states: st.tuples(st.just(states), st.permutations(states))), st.sampled_from(RollUpRule))
def test_the_order_of_the_parts_does_not_matter(both, rule):
    states, shuffled = both
    assert roll_up(states, rule=rule) == roll_up(shuffled, rule=rule)


@given(parts)
def test_the_counts_add_up(states):
    whole = weakest(states)
    assert 0 <= whole.on_track <= whole.judged <= whole.total <= len(states)
    assert whole.state.is_judged == (whole.judged > 0)


@given(parts, parts)
def test_a_whole_of_wholes_is_as_weak_as_all_its_parts(some, others):
    nested = weakest([weakest(some).state, weakest(others).state]).state
    assert nested.is_judged == weakest(some + others).state.is_judged
    if nested.is_judged:
        assert nested is weakest(some + others).state


def test_the_words_on_screen_are_the_agreed_ones():
    assert [state.label for state in (ON, RISK, OFF, NONE, NA)] == [
        "On track",
        "At risk",
        "Off track",
        "No data",
        "Does not apply",
    ]


@pytest.mark.parametrize("word", [*StandingReason, *Direction, *RollUpRule])
def test_every_word_has_a_label(word):
    assert word.label
