"""My desk: what is mine today, what the policies say, and nobody else's branch."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.duties.rules.catalogue import Family
from tests.factories.duties import adopt, give
from tests.factories.world import World
from tests.views.homes.pages import buttons_of, main_of, read, section_of, statements_of, words_of


@pytest.fixture
def busy(session: Session, told: World) -> World:
    """Staff posts, and is backup for questions."""
    give(session, told.account, Family.POST, told.staff_position, hours="2.5")
    give(session, told.account, Family.ANSWER, told.staff_position, backup=True, hours="0")
    session.commit()
    return told


def test_my_duties_today_with_minutes_against_hours(as_staff: FlaskClient, busy: World) -> None:
    main = main_of(as_staff, f"/at/{busy.east.code}/")
    assert "Good morning, Green" in words_of(main)
    assert "Monday, November 9. You hold 2 duties on Mastodon." in words_of(main)
    duties = words_of(section_of(main, "duties"))
    assert "About 30 min today; 2.5 h of 8 h agreed a week" in duties
    assert "Mastodon Primary 30 min" in duties
    assert "Mastodon Backup When needed" in duties


def test_only_findings_about_my_duties(as_staff: FlaskClient, session: Session, told: World) -> None:
    assert section_of(main_of(as_staff, f"/at/{told.east.code}/"), "findings") is None
    give(session, told.account, Family.POST, told.staff_position)
    session.commit()
    words = words_of(section_of(main_of(as_staff, f"/at/{told.east.code}/"), "findings"))
    assert "Green East posts 100% broadcast" in words
    assert "questions in time" not in words


def test_policies_and_what_we_work_towards(as_staff: FlaskClient, busy: World) -> None:
    main = main_of(as_staff, f"/at/{busy.east.code}/")
    policies = section_of(main, "read")
    assert "In force here since Jan 1, 2026." in words_of(policies)
    assert "New" not in words_of(policies)
    goals = words_of(section_of(main, "goals"))
    assert "Answered in time, target 85%" in goals
    assert "79 more of 92 would have reached it." in goals


def test_a_policy_of_the_last_weeks_is_marked_new(as_staff: FlaskClient, session: Session, busy: World) -> None:
    adopt(session, busy, "listen", on=date(2026, 11, 1))
    session.commit()
    policies = section_of(main_of(as_staff, f"/at/{busy.east.code}/"), "read")
    assert policies is not None
    newest, before = (words_of(row) for row in policies.select("li"))
    assert "Who answers New In force here since Nov 1, 2026." in newest
    assert "New" not in before


def test_the_first_day_of_staff(as_staff: FlaskClient, world: World) -> None:
    main = main_of(as_staff, f"/at/{world.east.code}/")
    steps = section_of(main, "first-day")
    assert "1 of 3 steps done" in words_of(steps)
    assert list(buttons_of(steps)) == ["Read the policies"]
    assert "No policy is in force at Green East yet." in words_of(main)


def test_staff_see_their_branch_and_no_other(as_staff: FlaskClient, told: World) -> None:
    assert as_staff.get("/").location == f"/at/{told.east.code}/"
    own = as_staff.get(f"/at/{told.east.code}/")
    assert own.status_code == 200
    assert 'href="/me/duties"' in own.text
    assert as_staff.get(f"/at/{told.north.code}/").status_code == 403


def test_the_desk_is_the_reader_s_own(as_branch_manager: FlaskClient, busy: World) -> None:
    assert "My duties today" not in read(as_branch_manager, f"/at/{busy.east.code}/")


def test_it_takes_as_many_statements_with_many_duties(as_staff: FlaskClient, session: Session, busy: World) -> None:
    address = f"/at/{busy.east.code}/"
    few = statements_of(as_staff, address)
    for family in (Family.LISTEN, Family.CRITICS, Family.FOLLOW):
        give(session, busy.account, family, busy.staff_position)
    session.commit()
    assert statements_of(as_staff, address) == few
