"""Signing in at a platform: out and back in one browser, once, within ten minutes; whatever else comes is refused."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa

from app.accounts.models import OAuthApp, OAuthAttempt, OAuthGrant
from app.background.worker import drain
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.installation import vault
from tests.platforms.api_server import Told
from tests.views.connecting.browsing import (
    KINDS,
    begun,
    come_back,
    kept,
    link_after_beginning,
    link_on,
    sent_back,
    unknown,
)


def test_a_server_is_told_of_us_and_lets_a_person_in(as_branch_manager, connecting, session, server, account):
    assert link_on(as_branch_manager, account) is None  # a page never waits for a server
    drain(connecting, kinds=KINDS)
    link = link_after_beginning(as_branch_manager, account, begins=False)
    asked = dict(parse_qsl(urlsplit(link).query))
    assert asked["scope"] == "read"
    assert asked["code_challenge_method"] == "S256"
    seen, done = come_back(as_branch_manager, link, server.allow(link))
    assert (seen.status_code, done.status_code) == (200, 302)
    drain(connecting, kinds=KINDS)
    with connecting.app_context():
        assert vault().open(kept(session, account).sealed) == server.tokens[0]
    page = as_branch_manager.get(f"/accounts/{account.id}/connect").text
    assert "Green East: 212 followers, 3 following and 40 posts." in page
    assert "Sign in again at" in page
    assert server.tokens[0] not in page


def test_the_server_s_secret_is_sealed_and_asked_for_once(as_branch_manager, connecting, session, server, account):
    begun(as_branch_manager, connecting, account)
    link = link_on(as_branch_manager, account)
    assert link is not None  # known already: nobody has to be told again
    assert [asked.path for asked in server.api.asked].count("/api/v1/apps") == 1
    enter_tenant(session, account.consortium_id)
    app = session.scalars(sa.select(OAuthApp).where(OAuthApp.consortium_id == account.consortium_id)).one()
    assert b"secret-client" not in app.sealed
    assert app.redirect_uri.startswith(connecting.config["SETTINGS"].public_url)


def test_a_forged_state_brings_nothing(as_branch_manager, connecting, session, server, account):
    link = begun(as_branch_manager, connecting, account)
    told = {**server.allow(link), "state": "forged"}
    unknown(as_branch_manager, link, told)
    drain(connecting, kinds=KINDS)
    assert kept(session, account) is None


def test_a_state_serves_once(as_branch_manager, connecting, server, account):
    link = begun(as_branch_manager, connecting, account)
    told = server.allow(link)
    assert come_back(as_branch_manager, link, told)[1].status_code == 302
    sent_back(as_branch_manager, link, told, account, "was used already")


def test_another_person_or_browser_cannot_use_it(
    as_branch_manager, as_director, signed_in, world, connecting, server, account
):
    link = begun(as_branch_manager, connecting, account)
    told = server.allow(link)
    for what in (told, {**told, "error": "access_denied"}):
        unknown(as_director, link, what)
        unknown(signed_in(world.manager), link, what)
    assert come_back(as_branch_manager, link, told)[1].status_code == 302


def test_another_consortium_cannot_use_it(as_branch_manager, signed_in, far, connecting, server, account):
    link = begun(as_branch_manager, connecting, account)
    unknown(signed_in(far.manager), link, server.allow(link))


def test_it_serves_for_ten_minutes(as_branch_manager, connecting, session, server, account):
    link = begun(as_branch_manager, connecting, account)
    told = server.allow(link)
    enter_tenant(session, account.consortium_id)
    session.execute(
        sa.update(OAuthAttempt)
        .where(OAuthAttempt.consortium_id == account.consortium_id)
        .values(begun_at=now() - timedelta(minutes=11))
    )
    session.commit()
    sent_back(as_branch_manager, link, told, account, "longer than ten minutes")


def test_the_answer_comes_to_the_address_that_was_given(as_branch_manager, connecting, server, account):
    link = begun(as_branch_manager, connecting, account)
    told = server.allow(link)
    for way in ("x", "meta", "12345"):
        assert as_branch_manager.get(f"/connect/{way}/back", query_string=told).status_code == 404
        assert as_branch_manager.post(f"/connect/{way}/finish", data=told).status_code == 404


def test_the_address_to_come_back_to_is_our_own_whatever_host_was_asked(as_branch_manager, connecting, account):
    cookie = as_branch_manager.get_cookie("concordance")
    as_branch_manager.set_cookie("concordance", cookie.value, domain="evil.example")
    as_branch_manager.post(f"/accounts/{account.id}/connect/sign-in", base_url="http://evil.example")
    drain(connecting, kinds=KINDS)
    link = link_after_beginning(as_branch_manager, account, begins=False)
    redirect = dict(parse_qsl(urlsplit(link).query))["redirect_uri"]
    assert redirect.startswith(f"{connecting.config['SETTINGS'].public_url}/connect/")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"iss": "https://evil.example"}, "another server than the one that was asked"),
        ({"error": "access_denied", "code": ""}, "Access was not allowed there, so nothing was kept."),
        ({"error": "invalid_scope", "code": ""}, "Whoever runs it has to look at the sign-in settings"),
        ({"error": "<b>server</b>", "code": ""}, "could not finish the sign-in. Try again later"),
        ({"code": ""}, "sent no code"),
    ],
)
def test_what_the_platform_did_not_say_yes_to_is_told(as_branch_manager, connecting, server, account, more, words):
    link = begun(as_branch_manager, connecting, account)
    sent_back(as_branch_manager, link, {**server.allow(link), **more}, account, words)
    # who said no may think better of it
    assert come_back(as_branch_manager, link, server.allow(link))[1].status_code == 302


def test_the_server_s_own_name_is_taken(as_branch_manager, connecting, server, account):
    link = begun(as_branch_manager, connecting, account)
    told = {**server.allow(link), "iss": f"{server.base_url}/"}
    assert come_back(as_branch_manager, link, told)[1].status_code == 302


def test_a_code_that_the_server_does_not_take_is_told(as_branch_manager, connecting, session, server, account):
    link = begun(as_branch_manager, connecting, account)
    come_back(as_branch_manager, link, {**server.allow(link), "code": "guessed"})
    drain(connecting, kinds=KINDS)
    page = as_branch_manager.get(f"/accounts/{account.id}/connect").text
    assert "does not accept this sign-in any more" in page
    assert kept(session, account) is None


def test_a_server_that_knows_no_programs_is_told(as_branch_manager, connecting, server, account):
    server.api.respond = lambda _: Told(status=404)
    link_on(as_branch_manager, account)
    drain(connecting, kinds=KINDS)
    page = as_branch_manager.get(f"/accounts/{account.id}/connect").text
    assert "The server answered with an error (404)" in page


def test_a_platform_with_one_address_uses_what_it_knows_us_by(
    as_branch_manager, connecting, session, server, account, world
):
    account.platform, account.handle, account.url = "x", "@greeneast", "https://x.com/greeneast"
    session.commit()
    public_url = connecting.config["SETTINGS"].public_url
    server.clients["ours"] = ("x-secret", f"{public_url}/connect/x/back")
    server.expires_in = 7200
    link = link_on(as_branch_manager, account)
    assert "offline.access" in link
    assert come_back(as_branch_manager, link, server.allow(link))[1].status_code == 302
    drain(connecting, kinds=["accounts.exchange"])
    enter_tenant(session, account.consortium_id)
    grant = session.scalars(sa.select(OAuthGrant).where(OAuthGrant.consortium_id == account.consortium_id)).one()
    with connecting.app_context():
        assert vault().open(grant.sealed) == f"refresh-{server.tokens[0]}"
    assert timedelta(hours=1) < grant.token_until - now() < timedelta(hours=3)
    session.commit()
    # what is prolonged by a worker never ends for people
    assert kept(session, account).expires_at is None


def test_where_a_platform_does_not_know_us_the_page_says_why(as_branch_manager, application, session, world):
    account = world.account
    account.platform, account.handle, account.url = "x", "@greeneast", "https://x.com/greeneast"
    session.commit()
    page = as_branch_manager.get(f"/accounts/{account.id}/connect").text
    assert "Whoever runs this installation has to set up the sign-in for X first." in page
    assert "CLIENT_ID" not in page
    assert "Sign in at" not in page
    as_branch_manager.post(f"/accounts/{account.id}/connect/sign-in")
    begun = sa.select(OAuthAttempt).where(OAuthAttempt.consortium_id == world.consortium.id)
    assert session.scalars(begun).all() == []


@pytest.mark.parametrize("path", ["/connect/test", "/connect/sign-in"])
def test_only_who_may_change_the_account_connects_it(as_staff, as_auditor, signed_in, far, world, path):
    address = f"/accounts/{world.account.id}{path}"
    assert as_staff.post(address).status_code == 403
    assert as_auditor.post(address).status_code == 403
    assert signed_in(far.manager).post(address).status_code == 404
