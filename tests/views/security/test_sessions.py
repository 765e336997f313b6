"""Attacks on sessions, cookies and what is kept of them."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries as places
from app.foundation.clock import now
from app.foundation.crypto import token_hash
from app.foundation.errors import NotFound
from app.people.actions.links import invite
from app.people.models import LinkToken, Login, LoginSession
from tests.factories.world import World
from tests.views.security.browsers import PASSWORD, holding, sign_in, token_of


def is_out(browser: FlaskClient, world: World) -> bool:
    return "/sign-in" in (browser.get(f"/at/{world.library.code}/").location or "")


def test_signing_in_keeps_nothing_that_was_planted_before(client: FlaskClient, with_password: str) -> None:
    with client.session_transaction() as cookie:
        cookie.update({"csrf_token": "planted", "place": "planted", "_user_id": "planted"})
    sign_in(client, with_password)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
        assert not {"csrf_token", "place"} & set(cookie)


def test_signing_in_again_ends_the_session_before(application: Flask, with_password: str, world: World) -> None:
    browser = application.test_client()
    sign_in(browser, with_password)
    seen = token_of(browser)
    assert not is_out(holding(application, seen), world)
    sign_in(browser, with_password)
    assert is_out(holding(application, seen), world)


def test_a_cookie_kept_after_signing_out_opens_nothing(application: Flask, with_password: str, world: World) -> None:
    browser = application.test_client()
    sign_in(browser, with_password)
    seen = token_of(browser)
    browser.get(f"/at/{world.library.code}/")
    browser.post("/sign-out")
    assert is_out(holding(application, seen), world)
    with browser.session_transaction() as cookie:
        assert set(cookie) <= {"_flashes", "_fresh"}


def test_a_session_that_never_asked_for_a_page_idles_too(
    application: Flask, client: FlaskClient, with_password: str, world: World
) -> None:
    start = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        sign_in(client, with_password)
        token = token_of(client)
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        assert is_out(client, world)
        assert is_out(holding(application, token), world)


def test_a_busy_session_ends_after_twelve_hours(client: FlaskClient, with_password: str, world: World) -> None:
    start = datetime(2026, 11, 9, 6, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        sign_in(client, with_password)
    for minutes in range(50, 12 * 60, 50):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert not is_out(client, world)
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
        assert is_out(client, world)


def test_cookies_and_headers_are_strict(application: Flask, client: FlaskClient, with_password: str) -> None:
    reply = client.post("/sign-in", data={"email": with_password, "password": PASSWORD})
    (cookie,) = reply.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert application.config["SESSION_COOKIE_SECURE"] is False, "a trial is served on loopback"
    application.config["SESSION_COOKIE_SECURE"] = True
    try:
        secured = application.test_client().post(
            "/sign-in", data={"email": with_password, "password": PASSWORD}, base_url="https://localhost"
        )
    finally:
        application.config["SESSION_COOKIE_SECURE"] = False
    assert "Secure" in secured.headers["Set-Cookie"]
    assert "max-age" in secured.headers["Strict-Transport-Security"]
    for name in ("/sign-in", "/nowhere", "/join/nothing"):
        policy = client.get(name).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_whoever_is_not_signed_in_sends_no_large_body(client: FlaskClient, as_admin: FlaskClient, world: World) -> None:
    large = {"email": "x" * 200_000, "password": "x"}
    assert client.post("/sign-in", data=large).status_code == 413
    assert as_admin.post(f"/at/{world.east.code}/people/new", data={"name": "x" * 200_000}).status_code == 200


def test_a_failed_statement_tells_no_values(session: Session, world: World) -> None:
    session.add(Login(email=world.admin.email or "", created_at=now(), password_hash="$argon2id$secret"))
    with pytest.raises(IntegrityError) as caught:
        session.flush()
    assert "$argon2id$secret" not in str(caught.value)


def test_tokens_are_kept_as_hashes_only(
    session: Session, with_password: str, client: FlaskClient, world: World
) -> None:
    link = invite(session, world.staff, by=world.machine, at=now())
    session.commit()
    sign_in(client, with_password)
    token = token_of(client)
    assert session.scalars(sa.select(LoginSession.token_hash)).all() == [token_hash(token)]
    assert session.scalars(sa.select(LinkToken.token_hash)).all() == [token_hash(link)]


def test_a_place_of_another_consortium_is_not_found_by_its_id(session: Session, world: World, far: World) -> None:
    for odd in (far.east.id, 2**63 - 1):
        with pytest.raises(NotFound):
            places.get_place_by_id(session, odd, within=Scope(world.consortium.id))
