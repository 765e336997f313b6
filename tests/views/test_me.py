"""My profile: what is mine changes for me alone, after I have proved that it is me."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.worker import drain
from app.foundation.clock import now
from app.foundation.crypto import Passwords
from app.foundation.database import enter_tenant
from app.history.queries import entries_of, first_break
from app.history.rules import Deed
from app.people.actions.persons import add_person
from app.people.models import Login, LoginConsortium, LoginSession, Person
from app.people.queries.persons import get_person
from app.people.queries.sessions import find_login
from tests.factories.world import World
from tests.mail_server import MailServer, text_of
from tests.views.consortia.pages import words_of

PASSWORD = "four words in a row"
NEW = "quite another row of words"
EMAIL = "director@green.example"


@pytest.fixture
def login(session: Session, world: World) -> Login:
    """The director's, with a password."""
    found = find_login(session, EMAIL)
    assert found is not None
    found.password_hash = Passwords(cheap=True).hash(PASSWORD)
    session.commit()
    assert world
    return found


def signed_in(application: Flask, email: str = EMAIL, password: str = PASSWORD) -> FlaskClient:
    browser = application.test_client()
    assert browser.post("/sign-in", data={"email": email, "password": password}).location == "/"
    return browser


def link_in(server: MailServer, email: str) -> str:
    found = re.search(r"https?://[^/\s]+(/me/email/\S+)", text_of(server.sent_to(email)[-1]))
    assert found is not None
    return found[1]


def test_the_page_shows_what_is_mine(as_director: FlaskClient, world: World) -> None:
    page = words_of(as_director.get("/me"))
    for words in ("Green Director", EMAIL, "Director, Green County Libraries", "This browser", world.consortium.name):
        assert words in page
    assert 'aria-current="page"' not in as_director.get("/me").text, "one's own pages are in no section"


def test_every_role_has_a_profile_and_strangers_to_the_house_have_none(
    as_staff: FlaskClient, as_auditor: FlaskClient, client: FlaskClient
) -> None:
    assert as_staff.get("/me").status_code == as_auditor.get("/me").status_code == 200
    for path in ("/me", "/me/password", "/me/email", "/me/email/guessed"):
        assert "/sign-in" in (client.get(path).location or "")
    for path in ("/me/display", "/me/notices", "/me/sessions/1/end"):
        assert "/sign-in" in (client.post(path).location or "")


def test_colors_and_clock_follow_the_login_into_each_browser(application: Flask, login: Login, world: World) -> None:
    saved = {"display-theme": "dark", "display-locale": "en-GB", "display-time_zone": "Pacific/Honolulu"}
    with time_machine.travel(datetime(2026, 11, 9, 15, 0, tzinfo=UTC)):
        browser, other = signed_in(application), signed_in(application)
        assert browser.post("/me/display", data=saved).location == "/me"
        assert 'data-bs-theme="dark"' in browser.get("/me").text
        assert '<html lang="en-GB"' in browser.get("/me").text
        assert "05:00" in words_of(browser.get("/me"))
        assert "10:00 am" in words_of(other.get("/me")), "the consortium's clock, until they sign in anew"
    anew = signed_in(application)
    assert 'data-bs-theme="dark"' in anew.get(f"/at/{world.library.code}/").text
    assert "Choose one from the list." in anew.post("/me/display", data={**saved, "display-time_zone": "Mars"}).text
    assert login.id


def test_a_new_password_needs_the_present_one_and_keeps_this_browser_only(
    mailing: Flask, mail_server: MailServer, login: Login
) -> None:
    browser, other = signed_in(mailing), signed_in(mailing)
    wrong = browser.post("/me/password", data={"current": "not that one", "password": NEW})
    assert "Present password: This address and password do not go together." in words_of(wrong)
    weak = browser.post("/me/password", data={"current": PASSWORD, "password": "short"})
    assert "New password: Use at least 12 characters." in words_of(weak)
    assert browser.post("/me/password", data={"current": PASSWORD, "password": NEW}).location == "/me"
    assert browser.get("/me").status_code == 200
    assert "/sign-in" in (other.get("/me").location or "")
    drain(mailing)
    assert [mail["Subject"] for mail in mail_server.sent_to(login.email)] == ["Your password was changed"]
    signed_in(mailing, password=NEW)


def test_guessing_the_present_password_locks_like_any_guessing(application: Flask, login: Login) -> None:
    browser = signed_in(application)
    for _ in range(5):
        browser.post("/me/password", data={"current": "not that one", "password": NEW})
    told = words_of(browser.post("/me/password", data={"current": PASSWORD, "password": NEW}))
    assert "Too many tries." in told
    assert login.id


def test_another_browser_is_signed_out_and_only_ones_own(
    application: Flask, login: Login, as_admin: FlaskClient, session: Session
) -> None:
    browser, other = signed_in(application), signed_in(application)
    mine = sa.select(LoginSession.id).where(LoginSession.login_id == login.id).order_by(LoginSession.created_at)
    _first, second = session.scalars(mine)
    session.commit()
    assert as_admin.post(f"/me/sessions/{second}/end").status_code == 404
    assert other.get("/me").status_code == 200
    assert browser.post(f"/me/sessions/{second}/end").location == "/me"
    assert "/sign-in" in (other.get("/me").location or "")
    assert browser.post(f"/me/sessions/{second}/end").status_code == 404
    assert browser.get("/me").status_code == 200


