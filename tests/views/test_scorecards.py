"""Rebuilding scorecards: figures checked by hand, missing never 0, targets of their time, wholes from parts."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.models import BackgroundPayload, BackgroundRow
from app.background.rules import REBUILD_SCORECARDS
from app.consortia import actions as consortia
from app.consortia.models import Closure
from app.consortia.rules import Population, PopulationMethod
from app.foundation.database import enter_tenant
from app.foundation.periods import Period
from app.goals import actions as goals
from app.goals.models import GoalStanding, KpiStanding
from app.goals.rules import StandingReason, State, Target
from app.metrics.models import Run
from app.scorecards.actions import rebuild, rebuild_all
from app.scorecards.models import Scorecard
from app.scorecards.tasks import find_due_rebuilds
from tests.factories.figures import BEGIN, QUARTER, give_days, set_goal, set_kpi
from tests.factories.world import AT, World


@pytest.fixture
def within(world: World) -> Scope:
    return Scope(consortium_id=world.consortium.id)


def standing(session: Session, place_id: int, definition: str, period: Period = QUARTER) -> KpiStanding | None:
    return session.scalars(
        sa.select(KpiStanding).where(
            KpiStanding.place_id == place_id,
            KpiStanding.definition == definition,
            KpiStanding.period_first_on == period.first,
            KpiStanding.period_last_on == period.last,
        )
    ).one_or_none()


def card(session: Session, place_id: int, period: Period = QUARTER) -> Scorecard:
    return session.scalars(
        sa.select(Scorecard).where(
            Scorecard.place_id == place_id,
            Scorecard.period_first_on == period.first,
            Scorecard.period_last_on == period.last,
        )
    ).one()


def test_a_share_is_counted_over_the_quarter_and_judged_by_its_interval(session, world, within):
    goal = set_goal(session, world, world.east)
    kpi = set_kpi(session, world, goal, "K28", 85)
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1)
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.east.id, "K28")
    assert found is not None
    assert (found.kpi_id, found.value, found.numerator, found.cases, found.target) == (kpi.id, 50, 92, 184, 85)
    assert found.low == pytest.approx(42.85, abs=0.1)  # Wilson, 92 of 184
    assert (found.state, found.completeness) == (State.OFF_TRACK, 1.0)
    assert session.scalars(sa.select(GoalStanding.state)).one() is State.OFF_TRACK
    east = card(session, world.east.id)
    assert (east.state, east.parts, east.parts_judged, east.parts_on_track) == (State.OFF_TRACK, 1, 1, 0)
    assert east.cause == "Answered in time 50%, target 85%"
    library = card(session, world.library.id)
    assert (library.state, library.parts, library.parts_judged) == (State.OFF_TRACK, 2, 1)
    assert library.cause == "Green East: Answered in time 50%, target 85%"
    assert card(session, world.root.id).state is State.OFF_TRACK
    assert card(session, world.north.id).cause == "No goals set"


def test_interactions_are_a_month_per_1000_residents(session, world, within):
    give_days(session, world.account, QUARTER, reactions=10, comments=4, shares=2)
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.east.id, "K51")
    assert found is not None
    assert found.value == pytest.approx(16 * 365.25 / 12 / 12.0)
    assert (found.cases, found.reason) == (16 * 92, StandingReason.NO_TARGET)
    assert standing(session, world.library.id, "K51") is None  # nobody has said how many people it serves


def test_half_the_days_of_one_of_two_accounts_is_three_quarters_of_the_place(session, world, within):
    give_days(session, world.account, QUARTER, posts=1)
    give_days(session, world.north_account, QUARTER, every=2, posts=1)
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.library.id, "K06")
    assert found is not None
    assert (found.numerator, found.completeness) == (138, 0.75)
    assert found.value == pytest.approx(138 / 69 * 7)


def test_a_hole_is_never_a_zero(session, world, within):
    goal = set_goal(session, world, world.east)
    set_kpi(session, world, goal, "K28", 85)
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.east.id, "K28")
    assert found is not None
    assert (found.value, found.state, found.reason) == (None, State.NO_DATA, StandingReason.NOT_COLLECTED)
    assert card(session, world.east.id).state is State.NO_DATA
    assert standing(session, world.east.id, "K51") is None


def test_too_few_and_too_old_say_so_with_their_particulars(session, world, within):
    goal = set_goal(session, world, world.east)
    set_kpi(session, world, goal, "K28", 85)
    set_kpi(session, world, goal, "K14", 70)
    give_days(session, world.account, Period(date(2026, 8, 1), date(2026, 10, 20)), posts=1, broadcasts=1)
    give_days(session, world.account, Period(date(2026, 8, 1), date(2026, 8, 6)), questions_due=1, questions_in_time=1)
    rebuild(session, within=within, period=QUARTER, at=AT)
    old = standing(session, world.east.id, "K14")
    assert old is not None
    assert (old.reason, old.reason_words) == (StandingReason.STALE, "Mastodon not pulled since Oct 20")
    give_days(session, world.account, QUARTER, posts=1, broadcasts=1, questions_due=0, questions_in_time=0)
    give_days(session, world.account, Period(date(2026, 8, 1), date(2026, 8, 6)), questions_due=1, questions_in_time=1)
    rebuild(session, within=within, period=QUARTER, at=AT)
    few = standing(session, world.east.id, "K28")
    assert few is not None
    assert (few.reason, few.reason_words) == (StandingReason.TOO_FEW, "Too few to judge (6 questions)")


def test_a_period_is_judged_by_the_target_of_its_last_day(session, world, within):
    goal = set_goal(session, world, world.east)
    kpi = set_kpi(session, world, goal, "K28", 40)
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1)
    goals.set_target(
        session, kpi, Target(90), from_on=date(2026, 11, 1), due_on=date(2027, 6, 30), by=world.machine, at=AT
    )
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.east.id, "K28")
    assert found is not None
    assert (found.target, found.state) == (40, State.ON_TRACK)


def test_days_of_a_closure_are_not_expected(session, world, within):
    closed = Period(date(2026, 9, 1), date(2026, 9, 30))
    session.add(
        Closure(
            consortium_id=world.consortium.id,
            place_id=world.east.id,
            first_on=closed.first,
            last_on=closed.last,
            reason="Renovation",
        )
    )
    session.flush()
    give_days(session, world.account, Period(date(2026, 8, 1), date(2026, 8, 31)), posts=1)
    give_days(session, world.account, Period(date(2026, 10, 1), date(2026, 10, 31)), posts=1)
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.east.id, "K06")
    assert found is not None
    assert (found.completeness, found.value) == (1.0, 7.0)
    weeks = standing(session, world.east.id, "K07")
    assert weeks is not None
    assert weeks.value == 100


def test_the_same_again_changes_nothing_and_every_period_is_kept(session, world, within):
    goal = set_goal(session, world, world.east)
    set_kpi(session, world, goal, "K28", 85)
    give_days(session, world.account, Period(BEGIN, date(2026, 11, 8)), questions_due=2, questions_in_time=2)
    first = rebuild_all(session, within=within, on=AT.date(), at=AT)
    told = session.execute(
        sa.select(
            KpiStanding.period_first_on, KpiStanding.place_id, KpiStanding.definition, KpiStanding.value
        ).order_by(
            KpiStanding.period_first_on, KpiStanding.place_id, KpiStanding.definition, KpiStanding.period_last_on
        )
    ).all()
    rebuild_all(session, within=within, on=AT.date(), at=AT)
    again = session.execute(
        sa.select(
            KpiStanding.period_first_on, KpiStanding.place_id, KpiStanding.definition, KpiStanding.value
        ).order_by(
            KpiStanding.period_first_on, KpiStanding.place_id, KpiStanding.definition, KpiStanding.period_last_on
        )
    ).all()
    assert told == again
    assert len(first) == 15
    assert first[0] == QUARTER
    assert first[2] == Period(date(2025, 8, 1), date(2025, 10, 31))


def test_a_second_rebuild_writes_what_differs_and_the_moment(session, world, within):
    set_kpi(session, world, set_goal(session, world, world.east), "K28", 85)
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1, posts=1)
    rebuild(session, within=within, period=QUARTER, at=AT)
    session.commit()
    enter_tenant(session, world.consortium.id)
    written: list[tuple[str, int]] = []

    def note(_connection, cursor, statement, *_rest):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append((" ".join(statement.split()[:3]), cursor.rowcount))

    event.listen(sa.Engine, "after_cursor_execute", note)
    try:
        later = AT + timedelta(hours=1)
        rebuild(session, within=within, period=QUARTER, at=later)
        assert written == [("UPDATE scorecard SET", 1)]
        assert session.scalar(sa.select(sa.func.max(Scorecard.rebuilt_at))) == later
        give_days(session, world.account, Period(QUARTER.last, QUARTER.last), posts=2)
        rebuild(session, within=within, period=QUARTER, at=later)
    finally:
        event.remove(sa.Engine, "after_cursor_execute", note)
    since = {
        definition: noted_at == later
        for definition, noted_at in session.execute(
            sa.select(KpiStanding.definition, KpiStanding.noted_at).where(KpiStanding.place_id == world.east.id)
        )
    }
    assert (since["K28"], any(since.values())) == (False, True)


def test_an_ended_goal_no_longer_counts_and_its_kpi_may_be_set_anew(session, world, within):
    goal = set_goal(session, world, world.east)
    set_kpi(session, world, goal, "K28", 85)
    goals.end_goal(session, goal, by=world.machine, at=AT, on=date(2026, 9, 15))
    other = set_goal(session, world, world.east, "Answer everybody")
    set_kpi(session, world, other, "K28", 60)
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=2)
    rebuild(session, within=within, period=QUARTER, at=AT)
    found = standing(session, world.east.id, "K28")
    assert found is not None
    assert found.target == 60
    assert card(session, world.east.id).parts == 1


def test_a_rebuild_is_asked_for_once_when_figures_are_newer(session, world, within):
    find_due_rebuilds(session, AT)
    enter_tenant(session, world.consortium.id)
    asked = sa.select(sa.func.count()).where(
        BackgroundRow.consortium_id == world.consortium.id, BackgroundRow.kind == REBUILD_SCORECARDS
    )
    assert session.scalar(asked) == 1
    session.execute(sa.delete(BackgroundPayload).where(BackgroundPayload.consortium_id == world.consortium.id))
    session.execute(sa.delete(BackgroundRow).where(BackgroundRow.consortium_id == world.consortium.id))
    rebuild_all(session, within=within, on=AT.date(), at=AT)
    find_due_rebuilds(session, AT)
    enter_tenant(session, world.consortium.id)
    assert session.scalar(asked) == 0
    give_days(session, world.account, QUARTER, posts=1)
    session.execute(
        sa.update(Run).where(Run.consortium_id == world.consortium.id).values(ended_at=AT + timedelta(minutes=1))
    )
    find_due_rebuilds(session, AT)
    find_due_rebuilds(session, AT)
    enter_tenant(session, world.consortium.id)
    assert session.scalar(asked) == 1


def test_a_rebuild_is_asked_for_when_the_tree_changes(session, world, within):
    rebuild_all(session, within=within, on=AT.date(), at=AT)
    find_due_rebuilds(session, AT)
    enter_tenant(session, world.consortium.id)
    asked = sa.select(sa.func.count()).where(
        BackgroundRow.consortium_id == world.consortium.id, BackgroundRow.kind == REBUILD_SCORECARDS
    )
    assert session.scalar(asked) == 0
    counted = Population(15_000, PopulationMethod.CENSUS, 2025)
    consortia.count_residents(session, world.east, counted, by=world.machine, at=AT + timedelta(minutes=1))
    find_due_rebuilds(session, AT)
    enter_tenant(session, world.consortium.id)
    assert session.scalar(asked) == 1
