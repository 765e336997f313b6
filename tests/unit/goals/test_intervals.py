"""Intervals against published values and an independent implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.goals.rules import poisson, wilson


@pytest.mark.parametrize(
    ("cases", "n", "lower", "upper"),
    [
        (3, 4, 0.301, 0.954),
        (18, 24, 0.551, 0.880),
        (90, 120, 0.666, 0.819),
        (4, 4, 0.510, 1.000),
        (0, 3, 0.000, 0.562),
    ],
)
def test_wilson_gives_the_published_values(cases, n, lower, upper):
    interval = wilson(cases, n)
    assert interval.lower == pytest.approx(lower, abs=0.00051)
    assert interval.upper == pytest.approx(upper, abs=0.00051)


shares = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(shares)
def test_wilson_holds_the_estimate_and_stays_between_0_and_1(share):
    cases, n = share
    interval = wilson(cases, n)
    assert 0 <= interval.lower <= cases / n <= interval.upper <= 1


@given(shares)
def test_wilson_agrees_with_scipy(share):
    cases, n = share
    theirs = stats.binomtest(cases, n).proportion_ci(method="wilson")
    assert wilson(cases, n).lower == pytest.approx(theirs.low, abs=1e-9)
    assert wilson(cases, n).upper == pytest.approx(theirs.high, abs=1e-9)


@given(shares)
def test_one_more_case_moves_both_ends_up(share):
    cases, n = share
    if cases < n:
        less, more = wilson(cases, n), wilson(cases + 1, n)
        assert less.lower <= more.lower
        assert less.upper <= more.upper


@pytest.mark.parametrize(("cases", "n"), [(1, 0), (-1, 4), (5, 4)])
def test_wilson_refuses_what_is_no_share(cases, n):
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(cases, n)


@given(st.integers(0, 5_000))
def test_poisson_agrees_with_the_chi_square_form(count):
    interval = poisson(count)
    lower = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    close = 1e-9 if count < 100 else 2e-4
    assert interval.lower == pytest.approx(lower, rel=close, abs=1e-9)
    assert interval.upper == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=close)


def test_poisson_takes_a_large_count():
    interval = poisson(1_000_000)
    assert interval.lower == pytest.approx(998_041, abs=2)
    assert interval.upper == pytest.approx(1_001_962, abs=2)


def test_poisson_refuses_a_negative_count():
    with pytest.raises(ValueError, match="not negative"):
        poisson(-1)