def test_a_mail_at_each_sign_in_for_whoever_wants_it(mailing: Flask, mail_server: MailServer, login: Login) -> None:
    browser = signed_in(mailing)
    assert browser.post("/me/notices", data={"notices-hears_of_sign_ins": "y"}).location == "/me"
    signed_in(mailing)
    browser.post("/me/notices", data={"csrf_token": "a form is never empty"})
    signed_in(mailing)
    drain(mailing)
    assert [mail["Subject"] for mail in mail_server.sent_to(login.email)] == ["Someone signed in with your address"]


def test_a_new_address_is_confirmed_there_and_told_to_the_old_one_in_every_consortium(
    mailing: Flask, mail_server: MailServer, login: Login, session: Session, world: World, far: World
) -> None:
    there = _in_far(session, login, far, email=EMAIL)
    browser = signed_in(mailing)
    data = {"email": "Dana@Lake.example", "current": "not that one"}
    assert "do not go together" in browser.post("/me/email", data=data).text
    assert browser.post("/me/email", data={**data, "current": PASSWORD}).location == "/me"
    drain(mailing)
    link = link_in(mail_server, "dana@lake.example")
    assert mail_server.sent_to(EMAIL) == []
    assert browser.get(link).status_code == 200
    signed_in(mailing)  # nothing has changed yet
    assert browser.post(link).location == "/me"
    drain(mailing)
    assert "signs in as dana@lake.example since" in text_of(mail_server.sent_to(EMAIL)[-1])
    changed = ((world.consortium.id, world.director.id), (far.consortium.id, there.id))
    session.expire_all()
    for consortium_id, person_id in changed:
        enter_tenant(session, consortium_id)
        within = Scope(consortium_id)
        assert get_person(session, person_id, within=within).email == "dana@lake.example"
        assert entries_of(session, "person", person_id, within=within)[0][0].deed is Deed.EMAIL_CHANGED
        assert first_break(session, within=within) is None
        session.commit()
    assert browser.get(link).status_code == 404
    signed_in(mailing, email="dana@lake.example")


def _in_far(session: Session, login: Login, far: World, *, email: str) -> Person:
    before = session.info.get("consortium_id")
    enter_tenant(session, far.consortium.id)
    person = add_person(session, name="Dana Far", email=email, by=far.machine, at=now())
    session.add(LoginConsortium(login_id=login.id, consortium_id=far.consortium.id, person_id=person.id))
    session.commit()
    enter_tenant(session, before)
    return person


def test_the_link_in_a_mistyped_address_opens_nothing_for_who_reads_it(
    mailing: Flask, mail_server: MailServer, login: Login, as_staff: FlaskClient
) -> None:
    browser = signed_in(mailing)
    browser.post("/me/email", data={"email": "slip@lake.example", "current": PASSWORD})
    drain(mailing)
    link = link_in(mail_server, "slip@lake.example")
    assert "/sign-in" in (mailing.test_client().get(link).location or "")
    assert as_staff.get(link).status_code == 404
    assert as_staff.post(link).status_code == 404
    assert login.email == EMAIL


@pytest.mark.parametrize("taken", ["staff@green.example", "taken@far.example"])
def test_an_address_that_someone_has_is_refused_when_it_is_confirmed(
    mailing: Flask, mail_server: MailServer, login: Login, session: Session, far: World, taken: str
) -> None:
    _in_far(session, login, far, email=EMAIL)
    enter_tenant(session, far.consortium.id)
    add_person(session, name="Tim Taken", email="taken@far.example", by=far.machine, at=now())
    session.commit()
    browser = signed_in(mailing)
    assert browser.post("/me/email", data={"email": taken, "current": PASSWORD}).location == "/me"
    drain(mailing)
    told = words_of(browser.post(link_in(mail_server, taken)))
    assert "This address has a sign-in of its own already" in told
    signed_in(mailing)


def test_links_sent_before_end_with_the_address(mailing: Flask, mail_server: MailServer, login: Login) -> None:
    browser = signed_in(mailing)
    browser.post("/sign-in/link", data={"email": EMAIL, "purpose": "new_password"})
    drain(mailing)
    reset = re.search(r"/new-password/\S+", text_of(mail_server.sent_to(EMAIL)[-1]))
    assert reset is not None
    assert mailing.test_client().get(reset[0]).status_code == 200
    browser.post("/me/email", data={"email": "dana@lake.example", "current": PASSWORD})
    drain(mailing)
    assert browser.post(link_in(mail_server, "dana@lake.example")).location == "/me"
    assert mailing.test_client().get(reset[0]).status_code == 404
    assert login.id


def test_without_mail_an_address_stays(application: Flask, login: Login) -> None:
    browser = signed_in(application)
    assert "this installation sends no mail" in browser.get("/me/email").text
    page = browser.post("/me/email", data={"email": "dana@lake.example", "current": PASSWORD})
    assert page.status_code == 200
    assert login.email == EMAIL
