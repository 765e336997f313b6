"""Which days a pull counts, which its answer covers, and which are a gap."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.foundation.figures import Reason
from app.foundation.periods import Period
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.pulls import Coverage, covered, days_waited, gap_days, history_days, history_wanted, window_of
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


def test_each_account_has_a_day_of_the_week_on_which_all_is_read():
    week = [TODAY + timedelta(days=n) for n in range(7)]
    for account_id in (7, 8, 2**60 + 3):
        due = [history_wanted(account_id, today=day, days=730, known_days=90) for day in week]
        assert [day for day, back in zip(week, due, strict=True) if back == day - timedelta(days=730)]
        assert due.count(None) == 6
    assert not any(history_wanted(7, today=day, days=90, known_days=90) for day in week)


def test_history_begins_with_the_oldest_post_and_ends_before_what_is_known():
    first, until = date(2024, 11, 9), date(2026, 11, 1)
    days = [date(2026, 11, 5), date(2025, 3, 4), date(2025, 2, 3)]
    assert history_days(days, first=first, until=until, is_cut=False) == Period(date(2025, 2, 3), date(2026, 10, 31))
    assert history_days(days, first=first, until=until, is_cut=True) == Period(date(2025, 2, 4), date(2026, 10, 31))
    assert history_days(days[:1], first=first, until=until, is_cut=False) is None


def test_only_days_before_today_that_were_spent_waiting_count():
    asked_at = datetime(2026, 11, 7, 12, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    until = datetime(2026, 11, 9, 3, tzinfo=UTC)
    assert days_waited(asked_at, until, today=TODAY, zone=zone) == (date(2026, 11, 7), date(2026, 11, 8))
    assert days_waited(asked_at, until, today=date(2026, 11, 8), zone=zone) == (date(2026, 11, 7),)
    assert days_waited(asked_at, None, today=TODAY, zone=zone) == ()
    assert days_waited(until, asked_at, today=TODAY, zone=zone) == ()


def test_what_nobody_wrote_has_its_reason():
    offered = {Metric.POSTS}
    assert why_absent(Metric.POSTS, offered=offered, is_closed=False) is Reason.NOT_COLLECTED
    assert why_absent(Metric.QUESTIONS_DUE, offered=offered, is_closed=False) is Reason.NOT_COLLECTED
    assert why_absent(Metric.REACH, offered=offered, is_closed=False) is Reason.NOT_SUPPORTED
    assert why_absent(Metric.POSTS, offered=offered, is_closed=True) is Reason.ACCOUNT_CLOSED
