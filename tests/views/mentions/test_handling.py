"""Saying what mentions are: many at once, one with its times, by the policy in force, and taken back exactly."""

from datetime import date, timedelta

import sqlalchemy as sa

from app.consortia.actions.opening import set_hours
from app.consortia.rules.hours import Week, periods_of
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.metrics.actions.answering import note_answers
from app.metrics.models import MentionBatch
from app.metrics.rules.handling import MentionClass, Outcome, QuietReason
from app.platforms.contract import PostReading
from tests.factories import judged

QUESTION, PRAISE = "Are you open on Sunday?", "Thank you"


def test_many_are_sorted_at_once_and_taken_back_exactly(session, as_branch_manager, world, speak, say, handled):
    ids = speak(QUESTION, PRAISE)
    say(ids[PRAISE], kind="praise")
    page = say(*ids.values(), kind="spam", outcome="quiet", reason="spam").text
    assert "2 mentions: Spam; Left quiet: Spam." in page
    assert "Last said by you of 2 mentions" in page
    assert handled(ids[QUESTION]).quiet_reason is QuietReason.SPAM
    batches = sa.select(MentionBatch.id).where(MentionBatch.consortium_id == world.consortium.id)
    last = session.scalars(batches.order_by(MentionBatch.made_at.desc(), MentionBatch.id.desc()).limit(1)).one()
    say(ids[QUESTION], kind="question")
    as_branch_manager.post(f"/mentions/batches/{last}/undo")
    first, second = handled(ids[QUESTION]), handled(ids[PRAISE])
    assert (first.kind, first.outcome) == (MentionClass.QUESTION, Outcome.QUIET), "what was said since then stays"
    assert (second.kind, second.outcome, second.quiet_reason) == (MentionClass.PRAISE, None, None)
    assert second.person_id == world.manager.id
    again = as_branch_manager.post(f"/mentions/batches/{last}/undo", follow_redirects=True).text
    assert "taken back already" in again
    deeds = session.scalars(sa.select(HistoryEntry.deed).where(HistoryEntry.subject_id == last)).all()
    assert sorted(deeds) == sorted([Deed.MENTIONS_HANDLED, Deed.MENTIONS_UNDONE])


def test_what_cannot_be_said_changes_nothing(world, speak, say, handled, far):
    ids = speak(QUESTION)
    assert "Say what kind" in say(ids[QUESTION]).text
    assert "Choose why" in say(ids[QUESTION], outcome="quiet").text
    assert "Tick the mentions" in say(kind="spam").text
    assert "Choose from the lists" in say(ids[QUESTION], kind="nonsense").text
    elsewhere = speak("Far away", account=far.account)["Far away"]
    assert "not of this place" in say(ids[QUESTION], elsewhere, kind="spam").text
    assert handled(ids[QUESTION]) is None


def test_one_gets_the_time_of_its_answer(as_branch_manager, world, speak, handled):
    ids = speak(QUESTION, hours=48)
    address, local = f"/mentions/{ids[QUESTION]}", now() - timedelta(hours=24)
    told = {"kind": "question", "outcome": "handled", "answered_time": "12:00"}
    early = as_branch_manager.post(address, data={**told, "answered_on": "2020-01-01"}).text
    assert "The answer came after the mention" in early
    assert handled(ids[QUESTION]) is None
    as_branch_manager.post(address, data={**told, "answered_on": local.date().isoformat()})
    kept = handled(ids[QUESTION])
    assert kept.answered_at.date() == local.date()
    assert (kept.due_at, kept.answer_minutes) == (None, None), "no rule is in force"
    assert world.manager.name in as_branch_manager.get(address).text


def test_a_seen_answer_is_proposed_and_taken(session, as_branch_manager, world, speak, say, handled):
    ids = speak(QUESTION, hours=48)
    at = now() - timedelta(hours=47)
    answers = [
        PostReading("a2", "", at + timedelta(hours=1), "Again", True, False, False, False, False, {}, QUESTION),
        PostReading("a1", "", at, "Yes", True, False, False, False, False, {}, QUESTION),
        PostReading("a0", "", at - timedelta(days=9), "Before", True, False, False, False, False, {}, PRAISE),
    ]
    enter_tenant(session, world.consortium.id)
    note_answers(session, world.account, answers)
    session.commit()
    assert "Our answer was seen" in as_branch_manager.get(f"/at/{world.east.code}/mentions").text
    assert handled(ids[QUESTION]).outcome is None, "a machine handles nothing"
    say(ids[QUESTION], outcome="handled")
    assert handled(ids[QUESTION]).answered_at == at


def test_a_question_is_due_by_the_policy_in_open_hours(session, as_branch_manager, world, speak, say, handled):
    judged.bind(session, world, "T03", from_on=date(2020, 1, 1))
    ids = speak(QUESTION, PRAISE)
    say(*ids.values(), kind="question")
    assert handled(ids[QUESTION]).due_at is None, "no hours are recorded"
    enter_tenant(session, world.consortium.id)
    week = Week(date(2026, 1, 1), (periods_of("0:00-23:59"),) * 7)
    set_hours(session, world.east, week, by=world.machine, at=now())
    session.commit()
    say(ids[QUESTION], kind="complaint")
    say(*ids.values(), kind="question", outcome="handled")
    kept = handled(ids[QUESTION])
    assert timedelta(hours=6) < kept.due_at - now() < timedelta(hours=8)
    assert kept.answer_minutes in {59, 60}
    say(ids[PRAISE], kind="praise")
    assert handled(ids[PRAISE]).due_at is None
    assert "In time" in as_branch_manager.get(f"/at/{world.east.code}/mentions").text
