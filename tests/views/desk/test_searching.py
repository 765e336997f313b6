"""Search and changing the place: what is found, by whom, and that nothing of anybody else is."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.foundation.ids import new_id
from app.people.models import Person
from tests.factories.judged import bind
from tests.factories.world import World


def main_of(page: str) -> Tag:
    """The page's main part."""
    main = BeautifulSoup(page, "html5lib").find("main")
    assert main is not None
    return main


def links_of(page: str) -> list[str]:
    """The words of every link of the main part."""
    return [link.get_text(" ", strip=True) for link in main_of(page).find_all("a")]


@pytest.fixture
def many(session: Session, world: World) -> World:
    """1,500 branches more."""
    for number in range(1500):
        made = new_id()
        session.add(
            Place(
                id=made, consortium_id=world.consortium.id, kind=PlaceKind.BRANCH, code=f"b{number}",
                name=f"Branch {number:04}", parent_id=world.library.id, path=f"{world.library.path}{made}/",
            )
        )  # fmt: skip
    session.commit()
    return world


def test_an_admin_finds_places_people_accounts_and_policies(
    as_admin: FlaskClient, session: Session, world: World
) -> None:
    bind(session, world, "T04")
    session.commit()
    words = main_of(as_admin.get("/search?q=green+east").text).get_text(" ", strip=True)
    assert "Green East Branch, Green County Libraries" in words
    assert "@greeneast@social.example Mastodon, Green East" in words
    assert "Green Manager manager@green.example" in main_of(as_admin.get("/search?q=MANAGER").text).get_text(
        " ", strip=True
    )
    found = main_of(as_admin.get("/search?q=cool").text)
    clause = found.find("a", href=lambda href: bool(href) and "#clause-" in str(href))
    assert clause is not None, found.get_text(" ", strip=True)


def test_nothing_of_another_consortium_is_found(as_admin: FlaskClient, far: World) -> None:
    assert far.east.name not in as_admin.get("/search?q=far").text
    assert far.east.name not in as_admin.get("/choose?q=far").text


def test_staff_find_their_own_place_and_no_people(as_staff: FlaskClient, world: World) -> None:
    page = as_staff.get("/search?q=green").text
    assert world.east.name in links_of(page)
    assert world.north.name not in links_of(page)
    assert "People" not in main_of(page).get_text(" ", strip=True)
    assert world.admin.email not in page


def test_a_percent_sign_is_looked_for_and_not_obeyed(as_admin: FlaskClient) -> None:
    assert "Nothing matches “%”" in main_of(as_admin.get("/search?q=%25").text).get_text(" ", strip=True)


def test_all_of_one_kind_are_paged(as_admin: FlaskClient, many: World) -> None:
    page = as_admin.get("/search?q=branch&kind=places&page=2").text
    assert "51 to 100 of 1,500" in main_of(page).get_text(" ", strip=True)
    assert len(page) < 80_000


def test_a_director_changes_the_place_and_stays_in_the_section(as_director: FlaskClient, many: World) -> None:
    goals = BeautifulSoup(as_director.get(f"/at/{many.library.code}/goals").text, "html5lib")
    change = goals.select_one(".change a")
    assert change is not None
    chosen = as_director.get(f"{change['href']}&q=0007")
    assert links_of(chosen.text)[0] == "Branch 0007"
    link = main_of(chosen.text).find("a", string="Branch 0007")
    assert isinstance(link, Tag)
    assert link["href"] == "/at/b7/goals"


def test_who_has_one_branch_is_not_offered_another(as_branch_manager: FlaskClient, world: World) -> None:
    page = BeautifulSoup(as_branch_manager.get(f"/at/{world.east.code}/goals").text, "html5lib")
    assert page.select_one(".change") is None


def test_a_section_that_is_none_leads_home(as_director: FlaskClient, world: World) -> None:
    page = as_director.get("/choose?to=people.sign_out").text
    assert f"/at/{world.library.code}/" in page
    assert "sign_out" not in main_of(page).decode()


def test_every_section_has_its_help(as_admin: FlaskClient, world: World) -> None:
    for path in ("/", "/policies", "/places", f"/at/{world.east.code}/goals", f"/at/{world.east.code}/accounts"):
        page = BeautifulSoup(as_admin.get(path, follow_redirects=True).text, "html5lib")
        link = page.find("a", string="Help")
        assert isinstance(link, Tag)
        helped = as_admin.get(str(link["href"]))
        assert helped.status_code == 200
        assert [heading.name for heading in main_of(helped.text).find_all(["h1", "h2", "h3"])][:2] == ["h1", "h2"]
    assert as_admin.get("/help/nothing-of-this-name").status_code == 404


def test_strangers_are_sent_to_sign_in(client: FlaskClient, signed_in: Callable[[Person], FlaskClient]) -> None:
    for path in ("/search?q=a", "/choose", "/help", "/help/home"):
        assert "/sign-in" in client.get(path).headers["Location"]


def test_a_refusal_names_the_role_and_whom_to_ask(as_staff: FlaskClient, world: World) -> None:
    refused = as_staff.get(f"/at/{world.east.code}/people")
    assert refused.status_code == 403
    words = main_of(refused.text).get_text(" ", strip=True)
    assert "You are here as staff." in words
    assert "Roles are given by Green Admin." in words
    assert "Green Admin" not in as_staff.get(f"/at/{world.east.code}/goals").text
