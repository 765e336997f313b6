"""Sums, ends and completeness over a period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.rules.sums import Completeness, completeness, end_of, is_stale, main_reason, start_of, sum_over

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def day(number: int, month: int = 10) -> date:
    return date(2026, month, number)


def every_day(value: float, *, until: int = 31) -> dict[date, Figure]:
    return {day(number): Figure.of(value) for number in range(1, until + 1)}


def test_closed_days_are_not_expected():
    found = completeness([day(1), day(2), day(3)], period=OCTOBER, closed=[day(3), day(4), day(9, month=9)])
    assert (found.present, found.expected, found.words) == (2, 29, "2 of 29 days")


@pytest.mark.parametrize(("present", "expected", "enough"), [(8, 10, True), (79, 100, False), (0, 0, True)])
def test_80_percent_is_enough(present, expected, enough):
    assert Completeness(present, expected).is_enough is enough


def test_a_sum_fills_nothing_in():
    flow = sum_over(every_day(2, until=15), period=OCTOBER, closed=[])
    assert (flow.total.value, flow.completeness.words) == (30, "15 of 31 days")
    assert flow.per_days(7).value == pytest.approx(14)


def test_figures_of_closed_days_do_not_count():
    assert sum_over(every_day(1), period=OCTOBER, closed=[day(1), day(2)]).total.value == 29


def test_a_day_of_zero_is_present_and_a_day_with_a_reason_is_not():
    figures = {day(1): Figure.of(0), day(2): Figure.missing(Reason.BLANK)}
    assert sum_over(figures, period=OCTOBER, closed=[]).completeness.present == 1


def test_nothing_observed_gives_the_main_reason():
    figures = {day(number): Figure.missing(Reason.TOKEN_REVOKED) for number in (1, 2)}
    figures[day(3)] = Figure.missing(Reason.API_ERROR)
    flow = sum_over(figures, period=OCTOBER, closed=[])
    assert flow.total.reason is Reason.TOKEN_REVOKED
    assert flow.per_days(7).reason is Reason.TOKEN_REVOKED


def test_a_tie_of_reasons_goes_to_the_latest_day():
    figures = {day(1): Figure.missing(Reason.TOKEN_REVOKED), day(2): Figure.missing(Reason.API_ERROR)}
    assert main_reason(figures, period=OCTOBER) is Reason.API_ERROR
    assert main_reason({}, period=OCTOBER) is Reason.NOT_COLLECTED


def test_a_stock_is_read_at_the_ends_and_never_borrowed():
    figures = {
        day(30, month=9): Figure.of(1),
        day(2): Figure.of(5),
        day(20): Figure.of(9),
        day(31): Figure.missing(Reason.API_ERROR),
    }
    end, start = end_of(figures, period=OCTOBER), start_of(figures, period=OCTOBER)
    assert (start.figure.value, start.on) == (5, day(2))
    assert (end.figure.value, end.on) == (9, day(20))
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert (end_of(figures, period=november).figure.reason, start_of(figures, period=november).on) == (
        Reason.NOT_COLLECTED,
        None,
    )


@pytest.mark.parametrize(
    ("newest", "as_of", "stale"),
    [
        (day(24), date(2026, 11, 21), False),  # the period is over: 7 days before its end
        (day(23), date(2026, 11, 21), True),
        (day(5), day(12), False),  # the period still runs: 7 days before today
        (day(5), day(13), True),
    ],
)
def test_stale_is_more_than_a_week_before_the_end(newest, as_of, stale):
    assert is_stale(newest, period=OCTOBER, as_of=as_of, after_days=7) is stale


days = st.dates(date(2026, 9, 1), date(2026, 11, 30))
figures = st.one_of(st.integers(0, 1000).map(Figure.of), st.sampled_from(Reason).map(Figure.missing))


@given(st.dictionaries(days, figures), st.sets(days))
def test_two_halves_add_up_to_the_whole(seen, closed):
    first, second = Period(day(1), day(15)), Period(day(16), day(31))
    whole, *halves = (sum_over(seen, period=period, closed=closed) for period in (OCTOBER, first, second))
    assert (whole.total.value or 0) == sum(half.total.value or 0 for half in halves)
    assert whole.completeness.expected == sum(half.completeness.expected for half in halves)
    assert 0 <= whole.completeness.share <= 1


@given(st.sets(days), st.sets(days))
def test_present_days_are_expected_days(have, closed):
    found = completeness(have, period=OCTOBER, closed=closed)
    assert 0 <= found.present <= found.expected <= OCTOBER.days
    assert found.present == len({one for one in have if one in OCTOBER} - closed)


def test_days_by_step_cover_a_leap_day():
    february = Period(date(2028, 2, 1), date(2028, 2, 29))
    whole = {february.first + timedelta(days=step): Figure.of(1) for step in range(29)}
    assert sum_over(whole, period=february, closed=[]).total.value == 29
