"""Accounts from a file, by page and by command: recognized by address, contacts, problems, twice, by whom."""

import io
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access.rules import Scope
from app.accounts.importers.accounts import import_accounts, plan_accounts
from app.accounts.models import Account, AccountContact, AccountDetail
from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountMode, AccountState, Connection
from app.foundation.errors import Refused
from app.history.models import HistoryEntry
from app.history.rules import Deed
from tests.factories.world import AT, World
from tests.views.consortia.pages import words_of

CHOOSE = "/at/green-county/accounts/import"
HEADING = "Place code,URL,Platform,Handle,Mode,Kind,Purpose,State,Opened on,First contact,Second contact\n"
FILE = (
    HEADING
    + "green-north,https://WWW.instagram.com/northlib/?hl=en,Instagram,@northlib,Broadcast only,Campaign,Summer reading,"
    + "Proposed,2024-05-01,manager@green.example,staff@green.example\n"
    + "green-east,@eastreads@social.example,,,,,,,,,\n"
)


def give(browser: FlaskClient, text: str, place: str = "green-county") -> TestResponse:
    file = {"file": (io.BytesIO(text.encode()), "accounts.csv")}
    return browser.post(f"/at/{place}/accounts/import", data=file, content_type="multipart/form-data")


def check_of(browser: FlaskClient, text: str, place: str = "green-county") -> str:
    return str(give(browser, text, place).headers["Location"])


def accounts(session: Session, world: World) -> dict[str, Account]:
    statement = sa.select(Account).where(Account.consortium_id == world.consortium.id).order_by(Account.id)
    return {each.url: each for each in session.scalars(statement.execution_options(populate_existing=True))}


@pytest.mark.parametrize("who", ["as_staff", "as_auditor"])
def test_who_may_not_write_accounts_imports_none(request, who, as_director, world):
    check = check_of(as_director, FILE)
    browser = request.getfixturevalue(who)

    for address in (CHOOSE, f"{CHOOSE}/template", check, f"{check}/problems"):
        assert browser.get(address).status_code == 403
    assert give(browser, FILE).status_code == 403
    assert browser.post(check).status_code == 403


def test_a_manager_imports_at_their_own_place_only(as_branch_manager, world):
    assert as_branch_manager.get(CHOOSE).status_code == 403

    page = words_of(as_branch_manager.get(check_of(as_branch_manager, FILE, "green-east")))
    assert "Rows 1 0 0" in page
    assert "Line 2 Place code Green North is not part of Green East, for which you import." in page


def test_a_stranger_finds_no_such_page_and_nobody_opens_anothers_file(as_director, as_admin, as_stranger, world):
    check = check_of(as_director, FILE)

    for address in (CHOOSE, f"{CHOOSE}/template", check, f"{check}/problems"):
        assert as_stranger.get(address).status_code == 404
    assert as_stranger.post(check).status_code == 404
    own = check.replace("green-county", "far-county")
    assert as_stranger.get(own).headers["Location"] == "/at/far-county/accounts/import"
    assert as_admin.get(check).headers["Location"] == CHOOSE


def test_accounts_go_in_once_with_what_their_addresses_say(as_director, session, world):
    check = check_of(as_director, FILE)
    preview = words_of(as_director.get(check))
    assert "Rows 2 0 0" in preview
    assert "Import 2 accounts" in preview
    assert len(accounts(session, world)) == 2

    done = words_of(as_director.post(check, follow_redirects=True))
    assert "2 accounts: 2 added, 0 changed, 0 the same. 0 rows left out." in done
    made = accounts(session, world)
    north = made["https://www.instagram.com/northlib/"]
    assert (north.platform, north.handle, north.place_id) == ("instagram", "northlib", world.north.id)
    assert (north.mode, north.state, north.purpose) == (
        AccountMode.BROADCAST_ONLY,
        AccountState.PROPOSED,
        "Summer reading",
    )
    assert (north.opened_on, north.connection, north.next_pull_at) == (date(2024, 5, 1), Connection.FILE_ONLY, None)
    east = made["https://social.example/@eastreads"]
    assert (east.platform, east.base_url, east.mode) == (
        "mastodon",
        "https://social.example",
        AccountMode.CONVERSATIONAL,
    )
    assert east.state is AccountState.ACTIVE
    assert east.next_pull_at is not None
    details = session.execute(sa.select(AccountDetail.account_id, AccountDetail.kind)).all()
    assert [tuple(row) for row in details] == [(north.id, AccountKind.CAMPAIGN)]
    contacts = session.execute(
        sa.select(AccountContact.account_id, AccountContact.rank, AccountContact.person_id)
    ).all()
    assert {tuple(row) for row in contacts} == {
        (north.id, ContactRank.PRIMARY, world.manager.id),
        (north.id, ContactRank.SECOND, world.staff.id),
    }

    assert "This file has been imported already" in words_of(as_director.post(check, follow_redirects=True))
    assert "Rows 0 0 2" in words_of(as_director.get(check_of(as_director, FILE)))
    deeds = session.scalars(sa.select(HistoryEntry.deed).where(HistoryEntry.deed == Deed.ACCOUNTS_IMPORTED)).all()
    assert len(deeds) == 1


