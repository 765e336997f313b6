"""Medians, size-adjusted rates and robust scores against published values."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.scorecards.rules import median_of, robust_scores, size_adjusted

MISSING = Figure.missing(Reason.NOT_COLLECTED)


def known(*values: float) -> list[Figure]:
    return [Figure.of(value) for value in values]


def test_the_median_of_five_leaves_the_missing_out():
    found = median_of([*known(1, 9, 3, 7, 5), MISSING], kinds=["branch"])
    assert (found.figure.value, found.figure.n, found.why) == (5, 5, "")


@pytest.mark.parametrize(
    ("figures", "kinds", "why"),
    [
        (known(1, 2, 3, 4), ["branch"], "Only 4 places have a figure; a median is shown from 5."),
        (known(1), ["branch"], "Only 1 place has a figure; a median is shown from 5."),
        ([MISSING] * 6, ["branch"], "No place shown has a figure."),
        ([], [], "No place shown has a figure."),
        (known(*range(9)), ["branch", "library"], "The places shown are of different kinds, so they have no median."),
    ],
)
def test_no_median_says_why(figures, kinds, why):
    found = median_of(figures, kinds=kinds)
    assert (found.figure.is_known, found.why) == (False, why)


def test_size_adjusted_rates_are_the_published_ones():
    found = size_adjusted([4, 30, 12, 55, 2], [2.1, 18, 9.5, 61, 0.8])
    assert found.mean == pytest.approx(1.127, abs=0.0005)
    assert found.between == pytest.approx(0.0619, abs=0.00005)
    assert found.rates == pytest.approx((1.207, 1.395, 1.174, 0.953, 1.185), abs=0.0005)


places = st.lists(st.tuples(st.integers(0, 10_000), st.floats(0.01, 1000)), min_size=1, max_size=40)


@given(places)
def test_a_rate_is_only_ever_pulled_toward_the_mean(pairs):
    counts, exposures = [count for count, _ in pairs], [exposure for _, exposure in pairs]
    found = size_adjusted(counts, exposures)
    for count, exposure, adjusted in zip(counts, exposures, found.rates, strict=True):
        raw = count / exposure
        slack = 1e-9 * max(raw, found.mean, 1)
        assert min(raw, found.mean) - slack <= adjusted <= max(raw, found.mean) + slack


def test_no_counts_at_all_are_zero_everywhere():
    assert size_adjusted([0, 0], [1, 5]).rates == (0, 0)


@pytest.mark.parametrize(("counts", "exposures"), [([], []), ([1], [0]), ([-1], [1])])
def test_rates_without_exposure_are_a_bug(counts, exposures):
    with pytest.raises(ValueError, match="exposures above 0"):
        size_adjusted(counts, exposures)


def test_robust_scores_are_the_published_ones():
    scores = robust_scores([0.8, 1.1, 1.2, 1.3, 1.6, 4.9])
    assert scores == pytest.approx([-1.21, -0.40, -0.13, 0.13, 0.94, 9.85], abs=0.006)


@pytest.mark.parametrize("values", [[], [3, 3, 3, 8]])
def test_no_spread_has_no_scores(values):
    assert robust_scores(values) == []


@given(st.lists(st.floats(-1e6, 1e6), min_size=3))
def test_half_of_the_robust_scores_lie_on_either_side(values):
    scores = robust_scores(values)
    if scores:
        assert median(scores) == pytest.approx(0, abs=1e-6)
