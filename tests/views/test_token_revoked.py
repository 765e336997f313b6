"""Journey three: a server takes our token away; the gap is a gap, never zero, and a file fills it without doubling."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from app.accounts.rules import Connection
from app.background.worker import drain

_DAYS = 30
_BY_HAND = {1: 900, 2: 890, 3: 880}


@pytest.fixture
def server(mastodon_server):
    return mastodon_server


@pytest.fixture
def application(application, monkeypatch):
    """An installation that may reach loopback."""
    allowed = application.config["SETTINGS"].model_copy(update={"allow_private_hosts": True})
    monkeypatch.setitem(application.config, "SETTINGS", allowed)
    return application


def _look_at(browser, application, account, content):
    data = {"file": (io.BytesIO(content), "gap.csv")}
    location = browser.post(f"/accounts/{account.id}/import", data=data, content_type="multipart/form-data").location
    drain(application)
    return location, BeautifulSoup(browser.get(location).data, "html.parser")


def _followers(browser, account, day):
    shown = BeautifulSoup(browser.get(f"/accounts/{account.id}/figures/{day}").data, "html.parser")
    return shown.find(id="followers")


def test_a_revoked_token_leaves_a_gap_that_a_file_fills_once(as_branch_manager, application, session, world, server):
    today = datetime.now(UTC).date()
    account = world.account
    account.handle, account.url = "greeneast@loopback", f"{server.base_url}/@greeneast"
    account.base_url = server.base_url
    session.commit()
    server.fault("status", status=401, count=None)
    as_branch_manager.post(f"/accounts/{account.id}/pull")
    drain(application)
    session.refresh(account)
    assert account.connection is Connection.SIGN_IN_EXPIRED
    newest = as_branch_manager.get(f"/accounts/{account.id}/figures").text
    assert "Sign-in expired" in newest

    for back, count in _BY_HAND.items():
        data = {"day": today - timedelta(days=back), "span": "day", "followers": count}
        as_branch_manager.post(f"/accounts/{account.id}/by-hand", data=data)
    rows = "".join(f"{today - timedelta(days=back)},{1200 - back},2,5,4\n" for back in range(1, _DAYS + 1))
    content = f"date,followers,posts,questions due,questions in time\n{rows}".encode()
    location, shown = _look_at(as_branch_manager, application, account, content)
    assert [stat.text.split()[0] for stat in shown.select("dl.stats .big")] == ["27", "3", "0", "0"]
    assert "3 days differ from another source by more than 2%" in shown.text
    as_branch_manager.post(location)
    drain(application)
    followers = _followers(as_branch_manager, account, today - timedelta(days=1)).text
    assert all(
        words in followers
        for words in ("1,199", "gap.csv", "differs by 25% from what was entered by hand: 900", "Row 2 of gap.csv")
    )

    again, shown = _look_at(as_branch_manager, application, account, content)
    assert "This very file was imported on" in shown.text
    as_branch_manager.post(again)
    drain(application)
    assert "0 days added, 0 changed, 30 the same" in as_branch_manager.get(again).text
