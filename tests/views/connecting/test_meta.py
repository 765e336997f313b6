"""Signing in at Meta for a page or a profile behind it: what its pages on logging in promise, through our pages."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import AccountWarning
from app.accounts.rules import Connection
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.installation import vault
from tests.platforms.meta_sign_in_server import CLIENT_ID, CLIENT_SECRET, LONG, running_meta
from tests.views.connecting.browsing import KINDS, come_back, kept, link_on, sent_back, sign_in_at, unknown

ADDRESSES = {
    "facebook": ("eastlibrary", "https://www.facebook.com/eastlibrary"),
    "instagram": ("eastlibrary", "https://www.instagram.com/eastlibrary/"),
}


@pytest.fixture
def meta(connecting):
    """A Meta that knows this installation, with a person's two pages; a profile stands behind the second."""
    settings = connecting.config["SETTINGS"]
    update = {"meta_client_id": CLIENT_ID, "meta_client_secret": CLIENT_SECRET}
    connecting.config["SETTINGS"] = settings.model_copy(update=update)
    with running_meta(f"{settings.public_url}/connect/meta/back") as server:
        server.graph.page("otherpage", token="EAAG-other-page")
        page_id = server.graph.page("eastlibrary", followers_count=1203)
        server.graph.profile(page_id, "eastlibrary", followers_count=88, media_count=3)
        yield server


@pytest.fixture
def account_on(session, world, meta):
    """The east branch's account, moved to one of Meta's platforms."""

    def move(platform):
        enter_tenant(session, world.consortium.id)
        account = world.account
        account.platform, (account.handle, account.url) = platform, ADDRESSES[platform]
        account.base_url = meta.graph.base_url
        session.commit()
        return account

    return move


@pytest.fixture
def signed_in_there(as_branch_manager, connecting, meta, account_on):
    """The page's account, connected by its manager."""
    return sign_in_at(as_branch_manager, connecting, account_on("facebook"), meta)


@pytest.mark.parametrize(("platform", "followers"), [("facebook", "1,203 followers"), ("instagram", "88 followers")])
def test_a_yes_brings_a_token_of_sixty_days_that_finds_the_page_among_the_person_s(
    as_branch_manager, connecting, session, meta, account_on, platform, followers
):
    account = account_on(platform)
    link = link_on(as_branch_manager, account)
    assert "code_challenge" not in link
    assert come_back(as_branch_manager, link, meta.allow(link))[1].status_code == 302
    drain(connecting, kinds=KINDS)
    credential, (short, long) = kept(session, account), meta.tokens
    with connecting.app_context():
        assert vault().open(credential.sealed) == long, "the one of an hour is not kept"
    assert LONG - timedelta(minutes=5) < credential.expires_at - now() <= LONG
    page = as_branch_manager.get(f"/accounts/{account.id}/connect").text
    assert followers in page
    assert not any(token in page for token in (short, long, CLIENT_SECRET))
    assert CLIENT_SECRET not in "".join(asked.raw_query for asked in meta.api.asked), "addresses land in logs"


def test_a_no_and_a_forged_answer_bring_nothing(as_branch_manager, connecting, session, meta, account_on):
    account = account_on("facebook")
    link = link_on(as_branch_manager, account)
    unknown(as_branch_manager, link, {**meta.allow(link), "state": "forged"})
    unknown(as_branch_manager, link, {**meta.deny(link), "state": ""})
    sent_back(as_branch_manager, link, meta.deny(link), account, "Access was not allowed there, so nothing was kept.")
    drain(connecting, kinds=KINDS)
    assert kept(session, account) is None
    assert meta.api.asked == []


