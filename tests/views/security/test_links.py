"""Attacks through one-time links."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import NotFound, Refused
from app.people.actions.links import accept_invitation, invite
from app.people.actions.persons import add_person
from app.people.actions.positions import put_in_position
from app.people.actions.roles import grant
from app.people.models import Person
from app.people.queries.links import get_link, get_link_for_use
from app.people.queries.persons import find_person_by_email
from tests.databases import ENGINES, Database
from tests.factories.world import World, make_world
from tests.views.consortia.pages import words_of
from tests.views.security.browsers import PASSWORD


@pytest.fixture
def chief(session: Session, world: World) -> Person:
    """A new director who works at the east branch and has no password yet."""
    chief = add_person(session, name="Cleo Chief", email="chief@green.example", by=world.machine, at=now())
    put_in_position(session, chief, world.vacant_position, first_on=date(2025, 1, 6), by=world.machine, at=now())
    grant(session, chief, Role.DIRECTOR, world.library, by=world.machine, at=now())
    session.commit()
    return chief


def test_nobody_makes_the_link_of_someone_with_a_wider_role(
    as_branch_manager: FlaskClient, as_director: FlaskClient, chief: Person
) -> None:
    page = f"/people/{chief.id}/invite"
    for ask in (as_branch_manager.get, as_branch_manager.post):
        refused = ask(page)
        assert refused.status_code == 403
        assert "/join/" not in refused.text
        assert "Cleo Chief has a wider role than you may give." in words_of(refused)
    assert page not in as_branch_manager.get(f"/people/{chief.id}").text
    assert "/join/" in as_director.post(page).text


def test_a_link_ends_when_its_person_is_given_a_role(
    application: Flask, as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    made = as_branch_manager.post(
        f"/at/{world.east.code}/people/new",
        data={"name": "Ida Moss", "email": "ida@green.example", "role": "staff", "position": "", "invite": "y"},
    )
    link = re.search(r"/join/[\w-]+", made.text)
    assert link is not None
    assert application.test_client().get(link[0]).status_code == 200
    ida = find_person_by_email(session, "ida@green.example", within=Scope(world.consortium.id))
    assert ida is not None
    grant(session, ida, Role.DIRECTOR, world.library, by=world.machine, at=now())
    session.commit()
    assert application.test_client().get(link[0]).status_code == 404


def test_a_new_link_ends_the_one_before(application: Flask, session: Session, world: World) -> None:
    first, second = (invite(session, world.staff, by=world.machine, at=now()) for _ in range(2))
    session.commit()
    assert application.test_client().get(f"/join/{first}").status_code == 404
    assert application.test_client().get(f"/join/{second}").status_code == 200


def test_a_first_password_never_opens_a_login_that_came_meanwhile(session: Session, world: World) -> None:
    token = invite(session, world.staff, by=world.machine, at=now())
    link = get_link(session, token, at=now())
    with pytest.raises(Refused, match="has a password already"):
        accept_invitation(session, link, password_hash="somebody's", at=now())
    assert link.used_at is None


def test_a_founder_who_has_a_login_proves_its_password(
    application: Flask, client: FlaskClient, with_password: str
) -> None:
    made = application.test_cli_runner().invoke(args=["consortia", "setup-link"])
    link = re.search(r"/set-up/[\w-]+", made.output)
    assert link is not None
    data = {
        "name": "New Lake",
        "slug": "new-lake",
        "admin_name": "Dee",
        "admin_email": with_password,
        "password": "not what they have",
        "start": "create",
        "time_zone": "America/Chicago",
        "fiscal_year_start_month": "7",
    }
    proof = client.post(link[0], data=data).location or ""
    assert proof.startswith("/join/")
    assert "do not go together" in client.post(proof, data={"password": "not what they have"}).text
    assert client.post(proof, data={"password": PASSWORD}).location == "/"
    assert "New Lake" in client.get("/", follow_redirects=True).text


def test_a_link_names_this_installation_whatever_the_host_header_says(
    application: Flask, as_admin: FlaskClient, world: World
) -> None:
    page = as_admin.post(f"/people/{world.staff.id}/invite", headers={"X-Forwarded-Host": "evil.example"}).text
    assert f"{application.config['SETTINGS'].public_url}/join/" in page
    with as_admin.session_transaction() as cookie:
        held = dict(cookie)
    elsewhere = application.test_client()
    with elsewhere.session_transaction(base_url="http://evil.example") as cookie:
        cookie.update(held)
    page = elsewhere.post(f"/people/{world.staff.id}/invite", base_url="http://evil.example").text
    assert "/join/" in page
    assert "evil.example/join" not in page


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_link_used_twice_at_once_works_once(fresh_database: Callable[[str], Database], engine_name: str) -> None:
    application = create_app(fresh_database(engine_name).settings())
    with application.app_context():
        world = make_world(db.session, slug="race", name="Race", prefix="race")
        person = add_person(db.session, name="Ann", email="ann@race.example", by=world.machine, at=now())
        token = invite(db.session, person, by=world.machine, at=now())
        db.session.commit()
    consortium_id = world.consortium.id

    def accept(number: int) -> str:
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            try:
                link = get_link_for_use(db.session, token, at=now())
                accept_invitation(db.session, link, password_hash=f"hash {number}", at=now())
                db.session.commit()
            except NotFound:
                return "used"
            return "opened"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == ["opened", "used"]
    with application.app_context():
        db.engine.dispose()
