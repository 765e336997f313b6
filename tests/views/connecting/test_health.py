"""How connections fare: who needs somebody, in words, with the days that lack figures and one button."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.accounts.models import Credential
from app.accounts.rules import Connection
from app.consortia.queries import today_of
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure, Reason
from app.foundation.ids import new_id
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run
from app.metrics.queries.holes import hole_days, holes_of
from app.metrics.rules.dictionary import Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState


@pytest.fixture
def on(session, world) -> date:
    enter_tenant(session, world.consortium.id)
    return today_of(session, within=Scope(world.consortium.id), at=now())


def write(session, world, account, figures):
    """Figures by day, None for a day that was asked in vain."""
    at = now()
    run = Run(
        id=new_id(), consortium_id=world.consortium.id, account_id=account.id, kind=RunKind.PULL, state=RunState.DONE,
        started_at=at, ended_at=at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    rows = [
        AccountDay(
            account.id,
            day,
            {"followers": Figure.missing(Reason.TOKEN_REVOKED) if value is None else Figure.of(value)},
        )
        for day, value in figures.items()
    ]
    store_batch(session, rows, run=run, source=Source.PULL, at=at)
    session.commit()


@pytest.fixture
def lacking(session, world, on):
    """The east branch's account: known for twelve days but three asked in vain, and one that nobody asked for."""
    back = {n: on - timedelta(days=n) for n in range(1, 13)}
    figures = {day: (None if n in {5, 6, 7} else 200) for n, day in back.items() if n != 10}
    account = world.account
    account.connection, account.connection_since = Connection.SIGN_IN_EXPIRED, now() - timedelta(days=7)
    account.connection_note = "The token was taken back."
    write(session, world, account, figures)
    return back


def test_days_without_figures_are_ranges_with_their_reason(session, world, lacking, on):
    within = Scope(world.consortium.id)
    assert hole_days(session, within=within, on=on) == {world.account.id: 4}
    found = holes_of(session, [world.account.id], within=within, on=on)[world.account.id]
    assert [(hole.period.first, hole.period.last, hole.reason) for hole in found] == [
        (lacking[10], lacking[10], None),
        (lacking[7], lacking[5], Reason.TOKEN_REVOKED),
    ]


def test_the_page_names_what_is_wrong_and_one_button(as_branch_manager, world, lacking):
    page = BeautifulSoup(as_branch_manager.get("/at/green-east/accounts/health").data, "html.parser")
    row = page.find("th", string=lambda _: True) and page.select_one("tbody tr")
    words = " ".join(row.text.split())
    assert "Sign-in expired" in words
    assert "The token was taken back." in words
    assert "3 days: the sign-in had expired." in words
    assert "1 day: nobody asked or imported." in words
    assert [one.text.split(":")[0] for one in row.select(".btn")] == ["Reconnect"]


@pytest.mark.parametrize(
    ("connection", "in_days", "words", "button"),
    [
        (Connection.WORKING, 9, "Expires in 9 days", "Reconnect"),
        (Connection.WORKING, -1, "Sign-in expired", "Reconnect"),
        (Connection.FAILING, None, "Not answering", "Pull now"),
    ],
)
def test_each_trouble_has_its_words(as_branch_manager, session, world, connection, in_days, words, button):
    enter_tenant(session, world.consortium.id)
    world.account.connection, world.account.connection_since = connection, now()
    if in_days is not None:
        until = now() + timedelta(days=in_days, minutes=1)
        session.add(
            Credential(
                consortium_id=world.consortium.id,
                account_id=world.account.id,
                sealed=b"-",
                kept_at=now(),
                expires_at=until,
            )
        )
    session.commit()
    row = BeautifulSoup(as_branch_manager.get("/at/green-east/accounts/health").data, "html.parser").select_one(
        "tbody tr"
    )
    assert words in row.text
    assert row.select_one(".btn").text.startswith(button)
    assert words in as_branch_manager.get("/at/green-east/accounts").text
    assert words in as_branch_manager.get(f"/accounts/{world.account.id}").text


def test_until_when_it_is_limited_is_told_by_the_consortium_s_clock(as_branch_manager, session, world):
    enter_tenant(session, world.consortium.id)
    world.account.connection, world.account.connection_since = Connection.LIMITED, now()
    world.account.next_pull_at = now() + timedelta(days=2)
    session.commit()
    row = BeautifulSoup(as_branch_manager.get("/at/green-east/accounts/health").data, "html.parser").select_one(
        "tbody tr"
    )
    assert "Limited until" in row.text
    assert "Nothing to do" in row.text


def test_a_well_place_says_so_and_filters_narrow(as_auditor, as_staff, signed_in, far, world, lacking):
    assert "All connections are well" in as_auditor.get("/at/green-north/accounts/health").text
    page = as_auditor.get("/at/green-east/accounts/health?show=holes").text
    assert "4" in page
    assert "Reconnect" not in page  # an auditor changes nothing
    assert as_staff.get("/at/green-east/accounts/health").status_code == 403
    assert signed_in(far.manager).get("/at/green-east/accounts/health").status_code == 404


def test_a_home_says_which_sign_in_ends_soon(as_branch_manager, as_director, session, world, on):
    enter_tenant(session, world.consortium.id)
    world.account.connection, world.account.connection_since = Connection.WORKING, now()
    both = {"consortium_id": world.consortium.id, "account_id": world.account.id}
    session.add(Credential(**both, sealed=b"-", kept_at=now(), expires_at=now() + timedelta(days=5)))
    session.commit()
    for browser, place in ((as_branch_manager, "green-east"), (as_director, "green-county")):
        page = browser.get(f"/at/{place}/").text
        assert "Mastodon, the sign-in ends on" in page
        assert f"/accounts/{world.account.id}/connect" in page
