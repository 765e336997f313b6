"""The branch manager's home: where somebody is missing, what is off, whose hours do not fit."""

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.duties.rules.catalogue import Family
from app.findings.models import Finding
from app.findings.rules.states import FindingState
from tests.factories.duties import adopt, give
from tests.factories.world import AT, World
from tests.views.homes.pages import buttons_of, counts_of, main_of, read, section_of, statements_of, words_of


def test_a_manager_sees_the_gaps_and_goes_straight_to_the_cell(as_branch_manager: FlaskClient, told: World) -> None:
    main = main_of(as_branch_manager, f"/at/{told.east.code}/")
    assert "How is Green East doing?" in words_of(main)
    assert "0 of 1 goal on track." in words_of(main)
    gaps = section_of(main, "gaps")
    assert "Assign someone" in words_of(gaps)
    assert gaps is not None
    first = gaps.select_one("td.gap a")
    assert first is not None
    assert as_branch_manager.get(str(first["href"])).status_code == 200
    assert f"/at/{told.east.code}/duties/" in str(first["href"])


def test_only_cells_with_a_gap_are_shown(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    adopt(session, world, "answer", "post", depth="primary")
    give(session, world.account, Family.POST, world.staff_position)
    session.commit()
    gaps = words_of(section_of(main_of(as_branch_manager, f"/at/{world.east.code}/"), "gaps"))
    assert "Answer questions" in gaps
    assert "Post" not in gaps
    give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    settled = words_of(section_of(main_of(as_branch_manager, f"/at/{world.east.code}/"), "gaps"))
    assert "Every duty that a policy asks for has its people" in settled


def test_a_kpi_off_track_says_how_far(as_branch_manager: FlaskClient, told: World) -> None:
    kpis = words_of(section_of(main_of(as_branch_manager, f"/at/{told.east.code}/"), "kpis"))
    assert "Answered in time" in kpis
    assert "0 of 92 questions" in kpis
    assert "85 points below target" in kpis


def test_who_has_more_duties_than_hours(
    as_branch_manager: FlaskClient, as_auditor: FlaskClient, session: Session, world: World
) -> None:
    give(session, world.account, Family.ANSWER, world.staff_position, hours="9.5")
    session.commit()
    over = section_of(main_of(as_branch_manager, f"/at/{world.east.code}/"), "over")
    assert "Green Staff: 1.5 h over" in words_of(over)
    assert "9.5 h a week assigned, 8 h agreed" in words_of(over)
    assert "Move a duty" in buttons_of(over)
    looked_at = section_of(main_of(as_auditor, f"/at/{world.east.code}/"), "over")
    assert "Green Staff" in words_of(looked_at)
    assert not buttons_of(looked_at)


def test_the_first_day_of_a_manager(as_branch_manager: FlaskClient, world: World) -> None:
    steps = section_of(main_of(as_branch_manager, f"/at/{world.east.code}/"), "first-day")
    assert "1 of 3 steps done" in words_of(steps)
    assert list(buttons_of(steps)) == ["Assign duties"]


def test_nothing_to_put_right_says_when_it_looked(as_admin: FlaskClient, session: Session, told: World) -> None:
    session.execute(
        sa.update(Finding)
        .where(Finding.consortium_id == told.consortium.id, Finding.place_id == told.north.id)
        .values(state=FindingState.PUT_RIGHT, closed_on=AT.date())
    )
    session.commit()
    words = read(as_admin, f"/at/{told.north.code}/")
    assert "Nothing to put right" in words
    assert "The rules were last checked Nov 9, 2026, 10:00 am" in words


def test_the_navigation_counts_what_waits_for_this_person(
    as_branch_manager: FlaskClient,
    as_director: FlaskClient,
    as_staff: FlaskClient,
    as_auditor: FlaskClient,
    told: World,
) -> None:
    address = f"/at/{told.east.code}/"
    mine = counts_of(as_branch_manager, address)
    assert mine["Findings"] >= 1
    assert mine["Duties"] >= 1
    assert "Accounts" not in mine
    above = counts_of(as_director, f"/at/{told.library.code}/")
    assert above["Accounts"] == 1
    assert "Duties" not in above
    assert counts_of(as_staff, address) == {}
    assert counts_of(as_auditor, address) == {}


def test_a_director_sees_the_same_home_of_a_branch(as_director: FlaskClient, told: World) -> None:
    assert "Assign someone" in read(as_director, f"/at/{told.east.code}/")


def test_it_takes_as_many_statements_with_many_duties(
    as_branch_manager: FlaskClient, session: Session, told: World
) -> None:
    address = f"/at/{told.east.code}/"
    give(session, told.account, Family.ANSWER, told.staff_position)
    session.commit()
    few = statements_of(as_branch_manager, address)
    for family in (Family.LISTEN, Family.POST, Family.CRITICS):
        give(session, told.account, family, told.manager_position)
    session.commit()
    assert statements_of(as_branch_manager, address) == few
