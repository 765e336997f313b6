"""The first sentence of a home says what is so, in words."""

import pytest

from app.desk.rules import spelled, verdict
from app.goals.rules import State

ON, RISK, OFF, NONE = State.ON_TRACK, State.AT_RISK, State.OFF_TRACK, State.NO_DATA


@pytest.mark.parametrize(
    ("states", "unanswered", "sentence"),
    [
        ([], 0, "There are no branches here yet."),
        ([ON], 0, "1 of 1 branch is on track."),
        ([ON, ON, RISK], 0, "2 of 3 branches are on track."),
        ([ON, OFF], 0, "1 of 2 branches is on track. One is off track."),
        ([ON, OFF, OFF, NONE], 0, "1 of 4 branches is on track. Two are off track, and one cannot be judged."),
        (
            [ON] * 14 + [OFF] * 2 + [NONE],
            3,
            (
                "14 of 17 branches are on track. Two are off track, one cannot be judged,"
                " and three have gaps in who answers the public."
            ),
        ),
        ([NONE] * 12, 0, "0 of 12 branches are on track. 12 cannot be judged."),
    ],
)
def test_the_verdict(states: list[State], unanswered: int, sentence: str) -> None:
    assert verdict(states, places=len(states), one="branch", many="branches", unanswered=unanswered) == sentence


def test_places_without_a_scorecard_are_not_none() -> None:
    words = verdict([], places=22, one="branch", many="branches", unanswered=0)
    assert words == "22 branches, none measured yet."


def test_small_counts_are_words_and_large_ones_figures() -> None:
    assert [spelled(count) for count in (0, 1, 9, 10, 1240)] == ["no", "one", "nine", "10", "1,240"]
