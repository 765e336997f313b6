"""Limits of chance against published values and an independent implementation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.scorecards.rules import (
    Funnel,
    Level,
    Point,
    Signal,
    binomial_at_most,
    binomial_quantile,
    dispersion,
    funnel,
    is_worth_showing,
)

LARGE_ENOUGH = 50


@pytest.mark.parametrize(("n", "lower", "upper"), [(80, 0.736, 0.904), (320, 0.778, 0.862)])
def test_normal_limits_are_the_published_ones(n, lower, upper):
    limits = Funnel(0.82, 1.0).limits(n, Level.ALERT)
    assert limits.lower == pytest.approx(lower, abs=0.0005)
    assert limits.upper == pytest.approx(upper, abs=0.0005)


@pytest.mark.parametrize(("n", "lower"), [(5, 0.483), (20, 0.652)])
def test_small_numbers_are_exact_and_wider_than_the_normal_ones_below(n, lower):
    assert Funnel(0.82, 1.0).limits(n, Level.ALERT).lower <= lower


@given(st.integers(1, 49), st.floats(0.01, 0.99), st.sampled_from([0.001, 0.025, 0.975, 0.999]))
def test_binomial_quantiles_agree_with_scipy(n, chance, probability):
    theirs = stats.binom.ppf(probability, n, chance)
    ours = binomial_quantile(probability, n=n, chance=chance)
    edge = min(abs(stats.binom.cdf(k, n, chance) - probability) for k in range(n + 1))
    assert ours == theirs or edge < 1e-12  # a tie in the last bit may fall either way


@given(st.integers(1, 200), st.floats(0, 1), st.integers(-1, 201))
def test_binomial_tails_agree_with_scipy(n, chance, cases):
    theirs = stats.binom.cdf(cases, n, chance)
    assert binomial_at_most(cases, n=n, chance=chance) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


funnels = st.builds(Funnel, centre=st.floats(0, 1), dispersion=st.floats(1, 20))


@given(funnels, st.integers(1, 2000))
def test_the_wide_limits_hold_the_narrow_ones_and_both_hold_the_center(shape, n):
    alarm, alert = shape.limits(n, Level.ALARM), shape.limits(n, Level.ALERT)
    assert 0 <= alarm.lower <= alert.lower <= shape.centre + 1 / n
    assert shape.centre - 1 / n <= alert.upper <= alarm.upper <= 1


@given(st.floats(0.05, 0.95))
def test_limits_close_in_as_cases_grow(centre):
    shape = Funnel(centre, 1.0)
    limits = [shape.limits(n, Level.ALERT) for n in range(LARGE_ENOUGH, 1000, 50)]
    assert all(more.lower >= less.lower and more.upper <= less.upper for less, more in pairwise(limits))


def test_signals_by_distance():
    shape = Funnel(0.82, 1.0)
    assert shape.signal(Point(262, 320)) is Signal.WITHIN
    assert shape.signal(Point(245, 320)) is Signal.LOW
    assert shape.signal(Point(220, 320)) is Signal.VERY_LOW
    assert shape.signal(Point(280, 320)) is Signal.HIGH
    assert shape.signal(Point(320, 320)) is Signal.VERY_HIGH
    assert shape.signal(Point(3, 4)) is Signal.WITHIN


def test_the_center_is_pooled_so_that_large_places_weigh_more():
    assert funnel([Point(90, 100), Point(1, 10)]).centre == pytest.approx(91 / 110)


def test_ten_places_that_differ_more_than_chance_widen_the_limits():
    apart = [Point(20, 100), Point(80, 100)] * 5
    shape = funnel(apart)
    assert shape.dispersion == pytest.approx(36.0)  # every place is 0.3 / 0.05 = 6 deviations off
    assert shape.signal(Point(20, 100)) is Signal.WITHIN


def test_fewer_than_ten_places_are_not_asked_how_they_differ():
    assert funnel([Point(20, 100), Point(80, 100)]).dispersion == 1.0


def test_one_outlier_is_pulled_in():
    points = [Point(50 + step, 100) for step in (-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)]
    with_outlier = [*points, Point(100, 100)]
    centre = 0.5
    assert dispersion(with_outlier, centre=centre) < 2 * dispersion(points, centre=centre)


def test_over_dispersion_never_narrows_small_places():
    assert Funnel(0.5, 4.0).limits(20, Level.ALERT).lower <= Funnel(0.5, 1.0).limits(20, Level.ALERT).lower


def test_alike_places_do_not_narrow_the_limits():
    assert funnel([Point(50, 100)] * 12).dispersion == 1.0


@pytest.mark.parametrize("cases", [0, 40])
def test_all_or_none_has_no_spread(cases):
    shape = funnel([Point(cases, 40)] * 12)
    assert shape.signal(Point(cases, 40)) is Signal.WITHIN


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        (Signal.VERY_LOW, Signal.WITHIN, True),
        (Signal.LOW, Signal.WITHIN, False),
        (Signal.LOW, Signal.LOW, True),
        (Signal.LOW, Signal.VERY_LOW, True),
        (Signal.LOW, Signal.HIGH, False),
        (Signal.WITHIN, Signal.WITHIN, False),
    ],
)
def test_single_alerts_are_not_shown(now, before, shown):
    assert is_worth_showing(now, before) is shown


@pytest.mark.parametrize("level", Level)
def test_limits_of_nothing_are_a_bug(level):
    with pytest.raises(ValueError, match="at least one"):
        Funnel(0.5, 1.0).limits(0, level)


@pytest.mark.parametrize(("cases", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_a_point_is_some_cases_of_n(cases, n):
    with pytest.raises(ValueError, match="between 0 and n"):
        Point(cases, n)


def test_a_funnel_of_no_places_is_a_bug():
    with pytest.raises(ValueError, match="at least one place"):
        funnel([])
