"""The life of an account on its page: steps, contacts, what is said about it; and the list as long as it gets."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.accounts import actions, queries
from app.accounts.models import Account, AccountContact, AccountStep, Credential
from app.accounts.rules import AccountState, ContactRank, Step
from app.accounts.rules.states import Connection
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.queries import latest_entries
from app.history.rules import Deed
from app.metrics.models import DailyFigure, Run
from app.metrics.rules.dictionary import Source
from app.metrics.rules.runs import RunKind, RunState
from tests.factories import judged

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 9)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def within(world):
    return Scope(consortium_id=world.consortium.id)


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def buttons(shown):
    return [link.text for link in shown.find("section", {"aria-labelledby": "life"}).select(".actions a")]


def take(browser, account, state, on="2026-11-09", **more):
    return browser.post(f"/accounts/{account.id}/steps/{state}", data={"on": on, **more})


def name(browser, account, primary, second, on="2026-11-09"):
    data = {"primary": primary.id if primary else 0, "second": second.id if second else 0, "on": on}
    return browser.post(f"/accounts/{account.id}/contacts", data=data)


def test_from_a_proposal_to_use_step_by_step(as_branch_manager, session, world, within):
    data = {"url": "https://mastodon.example/@teens", "mode": "conversational", "state": "proposed"}
    as_branch_manager.post("/at/green-east/accounts/new", data=data)
    account = queries.find_account_by_url(session, "mastodon", "https://mastodon.example/@teens", within=within)
    assert account is not None
    assert (account.state, account.next_pull_at) == (AccountState.PROPOSED, None)
    shown = page(as_branch_manager.get(f"/accounts/{account.id}"))
    assert buttons(shown) == ["Approve", "Retire"]
    assert "what the account is for" in take(as_branch_manager, account, "approved").text
    as_branch_manager.post(f"/accounts/{account.id}/edit", data={"purpose": "Talk with teenagers"})
    assert take(as_branch_manager, account, "approved").status_code == 302
    assert "Name two contacts first" in take(as_branch_manager, account, "active").text
    assert name(as_branch_manager, account, world.manager, world.staff).status_code == 302
    assert take(as_branch_manager, account, "active").status_code == 302
    session.refresh(account)
    assert account.state is AccountState.ACTIVE
    assert account.next_pull_at is not None
    assert "Write why" in take(as_branch_manager, account, "on_watch").text
    assert take(as_branch_manager, account, "on_watch", reason="Nobody talks to us there").status_code == 302
    shown = page(as_branch_manager.get(f"/accounts/{account.id}"))
    assert buttons(shown) == ["End the watch", "Retire"]
    told = [event.text for event in shown.select(".timeline li")]
    assert told[0] == "Nov 9, 2026On watch, by Green Manager: Nobody talks to us there"
    deeds = [entry.deed for entry, _ in latest_entries(session, within=within)]
    assert deeds.count(Deed.ACCOUNT_STEP_TAKEN) == 3


def test_a_step_is_taken_back_and_the_page_of_a_retired_account_has_no_step(as_branch_manager, session, world):
    as_branch_manager.post(f"/accounts/{world.account.id}/connect", data={"token": "token"})
    as_branch_manager.post(f"/accounts/{world.account.id}/retire", data={"on": "2026-11-09", "reason": "Moved"})
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}"))
    assert buttons(shown) == []
    assert "Name contacts" not in shown.text
    assert page(as_branch_manager.get("/at/green-east/accounts?state=retired")).select("tbody tr")
    as_branch_manager.post(f"/accounts/{world.account.id}/undo")
    session.refresh(world.account)
    assert (world.account.state, world.account.retired_on) == (AccountState.ACTIVE, None)
    assert world.account.next_pull_at is not None
    assert session.scalar(sa.select(sa.func.count()).select_from(AccountStep)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Credential)) == 0
    again = as_branch_manager.post(f"/accounts/{world.account.id}/undo", follow_redirects=True)
    assert "There is no step to take back." in again.text


def test_the_address_of_a_retired_account_is_registered_again(as_admin, as_stranger, session, world, within):
    before = world.account
    as_admin.post(f"/accounts/{before.id}/retire", data={"on": "2026-11-09", "reason": "Moved"})
    wanted = {"url": before.url, "mode": "conversational", "state": "active"}
    told = as_admin.post("/at/green-north/accounts/new", data=wanted, follow_redirects=True)
    assert "An account of this address was retired at Green East; its figures" in told.text
    again = queries.find_account_by_url(session, before.platform, before.url, within=within)
    assert again is not None
    assert (again.place_id, again.state) == (world.north.id, AccountState.ACTIVE)
    assert "An account of this address was retired on Nov 9, 2026" in page(as_admin.get(f"/accounts/{again.id}")).text
    assert "Registered again" in page(as_admin.get(f"/accounts/{before.id}")).text
    assert "is registered already, at Green North" in as_admin.post("/at/green-east/accounts/new", data=wanted).text
    undone = as_admin.post(f"/accounts/{before.id}/undo", follow_redirects=True)
    assert "This address was registered again, at Green North. The retirement stays." in undone.text
    session.expire_all()
    assert before.state is AccountState.RETIRED
    assert as_stranger.get(f"/accounts/{again.id}").status_code == 404


def test_an_old_step_stays(session, world, within):
    account = queries.account_for_change(session, world.account.id, within=within)
    step = Step(AccountState.ACTIVE, AccountState.ON_WATCH, TODAY, "Quiet")
    actions.take_step(session, account, step, by=world.machine, at=NOW)
    with pytest.raises(Refused, match="more than 7 days old"):
        actions.undo_step(session, account, by=world.machine, at=NOW + timedelta(days=8))
    assert account.state is AccountState.ON_WATCH


def test_contacts_follow_each_other_and_a_leaver_shows(as_branch_manager, session, world, within):
    name(as_branch_manager, world.account, world.manager, None, on="2026-01-05")
    name(as_branch_manager, world.account, world.staff, world.manager, on="2026-10-05")
    rows = session.execute(
        sa.select(AccountContact.rank, AccountContact.person_id, AccountContact.first_on, AccountContact.last_on)
        .where(AccountContact.consortium_id == world.consortium.id)
        .order_by(AccountContact.first_on, AccountContact.rank)
    ).all()
    assert [tuple(row) for row in rows] == [
        (ContactRank.PRIMARY, world.manager.id, date(2026, 1, 5), date(2026, 10, 4)),
        (ContactRank.PRIMARY, world.staff.id, date(2026, 10, 5), None),
        (ContactRank.SECOND, world.manager.id, date(2026, 10, 5), None),
    ]
    world.staff.left_on = date(2026, 10, 31)
    session.commit()
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}"))
    assert "No contact since Oct 31, 2026" in shown.find("section", {"aria-labelledby": "contacts"}).text
    listed = page(as_branch_manager.get("/at/green-east/accounts"))
    lines = listed.select_one("tbody tr").find_all("td")[-1].select("div > div")
    assert [line.text for line in lines] == ["None since Oct 31, 2026", "Green Manager"]


def test_contacts_that_cannot_be_are_refused(as_branch_manager, session, world, far):
    assert "two different people" in name(as_branch_manager, world.account, world.manager, world.manager).text
    assert "Choose one from the list" in name(as_branch_manager, world.account, far.manager, None).text
    name(as_branch_manager, world.account, world.manager, None)
    assert "began on 2026-11-09" in name(as_branch_manager, world.account, world.staff, None, on="2026-11-01").text
    world.staff.left_on = date(2026, 11, 1)
    session.commit()
    assert "has left" in name(as_branch_manager, world.account, world.manager, world.staff).text


def test_contacts_may_change_places_and_the_same_again_is_nothing(as_branch_manager, session, world, within):
    name(as_branch_manager, world.account, world.manager, world.staff, on="2026-01-05")
    name(as_branch_manager, world.account, world.staff, world.manager, on="2026-11-09")
    name(as_branch_manager, world.account, world.staff, world.manager, on="2026-11-09")
    seen = queries.contacts_of(session, world.account, within=within, on=TODAY)
    assert [contact.name for contact in seen] == ["Green Staff", "Green Manager"]
    assert session.scalar(sa.select(sa.func.count()).select_from(AccountContact)) == 4


def test_what_is_said_about_an_account(as_branch_manager, session, world):
    data = {
        "mode": "conversational",
        "kind": "campaign",
        "purpose": "Summer reading",
        "audience": "Families",
        "speakers": "The children's librarians",
        "site_link": "javascript:alert(1)",
        "planned_end_on": "2027-08-31",
    }
    path = f"/accounts/{world.account.id}/edit"
    assert "starts with https://" in as_branch_manager.post(path, data=data).text
    assert world.account.purpose == ""
    good = {**data, "site_link": "https://green.example/contact"}
    assert as_branch_manager.post(path, data=good).status_code == 302
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}")).text
    for words in ("Families", "The children's librarians", "https://green.example/contact", "Campaign, planned to end"):
        assert words in shown
    early = as_branch_manager.post(path, data={**good, "planned_end_on": "2024-01-01"})
    assert "ends before it was opened" in early.text


def test_the_page_shows_the_latest_figures_with_their_source_and_the_duties(as_branch_manager, session, world):
    run = Run(
        id=new_id(), consortium_id=world.consortium.id, account_id=world.account.id, kind=RunKind.IMPORT,
        state=RunState.DONE, started_at=NOW, ended_at=NOW, file_name="desk.csv",
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add(
        DailyFigure(
            consortium_id=world.consortium.id, account_id=world.account.id, day=date(2026, 11, 8), run_id=run.id,
            source=Source.IMPORT, followers=1240,
        )
    )  # fmt: skip
    world.account.newest_figure_on = date(2026, 11, 8)
    session.commit()
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}"))
    (row,) = shown.find("section", {"aria-labelledby": "figures"}).select("tbody tr")
    assert [cell.text for cell in row.find_all(["th", "td"])] == ["Followers", "1,240", "Imported from a file"]
    assert row.a["href"] == f"/accounts/{world.account.id}/figures/2026-11-08#followers"


def test_the_list_is_fifty_a_page_sorted_and_searched(as_director, session, world):
    for number in range(60):
        session.add(
            Account(
                consortium_id=world.consortium.id,
                place_id=world.north.id,
                platform="blog",
                handle=f"blog {number:02}",
                url=f"https://blog{number}.example",
                connection=Connection.WORKING,
                newest_figure_on=date(2026, 9, 1) + timedelta(days=number) if number else None,
            )
        )
    session.commit()
    path = "/at/green-county/accounts"
    first = page(as_director.get(f"{path}?sort=-newest&platform=blog"))
    assert len(first.select("tbody tr")) == 50
    assert first.select_one("tbody tr a").text == "blog 59"
    assert "1 to 50 of 60" in first.select_one(".pager").text
    second = page(as_director.get(first.select_one(".pager a")["href"]))
    assert [row.th.a.text for row in second.select("tbody tr")][-1] == "blog 00"
    assert page(as_director.get(f"{path}?q=NORTH+blog+07")).select_one("tbody tr a").text == "blog 07"
    assert page(as_director.get(f"{path}?q=east")).select_one("tbody tr a").text == world.account.handle
    assert "No account matches" in page(as_director.get(f"{path}?q=100%25")).text
    for odd in ("page=-1", "page=999999", "page=x", "sort=nonsense", "platform=nonsense", "state=nonsense"):
        assert page(as_director.get(f"{path}?{odd}")).select("tbody tr")
    assert len(first.text) < 80_000
    rows = as_director.get(f"{path}.csv?platform=blog").text.splitlines()
    assert (len(rows), rows[0].split(",")[:4]) == (61, ["place_code", "place", "platform", "handle"])


@pytest.mark.parametrize("path", ["/steps/on_watch", "/contacts", "/retire", "/edit"])
def test_only_those_who_may_write_take_a_step(as_staff, as_auditor, as_stranger, world, path):
    assert as_stranger.get(f"/accounts/{world.account.id}{path}").status_code == 404
    assert as_stranger.post(f"/accounts/{world.account.id}{path}").status_code == 404
    for browser in (as_staff, as_auditor):
        assert browser.get(f"/accounts/{world.account.id}{path}").status_code == 403


def test_doors_of_undo_and_the_download(as_branch_manager, as_staff, as_auditor, as_stranger, world):
    undo = f"/accounts/{world.account.id}/undo"
    assert [browser.post(undo).status_code for browser in (as_staff, as_auditor, as_stranger)] == [403, 403, 404]
    export = "/at/green-east/accounts.csv"
    assert [browser.get(export).status_code for browser in (as_staff, as_auditor, as_stranger)] == [403, 200, 404]
    assert as_branch_manager.get(f"/accounts/{world.account.id}/steps/nonsense").status_code == 404
    assert as_branch_manager.get("/at/green-county/accounts.csv").status_code == 403
    assert "Name contacts" not in as_auditor.get(f"/accounts/{world.account.id}").text


def test_two_steps_at_once_are_one(session, world, within):
    account = queries.account_for_change(session, world.account.id, within=within)
    step = Step(AccountState.ACTIVE, AccountState.ON_WATCH, TODAY, "Quiet")
    actions.take_step(session, account, step, by=world.machine, at=NOW)
    with pytest.raises(Refused, match="is on watch by now"):
        actions.take_step(session, account, step, by=world.machine, at=NOW)


def test_the_list_tells_the_posts_of_ninety_days(as_auditor, session, world):
    judged.figures(session, world.account, posts=2, broadcasts=1, days=40)
    rows = page(as_auditor.get(f"/at/{world.library.code}/accounts")).select("tbody tr")
    cells = {row.th.a.text: row.find("td", {"class": "num"}) for row in rows}
    known = cells[world.account.handle]
    assert known.find(string=True).strip().startswith("58")
    assert "29 days known" in known.text
    assert known.find_next_sibling("td").svg["aria-label"].startswith("from ")
    assert "Not collected" in cells[world.north_account.handle].text
