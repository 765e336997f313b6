"""A login in two consortia: one at a time, named in the header, and nothing of the other one is kept."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role
from app.foundation.clock import now
from app.foundation.database import tenant
from app.people.actions.leaving import record_leaving
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.models import LoginConsortium, Person
from app.people.queries.sessions import find_login
from tests.factories.world import SINCE, World


@pytest.fixture
def in_both(
    signed_in: Callable[[Person], FlaskClient], session: Session, world: World, far: World
) -> tuple[FlaskClient, Person]:
    """The director of Green Valley, who is a branch manager in Far Hills too, and who they are there."""
    login = find_login(session, world.director.email or "")
    assert login is not None
    with tenant(session, far.consortium.id):
        twin = add_person(session, name="Dana Twin", email=world.director.email, by=far.machine, at=now())
        grant(session, twin, Role.BRANCH_MANAGER, far.east, by=far.machine, at=now())
        session.add(LoginConsortium(login_id=login.id, consortium_id=far.consortium.id, person_id=twin.id))
        session.commit()
    return signed_in(world.director), twin


def switch(browser: FlaskClient, there: World) -> None:
    """Work in the other consortium from now on."""
    assert browser.post("/switch", data={"consortium": str(there.consortium.id)}).status_code == 302


def header(page: str) -> str:
    """The top bar of a page."""
    return page.partition("<header")[2].partition("</header>")[0]


def test_the_header_names_the_current_one_and_leads_to_the_others(
    in_both: tuple[FlaskClient, Person], as_director: FlaskClient, world: World, far: World
) -> None:
    browser, _ = in_both
    top = header(browser.get(f"/at/{world.library.code}/people").text)
    assert 'href="/switch"' in top
    assert "Green Valley Consortium" in top
    page = browser.get("/switch").text
    assert "<strong>Green Valley Consortium</strong>" in page
    assert "Work in Far Hills Consortium" in page
    switch(browser, far)
    top = header(browser.get(f"/at/{far.east.code}/people").text)
    assert "Far Hills Consortium" in top
    assert "Green" not in top


def test_nothing_of_the_other_consortium_is_kept(in_both: tuple[FlaskClient, Person], world: World, far: World) -> None:
    browser, twin = in_both
    assert browser.get(f"/at/{world.north.code}/people").status_code == 200, "the place is remembered"
    switch(browser, far)
    with browser.session_transaction() as cookie:
        assert world.north.code not in str(dict(cookie))
    for path in ("/", "/switch", f"/people/{twin.id}", f"/at/{far.east.code}/people", "/policies"):
        page = browser.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        body = page.text.replace("Work in Green Valley Consortium", "")
        assert "Green" not in body, path
    for path in (f"/at/{world.north.code}/people", f"/people/{world.staff.id}", f"/at/{world.north.code}/"):
        assert browser.get(path).status_code == 404, path


def test_each_consortium_has_its_own_roles(in_both: tuple[FlaskClient, Person], world: World, far: World) -> None:
    browser, _ = in_both
    switch(browser, far)
    assert browser.get(f"/at/{far.north.code}/people").status_code == 403, "a director there, a branch manager here"
    switch(browser, world)
    assert browser.get(f"/at/{world.north.code}/people").status_code == 200


def test_the_session_before_the_switch_opens_nothing(
    in_both: tuple[FlaskClient, Person], application_browser: Callable[[str], FlaskClient], world: World, far: World
) -> None:
    browser, _ = in_both
    with browser.session_transaction() as cookie:
        before = cookie["_user_id"]
    switch(browser, far)
    assert "/sign-in" in (application_browser(before).get(f"/at/{world.library.code}/people").location or "")


@pytest.fixture
def application_browser(client: FlaskClient) -> Callable[[str], FlaskClient]:
    """A browser that holds a session's token, as whoever copied the cookie would."""

    def browser(token: str) -> FlaskClient:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return browser


def test_whoever_left_one_still_works_in_the_other(
    in_both: tuple[FlaskClient, Person], session: Session, world: World, far: World
) -> None:
    browser, twin = in_both
    with tenant(session, far.consortium.id):
        record_leaving(session, twin, left_on=SINCE, by=far.machine, at=now())
        session.commit()
    assert browser.get(f"/at/{world.library.code}/people").status_code == 200
    assert 'href="/switch"' not in header(browser.get(f"/at/{world.library.code}/people").text)
    assert browser.post("/switch", data={"consortium": str(far.consortium.id)}).status_code == 404


def test_a_consortium_one_is_nobody_in_is_not_there(as_director: FlaskClient, far: World) -> None:
    assert as_director.post("/switch", data={"consortium": str(far.consortium.id)}).status_code == 404
    assert "Far" not in as_director.get("/switch").text
