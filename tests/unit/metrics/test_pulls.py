"""Which days a pull counts, which its answer covers, and which are a gap."""

from datetime import date, timedelta

import pytest

from app.foundation.figures import Reason
from app.foundation.periods import Period
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.pulls import Coverage, covered, gap_days, window_of
from app.metrics.rules.seen import why_absent

TODAY = date(2026, 11, 9)
WINDOW = Period(date(2026, 11, 1), TODAY)


def test_the_first_pull_looks_far_back_and_later_ones_over_the_week_of_replies():
    assert window_of(None, today=TODAY, backfill_days=90) == Period(date(2026, 8, 11), TODAY)
    assert window_of(TODAY - timedelta(days=1), today=TODAY, backfill_days=90) == Period(date(2026, 10, 31), TODAY)
    assert window_of(date(2026, 1, 1), today=TODAY, backfill_days=90).first == date(2026, 8, 11)


@pytest.mark.parametrize(
    ("coverage", "first"),
    [
        (Coverage(date(2026, 11, 5), is_cut=False, was_pulled_before=False), date(2026, 11, 1)),
        (Coverage(None, is_cut=True, was_pulled_before=False), date(2026, 11, 1)),
        (Coverage(date(2026, 10, 20), is_cut=True, was_pulled_before=True), date(2026, 11, 1)),
        (Coverage(date(2026, 11, 5), is_cut=True, was_pulled_before=False), date(2026, 11, 5)),
        (Coverage(date(2026, 11, 5), is_cut=True, was_pulled_before=True), date(2026, 11, 6)),
    ],
)
def test_a_day_that_may_lack_posts_is_not_counted(coverage, first):
    assert covered(WINDOW, coverage) == Period(first, TODAY)


def test_nothing_is_covered_where_the_oldest_post_given_is_of_today():
    assert covered(WINDOW, Coverage(TODAY, is_cut=True, was_pulled_before=True)) is None


def test_a_gap_runs_from_the_newest_figure_to_today_and_is_bounded():
    assert gap_days(None, today=TODAY) == [TODAY]
    assert gap_days(date(2026, 11, 7), today=TODAY) == [date(2026, 11, 8), TODAY]
    assert gap_days(TODAY, today=TODAY) == []
    assert len(gap_days(date(2020, 1, 1), today=TODAY)) == 61


def test_what_nobody_wrote_has_its_reason():
    offered = {Metric.POSTS}
    assert why_absent(Metric.POSTS, offered=offered, is_closed=False) is Reason.NOT_COLLECTED
    assert why_absent(Metric.QUESTIONS_DUE, offered=offered, is_closed=False) is Reason.NOT_COLLECTED
    assert why_absent(Metric.REACH, offered=offered, is_closed=False) is Reason.NOT_SUPPORTED
    assert why_absent(Metric.POSTS, offered=offered, is_closed=True) is Reason.ACCOUNT_CLOSED
