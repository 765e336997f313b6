"""Closed periods: late figures are kept and named and change no scorecard; reopening takes them in."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.models import BackgroundRow
from app.background.rules import REBUILD_SCORECARDS
from app.background.worker import drain
from app.consortia.queries import settings_of
from app.foundation.database import enter_tenant
from app.foundation.errors import Refused
from app.foundation.periods import Period, month_of, whole_year, year_of
from app.goals.models import KpiStanding
from app.history.models import HistoryDetail, HistoryEntry
from app.history.rules import Deed
from app.metrics.actions.closing import held_on_closed_days, keep_what_went, set_closing
from app.metrics.models import ClosedPeriod, DailyFigure, Observation, Run
from app.metrics.queries.closing import closings_at, restated_since
from app.metrics.rules.closing import Restated
from app.metrics.rules.dictionary import Metric
from app.scorecards.actions import close_period, rebuild_all, reopen_period
from app.scorecards.actions.closing import CLOSE_YEAR
from app.scorecards.models import Scorecard
from app.scorecards.queries.closing import due_to_close, is_rebuild_due
from app.scorecards.tasks import CLOSE, find_due_closings, find_due_rebuilds
from tests.factories.closing import LATER, close, come_in
from tests.factories.figures import QUARTER, give_days, measure, set_goal, set_kpi
from tests.factories.world import AT, World

OCT_3 = date(2026, 10, 3)
OCTOBER = month_of(OCT_3)
_DUE, _IN_TIME = Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME


@pytest.fixture(autouse=True)
def _at_one_moment():
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def within(world: World) -> Scope:
    return Scope(consortium_id=world.consortium.id)


@pytest.fixture
def kpi_id(session: Session, world: World) -> int:
    """Half of the quarter's questions answered in time, October 9 not collected, and the quarter closed."""
    goal = set_goal(session, world, world.east)
    kpi = set_kpi(session, world, goal, "K28", 85)
    for part in (Period(QUARTER.first, date(2026, 10, 8)), Period(date(2026, 10, 10), QUARTER.last)):
        give_days(session, world.account, part, questions_due=2, questions_in_time=1)
    measure(session, world, OCTOBER)
    close(session, world)
    session.commit()
    return kpi.id


def value_of(session: Session, world: World, period: Period = QUARTER) -> float | None:
    return session.scalars(
        sa.select(KpiStanding.value).where(
            KpiStanding.consortium_id == world.consortium.id,
            KpiStanding.place_id == world.east.id,
            KpiStanding.definition == "K28",
            KpiStanding.period_first_on == period.first,
            KpiStanding.period_last_on == period.last,
        )
    ).one()


def told(found: list[Restated]) -> list[tuple[date, Metric, float | None, float | None]]:
    return [(one.day, one.metric, one.then.value, one.now.value) for one in found]


def restated(session: Session, world: World, period: Period = QUARTER) -> list[tuple[date, Metric, object, object]]:
    closing = session.scalars(
        sa.select(ClosedPeriod).filter_by(
            consortium_id=world.consortium.id, first_on=period.first, last_on=period.last, reopened_at=None
        )
    ).one()
    return told(list(restated_since(session, closing, within=Scope(world.consortium.id))))  # type: ignore[return-value]


