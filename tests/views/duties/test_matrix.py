"""The matrix of a place and its days, the places below it, one's own duties, and the file."""

from datetime import timedelta

import pytest

from app.access.rules import Scope
from app.accounts.models import AccountShare
from app.duties.rules.catalogue import Family
from app.people.queries.positions import incumbencies_of
from tests.factories.duties import FIVE, adopt, give
from tests.views.duties.pages import (
    TODAY,
    cell_url,
    cells,
    page,
    url,
    words,
)


def test_the_matrix_names_people_and_gaps(as_branch_manager, session, world, far):
    adopt(session, world, *FIVE)
    give(session, world.account, Family.LISTEN, world.manager_position)
    give(session, world.account, Family.LISTEN, world.staff_position, backup=True, hours="0.5")
    give(session, world.account, Family.POST, world.manager_position)
    session.commit()
    soup = page(as_branch_manager, url(world.east))
    found = cells(soup)
    assert found["Listen"] == ["Primary Green Manager Backup Green Staff 2 h a week"]
    assert "Primary Green Manager No backup. SM" in found["Post"][0]
    assert found["Post"][0].endswith("Assign a backup")
    assert found["Answer questions"][0].startswith("Nobody answers. SM")
    lede = words(soup.select_one(".lede"))
    assert lede == "1 of 5 duties have the people the policies ask for. Three have nobody, one has no backup."
    assert [cell["class"] for cell in soup.select("td.gap")] == [["gap"]] * 3
    link = soup.select_one("td.part a")
    assert link["aria-label"].startswith("Post, Mastodon: primary Green Manager, no backup")


def test_every_cell_is_one_link(as_branch_manager, session, world, far):
    soup = page(as_branch_manager, url(world.east))
    boxes = soup.select("table.mx tbody td")
    assert len(boxes) == 5
    assert all(len(box.find_all("a")) == 1 for box in boxes)


