"""A place's own swing, and the order of the places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.goals.rules import State
from app.scorecards.rules import Order, figure_key, has_shifted, natural_limits, state_key

GAP = Figure.missing(Reason.TOKEN_REVOKED)


def known(*values: float) -> list[Figure]:
    return [Figure.of(value) for value in values]


def test_natural_limits_come_from_the_moving_range():
    limits = natural_limits(known(10, 12, 11, 13, 10, 12))  # ranges 2, 1, 2, 3, 2
    assert limits
    assert limits.mean == pytest.approx(34 / 3)
    assert limits.upper - limits.mean == pytest.approx(2.66 * 2)
    assert limits.holds(16)
    assert not limits.holds(5)


def test_a_gap_is_not_bridged():
    limits = natural_limits([*known(10, 10, 10), GAP, *known(50, 50, 50)])
    assert limits
    assert limits.lower == limits.upper == 30


@pytest.mark.parametrize("figures", [[], known(1, 2, 3, 4, 5), [Figure.of(1), GAP] * 6])
def test_too_few_neighbors_have_no_limits(figures):
    assert natural_limits(figures) is None


def test_eight_on_one_side_are_a_shift():
    assert has_shifted(known(1, 9, 9, 9, 9, 9, 9, 9, 9), mean=5)
    assert has_shifted(known(*[1] * 8), mean=5)
    assert not has_shifted(known(*[9] * 7), mean=5)
    assert not has_shifted(known(*[9] * 7, 1), mean=5)
    assert not has_shifted([*known(*[9] * 4), GAP, *known(*[9] * 4)], mean=5)


def test_worst_first_then_by_name():
    rows = [
        ("Aspen", State.NOT_APPLICABLE),
        ("Birch", State.ON_TRACK),
        ("Cedar", State.NO_DATA),
        ("elm", State.OFF_TRACK),
        ("Dale", State.OFF_TRACK),
        ("Fern", State.AT_RISK),
    ]
    worst = sorted(rows, key=lambda row: state_key(row[1], row[0], order=Order.WORST_FIRST))
    assert [name for name, _ in worst] == ["Dale", "elm", "Fern", "Birch", "Cedar", "Aspen"]
    best = sorted(rows, key=lambda row: state_key(row[1], row[0], order=Order.BEST_FIRST))
    assert [name for name, _ in best] == ["Birch", "Fern", "Dale", "elm", "Cedar", "Aspen"]


figures = st.one_of(st.integers(-100, 100).map(Figure.of), st.just(GAP))


@given(st.lists(st.tuples(figures, st.text(max_size=3))), st.sampled_from([Order.SMALLEST_FIRST, Order.LARGEST_FIRST]))
def test_missing_figures_come_last_in_both_directions(rows, order):
    ordered = sorted(rows, key=lambda row: figure_key(row[0], row[1], order=order))
    are_known = [figure.is_known for figure, _ in ordered]
    assert are_known == sorted(are_known, reverse=True)
    values = [figure.value for figure, _ in ordered if figure.value is not None]
    assert values == sorted(values, reverse=order is Order.LARGEST_FIRST)


@pytest.mark.parametrize(("order", "label"), [(Order.WORST_FIRST, "Worst first"), (Order.BY_NAME, "By name")])
def test_the_caption_says_the_order(order, label):
    assert order.label == label
