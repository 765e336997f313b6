"""Goals: writing a strategy, goals, KPIs and targets; what the pages say; who may; what is refused."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.models import BackgroundRow
from app.background.rules import REBUILD_SCORECARDS
from app.foundation.periods import Period
from app.goals.models import Goal, GoalEvent, Kpi, Strategy, Target
from app.history.models import HistoryEntry
from app.scorecards.actions import rebuild_all
from tests.factories.figures import MONTHS, give_days, measure, set_goal, set_kpi
from tests.factories.world import AT, World


@pytest.fixture(autouse=True)
def _at_one_moment():
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def kpi(session: Session, world: World) -> Kpi:
    """A measured KPI of the east branch: 50% of 184, target 85."""
    made = set_kpi(session, world, set_goal(session, world, world.east), "K28", 85)
    days = Period(date(2026, 5, 1), date(2026, 10, 31))
    give_days(session, world.account, days, questions_due=2, questions_in_time=1)
    measure(session, world)
    return made


def test_the_page_says_what_is_wanted_what_was_reached_and_how_far_it_is(as_staff, session, world, kpi):
    measure(session, world, *MONTHS)
    page = as_staff.get(f"/at/{world.east.code}/goals").text
    assert "“Be the first place people ask.”" in page
    assert "0 of 1 goal on track." in page
    assert "Answered in time is 35 points below target." in page
    assert "50%<small>92 of 184 questions</small>" in page
    assert "Higher is better, target 85%" in page
    assert "Answered in time has held steady" in page
    assert "No data" in page  # the six months before the first figure
    assert "Set a goal" not in page


def test_what_is_not_there_yet_is_said(as_branch_manager, world, session):
    assert "No strategy for Green East yet" in as_branch_manager.get(f"/at/{world.east.code}/goals").text
    form = {"statement": "Hear first, then tell.", "first_on": "2026-01-01", "last_on": "2028-12-31"}
    assert as_branch_manager.post(f"/at/{world.east.code}/strategy", data=form).status_code == 302
    assert "No goals for Green East yet" in as_branch_manager.get(f"/at/{world.east.code}/goals").text
    owner = str(world.manager_position.id)
    form = {"title": "Answer people", "owner": owner, "due_on": "2027-06-30"}
    assert as_branch_manager.post(f"/at/{world.east.code}/goals/new", data=form).status_code == 302
    again = as_branch_manager.post(f"/at/{world.east.code}/goals/new", data=form)
    assert "There is a goal with this title already." in again.text
    page = as_branch_manager.get(f"/at/{world.east.code}/goals").text
    assert "No KPI measures this goal, so it cannot be judged." in page
    assert "The goal cannot be judged yet." in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Goal)) == 1


def test_a_kpi_is_added_once_with_its_baseline_and_target(as_branch_manager, world, session):
    goal = set_goal(session, world, world.east)
    session.commit()
    form = {
        "definition": "K14",
        "owner": "",
        "baseline": "92",
        "baseline_on": "2026-06-30",
        "value": "70",
        "upper": "",
        "from_on": "2026-07-01",
        "due_on": "2027-06-30",
    }
    address = f"/goals/{goal.id}/kpis/new"
    assert as_branch_manager.post(address, data=form).status_code == 302
    kept = session.scalars(sa.select(Kpi)).one()
    assert (kept.definition, kept.baseline, kept.direction) == ("K14", 92, "down")
    assert session.scalars(sa.select(Target.value)).one() == 70
    assert "measures “Answer people” already" in as_branch_manager.post(address, data=form).text
    deeds = session.scalars(sa.select(HistoryEntry.deed).order_by(HistoryEntry.number.desc())).all()[:2]
    assert deeds == ["goals.target_set", "goals.kpi_set"]
    asked = session.scalars(sa.select(BackgroundRow).where(BackgroundRow.kind == REBUILD_SCORECARDS)).all()
    assert len(asked) == 1
    band = {**form, "definition": "K06", "value": "3"}
    assert "Give its upper edge as well." in as_branch_manager.post(address, data=band).text
    assert "lies below the lower one" in as_branch_manager.post(address, data={**band, "upper": "2"}).text
    share = {**form, "definition": "K28", "value": "850"}
    assert "A share lies between 0 and 100." in as_branch_manager.post(address, data=share).text
    for wrong in ("NaN", "Infinity", "many"):
        assert as_branch_manager.post(address, data={**share, "value": wrong}).status_code == 200
    assert session.scalar(sa.select(sa.func.count()).select_from(Kpi)) == 1


def test_a_new_target_never_rewrites_an_old_one(as_branch_manager, session, kpi):
    address = f"/kpis/{kpi.id}/targets/new"
    early = {"value": "90", "upper": "", "from_on": "2025-12-01", "due_on": "2027-06-30"}
    assert "what was judged stays as it was" in as_branch_manager.post(address, data=early).text
    later = {**early, "from_on": "2026-11-01"}
    assert as_branch_manager.post(address, data=later).status_code == 302
    assert session.scalars(sa.select(Target.value).order_by(Target.from_on)).all() == [85, 90]
    page = as_branch_manager.get(f"/kpis/{kpi.id}").text
    assert "Target 90%" in page
    assert "Target 85%" in page


def test_a_target_that_no_scorecard_has_seen_yet_is_shown_and_said_to_wait(as_branch_manager, world, session, kpi):
    address = f"/at/{world.east.code}/goals"
    form = {"definition": "K51", "owner": "", "baseline": "", "baseline_on": "", "value": "30", "upper": ""}
    days = {"from_on": "2026-07-01", "due_on": "2027-06-30"}
    assert as_branch_manager.post(f"/goals/{kpi.goal_id}/kpis/new", data=form | days).status_code == 302
    page = as_branch_manager.get(address).text
    assert "higher is better, target 30" in page
    assert "no target yet" not in page
    assert page.count("Judged by its new target within minutes") == 1
    assert "Answered in time is 35 points below target." in page
    changed = {"value": "40", "upper": "", "from_on": "2026-08-01", "due_on": "2027-06-30"}
    assert as_branch_manager.post(f"/kpis/{kpi.id}/targets/new", data=changed).status_code == 302
    assert "Judged by its new target within minutes." in as_branch_manager.get(f"/kpis/{kpi.id}").text
    later = AT + timedelta(minutes=5)
    rebuild_all(session, within=Scope(consortium_id=world.consortium.id), on=AT.date(), at=later)
    session.commit()
    assert "within minutes" not in as_branch_manager.get(address).text + as_branch_manager.get(f"/kpis/{kpi.id}").text


def test_a_target_of_later_is_told_with_its_day(as_branch_manager, world, kpi):
    form = {"definition": "K51", "owner": "", "baseline": "", "baseline_on": "", "value": "30", "upper": ""}
    days = {"from_on": "2026-12-01", "due_on": "2027-06-30"}
    assert as_branch_manager.post(f"/goals/{kpi.goal_id}/kpis/new", data=form | days).status_code == 302
    page = as_branch_manager.get(f"/at/{world.east.code}/goals").text
    assert "higher is better, target 30 from Dec 1, 2026" in page
    assert "Judged by its new target" not in page


def test_the_page_of_a_kpi_opens_everything_behind_it(as_branch_manager, world, kpi):
    page = as_branch_manager.get(f"/kpis/{kpi.id}").text
    assert "Questions answered in time / questions due × 100" in page
    assert "August to October 2026" in page
    assert "92 of 184 questions" in page
    assert "43% to 57%" in page  # Wilson
    assert f"/accounts/{world.account.id}/figures" in page
    assert "Not collected" in page or "None then" in page or "No data" in page
    file = as_branch_manager.get(f"/kpis/{kpi.id}.csv").text.splitlines()
    assert file[1].startswith("2026-08-01,2026-10-31,50.0,42.8")


def test_staff_read_a_kpi_without_doors_to_what_they_may_not_open(as_staff, world, kpi):
    page = as_staff.get(f"/kpis/{kpi.id}").text
    assert world.account.handle in page
    assert f"/accounts/{world.account.id}/figures" not in page
    assert "Set a new target" not in page


def test_a_goal_is_changed_and_ended_and_what_was_judged_stays(as_branch_manager, world, session, kpi):
    goal_id = kpi.goal_id
    form = {"title": "Answer everybody", "owner": "", "due_on": "2027-01-31"}
    assert as_branch_manager.post(f"/goals/{goal_id}/edit", data=form).status_code == 302
    assert "Answer everybody" in as_branch_manager.get(f"/at/{world.east.code}/goals").text
    assert "today?" in as_branch_manager.get(f"/goals/{goal_id}/end").text
    assert as_branch_manager.post(f"/goals/{goal_id}/end").status_code == 302
    assert "has ended" in as_branch_manager.post(f"/goals/{goal_id}/edit", data=form).text
    session.expire_all()
    assert session.get_one(Goal, goal_id).ended_on == AT.date()
    assert "92 of 184 questions" in as_branch_manager.get(f"/kpis/{kpi.id}").text


def test_an_event_is_numbered_on_the_curve_and_noted_once(as_branch_manager, world, session, kpi):
    measure(session, world, *MONTHS)
    form = {"happened_on": "2026-10-04", "words": "Reference librarian <b>left</b>"}
    assert as_branch_manager.post(f"/at/{world.east.code}/events/new", data=form).status_code == 302
    assert "noted already" in as_branch_manager.post(f"/at/{world.east.code}/events/new", data=form).text
    assert session.scalar(sa.select(sa.func.count()).select_from(GoalEvent)) == 1
    page = as_branch_manager.get(f"/at/{world.east.code}/goals").text
    assert "Oct 4:</b> Reference librarian &lt;b&gt;left&lt;/b&gt;" in page
    assert 'class="event-n"' in page


def test_a_strategy_follows_the_one_before_and_never_overlaps_it(as_branch_manager, world, session):
    address = f"/at/{world.east.code}/strategy"
    first = {"statement": "One", "first_on": "2026-01-01", "last_on": "2028-12-31"}
    assert as_branch_manager.post(address, data=first).status_code == 302
    assert "starts on that day or later" in as_branch_manager.post(address, data=first).text
    backwards = {"statement": "Two", "first_on": "2027-01-01", "last_on": "2026-01-01"}
    assert "ends before it starts" in as_branch_manager.post(address, data=backwards).text
    second = {"statement": "Two", "first_on": "2027-01-01", "last_on": "2029-12-31"}
    assert as_branch_manager.post(address, data=second).status_code == 302
    kept = session.execute(sa.select(Strategy.statement, Strategy.last_on).order_by(Strategy.first_on)).all()
    assert [tuple(one) for one in kept] == [("One", date(2026, 12, 31)), ("Two", date(2029, 12, 31))]
    wrong = as_branch_manager.post(address, data={**second, "first_on": "next spring"})
    assert "Write the day as 2026-11-09" in wrong.text


def addresses(world: World, kpi: Kpi) -> list[tuple[str, bool]]:
    """Every address of the room, and whether it changes something."""
    east = world.east.code
    return [
        (f"/at/{east}/goals", False),
        (f"/kpis/{kpi.id}", False),
        (f"/kpis/{kpi.id}.csv", False),
        (f"/at/{east}/strategy", True),
        (f"/at/{east}/goals/new", True),
        (f"/at/{east}/events/new", True),
        (f"/goals/{kpi.goal_id}/edit", True),
        (f"/goals/{kpi.goal_id}/end", True),
        (f"/goals/{kpi.goal_id}/kpis/new", True),
        (f"/kpis/{kpi.id}/targets/new", True),
    ]


def test_a_stranger_finds_none_of_it(as_stranger: FlaskClient, world: World, kpi: Kpi) -> None:
    for address, changes in addresses(world, kpi):
        assert as_stranger.get(address).status_code == 404, address
        if changes:
            assert as_stranger.post(address, data={}).status_code == 404, address


def test_staff_and_auditors_read_and_managers_write_only_at_home(
    as_staff: FlaskClient, as_auditor: FlaskClient, as_branch_manager: FlaskClient, world: World, kpi: Kpi
) -> None:
    for address, changes in addresses(world, kpi):
        for browser in (as_staff, as_auditor):
            assert browser.get(address).status_code == (403 if changes else 200), address
        assert as_branch_manager.get(address).status_code == 200, address
    assert as_branch_manager.get(f"/at/{world.north.code}/goals").status_code == 403
    assert as_branch_manager.post(f"/at/{world.north.code}/strategy", data={}).status_code == 403


def test_nothing_of_this_begins_before_the_strategy(as_branch_manager, world):
    form = {"title": "Answer people", "owner": "", "due_on": "2027-06-30"}
    assert "Write the strategy first" in as_branch_manager.post(f"/at/{world.east.code}/goals/new", data=form).text