def test_after_sixty_days_a_person_signs_in_again(as_branch_manager, connecting, session, meta, pulled):
    assert pulled().connection is Connection.WORKING
    with time_machine.travel(now() + LONG + timedelta(days=1)):
        account = pulled()
        assert (account.connection, account.connection_note) == (
            Connection.SIGN_IN_EXPIRED, "The token has expired. Sign in again, or make a new one.",
        )  # fmt: skip
        assert kept(session, account).expires_at < now()
    link = link_on(as_branch_manager, account)
    come_back(as_branch_manager, link, meta.allow(link))
    drain(connecting, kinds=KINDS)
    assert pulled().connection is Connection.WORKING


def test_a_yes_that_was_taken_back_is_an_expired_sign_in(meta, pulled):
    meta.remove_app()
    account = pulled()
    assert account.connection is Connection.SIGN_IN_EXPIRED
    assert account.connection_note.startswith("The app may no longer see this account: whoever allowed it took that")


def test_a_person_without_the_page_is_told_which_pages_they_have(
    as_branch_manager, connecting, session, meta, account_on
):
    meta.graph.nodes.popitem()
    account = account_on("instagram")
    account.handle, account.url = "westlibrary", "https://www.instagram.com/westlibrary/"
    session.commit()
    link = link_on(as_branch_manager, account)
    come_back(as_branch_manager, link, meta.allow(link))
    drain(connecting, kinds=KINDS)
    page = as_branch_manager.get(f"/accounts/{account.id}/connect").text
    assert "This token belongs to the page “Otherpage”" in page


PASTED = "EAAG-pasted-by-hand"


@pytest.fixture
def pasted(as_branch_manager, connecting, meta, account_on):
    """Paste a token of the page and look at it; how its account and the page to connect it then read."""

    def paste(**known):
        account = account_on("facebook")
        meta.graph.tokens[PASTED] = meta.graph.tokens["EAAG-page-token"]
        meta.graph.desk.know(PASTED, "pages_show_list", "pages_read_engagement", **known)
        as_branch_manager.post(f"/accounts/{account.id}/connect", data={"token": PASTED})
        drain(connecting, kinds=KINDS)
        return account, as_branch_manager.get(f"/accounts/{account.id}/connect").text

    return paste


def test_a_pasted_token_s_end_and_what_it_lacks_are_told(
    as_branch_manager, connecting, session, world, meta, pasted, caplog, capsys
):
    ends = (now() + timedelta(days=9, hours=1)).replace(microsecond=0)
    account, page = pasted(ends=ends)
    assert kept(session, account).expires_at == ends
    assert "It lacks the permissions read_insights and pages_read_user_content." in page
    find_due(connecting)
    drain(connecting, kinds=["metrics.pull"])
    assert "Expires in 9 days" in as_branch_manager.get("/at/green-east/accounts").text
    for _ in range(2):
        find_due(connecting)
        drain(connecting, kinds=["accounts.warn"])
        meta.graph.desk.know(PASTED, ends=ends - timedelta(minutes=2))  # the same end, told a little differently
        as_branch_manager.post(f"/accounts/{account.id}/connect/test")
        drain(connecting, kinds=KINDS)
    enter_tenant(session, account.consortium_id)
    told = sa.select(AccountWarning).where(AccountWarning.consortium_id == account.consortium_id)
    assert [(one.since, one.person_ids) for one in session.scalars(told)] == [(ends, [world.manager.id])]
    session.commit()
    said = capsys.readouterr()
    assert PASTED not in page + caplog.text + said.out + said.err


def test_an_end_that_is_never_or_unknown_is_none_and_said_so(session, meta, pasted):
    account, page = pasted()
    assert kept(session, account).expires_at is None
    assert "It has no end." in page
    account, page = pasted(app_id="77")
    assert kept(session, account).expires_at is None
    assert "does not tell us when this token ends" in page


def test_what_meta_stops_showing_first_is_the_end_to_be_told_of(session, pasted):
    ends = (now() + timedelta(days=30)).replace(microsecond=0)
    account, page = pasted(access_ends=ends)
    assert kept(session, account).expires_at == ends
    assert "It has no end. From " in page