def test_what_is_here_is_changed_and_a_blank_leaves_it(as_director, session, world):
    row = f"green-east,{world.account.url},,,Dormant,Emergency only,,,,staff@green.example,\n"
    check = check_of(as_director, HEADING + row)
    assert "Rows 0 1 0" in words_of(as_director.get(check))
    as_director.post(check)

    account = accounts(session, world)[world.account.url]
    assert (account.mode, account.state) == (AccountMode.DORMANT, AccountState.ACTIVE)
    assert session.scalars(sa.select(AccountDetail.kind)).all() == [AccountKind.EMERGENCY_ONLY]
    assert session.scalars(sa.select(AccountContact.person_id)).all() == [world.staff.id]
    swapped = row.replace("staff@green.example,", "manager@green.example,staff@green.example")
    as_director.post(check_of(as_director, HEADING + swapped))
    statement = sa.select(AccountContact.rank, AccountContact.person_id).order_by(AccountContact.rank)
    assert [tuple(each) for each in session.execute(statement.where(AccountContact.last_on.is_(None)))] == [
        (ContactRank.PRIMARY, world.manager.id),
        (ContactRank.SECOND, world.staff.id),
    ]
    assert "Rows 0 0 1" in words_of(as_director.get(check_of(as_director, HEADING + swapped)))


