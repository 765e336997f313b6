"""In by email, and attacks on it: one answer for all, each link once, nothing in clear, everyone else out."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.background.models import BackgroundPayload
from app.background.worker import drain
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.crypto import token_hash
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.mail.models import MailMessage
from app.people.actions.persons import add_person
from app.people.models import LinkToken
from app.people.views.passwords import LINK_ANSWER_SECONDS
from tests.databases import Database
from tests.factories.world import World, make_world
from tests.mail_server import MailServer, text_of
from tests.views.consortia.pages import words_of
from tests.views.security.browsers import PASSWORD, holding, sign_in, token_of

NEW = "quite another row of words"


def ask(browser: FlaskClient, email: str, purpose: str) -> str:
    reply = browser.post("/sign-in/link", data={"email": email, "purpose": purpose})
    assert reply.status_code == 200
    return words_of(reply)


def link_in(server: MailServer, email: str) -> str:
    """The path of the link in the newest mail to an address."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text_of(server.sent_to(email)[-1]))
    assert found is not None
    return found[1]


def test_both_kinds_of_address_get_one_answer_and_one_of_them_a_mail(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer
) -> None:
    known, unknown = (ask(client, email, "new_password") for email in (with_password, "nobody@green.example"))
    assert known.replace(with_password, "X") == unknown.replace("nobody@green.example", "X")
    drain(mailing)
    assert [mail["To"] for mail in mail_server.taken] == [with_password]


@pytest.mark.parametrize("email", ["director@green.example", "nobody@green.example"])
def test_the_time_of_the_answer_tells_nothing(mailing: Flask, client: FlaskClient, worlds: object, email: str) -> None:
    before = mailing.config.pop("LINK_ANSWER_SECONDS")
    began = time.monotonic()
    try:
        ask(client, email, "sign_in")
    finally:
        mailing.config["LINK_ANSWER_SECONDS"] = before
    assert time.monotonic() - began >= LINK_ANSWER_SECONDS


@pytest.mark.parametrize("email", ["director@green.example", "nobody@green.example"])
def test_a_fourth_link_within_an_hour_is_refused_for_any_address(
    mailing: Flask, client: FlaskClient, with_password: str, email: str
) -> None:
    start = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        for _ in range(3):
            assert "Look at your mail" in ask(client, email, "sign_in")
        assert "Try again after 4:00 pm UTC" in ask(client, email, "sign_in")
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        assert "Look at your mail" in ask(client, email, "sign_in")
    assert mailing
    assert with_password


def test_a_new_password_puts_everyone_else_out_and_tells_the_address(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer, world: World
) -> None:
    other = mailing.test_client()
    sign_in(other, with_password)
    seen = token_of(other)
    ask(client, with_password, "new_password")
    drain(mailing)
    link = link_in(mail_server, with_password)
    assert with_password in client.get(link).text
    assert "at least 12 characters" in words_of(client.post(link, data={"password": "short"}))
    assert client.post(link, data={"password": NEW}).location == "/"
    home = f"/at/{world.library.code}/"
    assert client.get(home).status_code == 200
    assert "/sign-in" in (holding(mailing, seen).get(home).location or "")
    assert client.get(link).status_code == 404
    drain(mailing)
    assert "was changed on" in text_of(mail_server.sent_to(with_password)[-1])
    fresh = mailing.test_client()
    assert "do not go together" in fresh.post("/sign-in", data={"email": with_password, "password": PASSWORD}).text
    assert fresh.post("/sign-in", data={"email": with_password, "password": NEW}).location == "/"


def test_a_locked_address_comes_in_by_its_link(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer
) -> None:
    for _ in range(5):
        client.post("/sign-in", data={"email": with_password, "password": "guessed at random"})
    assert "Too many tries" in client.post("/sign-in", data={"email": with_password, "password": PASSWORD}).text
    ask(client, with_password, "new_password")
    drain(mailing)
    assert client.post(link_in(mail_server, with_password), data={"password": NEW}).location == "/"
    fresh = mailing.test_client()
    assert fresh.post("/sign-in", data={"email": with_password, "password": NEW}).location == "/"


def test_a_link_to_sign_in_works_once_and_only_by_its_button(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer, world: World
) -> None:
    ask(client, with_password, "sign_in")
    drain(mailing)
    link = link_in(mail_server, with_password)
    for _ in range(2):  # a mail program that opens what it sees uses nothing up
        assert with_password in mailing.test_client().get(link).text
    assert client.post(link).location == "/"
    assert client.get(f"/at/{world.library.code}/").status_code == 200
    assert mailing.test_client().post(link).status_code == 404


