"""The page of a place: what every room knows of it, each block for those who may see it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.duties.rules.catalogue import Family
from tests.factories.duties import give
from tests.factories.figures import add_branches
from tests.factories.world import World
from tests.views.homes.pages import main_of, read, section_of, statements_of, words_of

BLOCKS = ("goals", "duties", "accounts", "findings", "people", "policies")


@pytest.mark.parametrize("place", ["green-valley", "green-county", "green-east"])
def test_an_admin_sees_every_block_with_a_link_to_its_page(as_admin: FlaskClient, told: World, place: str) -> None:
    main = main_of(as_admin, f"/at/{place}/about")
    for name in BLOCKS:
        block = section_of(main, name)
        assert block is not None, name
        assert block.select_one(".sec-head a") is not None, name


def test_a_branch_in_facts(as_branch_manager: FlaskClient, session: Session, told: World) -> None:
    give(session, told.account, Family.ANSWER, told.staff_position)
    session.commit()
    main = main_of(as_branch_manager, f"/at/{told.east.code}/about")
    words = words_of(main)
    assert "Code green-east" in words
    assert "FSCS OH0001-001" in words
    assert "Residents 12,000, stated by the library" in words
    assert "Answer people" in words_of(section_of(main, "goals"))
    assert "Off track" in words_of(section_of(main, "goals"))
    assert "Mastodon @greeneast@social.example Not connected" in words_of(section_of(main, "accounts"))
    assert "Green East posts 100% broadcast" in words_of(section_of(main, "findings"))
    people = words_of(section_of(main, "people"))
    assert "3 positions, 1 vacant" in people
    assert "Green Staff Adult services librarian" in people
    assert section_of(main, "parts") is None


def test_staff_see_neither_accounts_nor_people(as_staff: FlaskClient, told: World) -> None:
    main = main_of(as_staff, f"/at/{told.east.code}/about")
    assert section_of(main, "accounts") is None
    assert section_of(main, "people") is None
    assert section_of(main, "duties") is not None


def test_a_library_lists_its_branches_worst_first(as_director: FlaskClient, told: World) -> None:
    parts = section_of(main_of(as_director, f"/at/{told.library.code}/about"), "parts")
    assert parts is not None
    rows = [words_of(row) for row in parts.select("tbody tr")]
    assert rows[0].startswith("Green East Off track 0 of 1 1 ")
    assert rows[1].startswith("Green North")
    assert rows[1].endswith("8,000")


def test_a_library_s_counts_are_those_of_its_branches(as_admin: FlaskClient, told: World) -> None:
    parts = section_of(main_of(as_admin, f"/at/{told.consortium.slug}/about"), "parts")
    assert parts is not None
    cells = [words_of(cell) for cell in parts.select("tbody tr td")]
    assert cells[2] == "2"


def test_fifty_branches_a_page_in_as_many_statements(as_director: FlaskClient, session: Session, told: World) -> None:
    address = f"/at/{told.library.code}/about"
    few = statements_of(as_director, address)
    add_branches(session, told, 58)
    session.commit()
    assert statements_of(as_director, address) == few
    first = as_director.get(address)
    assert len(first.text) < 80_000
    assert "1 to 50 of 60" in first.text
    parts = section_of(main_of(as_director, f"{address}?page=2"), "parts")
    assert parts is not None
    assert len(parts.select("tbody tr")) == 10


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "two"])
def test_an_odd_page_is_the_nearest_there_is(as_director: FlaskClient, told: World, number: str) -> None:
    assert as_director.get(f"/at/{told.library.code}/about?page={number}").status_code == 200


def test_a_place_that_closed_says_so(as_admin: FlaskClient, session: Session, world: World) -> None:
    world.north.closed_on = world.account.opened_on
    session.add(world.north)
    session.commit()
    assert "Closed for good since Jan 6, 2025." in read(as_admin, f"/at/{world.north.code}/about")
    parts = read(as_admin, f"/at/{world.library.code}/about")
    assert "1 branch" in parts


def test_wrong_roles_and_strangers(as_staff: FlaskClient, as_stranger: FlaskClient, told: World) -> None:
    assert as_staff.get(f"/at/{told.north.code}/about").status_code == 403
    assert as_stranger.get(f"/at/{told.east.code}/about").status_code == 404
    assert as_staff.get("/at/far-east/about").status_code == 404
