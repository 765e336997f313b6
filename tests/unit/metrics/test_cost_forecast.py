"""Where a month's cost is going, and what more accounts would add to it."""

from datetime import UTC, date, datetime

from app.metrics.rules.costs import Pull, cost_of_more, forecast, usual_costs

AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
CENT = 10_000
PULLS = [
    *(Pull(1, "x", micros * CENT) for micros in (300, 4, 4, 4, 5)),  # the first pull read months
    Pull(2, "x", 6 * CENT),
]


def test_a_first_pull_of_months_does_not_stand_for_all_days():
    assert usual_costs(PULLS) == {("x", 1): 4 * CENT, ("x", 2): 6 * CENT}


def test_the_month_ends_with_what_was_spent_and_the_days_that_are_left():
    usual = usual_costs(PULLS)
    assert forecast(500 * CENT, usual, cap=None, at=AT).month_end == 500 * CENT + 8 * 10 * CENT
    assert forecast(500 * CENT, usual, cap=600 * CENT, at=AT).cap_on is None
    assert forecast(500 * CENT, usual, cap=520 * CENT, at=AT).cap_on == date(2026, 11, 24)
    assert forecast(500 * CENT, usual, cap=400 * CENT, at=AT).cap_on == AT.date(), "it is reached already"
    assert forecast(500 * CENT, {}, cap=1, at=AT).month_end == 500 * CENT


def test_more_accounts_are_judged_by_the_middle_one_of_their_platform():
    usual = usual_costs(PULLS)
    assert cost_of_more(10, usual, platform="x") == 10 * 30 * 5 * CENT
    assert cost_of_more(10, usual, platform="threads") is None