@pytest.mark.parametrize(("purpose", "minutes"), [("sign_in", 15), ("new_password", 60)])
def test_a_link_ends_by_itself(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer, purpose: str, minutes: int
) -> None:
    start = now()
    ask(client, with_password, purpose)
    drain(mailing)
    link = link_in(mail_server, with_password)
    with time_machine.travel(start + timedelta(minutes=minutes - 1)):
        assert client.get(link).status_code == 200
    with time_machine.travel(start + timedelta(minutes=minutes, seconds=9)):
        assert client.get(link).status_code == 404
        assert client.post(link, data={"password": NEW}).status_code == 404


def test_a_newer_link_ends_the_one_before_and_each_opens_its_own_page_only(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer
) -> None:
    for purpose in ("sign_in", "sign_in", "new_password"):
        ask(client, with_password, purpose)
        drain(mailing)
    first, second, password = (
        re.findall(r"/(?:link|new-password)/(\S+)", text_of(mail))[0] for mail in mail_server.taken
    )
    assert client.get(f"/sign-in/link/{first}").status_code == 404
    assert client.get(f"/sign-in/link/{second}").status_code == 200
    assert client.get(f"/new-password/{second}").status_code == 404
    assert client.get(f"/sign-in/link/{password}").status_code == 404
    assert client.get(f"/join/{password}").status_code == 404
    assert client.get(f"/set-up/{password}").status_code == 404


def test_no_token_is_kept_in_clear(
    mailing: Flask, client: FlaskClient, with_password: str, mail_server: MailServer, session: Session, world: World
) -> None:
    ask(client, with_password, "new_password")
    of_green = MailMessage.consortium_id == world.consortium.id
    before = session.scalars(sa.select(MailMessage.body).where(of_green)).one()
    session.commit()
    drain(mailing)
    token = link_in(mail_server, with_password).rpartition("/")[2]
    assert session.scalars(sa.select(LinkToken.token_hash)).all() == [token_hash(token)]
    assert before is not None
    assert token.encode() not in before
    assert session.scalars(sa.select(MailMessage.body).where(of_green)).all() == [None]
    of_green = BackgroundPayload.consortium_id == world.consortium.id
    kept = session.scalars(sa.select(BackgroundPayload.payload).where(of_green)).all()
    assert token not in str(kept)


def test_without_mail_the_door_says_whom_to_ask(client: FlaskClient, with_password: str, session: Session) -> None:
    assert "Email me a link" not in client.get("/sign-in").text
    assert "sends no mail" in client.get("/sign-in/link").text
    ask(client, with_password, "sign_in")
    assert session.scalars(sa.select(LinkToken.id)).all() == []


def test_without_mail_whoever_runs_the_installation_prints_the_link(
    application: Flask, client: FlaskClient, with_password: str
) -> None:
    runner = application.test_cli_runner()
    printed = runner.invoke(args=["people", "password-link", with_password.upper()])
    link = re.search(r"/new-password/\S+", printed.output)
    assert link is not None
    assert client.post(link[0], data={"password": NEW}).location == "/"
    unknown = runner.invoke(args=["people", "password-link", "nobody@green.example"])
    assert (unknown.exit_code, unknown.output) == (1, "Nobody signs in as nobody@green.example.\n")


def test_the_door_offers_a_link_where_mail_is_sent(mailing: Flask, client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert "Email me a link to sign in" in page
    assert "Forgot your password?" in page
    assert mailing


def test_two_who_add_one_address_at_once_end_in_a_sentence(fresh_database: Callable[[str], Database]) -> None:
    application = create_app(fresh_database("postgresql").settings())
    with application.app_context():
        world = make_world(db.session, slug="race", name="Race", prefix="race")
        db.session.commit()
    consortium_id, machine = world.consortium.id, world.machine

    def add(name: str) -> str:
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            try:
                add_person(db.session, name=name, email="same@race.example", by=machine, at=now())
                db.session.execute(sa.text("SELECT pg_sleep(0.3)"))
                db.session.commit()
            except Refused as refusal:
                return str(refusal)
            return "added"

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(add, ("Ann", "Bob")))
    assert ends == ["added", "same@race.example belongs to someone here already."]
    with application.app_context():
        db.engine.dispose()