def test_late_figures_change_no_scorecard_and_are_kept_and_told(session, world, within, kpi_id):
    assert value_of(session, world) == 50
    come_in(session, world.account, OCT_3, {_DUE: 2, _IN_TIME: 2})
    come_in(session, world.account, date(2026, 10, 9), {_DUE: 1, _IN_TIME: 1})
    come_in(session, world.account, date(2026, 10, 31), {Metric.VIEWS: 9})
    rebuild_all(session, within=within, on=AT.date(), at=LATER)
    assert value_of(session, world) == 50
    assert value_of(session, world, OCTOBER) == 50  # a quarter closes its months
    assert restated(session, world) == [
        (OCT_3, _IN_TIME, 1, 2),
        (date(2026, 10, 9), _DUE, None, 1),
        (date(2026, 10, 9), _IN_TIME, None, 1),
        (date(2026, 10, 31), Metric.VIEWS, None, 9),
    ]
    kept = sa.select(Observation.metric, Observation.value, Observation.revision).where(
        Observation.consortium_id == world.consortium.id, Observation.day == OCT_3, Observation.revision > 0
    )
    assert session.execute(kept).all() == [(_IN_TIME, 1, 1)]
    come_in(session, world.account, OCT_3, {_DUE: 2, _IN_TIME: 1}, at=LATER + timedelta(hours=1))
    assert OCT_3 not in {day for day, *_ in restated(session, world)}  # as it was


def test_what_came_before_the_closing_is_no_news(session, world, within):
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1)
    come_in(session, world.account, OCT_3, {_IN_TIME: 2}, at=AT - timedelta(hours=1))
    close(session, world)
    assert restated(session, world) == []
    far_away = Scope(world.consortium.id, world.north.id, world.north.path)
    come_in(session, world.account, OCT_3, {_IN_TIME: 1})
    closing = session.scalars(sa.select(ClosedPeriod).filter_by(consortium_id=world.consortium.id)).one()
    assert told(list(restated_since(session, closing, within=within))) == [(OCT_3, _IN_TIME, 2, 1)]
    assert told(list(restated_since(session, closing, within=far_away))) == []


def test_pages_name_what_was_restated(session, world, kpi_id, as_director, as_staff):
    come_in(session, world.account, OCT_3, {_DUE: 3, _IN_TIME: 3})
    session.commit()
    east = world.east.code
    for path in (f"/kpis/{kpi_id}", f"/at/{east}/goals", f"/at/{world.library.code}/compare"):
        page = as_director.get(path).get_data(as_text=True)
        assert "August to October 2026 was closed on Nov 9, 2026" in page, path
        assert "2 figures have been restated since</a>" in page, path
    assert "2 figures have been restated since." in as_staff.get(f"/kpis/{kpi_id}").get_data(as_text=True)
    page = as_director.get(f"/at/{east}/periods/{QUARTER.code}").get_data(as_text=True)
    assert f'/figures/{OCT_3.isoformat()}#questions-in-time"' in page
    assert "Reopen it" not in page
    assert "Closed" in as_director.get(f"/at/{east}/periods").get_data(as_text=True)
    day = as_director.get(f"/accounts/{world.account.id}/figures/{OCT_3.isoformat()}").get_data(as_text=True)
    assert "was closed on Nov 9, 2026" in day
    assert as_director.get(f"/at/{east}/periods/2020-01..2020-01").status_code == 404


def test_reopening_needs_a_reason_and_takes_it_in(session, world, within, kpi_id, as_admin):
    come_in(session, world.account, OCT_3, {_DUE: 200, _IN_TIME: 200})
    session.commit()
    path = f"/periods/{QUARTER.code}/reopen"
    assert "Write why the period is reopened" in as_admin.post(path, data={"why": " "}).get_data(as_text=True)
    assert as_admin.post(path, data={"why": "An export was wrong"}).status_code == 302
    enter_tenant(session, world.consortium.id)
    work = sa.select(BackgroundRow.id).filter_by(consortium_id=world.consortium.id, kind=REBUILD_SCORECARDS)
    assert session.scalars(work).all()
    assert is_rebuild_due(session, within=within, on=AT.date())
    later = AT + timedelta(days=200)  # long after the quarter is kept by itself
    assert QUARTER in rebuild_all(session, within=within, on=later.date(), at=later)
    assert value_of(session, world) > 50
    assert QUARTER not in rebuild_all(session, within=within, on=later.date(), at=later)
    deeds = set(session.scalars(sa.select(HistoryEntry.deed).filter_by(consortium_id=world.consortium.id)))
    assert {Deed.PERIOD_CLOSED, Deed.PERIOD_REOPENED} <= deeds
    page = as_admin.get(f"/at/{world.root.code}/periods").get_data(as_text=True)
    assert "An export was wrong" in page


