"""Signing in and out, joining, roles; and that nobody sees another consortium's people."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role
from app.foundation.clock import now
from app.foundation.crypto import Passwords
from app.foundation.database import enter_tenant
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.people.actions.links import invite
from app.people.actions.persons import add_person
from app.people.actions.positions import add_team
from app.people.actions.roles import grant
from app.people.models import Incumbency, Login, LoginSession, Membership, Person
from app.people.queries.sessions import find_login
from tests.factories.world import AT, World

PASSWORD = "four words in a row"


@pytest.fixture
def with_password(session: Session, world: World) -> str:
    """The director can sign in with PASSWORD; answers the address."""
    login = find_login(session, world.director.email or "")
    assert login is not None
    login.password_hash = Passwords(cheap=True).hash(PASSWORD)
    session.commit()
    return login.email


def test_signing_in_opens_the_home_and_signing_out_closes_it(
    client: FlaskClient, with_password: str, session: Session, world: World
) -> None:
    assert client.get("/").location == "/sign-in?next=/"
    entered = client.post("/sign-in", data={"email": with_password.upper(), "password": PASSWORD})
    assert entered.location == "/"
    assert world.library.name in client.get("/", follow_redirects=True).text
    client.post("/sign-out")
    assert client.get("/").location == "/sign-in?next=/"
    assert session.scalars(sa.select(LoginSession)).one().revoked_at is not None


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client: FlaskClient, with_password: str) -> None:
    wrong = client.post("/sign-in", data={"email": with_password, "password": "wrong"}).text
    unknown = client.post("/sign-in", data={"email": "nobody@green.example", "password": "wrong"}).text
    sentence = "This address and password do not go together."
    assert sentence in wrong
    assert sentence in unknown


def test_five_failures_lock_the_address_and_time_opens_it(client: FlaskClient, with_password: str) -> None:
    start = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        for _ in range(5):
            client.post("/sign-in", data={"email": with_password, "password": "wrong"})
        locked = client.post("/sign-in", data={"email": with_password, "password": PASSWORD})
        assert "Too many tries" in locked.text
    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        assert client.post("/sign-in", data={"email": with_password, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, with_password: str, target: str) -> None:
    entered = client.post("/sign-in", data={"email": with_password, "password": PASSWORD, "next": target})
    assert entered.location == "/"


def test_an_idle_session_is_signed_out(as_director: FlaskClient, world: World) -> None:
    assert as_director.get(f"/at/{world.library.code}/").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert "/sign-in" in (as_director.get(f"/at/{world.library.code}/").location or "")


def test_a_person_is_added_invited_and_joins_once(
    as_branch_manager: FlaskClient, application: Flask, world: World
) -> None:
    page = as_branch_manager.post(
        f"/at/{world.east.code}/people/new",
        data={
            "name": "<script>alert(1)</script>",
            "email": "New.Person@Green.example",
            "position": str(world.vacant_position.id),
            "first_on": "2026-11-01",
            "role": "staff",
            "invite": "y",
        },
    ).text
    assert "<script>alert(1)</script>" not in page
    link = re.search(r"/join/[\w-]+", page)
    assert link is not None
    newcomer = application.test_client()
    short = newcomer.post(link[0], data={"password": "short"})
    assert "Use at least 12 characters" in short.text
    assert newcomer.post(link[0], data={"password": PASSWORD}).status_code == 302
    assert newcomer.get(f"/at/{world.east.code}/").status_code == 200
    assert newcomer.get(link[0]).status_code == 404, "the link works once"


def test_an_expired_link_is_not_found(application: Flask, session: Session, world: World) -> None:
    token = invite(session, world.staff, by=world.machine, at=now() - timedelta(days=15))
    session.commit()
    assert application.test_client().get(f"/join/{token}").status_code == 404


def test_two_posts_of_the_same_form_add_one_person(as_admin: FlaskClient, session: Session, world: World) -> None:
    data = {"name": "Ida Moss", "email": "ida@green.example", "position": "", "role": "", "first_on": ""}
    as_admin.post(f"/at/{world.east.code}/people/new", data=data)
    again = as_admin.post(f"/at/{world.east.code}/people/new", data=data)
    assert "belongs to someone here already" in again.text
    found = session.scalar(
        sa.select(sa.func.count(Person.id)).where(
            Person.consortium_id == world.consortium.id, Person.name == "Ida Moss"
        )
    )
    assert found == 1


def test_a_day_in_words_is_refused_at_its_field(as_admin: FlaskClient, world: World) -> None:
    page = as_admin.post(
        f"/at/{world.east.code}/people/new",
        data={"name": "Ida Moss", "first_on": "next Tuesday", "position": "", "role": ""},
    ).text
    assert "Write the day as 2026-11-09" in page


def test_leaving_keeps_the_position_and_ends_the_incumbency(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    held = session.scalars(
        sa.select(Incumbency).where(
            Incumbency.consortium_id == world.consortium.id, Incumbency.person_id == world.staff.id
        )
    ).one()
    wrong = as_branch_manager.post(f"/incumbencies/{held.id}/end", data={"last_on": "2020-01-01"})
    assert "The last day is before the first." in wrong.text
    done = as_branch_manager.post(f"/incumbencies/{held.id}/end", data={"last_on": "2026-11-01"})
    assert done.status_code == 302
    assert "Vacant" in as_branch_manager.get(f"/at/{world.east.code}/people").text


def test_the_last_admin_keeps_the_role(as_admin: FlaskClient, session: Session, world: World) -> None:
    admin = session.scalars(
        sa.select(Membership).where(
            Membership.consortium_id == world.consortium.id, Membership.person_id == world.admin.id
        )
    ).one()
    refused = as_admin.post(f"/memberships/{admin.id}/end")
    assert "This is the last consortium admin." in refused.text


def test_one_s_own_role_is_taken_back_by_somebody_else(
    as_director: FlaskClient, as_admin: FlaskClient, session: Session, world: World
) -> None:
    def role_of(person: Person) -> Membership:
        found = sa.select(Membership).where(
            Membership.consortium_id == world.consortium.id, Membership.person_id == person.id
        )
        return session.scalars(found.order_by(Membership.granted_at).limit(1)).one()

    own = f"/memberships/{role_of(world.director).id}/end"
    for ask in (as_director.get, as_director.post):
        refused = ask(own)
        assert refused.status_code == 403
        assert "Ask another director or a consortium admin to end it." in refused.text
    assert own not in as_director.get(f"/at/{world.library.code}/roles").text
    assert "Your own: somebody else takes it back" in as_director.get(f"/at/{world.library.code}/roles").text
    assert as_admin.get(own).status_code == 200
    enter_tenant(session, world.consortium.id)
    grant(session, world.auditor, Role.CONSORTIUM_ADMIN, world.root, by=world.machine, at=AT)
    twice = grant(session, world.admin, Role.DIRECTOR, world.library, by=world.machine, at=AT)
    session.commit()
    assert "Ask another consortium admin" in as_admin.post(f"/memberships/{role_of(world.admin).id}/end").text
    assert as_admin.post(f"/memberships/{twice.id}/end").status_code == 302  # they could give it back to themselves


def test_a_manager_cannot_grant_more_than_staff(as_branch_manager: FlaskClient, world: World) -> None:
    role = f"/at/{world.east.code}/roles/new?person={world.staff.id}"
    refused = as_branch_manager.post(role, data={"role": "director"})
    assert "Choose one from the list." in refused.text
    assert as_branch_manager.post(role, data={"role": "staff"}).status_code == 302


def test_a_role_is_granted_from_the_page_of_a_person(
    as_branch_manager: FlaskClient, as_auditor: FlaskClient, world: World
) -> None:
    role = f"/at/{world.east.code}/roles/new?person={world.staff.id}"
    assert f'href="{role}"' in as_branch_manager.get(f"/people/{world.staff.id}").text
    assert as_branch_manager.get(role).status_code == 200
    assert "roles/new" not in as_auditor.get(f"/people/{world.staff.id}").text


def test_a_team_stands_in_the_history(session: Session, world: World) -> None:
    made = add_team(
        session, world.library, name="Central team", positions=[world.staff_position], by=world.machine, at=now()
    )
    entry = session.scalars(sa.select(HistoryEntry).where(HistoryEntry.deed == Deed.TEAM_MADE)).one()
    assert (entry.subject_id, entry.place_path) == (made.id, world.library.path)


def test_what_each_role_may_open(
    as_staff: FlaskClient,
    as_branch_manager: FlaskClient,
    as_director: FlaskClient,
    as_auditor: FlaskClient,
    world: World,
) -> None:
    people, north = f"/at/{world.east.code}/people", f"/at/{world.north.code}/people"
    assert as_staff.get(people).status_code == 403
    assert as_branch_manager.get(people).status_code == 200
    assert as_branch_manager.get(north).status_code == 403
    assert as_director.get(north).status_code == 200
    assert as_auditor.get(people).status_code == 200
    assert as_auditor.post(f"{people}/new", data={"name": "Nobody"}).status_code == 403


def test_a_stranger_finds_nothing(as_stranger: FlaskClient, session: Session, world: World) -> None:
    held = session.scalars(sa.select(Incumbency).where(Incumbency.consortium_id == world.consortium.id)).first()
    role = session.scalars(sa.select(Membership).where(Membership.consortium_id == world.consortium.id)).first()
    assert held
    assert role
    for path in (
        f"/at/{world.east.code}/",
        f"/at/{world.east.code}/people",
        f"/at/{world.east.code}/people/new",
        f"/at/{world.east.code}/positions/new",
        f"/people/{world.staff.id}/invite",
        f"/at/{world.east.code}/roles/new",
        f"/incumbencies/{held.id}/end",
        f"/memberships/{role.id}/end",
    ):
        assert as_stranger.get(path).status_code == 404, path


def test_a_login_in_two_consortia_switches(
    signed_in: Callable[[Person], FlaskClient], session: Session, world: World, far: World, with_password: str
) -> None:
    browser = signed_in(world.director)
    enter_tenant(session, far.consortium.id)
    twin = add_person(session, name="Twin", email="director2@far.example", by=far.machine, at=now())
    twin.email = world.director.email
    token = invite(session, twin, by=far.machine, at=now())
    session.commit()
    refused = browser.post(f"/join/{token}", data={"password": "what the inviter guesses"})
    assert "do not go together" in refused.text, "the link alone never opens a login that exists"
    assert browser.post(f"/join/{token}", data={"password": PASSWORD}).status_code == 302
    page = browser.get("/switch").text
    assert "Green Valley Consortium" in page
    assert browser.post("/switch", data={"consortium": str(world.consortium.id)}).status_code == 302
    assert browser.get(f"/at/{world.library.code}/").status_code == 200
    assert browser.post("/switch", data={"consortium": "12345"}).status_code == 404


def test_a_founder_sets_up_the_first_consortium(client: FlaskClient, application: Flask, session: Session) -> None:
    made = application.test_cli_runner().invoke(args=["consortia", "setup-link"])
    link = re.search(r"/set-up/[\w-]+", made.output)
    assert link is not None
    data = {
        "name": "New Lake Consortium",
        "slug": "new-lake",
        "admin_name": "Ann Founder",
        "admin_email": "Ann@lake.example",
        "password": PASSWORD,
        "start": "create",
        "time_zone": "America/Chicago",
        "fiscal_year_start_month": "7",
        "hours": "Mon to Fri, 9:00 to 18:00; Sat, 10:00 to 14:00",
    }
    assert "Use at least 12 characters" in client.post(link[0], data={**data, "password": "x"}).text
    assert client.post(link[0], data=data).location == "/sign-in?next=/first-steps"
    assert client.post(link[0], data=data).status_code == 404
    assert client.post("/sign-in", data={"email": "ann@lake.example", "password": PASSWORD}).location == "/"
    assert session.scalars(sa.select(Login).where(Login.email == "ann@lake.example")).one()
