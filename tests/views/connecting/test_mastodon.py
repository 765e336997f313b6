"""Signing in at a server that others wrote, which speaks Mastodon's interface."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.foundation.installation import vault
from tests.views.connecting.browsing import KINDS, begun, come_back, kept, sent_back


@pytest.fixture
def there(mastodon_server, session, world, connecting):
    """The east branch's account on the server."""
    enter_tenant(session, world.consortium.id)
    server, account = mastodon_server, world.account
    made = server.create_account("greeneast", display_name="Green East")
    server.follow(server.create_account("greenreader"), made)
    account.platform, account.handle = "mastodon", f"@greeneast@{urlsplit(server.base_url).netloc}"
    account.url, account.base_url = f"{server.base_url}/@greeneast", server.base_url
    session.commit()
    return account


def allowed(link, username):
    """Follow the link as a browser does, and choose an account on the server's page; where it sends one back to."""
    with httpx.Client(trust_env=False) as client:
        page = client.get(link)
        assert "Authorize this app as" in page.text
        asked = dict(parse_qsl(urlsplit(link).query))
        done = client.post(link.partition("?")[0], data={**asked, "username": username})
    assert done.status_code == 302
    return dict(parse_qsl(urlsplit(done.headers["Location"]).query))


def test_a_server_of_others_is_told_of_us_lets_a_person_in_and_takes_it_back(
    as_branch_manager, connecting, session, mastodon_server, there
):
    link = begun(as_branch_manager, connecting, there)
    denied = {"error": "access_denied", "state": dict(parse_qsl(urlsplit(link).query))["state"]}
    sent_back(as_branch_manager, link, denied, there, "Access was not allowed there, so nothing was kept.")
    seen, done = come_back(as_branch_manager, link, allowed(link, "greeneast"))
    assert (seen.status_code, done.status_code) == (200, 302)
    drain(connecting, kinds=KINDS)
    page = as_branch_manager.get(f"/accounts/{there.id}/connect").text
    assert "Green East: 1 followers" in page
    assert "Mentions" in page
    with connecting.app_context():
        token = vault().open(kept(session, there).sealed)
    httpx.post(f"{mastodon_server.base_url}/oauth/revoke", data={"token": token}, trust_env=False).raise_for_status()
    assert as_branch_manager.post(f"/accounts/{there.id}/connect/test").status_code == 302
    drain(connecting, kinds=KINDS)
    assert "The server asks us to sign in again." in as_branch_manager.get(f"/accounts/{there.id}/connect").text
