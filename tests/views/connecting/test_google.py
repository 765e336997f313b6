"""Signing in at Google for a channel on YouTube: what its page on OAuth for web servers promises, through our pages."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.access.rules import Scope
from app.accounts.models import AccountWarning
from app.accounts.queries.connecting import find_grant
from app.accounts.rules import Connection
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.installation import vault
from tests.platforms.google_server import CLIENT_ID, CLIENT_SECRET, running_google
from tests.views.connecting.browsing import KINDS, come_back, kept, link_on, sent_back, sign_in_at, unknown

A_WEEK = 7 * 24 * 3600


@pytest.fixture
def google(connecting):
    """A Google that knows this installation, and a channel of the east branch there."""
    settings = connecting.config["SETTINGS"]
    update = {"google_client_id": CLIENT_ID, "google_client_secret": CLIENT_SECRET}
    connecting.config["SETTINGS"] = settings.model_copy(update=update)
    with running_google(f"{settings.public_url}/connect/google/back") as server:
        server.youtube.channel("EastLibrary", subscriberCount="1230", videoCount="2")
        yield server


@pytest.fixture
def channel(session, world, google):
    enter_tenant(session, world.consortium.id)
    account = world.account
    account.platform, account.handle, account.url = "youtube", "@eastlibrary", "https://www.youtube.com/@eastlibrary"
    account.base_url = google.youtube.base_url
    session.commit()
    return account


@pytest.fixture
def signed_in_there(as_branch_manager, connecting, google, channel):
    """The channel's account, connected by its manager, who said yes to this installation before."""
    google.is_known = True
    return sign_in_at(as_branch_manager, connecting, channel, google)


@pytest.fixture
def tell_warnings(connecting):
    """Let workers tell people of what is wrong with accounts."""

    def tell():
        find_due(connecting)
        drain(connecting, kinds=["accounts.warn"])

    return tell


def grant_of(session, account):
    enter_tenant(session, account.consortium_id)
    found = find_grant(session, account.id, within=Scope(account.consortium_id))
    session.commit()
    return found


def test_a_yes_brings_a_token_that_is_sealed_and_reads_the_channel(
    as_branch_manager, connecting, session, google, signed_in_there
):
    credential, grant = kept(session, signed_in_there), grant_of(session, signed_in_there)
    [access], [refresh] = google.tokens, google.refreshing
    with connecting.app_context():
        assert (vault().open(credential.sealed), vault().open(grant.sealed)) == (access, refresh)
    assert access.encode() not in credential.sealed
    assert credential.expires_at is None, "a worker prolongs it; people have nothing to do"
    page = as_branch_manager.get(f"/accounts/{signed_in_there.id}/connect").text
    assert "Eastlibrary: 1,230 followers" in page
    assert "Sign in again at" in page
    assert access not in page
    assert refresh not in page


def test_a_no_and_a_forged_answer_bring_nothing(as_branch_manager, connecting, session, google, channel):
    link = link_on(as_branch_manager, channel)
    unknown(as_branch_manager, link, {**google.allow(link), "state": "forged"})
    sent_back(as_branch_manager, link, google.deny(link), channel, "Access was not allowed there, so nothing was kept.")
    drain(connecting, kinds=KINDS)
    assert kept(session, channel) is None
    assert google.api.asked == []


def test_after_an_hour_a_pull_gets_a_new_token_and_keeps_what_prolongs_it(connecting, session, google, pulled):
    assert pulled().connection is Connection.WORKING
    assert len(google.tokens) == 1
    with time_machine.travel(now() + timedelta(days=1, hours=1)):
        assert pulled().connection is Connection.WORKING
    account = pulled()
    with connecting.app_context():
        assert vault().open(kept(session, account).sealed) == list(google.tokens)[-1]
        assert vault().open(grant_of(session, account).sealed) == google.refreshing[0], "Google sends no other"
    assert len(google.tokens) == 2


def test_a_yes_that_was_taken_back_is_an_expired_sign_in(as_branch_manager, google, pulled):
    google.revoke()
    with time_machine.travel(now() + timedelta(days=1, hours=1)):
        account = pulled()
        assert (account.connection, account.connection_note) == (
            Connection.SIGN_IN_EXPIRED, "The platform does not accept this sign-in any more. Sign in again.",
        )  # fmt: skip
    link = link_on(as_branch_manager, account)
    assert come_back(as_branch_manager, link, google.allow(link))[1].status_code == 302
    assert google.consent.codes


def test_taken_back_within_the_hour_the_token_itself_is_refused(google, pulled):
    google.revoke()
    assert pulled().connection is Connection.SIGN_IN_EXPIRED


def test_access_for_a_week_is_told_once_before_it_ends(
    as_branch_manager, connecting, session, google, channel, tell_warnings
):
    google.refresh_ends_in = A_WEEK
    link = link_on(as_branch_manager, channel)
    come_back(as_branch_manager, link, google.allow(link))
    drain(connecting, kinds=KINDS)
    ends = kept(session, channel).expires_at
    assert timedelta(days=6, hours=23) < ends - now() < timedelta(days=7, minutes=1)
    tell_warnings()
    with time_machine.travel(now() + timedelta(days=1, hours=1)):
        google.refresh_ends_in = A_WEEK - 24 * 3600 - 3597  # the same end as Google tells it a day later
        find_due(connecting)
        drain(connecting, kinds=["metrics.pull"])
        assert len(google.tokens) == 2
        tell_warnings()
    enter_tenant(session, channel.consortium_id)
    told = sa.select(AccountWarning.since).where(AccountWarning.consortium_id == channel.consortium_id)
    assert session.scalars(told).all() == [ends]
    session.commit()
