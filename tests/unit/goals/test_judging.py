"""From a measured figure to a state: every state, every reason, the words beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.goals.rules import Direction, Interval, Measured, Standing, StandingReason, State, Target, judge, wilson

UP, DOWN, BAND = Direction.UP, Direction.DOWN, Direction.BAND


def share(cases: int, n: int) -> Measured:
    return Measured(Figure.of(cases / n * 100, n=n), n=n, interval=wilson(cases, n).times(100))


def plain(value: float) -> Measured:
    return Measured(Figure.of(value))


EIGHTY = Target(80)


def standing(measured, target=EIGHTY, direction=UP, unit="%", **terms) -> Standing:
    return judge(measured, target=target, direction=direction, unit=unit, **terms)


@pytest.mark.parametrize(
    ("measured", "target", "direction", "state"),
    [
        (share(90, 100), Target(85), UP, State.ON_TRACK),
        (share(85, 100), Target(85), UP, State.ON_TRACK),
        (share(80, 100), Target(85), UP, State.AT_RISK),  # the interval reaches 87
        (share(9, 12), Target(85), UP, State.AT_RISK),
        (share(31, 51), Target(85), UP, State.OFF_TRACK),
        (share(800, 1000), Target(85), UP, State.OFF_TRACK),  # within 10%, but the interval decides and ends at 82
        (share(30, 100), Target(60), DOWN, State.ON_TRACK),
        (share(66, 100), Target(60), DOWN, State.AT_RISK),
        (share(90, 100), Target(60), DOWN, State.OFF_TRACK),
        (plain(3.0), Target(3), UP, State.ON_TRACK),
        (plain(2.7), Target(3), UP, State.AT_RISK),  # exactly the tolerance
        (plain(2.69), Target(3), UP, State.OFF_TRACK),
        (plain(3.3), Target(3), DOWN, State.AT_RISK),
        (plain(3.31), Target(3), DOWN, State.OFF_TRACK),
        (plain(-1.05), Target(-1), UP, State.AT_RISK),
        (plain(-1.2), Target(-1), UP, State.OFF_TRACK),
        (plain(0.1), Target(0), DOWN, State.OFF_TRACK),
        (plain(2.0), Target(2, 4), BAND, State.ON_TRACK),
        (plain(4.0), Target(2, 4), BAND, State.ON_TRACK),
        (plain(1.8), Target(2, 4), BAND, State.AT_RISK),
        (plain(4.4), Target(2, 4), BAND, State.AT_RISK),
        (plain(1.7), Target(2, 4), BAND, State.OFF_TRACK),
        (plain(4.5), Target(2, 4), BAND, State.OFF_TRACK),
    ],
)
def test_the_published_rule_gives(measured, target, direction, state):
    assert standing(measured, target, direction).state is state


def test_the_tolerance_may_be_chosen():
    assert standing(plain(70), Target(80), tolerance=0.2).state is State.AT_RISK
    assert standing(plain(70), Target(80), tolerance=0.05).state is State.OFF_TRACK


@pytest.mark.parametrize(
    ("measured", "target", "hindrances", "reason", "detail"),
    [
        (share(9, 12), None, (), StandingReason.NO_TARGET, "No target"),
        (share(9, 12), Target(80), {StandingReason.NO_OWNER}, StandingReason.NO_OWNER, "No owner"),
        (share(9, 12), Target(80), {StandingReason.STALE}, StandingReason.STALE, "Figures too old"),
        (share(4, 6), Target(80), (), StandingReason.TOO_FEW, "Too few to judge (6 questions)"),
        (share(1, 1), Target(80), (), StandingReason.TOO_FEW, "Too few to judge (1 question)"),
        (
            Measured(Figure.missing(Reason.NO_CASES), n=0),
            Target(80),
            (),
            StandingReason.TOO_FEW,
            "Too few to judge (0 questions)",
        ),
        (
            Measured(Figure.of(3), completeness=0.799),
            Target(2),
            (),
            StandingReason.INCOMPLETE,
            "Less than 80% complete (79%)",
        ),
        (
            Measured(Figure.missing(Reason.WITHDRAWN)),
            Target(2),
            (),
            StandingReason.WITHDRAWN,
            "Withdrawn or counted anew",
        ),
        (
            Measured(Figure.missing(Reason.HIDDEN)),
            Target(2),
            (),
            StandingReason.NOT_OFFERED,
            "Not offered by the platform: hidden by the platform",
        ),
        (
            Measured(Figure.missing(Reason.TOKEN_REVOKED)),
            Target(2),
            (),
            StandingReason.NOT_COLLECTED,
            "Not collected: sign-in expired",
        ),
        (Measured(Figure.missing(Reason.NOT_COLLECTED)), Target(2), (), StandingReason.NOT_COLLECTED, "Not collected"),
        (
            Measured(Figure.missing(Reason.NOT_COLLECTED), hindrance=StandingReason.NO_POPULATION),
            Target(2),
            (),
            StandingReason.NO_POPULATION,
            "No population stated",
        ),
    ],
)
def test_what_cannot_be_judged_says_why(measured, target, hindrances, reason, detail):
    found = standing(measured, target, cases="questions", hindrances=hindrances)
    assert (found.state, found.reason, found.words) == (State.NO_DATA, reason, detail)


@pytest.mark.parametrize("reason", [StandingReason.NO_ACCOUNT, StandingReason.CLOSED])
def test_no_account_and_a_closed_branch_do_not_apply(reason):
    assert standing(share(1, 100), None, hindrances={reason, StandingReason.STALE}).state is State.NOT_APPLICABLE


def test_a_closed_account_makes_the_figure_not_apply():
    found = standing(Measured(Figure.missing(Reason.ACCOUNT_CLOSED)))
    assert (found.state, found.reason) == (State.NOT_APPLICABLE, StandingReason.CLOSED)


def test_80_percent_complete_and_ten_cases_are_enough():
    measured = Measured(Figure.of(90.0, n=10), n=10, interval=wilson(9, 10).times(100), completeness=0.8)
    assert standing(measured).state is State.ON_TRACK


@pytest.mark.parametrize(
    ("value", "target", "direction", "unit", "words"),
    [
        (61, Target(85), UP, "%", "24 points below target"),
        (84, Target(85), UP, "%", "1 point below target"),
        (84.6, Target(85), UP, "%", "0.4 points below target"),
        (84.99, Target(85), UP, "%", "just below target"),
        (85, Target(85), UP, "%", "at target"),
        (91, Target(85), UP, "%", "6 points above target"),
        (78, Target(60), DOWN, "%", "18 points above target"),
        (0.5, Target(1), UP, "% a month", "0.5 points a month below target"),
        (1.5, Target(2, 4), BAND, "posts a week", "0.5 posts a week below the band"),
        (7, Target(2, 4), BAND, "posts a week", "3 posts a week above the band"),
        (3, Target(2, 4), BAND, "posts a week", "within the band"),
        (1200, Target(3000), UP, "questions a month", "1,800 questions a month below target"),
    ],
)
def test_the_distance_is_said_in_words(value, target, direction, unit, words):
    assert standing(plain(value), target, direction, unit).words == words


def test_a_band_upside_down_is_a_bug():
    with pytest.raises(ValueError, match="upper edge"):
        Target(4, 2)


numbers = st.floats(-1e9, 1e9)
figures = st.one_of(numbers.map(Figure.of), st.sampled_from(Reason).map(Figure.missing))
intervals = st.one_of(st.none(), st.tuples(numbers, numbers).map(lambda pair: Interval(min(pair), max(pair))))
measures = st.builds(
    Measured,
    figure=figures,
    n=st.one_of(st.none(), st.integers(0, 10**6)),
    interval=intervals,
    completeness=st.floats(0, 1),
)
targets = st.one_of(
    st.none(), numbers.map(Target), st.tuples(numbers, numbers).map(lambda pair: Target(min(pair), max(pair)))
)


@given(measures, targets, st.sampled_from(Direction), st.sets(st.sampled_from(StandingReason)))
def test_every_valid_input_gets_a_state_with_words(measured, target, direction, hindrances):
    found = judge(measured, target=target, direction=direction, unit="%", hindrances=hindrances)
    assert (found.reason is None) == found.state.is_judged
    assert found.words
    assert not (hindrances and found.state.is_judged)


@given(st.integers(10, 500).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))), st.floats(0, 100))
def test_a_higher_share_never_stands_worse(pair, target):
    cases, n = pair
    lower, higher = (standing(share(count, n), Target(target)).state.order for count in (cases, cases + 1))
    assert higher >= lower
