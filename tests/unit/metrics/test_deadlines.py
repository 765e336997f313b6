"""When an answer is due by the clock of the policy, how long one took, and which questions count on which day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consortia.rules.hours import Week, periods_of
from app.foundation.periods import Period
from app.metrics.rules.deadlines import Openings, Target
from app.metrics.rules.handling import MentionClass, Outcome
from app.metrics.rules.questions import Weighed, count_questions

ZONE = ZoneInfo("America/New_York")
WEEKDAYS = (periods_of("9-12, 13-17"),) * 5 + ((), ())
OPEN = Openings(ZONE, (Week(date(2026, 1, 1), WEEKDAYS),), ((date(2026, 11, 26), date(2026, 11, 27)),))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("said", "hours", "due"),
    [
        (at(9, 10), 2, at(9, 12)),
        (at(9, 10), 3, at(9, 14)),  # lunch does not count
        (at(9, 16), 8, at(10, 17)),
        (at(13, 16), 2, at(16, 10)),  # over a weekend
        (at(25, 16), 2, at(30, 10)),  # over days without opening
        (at(8, 3), 1, at(9, 10)),  # said on a Sunday night
    ],
)
def test_hours_are_counted_while_the_place_is_open(said, hours, due):
    assert Target(hours, OPEN).due_at(said) == due
    assert Target(hours, OPEN).minutes(said, due) == hours * 60


def test_the_wall_clock_goes_on_at_night_and_a_place_that_never_opens_has_no_deadline():
    assert Target(8).due_at(at(9, 20)) == at(10, 4)
    assert Target(8).minutes(at(9, 20), at(10, 5)) == 9 * 60
    assert Target(1, Openings(ZONE, ())).due_at(at(9, 10)) is None


@settings(max_examples=50)
@given(st.integers(0, 60 * 24 * 60), st.integers(1, 50))
def test_the_time_to_the_deadline_is_the_target(minutes, hours):
    said = at(1, 0) + timedelta(minutes=minutes)
    due = Target(hours, OPEN).due_at(said)
    assert due is not None
    assert due >= said + timedelta(hours=hours)
    assert Target(hours, OPEN).minutes(said, due) == hours * 60


def question(said, due, answered=None, *, kind=MentionClass.QUESTION, outcome=None):
    return Weighed(said, kind, outcome, due, answered)


def counted(*mentions, first=date(2026, 11, 1), last=date(2026, 11, 20)):
    found = count_questions(mentions, days=Period(first, last), zone=ZONE)
    return {day: (each.due, each.in_time) for day, each in found.items()}


def test_a_question_counts_on_the_day_its_time_ran_out():
    days = counted(
        question(at(9, 16), at(10, 17), at(10, 9)),
        question(at(9, 17), at(10, 17), at(10, 18)),
        question(at(9, 18), at(10, 17)),
        question(at(9, 18), at(10, 17), outcome=Outcome.QUIET),
        question(at(9, 18), at(10, 17), at(10, 9), kind=MentionClass.CRITICISM),
    )
    assert days[date(2026, 11, 10)] == (3, 1)
    assert days[date(2026, 11, 9)] == (0, 0)
    assert len(days) == 20


def test_days_that_an_unsorted_mention_may_fall_on_are_left_out():
    unsorted = question(at(9, 23), None, kind=None)
    days = counted(unsorted)
    assert date(2026, 11, 8) in days
    assert not any(date(2026, 11, 9) <= day <= date(2026, 11, 16) for day in days)
    assert date(2026, 11, 17) in days
    assert len(counted(question(at(9, 23), None))) == 12, "nor is a question without a deadline no question"
    assert len(counted(question(at(9, 23), None, kind=None, outcome=Outcome.QUIET))) == 20
