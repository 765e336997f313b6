"""Sums of accounts become a place's inputs; a series that breaks inside the period is never added up."""

from datetime import date

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.goals.rules import Part
from app.metrics.rules.dictionary import Metric
from app.scorecards.rules.pooling import AccountPeriod, Surroundings, inputs_of

_MONTH = Period(date(2026, 11, 1), date(2026, 11, 30))
_AROUND = Surroundings(population=Figure.of(9000), open_days=30, weeks=Part(4, 4))


def account(number, *, cut=()):
    return AccountPeriod(
        account_id=number,
        platform="facebook",
        expected=30,
        gives=frozenset({Metric.FOLLOWERS, Metric.POSTS}),
        newest_on=_MONTH.last,
        stale_after_days=3,
        days=30,
        followers_first=100,
        followers_last=110,
        totals={Metric.POSTS: 12},
        known_days={Metric.POSTS: 30},
        cut=frozenset(cut),
    )


def test_accounts_are_added_up():
    inputs = inputs_of([account(1), account(2)], _AROUND, period=_MONTH)
    assert inputs.flows[Metric.POSTS].total.value == 24
    assert (inputs.followers_at_start.value, inputs.followers_at_end.value) == (200, 220)


def test_a_count_that_means_two_things_has_no_sum():
    inputs = inputs_of([account(1), account(2, cut=[Metric.POSTS])], _AROUND, period=_MONTH)
    assert inputs.flows[Metric.POSTS].total.reason is Reason.WITHDRAWN
    assert inputs.followers_at_start.value == 200


def test_growth_is_not_taken_across_a_break_and_the_level_stays():
    inputs = inputs_of([account(1, cut=[Metric.FOLLOWERS]), account(2)], _AROUND, period=_MONTH)
    assert inputs.followers_at_start.reason is Reason.WITHDRAWN
    assert inputs.followers_at_end.value == 220
    assert inputs.flows[Metric.POSTS].total.value == 24
