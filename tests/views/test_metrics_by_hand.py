"""What people tell: figures by hand, the weekly check-in, and whose figures stand in a consortium."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.accounts.rules import Connection
from app.duties.rules.catalogue import Family
from app.foundation.database import enter_tenant
from app.metrics.models import DailyFigure, FigureSettings, MonthFigure
from app.metrics.rules.dictionary import Source
from tests.factories.duties import give

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)  # a Monday
SUNDAY = date(2026, 11, 8)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


def rows(session, *columns):
    enter_tenant(session, session.info["consortium_id"])
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns))]


def test_figures_of_a_day_are_written_and_corrected(as_branch_manager, session, world):
    address = f"/accounts/{world.account.id}/by-hand"
    for followers in ("1,240", "1243"):
        data = {"day": "2026-11-08", "span": "day", "followers": followers, "questions_due": "5"}
        shown = as_branch_manager.post(address, data=data, follow_redirects=True)
        assert "Written down." in shown.text
    assert rows(session, DailyFigure.day, DailyFigure.followers, DailyFigure.source) == [(SUNDAY, 1243, Source.BY_HAND)]
    assert "Entered by hand" in as_branch_manager.get(f"/accounts/{world.account.id}/figures/2026-11-08").text


def test_counts_of_a_week_add_up_to_what_was_written(as_branch_manager, session, world):
    address = f"/accounts/{world.account.id}/by-hand"
    data = {"day": "2026-11-08", "span": "week", "followers": "90", "posts": "10"}
    as_branch_manager.post(address, data=data)
    assert [posts for _, posts in rows(session, DailyFigure.day, DailyFigure.posts)] == [2, 2, 2, 1, 1, 1, 1]
    assert rows(session, MonthFigure.posts, MonthFigure.followers_last) == [(10, 90)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"day": "2026-11-10", "posts": "1"}, "This day is still to come."),
        ({"questions_due": "2", "questions_in_time": "3"}, "No more questions can be answered in time"),
        ({}, "Write at least one figure."),
        ({"day": "2023-01-01", "posts": "1"}, "more than two years ago"),
    ],
)
def test_what_cannot_be_is_refused(as_branch_manager, session, world, told, words):
    data = {"day": "2026-11-08", "span": "day", **told}
    assert words in as_branch_manager.post(f"/accounts/{world.account.id}/by-hand", data=data).text
    assert rows(session, DailyFigure.day) == []


def test_the_check_in_asks_only_for_what_is_missing(as_branch_manager, session, world):
    world.account.connection = Connection.WORKING
    session.commit()
    assert "Weekly check-in" in as_branch_manager.get(f"/at/{world.east.code}/").text
    address = f"/at/{world.east.code}/check-in"
    asked = BeautifulSoup(as_branch_manager.get(address).data, "html.parser")
    names = {field["name"] for field in asked.select("fieldset input")}
    due, in_time = (f"{name}-{world.account.id}" for name in ("questions_due", "questions_in_time"))
    assert names == {due, in_time}
    wrong = as_branch_manager.post(address, data={due: "many", in_time: "3"})
    assert "Write a whole number" in wrong.text
    assert rows(session, DailyFigure.day) == []
    done = as_branch_manager.post(address, data={due: "9", in_time: "8"}, follow_redirects=True)
    assert "Nothing is asked for" in done.text
    assert rows(session, MonthFigure.questions_due, MonthFigure.questions_in_time) == [(9, 8)]
    assert "Weekly check-in" not in as_branch_manager.get(f"/at/{world.east.code}/").text


def test_a_consortium_says_whose_figures_stand(as_admin, as_branch_manager, as_stranger, session, world):
    assert "a file fills gaps" in as_admin.get("/figures/whose").text
    as_admin.post("/figures/whose", data={"precedence": "file"})
    assert rows(session, FigureSettings.precedence) == [("file",)]
    assert as_branch_manager.get("/figures/whose").status_code == 403


def test_the_check_in_asks_staff_of_the_accounts_they_hold_a_duty_for(as_staff, session, world):
    address = f"/at/{world.east.code}/check-in"
    assert "Nothing is asked for" in as_staff.get(address).text
    assert "Weekly check-in" not in as_staff.get(f"/at/{world.east.code}/").text
    give(session, world.north_account, Family.POST, world.staff_position)
    session.commit()
    home = as_staff.get(f"/at/{world.east.code}/").text
    assert "Weekly check-in, Nov 2, 2026 to Nov 8, 2026" in home
    names = {
        field["name"] for field in BeautifulSoup(as_staff.get(address).data, "html.parser").select("fieldset input")
    }
    followers, others = f"followers-{world.north_account.id}", f"followers-{world.account.id}"
    assert followers in names
    assert not any(name.endswith(str(world.account.id)) for name in names)
    as_staff.post(address, data={followers: "1240", others: "7"})
    assert rows(session, DailyFigure.account_id, DailyFigure.followers) == [(world.north_account.id, 1240)]


def test_who_may_write_by_hand(as_staff, as_stranger, as_auditor, world):
    for address, of_staff in ((f"/accounts/{world.account.id}/by-hand", 403), (f"/at/{world.east.code}/check-in", 200)):
        assert (as_staff.get(address).status_code, as_auditor.get(address).status_code) == (of_staff, 403)
        assert as_stranger.get(address).status_code == 404