def test_a_stranger_closes_their_own_periods_only(session, world, kpi_id, as_stranger):
    assert as_stranger.get(f"/at/{world.root.code}/periods/{QUARTER.code}").status_code == 404
    assert as_stranger.post(f"/periods/{QUARTER.code}/reopen", data={"why": "So"}).status_code == 404
    enter_tenant(session, world.consortium.id)
    assert restated(session, world) == []  # closed as before


def test_closing_on_the_page_computes_once_more(session, world, within, as_admin, kpi_id):
    with time_machine.travel(AT, tick=False):
        reopen_period(session, QUARTER, why="Again", by=world.machine, at=AT)
        come_in(session, world.account, OCT_3, {_DUE: 2, _IN_TIME: 2}, at=AT)
        session.commit()
        assert "October 2026 closes with it" in as_admin.get(f"/periods/{QUARTER.code}/close").get_data(as_text=True)
        assert as_admin.post(f"/periods/{QUARTER.code}/close").status_code == 302
        assert "is closed already" in as_admin.post(f"/periods/{QUARTER.code}/close").get_data(as_text=True)
    assert value_of(session, world) > 50
    assert restated(session, world) == []


def test_a_period_that_is_not_over_stays_open(session, world, within):
    with pytest.raises(Refused, match="not over yet"):
        close_period(session, QUARTER, (), by=world.machine, at=AT, on=QUARTER.last)
    with pytest.raises(Refused, match="open already"):
        reopen_period(session, QUARTER, why="So", by=world.machine, at=AT)


def test_closed_periods_ask_for_no_rebuild_of_themselves(session, world, within):
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1)
    periods = rebuild_all(session, within=within, on=AT.date(), at=AT)
    close(session, world)
    assert len(periods) == 15
    assert len(rebuild_all(session, within=within, on=AT.date(), at=LATER)) == 11  # neither the quarter nor its months
    asked = sa.select(BackgroundRow.id).filter_by(consortium_id=world.consortium.id, kind=REBUILD_SCORECARDS)
    find_due_rebuilds(session, LATER)
    enter_tenant(session, world.consortium.id)
    assert not session.scalars(asked).all()
    at = set(session.scalars(sa.select(Scorecard.rebuilt_at).where(Scorecard.period_first_on == QUARTER.first)))
    assert at == {AT}


def test_periods_close_by_themselves_but_not_what_was_reopened(session, world, within, as_admin):
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1)
    measure(session, world, QUARTER, OCTOBER)
    assert as_admin.post("/periods/closing", data={"after_days": "0"}).status_code == 200
    assert as_admin.post("/periods/closing", data={"after_days": "9"}).status_code == 302
    enter_tenant(session, world.consortium.id)
    assert due_to_close(session, within=within, on=date(2026, 11, 8)) == []
    assert due_to_close(session, within=within, on=date(2026, 11, 9)) == [QUARTER, OCTOBER]
    find_due_closings(session, AT)
    enter_tenant(session, world.consortium.id)
    assert session.scalars(sa.select(BackgroundRow.id).filter_by(kind=CLOSE)).all()
    close(session, world, OCTOBER)
    reopen_period(session, OCTOBER, why="A file was missing", by=world.machine, at=AT)
    assert due_to_close(session, within=within, on=date(2026, 12, 24)) == [QUARTER]
    set_closing(session, world.root, None, by=world.machine, at=AT)
    assert due_to_close(session, within=within, on=date(2026, 12, 24)) == []


