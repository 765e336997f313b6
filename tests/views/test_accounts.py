"""Accounts: register by a pasted address, connect, change, retire; each only where one may, never another's."""

import json

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.accounts import queries
from app.accounts.models import Account, Credential
from app.accounts.rules import AccountState, Connection
from app.consortia.models import ConsortiumSettings
from app.foundation.database import enter_tenant
from app.foundation.errors import NotFound
from app.foundation.installation import vault
from app.history.queries import latest_entries
from app.history.rules import Deed

URL = "https://mastodon.example/@GreenEast"


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def within(world):
    return Scope(consortium_id=world.consortium.id)


def register(browser, place="green-east", url=URL, **more):
    data = {"url": url, "mode": "conversational", **more}
    return browser.post(f"/at/{place}/accounts/new", data=data)


def test_a_pasted_address_becomes_an_account_that_is_due(as_branch_manager, session, world):
    response = register(as_branch_manager, purpose="News of the branch")
    assert response.status_code == 302
    account = queries.find_account_by_url(
        session, "mastodon", "https://mastodon.example/@greeneast", within=within(world)
    )
    assert account is not None
    assert (account.handle, account.place.code, account.base_url) == (
        "greeneast@mastodon.example",
        "green-east",
        "https://mastodon.example",
    )
    assert account.next_pull_at is not None
    assert account.connection is Connection.NOT_CONNECTED
    entry, detail = latest_entries(session, within=within(world))[0]
    assert entry.deed is Deed.ACCOUNT_ADDED
    assert detail is not None
    assert detail.values["by"] == "Green Manager"
    shown = page(as_branch_manager.get(response.location))
    assert shown.h1.text == "greeneast@mastodon.example"


def test_several_accounts_are_locked_together_or_not_found(session, world, far):
    enter_tenant(session, world.consortium.id)
    asked = {"within": within(world)}
    assert queries.accounts_for_change(session, [world.account.id] * 2, **asked) == {world.account.id: world.account}
    assert queries.accounts_for_change(session, [], **asked) == {}
    with pytest.raises(NotFound):
        queries.accounts_for_change(session, [world.account.id, far.account.id], **asked)


def test_what_says_nothing_without_a_token_is_fed_from_files_until_it_is_connected(as_branch_manager, session, world):
    register(as_branch_manager, url="https://www.facebook.com/GreenEastLibrary")
    address = "https://www.facebook.com/greeneastlibrary"
    account = queries.find_account_by_url(session, "facebook", address, within=within(world))
    assert (account.connection, account.next_pull_at) == (Connection.FILE_ONLY, None)
    as_branch_manager.post(f"/accounts/{account.id}/connect", data={"token": "EAAG-token"})
    session.refresh(account)
    assert account.connection is Connection.NOT_CONNECTED
    assert account.next_pull_at is not None


def test_what_is_not_on_the_web_is_named_and_links_nowhere(as_branch_manager, session, world):
    response = register(as_branch_manager, url="Sign-up sheet: Children's desk")
    inner = "urn:concordance:sign_up_sheet:Children%27s%20desk"
    account = queries.find_account_by_url(session, "sign_up_sheet", inner, within=within(world))
    assert (account.handle, account.connection, account.next_pull_at) == ("Children's desk", Connection.FILE_ONLY, None)
    shown = page(as_branch_manager.get(response.location))
    assert shown.h1.text == "Children's desk"
    assert "not on the web" in shown.main.text
    assert "urn:" not in shown.main.text
    again = register(as_branch_manager, url="sign-up sheet:  Children's desk ")
    assert "registered already" in page(again).text


def test_an_unknown_host_is_a_blog(as_branch_manager, session, world):
    register(as_branch_manager, url="news.green.example/blog/")
    account = queries.find_account_by_url(session, "blog", "https://news.green.example/blog", within=within(world))
    assert account is not None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "Paste the address of the account."),
        ("javascript:alert(1)", "An address starts with https:// or http://."),
        ("https://social.example/@greeneast", "is registered already, at Green East"),
        ("http://127.0.0.1:4000/@x", "private network"),
        ("http://10.0.0.8/@x", "private network"),
        ("http://localhost:4000/@x", "private network"),
    ],
)
def test_what_cannot_be_registered_is_a_sentence_at_the_field(as_branch_manager, session, url, sentence):
    before = session.scalar(sa.select(sa.func.count()).select_from(Account))
    shown = page(register(as_branch_manager, url=url))
    assert sentence in shown.find(id="url-error").text
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == before


def test_accounts_of_the_demo_are_never_due(as_branch_manager, session, world):
    settings = session.scalars(
        sa.select(ConsortiumSettings).where(ConsortiumSettings.consortium_id == world.consortium.id)
    ).one()
    settings.is_demo = True
    session.commit()
    register(as_branch_manager)
    account = queries.find_account_by_url(
        session, "mastodon", "https://mastodon.example/@greeneast", within=within(world)
    )
    assert account is not None
    assert account.next_pull_at is None


