"""The questions of a day, counted from mentions: by a worker, only where that can be told, and never over a person."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.background.worker import drain, find_due
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.metrics.actions.answering import COUNT_QUESTIONS, recount_questions
from app.metrics.actions.handling import handle_mentions
from app.metrics.actions.mentions import cursor_of, note_heard
from app.metrics.actions.recounting import hand_run
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run
from app.metrics.queries.figures import days_of
from app.metrics.queries.handling import mentions_seen
from app.metrics.rules.deadlines import Target
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.handling import MentionClass, Outcome, QuietReason, Said
from app.metrics.rules.incoming import AccountDay

ZONE = "America/New_York"


@pytest.fixture
def sort(session, world):
    """Say something of mentions whose answers are due an hour after them, by the wall clock."""

    def say(*ids, **told):
        enter_tenant(session, world.consortium.id)
        seen = mentions_seen(session, ids, within=Scope(world.consortium.id))
        handle_mentions(
            session, world.east, seen, Said(**told), target_of=lambda *_: Target(1), by=world.machine, at=now()
        )
        session.commit()

    return say


@pytest.fixture
def heard(session, world):
    """The account was heard for the last 20 days."""
    enter_tenant(session, world.consortium.id)
    note_heard(cursor_of(session, world.account), since=now() - timedelta(days=20), until=now(), newest=None)
    session.commit()


def counted(session, world):
    """Due and in time, by days before today."""
    enter_tenant(session, world.consortium.id)
    today = local_day(now(), ZONE)
    period = Period(today - timedelta(days=19), today)
    found = days_of(session, world.account, period=period, within=Scope(world.consortium.id))
    return {
        (today - seen.day).days: tuple(
            seen.figures[metric].figure.value for metric in (Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME)
        )
        for seen in found
        if seen.figures[Metric.QUESTIONS_DUE].figure.is_known
    }


def noon(days_ago):
    """How many hours ago it was noon some days ago."""
    at = datetime.combine(local_day(now(), ZONE) - timedelta(days=days_ago), time(12), ZoneInfo(ZONE))
    return (now() - at).total_seconds() / 3600


@pytest.mark.usefixtures("heard")
def test_a_worker_counts_the_questions_of_each_day(application, session, world, speak, sort):
    first = speak("One", hours=noon(9))["One"]
    second = speak("Two", hours=noon(8))["Two"]
    late = speak("Three", hours=noon(8) - 1)["Three"]
    quiet = speak("Four", hours=noon(8) - 2)["Four"]
    sort(first, second, late, quiet, kind=MentionClass.QUESTION)
    sort(second, outcome=Outcome.HANDLED, answered_at=now() - timedelta(hours=noon(8) - 0.5))
    sort(late, outcome=Outcome.HANDLED)
    sort(quiet, outcome=Outcome.QUIET, quiet_reason=QuietReason.NOT_ABOUT_US)
    assert drain(application, kinds=[COUNT_QUESTIONS]) == 1
    days = counted(session, world)
    assert (days[9], days[8], days[7]) == ((1, 0), (2, 1), (0, 0))
    assert set(days) == set(range(1, 10)), "not today, and not before the first that was sorted"
    within = Scope(world.consortium.id)
    runs = session.scalar(sa.select(sa.func.count(Run.id)).where(Run.consortium_id == world.consortium.id))
    assert recount_questions(session, within=within, at=now()) == 0
    again = session.scalar(sa.select(sa.func.count(Run.id)).where(Run.consortium_id == world.consortium.id))
    assert runs == again, "nothing new is no run"
    sort(late, outcome=Outcome.QUIET, quiet_reason=QuietReason.SPAM)
    assert recount_questions(session, within=within, at=now()) == 1
    assert counted(session, world)[8] == (1, 1)


@pytest.mark.usefixtures("heard")
def test_days_told_by_a_person_or_with_an_unsorted_mention_are_left_alone(session, world, speak, sort):
    sort(speak("One", hours=noon(12))["One"], kind=MentionClass.QUESTION)
    speak("Unsorted", hours=noon(5))
    today, account = local_day(now(), ZONE), world.account
    enter_tenant(session, world.consortium.id)
    run = hand_run(
        session, consortium_id=account.consortium_id, account=account, by=world.machine, at=now(), message="Log"
    )
    figures = {Metric.QUESTIONS_DUE: Figure.of(7), Metric.QUESTIONS_IN_TIME: Figure.of(6)}
    days = [AccountDay(account.id, today - timedelta(days=12), figures)]
    store_batch(session, days, run=run, source=Source.BY_HAND, at=now())
    assert recount_questions(session, within=Scope(world.consortium.id), at=now()) == 6
    assert counted(session, world) == {12: (7, 6)} | dict.fromkeys(range(6, 12), (0, 0))


def test_it_is_asked_for_once_a_day_where_mentions_are_sorted(application, session, world, speak, sort):
    find_due(application)
    enter_tenant(session, world.consortium.id)
    assert drain(application, kinds=[COUNT_QUESTIONS]) == 0, "nobody has sorted any"
    sort(speak("One", hours=noon(3))["One"], kind=MentionClass.QUESTION)
    assert drain(application, kinds=[COUNT_QUESTIONS]) == 1
    find_due(application)
    assert drain(application, kinds=[COUNT_QUESTIONS]) == 0
    assert counted(session, world) == {}, "an account that was never heard has no days"