def test_taking_an_import_back_after_the_closing_is_told(session, world, within):
    give_days(session, world.account, Period(OCT_3, OCT_3), questions_due=2, questions_in_time=1)
    close(session, world)
    run = session.scalars(sa.select(Run).filter_by(consortium_id=world.consortium.id)).one()
    held = held_on_closed_days(session, run)
    session.execute(sa.delete(DailyFigure).where(DailyFigure.consortium_id == world.consortium.id))
    keep_what_went(session, run, held, at=LATER)
    assert restated(session, world) == [(OCT_3, _DUE, 2, None), (OCT_3, _IN_TIME, 1, None)]


def test_homes_say_since_when_their_period_is_closed(session, world, kpi_id, as_branch_manager, as_staff, as_director):
    east = world.east.code
    said = "August to October 2026, closed on Nov 9, 2026"
    assert f"Standings are of {said};" in as_branch_manager.get(f"/at/{east}/").get_data(as_text=True)
    assert said in as_staff.get(f"/at/{east}/").get_data(as_text=True)
    assert said in as_director.get(f"/at/{east}/about").get_data(as_text=True)
    reopen_period(session, QUARTER, why="Again", by=world.machine, at=LATER)
    session.commit()
    assert "Standings are of August to October 2026;" in as_branch_manager.get(f"/at/{east}/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("day", "starts", "first", "last"),
    [
        (date(2026, 1, 1), 1, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 6, 30), 7, date(2025, 7, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), 7, date(2026, 7, 1), date(2027, 6, 30)),
        (date(2026, 12, 1), 12, date(2026, 12, 1), date(2027, 11, 30)),
    ],
)
def test_a_year_holds_each_of_its_days(day, starts, first, last):
    assert whole_year(year_of(day, starts=starts), starts=starts) == Period(first, last)


def test_a_year_is_closed_in_one_step_with_a_line_for_each_period(session, world, within, application, as_admin):
    quarters = [QUARTER, QUARTER.before()]
    months = [month_of(date(2026, number, 1)) for number in (10, 6, 3)]
    measure(session, world, *quarters, *months, month_of(date(2025, 10, 1)))
    session.commit()
    path = "/periods/years/2026/close"
    assert "January to December 2026 is not over yet" in as_admin.post(path).get_data(as_text=True)
    assert as_admin.get("/periods/years/2024/close").status_code == 404
    enter_tenant(session, world.consortium.id)
    settings_of(session, within=within).fiscal_year_start_month = 11
    session.commit()
    page = as_admin.get(f"/at/{world.root.code}/periods").get_data(as_text=True)
    assert "5 periods of November 2025 to October 2026 are still open" in page
    assert "August to October 2026, May to July 2026" in as_admin.get(path).get_data(as_text=True)
    assert as_admin.post(path).status_code == 302
    assert "The year is being closed." in as_admin.get(f"/at/{world.root.code}/periods").get_data(as_text=True)
    drain(application, kinds=[CLOSE_YEAR])
    assert "is closed already" in as_admin.post(path).get_data(as_text=True)
    assert path not in as_admin.get(f"/at/{world.root.code}/periods").get_data(as_text=True)
    enter_tenant(session, world.consortium.id)
    assert {each.period for each in closings_at(session, within=within)} == {*quarters, *months}
    lines = (
        sa.select(HistoryEntry.person_id, HistoryDetail.values)
        .join(
            HistoryDetail,
            sa.and_(
                HistoryDetail.consortium_id == HistoryEntry.consortium_id, HistoryDetail.entry_id == HistoryEntry.id
            ),
        )
        .where(
            HistoryEntry.consortium_id == world.consortium.id,
            HistoryDetail.consortium_id == world.consortium.id,
            HistoryEntry.deed == Deed.PERIOD_CLOSED,
        )
    )
    assert {(person_id, detail["period"], detail["with"]) for person_id, detail in session.execute(lines)} == {
        (world.admin.id, "August to October 2026", "October 2026"),
        (world.admin.id, "May to July 2026", "June 2026"),
        (world.admin.id, "March 2026", ""),
    }
