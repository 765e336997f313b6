"""The homes: what they say of a place, to whom, and that they say nothing where nothing is known."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.rules import Connection
from app.scorecards.actions import rebuild_all
from tests.factories.figures import QUARTER, add_branches, give_days, set_goal, set_kpi
from tests.factories.judged import bind, check
from tests.factories.world import AT, World

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> object:
    """The day the world is made on."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def told(session: Session, world: World) -> World:
    """East broadcasts and answers too little; its KPI, its rules and its account's trouble are there to be seen."""
    goal = set_goal(session, world, world.east)
    set_kpi(session, world, goal, "K28", 85)
    give_days(session, world.account, QUARTER, posts=2, broadcasts=2, questions_due=1, questions_in_time=0)
    bind(session, world, "T05")
    check(session, world)
    world.north_account.connection = Connection.SIGN_IN_EXPIRED
    world.north_account.connection_since = AT
    session.add(world.north_account)
    rebuild_all(session, within=Scope(world.consortium.id), on=AT.date(), at=AT)
    session.commit()
    return world


def text_of(page: str) -> str:
    """The words of a page's main part."""
    main = BeautifulSoup(page, "html5lib").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def test_a_director_sees_standings_decisions_and_what_broke(as_director: FlaskClient, told: World) -> None:
    words = text_of(as_director.get(f"/at/{told.library.code}/").text)
    assert "0 of 2 branches are on track. One is off track" in words
    assert "Green East posts 100% broadcast" in words
    assert "Green Manager answers for it." in words
    assert "Green North: Facebook, sign-in expired since Nov 9, 2026" in words
    assert "0 of 1 account is up to date" in words


def test_a_manager_sees_the_branch_and_its_gaps(as_branch_manager: FlaskClient, told: World) -> None:
    words = text_of(as_branch_manager.get(f"/at/{told.east.code}/").text)
    assert "How is Green East doing?" in words
    assert "0 of 1 goal on track." in words
    assert "Assign someone" in words


def test_nothing_known_is_said_and_never_zero(as_admin: FlaskClient, as_auditor: FlaskClient, world: World) -> None:
    words = text_of(as_admin.get(f"/at/{world.consortium.slug}/").text)
    assert "1 library, none measured yet." in words
    assert "Not measured yet" in words
    assert "No policy asks for one yet" in words
    looked_at = text_of(as_auditor.get(f"/at/{world.consortium.slug}/").text)
    assert "No figures yet" in looked_at
    assert "Nothing needs a decision" in looked_at
    branch = text_of(as_admin.get(f"/at/{world.east.code}/").text)
    assert "No goals measured yet" in branch
    for page in (words, looked_at, branch):
        assert "0%" not in page
        assert "0 of 0" not in page


@pytest.mark.parametrize("place", ["green-valley", "green-county", "green-east"])
def test_readers_without_the_power_to_act_only_look(as_auditor: FlaskClient, told: World, place: str) -> None:
    page = as_auditor.get(f"/at/{place}/")
    assert page.status_code == 200
    assert "Decide" not in page.text


def test_staff_see_their_branch_and_no_other(as_staff: FlaskClient, told: World) -> None:
    assert as_staff.get("/").location == f"/at/{told.east.code}/"
    own = as_staff.get(f"/at/{told.east.code}/")
    assert own.status_code == 200
    assert 'href="/me/duties"' in own.text
    assert as_staff.get(f"/at/{told.north.code}/").status_code == 403


def test_a_stranger_s_home_holds_nothing_of_ours(as_stranger: FlaskClient, told: World, far: World) -> None:
    assert as_stranger.get(f"/at/{told.library.code}/").status_code == 404
    own = as_stranger.get(f"/at/{far.consortium.slug}/")
    assert own.status_code == 200
    assert "Green" not in own.text


def test_a_home_takes_as_many_statements_for_thirty_branches_as_for_two(
    as_director: FlaskClient, session: Session, told: World
) -> None:
    few = statements_of(as_director, told)
    add_branches(session, told, 28)
    session.commit()
    assert statements_of(as_director, told) == few


def statements_of(browser: FlaskClient, world: World) -> int:
    """How many statements the library's home takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert browser.get(f"/at/{world.library.code}/").status_code == 200
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
    return len(seen)
