"""The director's home, and the auditor's: standings, decisions with their reasons, what changed; and who may see it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.rules import Connection
from app.findings.actions.acting import Step, act_on
from app.findings.queries import get_finding
from tests.factories.duties import adopt
from tests.factories.figures import add_branches
from tests.factories.judged import finding_of
from tests.factories.world import AT, World
from tests.views.homes.pages import buttons_of, main_of, read, section_of, statements_of, words_of


def test_an_evening_belongs_to_the_day_of_the_librarys_clock(
    as_director: FlaskClient, session: Session, told: World
) -> None:
    told.north_account.connection_since = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)  # ten in the evening in New York
    session.add(told.north_account)
    session.commit()
    words = read(as_director, f"/at/{told.library.code}/")
    assert "Green North: Facebook, sign-in expired since Nov 8, 2026" in words
    assert "Nov 8 Green North: sign-in expired" in words


def test_a_director_sees_standings_decisions_and_what_broke(as_director: FlaskClient, told: World) -> None:
    words = read(as_director, f"/at/{told.library.code}/")
    assert "0 of 2 branches are on track. One is off track" in words
    assert "Green East posts 100% broadcast" in words
    assert "Green Manager answers for it." in words
    assert "Green North: Facebook, sign-in expired since Nov 9, 2026" in words
    assert "0 of 1 account is up to date" in words


def test_every_decision_has_one_button(as_director: FlaskClient, told: World) -> None:
    decide = section_of(main_of(as_director, f"/at/{told.library.code}/"), "decide")
    assert decide is not None
    rows = decide.select("li.task")
    assert rows
    assert all(len(row.select("a.btn")) == 1 for row in rows)
    assert all(row.select_one("p") for row in rows)


def test_what_somebody_will_do_is_said_beside_the_finding(
    as_director: FlaskClient, session: Session, told: World
) -> None:
    seen = finding_of(session, told, "posts.broadcast_max_pct")
    finding = get_finding(session, seen.id, within=Scope(told.consortium.id))
    step = Step("Ask one question a week.", date(2026, 12, 1))
    act_on(session, finding, told.staff_position, step, by=told.machine, at=AT)
    session.commit()
    assert "Green Staff, by Dec 1, 2026: Ask one question a week." in read(as_director, f"/at/{told.library.code}/")


def test_a_policy_that_waits_is_the_director_s_decision(
    as_director: FlaskClient, as_auditor: FlaskClient, session: Session, told: World
) -> None:
    adopt(session, told, "answer", place=told.root)  # issued and adopted above: nothing waits
    session.commit()
    address = f"/at/{told.library.code}/"
    assert "Decide on" not in read(as_director, address)
    adopt(session, told, "answer", place=told.north)
    session.commit()
    main = main_of(as_director, address)
    assert "Read and decide" in buttons_of(section_of(main, "decide"))
    assert "Read and decide" not in read(as_auditor, address)


def test_nothing_known_is_said_and_never_zero(as_admin: FlaskClient, as_auditor: FlaskClient, world: World) -> None:
    words = read(as_admin, f"/at/{world.consortium.slug}/")
    assert "1 library, none measured yet." in words
    assert "Not measured yet" in words
    assert "No policy asks for one yet" in words
    looked_at = read(as_auditor, f"/at/{world.consortium.slug}/")
    assert "No figures yet" in looked_at
    assert "Nothing needs a decision" in looked_at
    branch = read(as_admin, f"/at/{world.east.code}/")
    assert "No goals measured yet" in branch
    for page in (words, looked_at, branch):
        assert "0%" not in page
        assert "0 of 0" not in page


def test_the_first_day_names_three_steps_and_the_next(as_director: FlaskClient, world: World) -> None:
    steps = section_of(main_of(as_director, f"/at/{world.library.code}/"), "first-day")
    assert steps is not None
    assert len(steps.select("li.task")) == 3
    assert list(buttons_of(steps)) == ["Read the policies"]
    assert "1 of 3 steps done" in words_of(steps)  # Green East has its manager


def test_a_step_that_is_done_is_ticked(as_director: FlaskClient, session: Session, world: World) -> None:
    adopt(session, world, "answer")
    session.commit()
    steps = section_of(main_of(as_director, f"/at/{world.library.code}/"), "first-day")
    assert "2 of 3 steps done" in words_of(steps)
    assert list(buttons_of(steps)) == ["Set goals"]


def test_a_measured_library_has_no_first_day(as_director: FlaskClient, as_auditor: FlaskClient, told: World) -> None:
    address = f"/at/{told.library.code}/"
    assert section_of(main_of(as_director, address), "first-day") is None
    assert section_of(main_of(as_auditor, address), "first-day") is None


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, False), (2, True)])
def test_figures_older_than_a_day_are_said_at_the_top(
    as_director: FlaskClient, session: Session, told: World, days: int, *, is_late: bool
) -> None:
    told.account.connection = Connection.WORKING
    told.account.newest_figure_on = AT.date() - timedelta(days=days)
    session.add(told.account)
    session.commit()
    words = read(as_director, f"/at/{told.library.code}/")
    assert ("The newest figures here are of Nov 7, 2026." in words) is is_late


@pytest.mark.parametrize("place", ["green-valley", "green-county", "green-east"])
def test_readers_without_the_power_to_act_only_look(as_auditor: FlaskClient, told: World, place: str) -> None:
    main = main_of(as_auditor, f"/at/{place}/")
    assert "Green East posts 100% broadcast" in words_of(main)
    assert not main.select("li.task a.btn")
    assert "Assign" not in words_of(main)


def test_a_stranger_s_home_holds_nothing_of_ours(as_stranger: FlaskClient, told: World, far: World) -> None:
    assert as_stranger.get(f"/at/{told.library.code}/").status_code == 404
    own = as_stranger.get(f"/at/{far.consortium.slug}/")
    assert own.status_code == 200
    assert "Green" not in own.text


def test_a_lower_role_does_not_see_a_higher_place(as_branch_manager: FlaskClient, told: World) -> None:
    assert as_branch_manager.get(f"/at/{told.library.code}/").status_code == 403
    assert as_branch_manager.get(f"/at/{told.consortium.slug}/").status_code == 403


def test_a_home_takes_as_many_statements_for_thirty_branches_as_for_two(
    as_director: FlaskClient, session: Session, told: World
) -> None:
    address = f"/at/{told.library.code}/"
    few = statements_of(as_director, address)
    add_branches(session, told, 28)
    session.commit()
    assert statements_of(as_director, address) == few
    assert len(as_director.get(address).text) < 80_000