def test_the_template_is_a_file_that_can_be_given(as_admin, world):
    template = as_admin.get(f"{CHOOSE}/template").get_data(as_text=True)

    page = words_of(as_admin.get(CHOOSE))
    assert all(title in page for title in template.splitlines()[0].split(","))
    filled = template.replace("east,", "green-east,", 1)
    assert "Rows 1 0 0" in words_of(as_admin.get(check_of(as_admin, filled)))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",https://x.com/eastlib,,,,,,,,,", "Place code The cell is blank. It is needed."),
        ("nowhere,https://x.com/eastlib,,,,,,,,,", "Place code There is no place with the code “nowhere” here."),
        ("far-east,https://x.com/eastlib,,,,,,,,,", "Place code There is no place with the code “far-east” here."),
        ("green-valley,https://x.com/eastlib,,,,,,,,,", "is not part of Green County Libraries, for which you import."),
        ("green-east,,,,,,,,,,", "URL The cell is blank. It is needed."),
        ("green-east,mailto:a@b.example,,,,,,,,,", "URL An address starts with https:// or http://."),
        ("green-east,https://x.com/eastlib/status/12345678,,,,,,,,,", "URL This is the address of one post on X."),
        ("green-east,http://10.0.0.1/@east,,,,,,,,,", "URL This address is on a private network"),
        ("green-east,https://x.com/eastlib,Facebook,,,,,,,,", "Platform The URL is one of X, not of Facebook."),
        ("green-east,https://x.com/eastlib,,westlib,,,,,,,", "Handle The URL names eastlib, not westlib."),
        ("green-east,https://x.com/eastlib,,,Loud,,,,,,", "Mode “Loud” is not one of Conversational"),
        ("green-east,https://x.com/eastlib,,,,,,On watch,,,", "State An account comes in proposed, approved or active."),
        ("green-east,https://x.com/eastlib,,,,,,Approved,,,", "Purpose Write what the account is for"),
        ("green-east,https://x.com/eastlib,,,,,,,soon,,", "Opened on “soon” is not a day."),
        ("green-east,https://x.com/eastlib,,,,,,,,me,", "First contact “me” is not an email address."),
        ("green-east,https://x.com/eastlib,,,,,,,,x@y.example,", "First contact Nobody here has the address x@y.example."),
        ("green-east,https://x.com/eastlib,,,,,,,,admin@far.example,", "First contact Nobody here has the address"),
        ("green-east,https://x.com/eastlib,,,,,,,,a@b.example,a@b.example", "Second contact This is the first contact too."),
        ("green-east,https://twitter.com/KEPT,Twitter,,,,,,,,", "URL This account is already on line 2."),
        ("green-east,https://m.facebook.com/greennorth,,,,,,,,,", "URL It is registered already, at Green North."),
        ("green-east,https://social.example/@greeneast,,,,,,Retired,,,", "State The account is active here."),
        ("green-east,https://x.com/eastlib,,,,,=1+1,,,,", "Purpose “=1+1” begins as a formula does."),
        ("green-east,https://x.com/eastlib", "Row The row has 2 columns and the heading 11."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_go_in_is_left_out_with_its_line_and_column(as_director, session, world, row, problem):
    check = check_of(as_director, HEADING + "green-east,https://x.com/kept,x,@Kept,,,,,,,\n" + row + "\n")

    page = words_of(as_director.get(check))
    assert "Line 3 " in page
    assert problem in page
    assert "Rows 1 0 0" in page
    as_director.post(check)
    assert set(accounts(session, world)) == {world.account.url, world.north_account.url, "https://x.com/kept"}


def test_a_row_of_a_retired_account_changes_nothing_unless_it_says_how_a_new_one_begins(as_director, session, world):
    world.account.state, world.account.retired_on = AccountState.RETIRED, date(2026, 11, 1)
    session.commit()
    row = "green-north,https://social.example/@greeneast,,,,,{purpose},{state},,,\n"
    check = check_of(as_director, HEADING + row.format(purpose="News", state="").replace("north", "east", 1))
    assert "This account is retired, and stays as it was." in words_of(as_director.get(check))
    check = check_of(as_director, HEADING + row.format(purpose="News", state="Active"))
    assert "Rows 1 0 0" in words_of(as_director.get(check))
    as_director.post(check)
    of_address = sa.select(Account.place_id, Account.state).where(Account.url == world.account.url).order_by(Account.id)
    assert session.execute(of_address).all() == [
        (world.east.id, AccountState.RETIRED),
        (world.north.id, AccountState.ACTIVE),
    ]


def run(application: Flask, *arguments: str) -> tuple[int, str, str]:
    result = application.test_cli_runner().invoke(
        args=["accounts", "import", "--consortium", "green-valley", *arguments]
    )
    return result.exit_code, result.stdout, result.stderr


def test_the_command_imports_the_same_and_says_by_its_exit_code_that_rows_are_left_out(
    application, session, world, tmp_path
):
    file = tmp_path / "accounts.csv"
    file.write_text(FILE)
    told = "Rows: 2 added, 0 changed, 0 the same.\n0 problems.\n"
    assert run(application, "--dry-run", str(file))[:2] == (0, told + "Dry run: nothing was written.\n")
    assert len(accounts(session, world)) == 2

    assert run(application, str(file))[:2] == (0, told)
    assert len(accounts(session, world)) == 4
    code, out, _ = run(application, "--at", "green-north", str(file))
    assert code == 1
    assert "Rows: 0 added, 0 changed, 1 the same.\n1 problem.\nLine 3, Place code: Green East is not part" in out


cell = st.sampled_from(
    [
        "",
        "green-east",
        "green-north",
        "https://x.com/eastlib",
        "https://social.example/@greeneast",
        "@a@b.example",
        "x",
        "Dormant",
        "Campaign",
        "Proposed",
        "2024-05-01",
        "staff@green.example",
        "manager@green.example",
        "=1",
    ]
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["green-east", "green-north", ""]), cell, st.lists(cell, min_size=9, max_size=9)),
        max_size=6,
    )
)
def test_whatever_the_rows_say_all_that_is_planned_is_written_or_nothing(session, world, rows):
    within, by = Scope(world.consortium.id), world.machine
    text = HEADING + "".join(",".join([place, url, *rest]) + "\n" for place, url, rest in rows)
    with session.begin_nested() as savepoint:
        plan = plan_accounts(session, text.encode(), within=within, allow_own_network=False, at=AT)
        assert len(plan.rows) + len(plan.problems) == sum(any([place, url, *rest]) for place, url, rest in rows)
        if plan.rows:
            written = import_accounts(session, plan, within=within, allow_own_network=False, by=by, at=AT)
            assert written.counts == plan.counts
            again = plan_accounts(session, text.encode(), within=within, allow_own_network=False, at=AT)
            assert again.changes == 0
            assert again.problems == plan.problems
        else:
            with pytest.raises(Refused):
                import_accounts(session, plan, within=within, allow_own_network=False, by=by, at=AT)
        savepoint.rollback()