def test_the_list_is_of_the_place_and_below_and_narrows_by_address(as_director, as_branch_manager, world):
    whole = page(as_director.get("/at/green-county/accounts"))
    assert len(whole.select("tbody tr")) == 2
    assert "No figures yet" in whole.text
    east = page(as_branch_manager.get("/at/green-east/accounts"))
    assert [row.th.a.text for row in east.select("tbody tr")] == [world.account.handle]
    facebook = page(as_director.get("/at/green-county/accounts?platform=facebook"))
    assert [row.th.a.text for row in facebook.select("tbody tr")] == [world.north_account.handle]
    assert "No account matches" in page(as_director.get("/at/green-county/accounts?connection=limited")).text


def test_a_place_without_accounts_says_what_to_do(as_admin, session, world):
    session.execute(sa.delete(Account).where(Account.id == world.north_account.id))
    session.commit()
    assert "No accounts yet at Green North" in page(as_admin.get("/at/green-north/accounts")).text


def test_a_token_is_sealed_and_never_shown(as_branch_manager, application, session, world):
    response = as_branch_manager.post(f"/accounts/{world.account.id}/connect", data={"token": "s3cret-token"})
    assert response.status_code == 302
    kept = session.scalars(sa.select(Credential).where(Credential.account_id == world.account.id)).one()
    assert b"s3cret-token" not in kept.sealed
    with application.app_context():
        assert vault().open(kept.sealed) == "s3cret-token"
    assert "s3cret" not in page(as_branch_manager.get(response.location)).text
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}"))
    assert "s3cret" not in shown.text
    assert "Connect again" in shown.text


def test_a_text_that_is_no_token_is_refused(as_branch_manager, session, world):
    shown = page(as_branch_manager.post(f"/accounts/{world.account.id}/connect", data={"token": "two words"}))
    assert "This is not a token" in shown.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Credential)) == 0


def test_retiring_forgets_the_token_and_ends_pulls(as_branch_manager, session, world):
    as_branch_manager.post(f"/accounts/{world.account.id}/connect", data={"token": "token"})
    as_branch_manager.post(f"/accounts/{world.account.id}/retire", data={"on": "2026-11-09"})
    session.refresh(world.account)
    assert world.account.state is AccountState.RETIRED
    assert world.account.next_pull_at is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Credential)) == 0
    again = page(as_branch_manager.post(f"/accounts/{world.account.id}/retire", data={"on": "2026-11-09"}))
    assert "This account is retired" in again.text


def test_mode_and_purpose_may_change(as_branch_manager, session, world):
    data = {"mode": "broadcast_only", "purpose": "Closures only"}
    assert as_branch_manager.post(f"/accounts/{world.account.id}/edit", data=data).status_code == 302
    session.refresh(world.account)
    assert (world.account.mode.value, world.account.purpose) == ("broadcast_only", "Closures only")


@pytest.mark.parametrize("path", ["", "/edit", "/connect", "/retire", "/figures", "/figures/2026-11-09", "/import"])
def test_a_stranger_finds_nothing(as_stranger, world, path):
    assert as_stranger.get(f"/accounts/{world.account.id}{path}").status_code == 404


def test_a_stranger_finds_no_list(as_stranger):
    assert as_stranger.get("/at/green-east/accounts").status_code == 404


def test_roles(as_staff, as_auditor, as_branch_manager, world):
    assert as_staff.get(f"/accounts/{world.account.id}").status_code == 403
    assert as_auditor.get(f"/accounts/{world.account.id}").status_code == 200
    assert as_auditor.post(f"/accounts/{world.account.id}/retire", data={"on": "2026-11-09"}).status_code == 403
    assert as_branch_manager.get(f"/accounts/{world.north_account.id}").status_code == 403
    assert register(as_branch_manager, place="green-north").status_code == 403


def test_commands_add_and_list(application, session, world, tmp_path):
    token = tmp_path / "token"
    token.write_text("a-token\n")
    runner = application.test_cli_runner()
    add = ["accounts", "add", "--consortium", "green-valley", "--at", "green-north", "--url", URL]
    done = runner.invoke(args=[*add, "--token-file", str(token)])
    assert done.exit_code == 0, done.output
    again = runner.invoke(args=add)
    assert again.exit_code == 1
    assert "is registered already, at Green North" in again.output
    own = runner.invoke(args=[*add[:-1], "https://x.example/@y", "--base-url", "http://127.0.0.1:1"])
    assert (own.exit_code, "private network" in own.output) == (1, True)
    listed = json.loads(runner.invoke(args=["accounts", "list", "--consortium", "green-valley", "--json"]).output)
    assert {entry["handle"] for entry in listed} == {
        world.account.handle,
        world.north_account.handle,
        "greeneast@mastodon.example",
    }
    assert runner.invoke(args=["accounts", "list", "--consortium", "nowhere"]).exit_code == 1
    assert runner.invoke(args=["accounts", "list"]).exit_code == 2