def test_a_leaver_shows_as_a_gap_and_the_days_before_as_they_were(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    give(session, world.account, Family.ANSWER, world.staff_position)
    left_on = TODAY - timedelta(days=10)
    _leave(session, world, left_on)
    assert "Nobody answers since" in cells(page(as_branch_manager, url(world.east)))["Answer questions"][0]
    before = page(as_branch_manager, url(world.east, on=left_on.isoformat()))
    assert cells(before)["Answer questions"] == ["Primary Green Staff 1.5 h a week"]
    assert f"As it was on {left_on:%b} {left_on.day}, {left_on.year}" in words(before)


def _leave(session, world, last_on):
    [held] = [
        each
        for each in incumbencies_of(session, world.staff, within=Scope(world.consortium.id))
        if each.position_id == world.staff_position.id
    ]
    held.last_on = last_on
    session.commit()


def test_a_coming_day_shows_what_will_be(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    starts = TODAY + timedelta(days=20)
    give(session, world.account, Family.ANSWER, world.staff_position, first_on=starts)
    session.commit()
    assert "Nobody answers" in cells(page(as_branch_manager, url(world.east)))["Answer questions"][0]
    later = page(as_branch_manager, url(world.east, on=starts.isoformat()))
    assert cells(later)["Answer questions"] == ["Primary Green Staff 1.5 h a week"]
    assert "As it will be on" in words(later)


@pytest.mark.parametrize("day", ["next Tuesday", "2026-02-30", "<script>", "9999999"])
def test_a_day_in_words_gets_a_sentence(as_branch_manager, world, far, day):
    soup = page(as_branch_manager, url(world.east, on=day))
    assert f"“{day}” is not a day written like 2026-11-09" in words(soup)
    assert soup.find("script", string=True) is None


def test_only_gaps(as_branch_manager, session, world, far):
    adopt(session, world, "listen", "post", depth="primary")
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    assert list(cells(page(as_branch_manager, url(world.east, gaps=1)))) == ["Post"]
    give(session, world.account, Family.POST, world.staff_position)
    session.commit()
    assert "No gaps on" in words(page(as_branch_manager, url(world.east, gaps=1)))


def test_a_branch_without_accounts(as_branch_manager, session, world, far):
    world.account.state = "proposed"
    session.commit()
    assert "No accounts at Green East yet" in words(page(as_branch_manager, url(world.east)))


def test_a_shared_account_stands_in_the_matrix(as_branch_manager, session, world, far):
    session.add(
        AccountShare(consortium_id=world.consortium.id, account_id=world.north_account.id, place_id=world.east.id)
    )
    session.commit()
    heads = [words(head) for head in page(as_branch_manager, url(world.east)).select("thead th")]
    assert heads[2] == "Facebook greennorth, shared"


def test_load_on_each_person(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.staff_position, hours="9.5")
    session.commit()
    rows = [words(row) for row in page(as_branch_manager, url(world.east)).select("section tbody tr")]
    assert rows[1] == "Green Staff Adult services librarian 1 primary, 0 backup 9.5 h 8 h 119% 1.5 h over"
    assert rows[2].startswith("Vacant Library assistant 0 primary")


def test_by_person(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    rows = [words(row) for row in page(as_branch_manager, url(world.east, view="person")).select("tbody tr")]
    assert "Green Staff Adult services librarian Listen, Mastodon 1.5 h Nothing" in rows


def test_staff_see_the_matrix_but_no_load_and_no_forms(as_staff, session, world, far):
    adopt(session, world, "answer")
    session.commit()
    soup = page(as_staff, url(world.east))
    assert "Load on each person" not in words(soup)
    assert "Assign" not in words(soup)
    assert "You may not see this list" in words(page(as_staff, url(world.east, view="person")))
    assert page(as_staff, cell_url(world)).select("main form") == []


def test_a_library_lists_its_places_worst_first(as_director, session, world, far):
    adopt(session, world, "listen", "post", depth="primary")
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    soup = page(as_director, url(world.library))
    rows = [words(row) for row in soup.select("tbody tr")]
    assert rows == ["Green North 1 2 0 2 0 2 gaps", "Green East 1 2 1 1 0 1 gap"]
    assert soup.select_one("tbody th a")["href"].startswith(f"/at/{world.north.code}/duties")
    assert words(soup.select_one(".lede")).startswith("1 of 4 duties have")
    own = page(as_director, url(world.library, view="person"))
    assert words(own.select_one(".lede")).startswith("No account is this place's own")


def test_the_consortium_names_the_libraries(as_admin, session, world, far):
    adopt(session, world, "listen")
    session.commit()
    rows = [words(row) for row in page(as_admin, url(world.root, sort="name")).select("tbody tr")]
    assert rows[0].startswith("Green East Green County Libraries 1 1 0 1")
    assert "Far" not in words(page(as_admin, url(world.root)))


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "9" * 30])
def test_any_page_number_is_answered(as_director, world, far, number):
    assert page(as_director, url(world.library, page=number)).select("tbody tr")


def test_my_own_duties(as_staff, session, world, far):
    assert "No duties yet" in words(page(as_staff, "/me/duties"))
    give(session, world.account, Family.LISTEN, world.staff_position)
    give(session, world.account, Family.POST, world.manager_position)
    session.commit()
    [row] = page(as_staff, "/me/duties").select("tbody tr")
    assert words(row).startswith("Listen Checks the agreed searches")
    assert "Primary" in words(row)


def test_someone_without_a_position_has_no_duties(as_director, world, far):
    assert "you hold none here" in words(page(as_director, "/me/duties"))


def test_the_file(as_director, session, world, far):
    adopt(session, world, "listen")
    give(session, world.account, Family.LISTEN, world.manager_position)
    session.commit()
    reply = as_director.get(f"/at/{world.library.code}/duties.csv")
    lines = reply.text.splitlines()
    assert reply.mimetype == "text/csv"
    assert lines[0] == "Place,Platform,Account,Duty,Standing,Primary,Backup,Hours a week,Gap,Asked by"
    assert "Green East,Mastodon,'@greeneast@social.example,Listen,No backup,Green Manager,,1.50" in reply.text
    assert len(lines) == 11
