"""Merging a branch into another: what it leaves behind, what moves along, who may, and what is refused."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.access.rules import Scope
from app.accounts.actions.tools import ToolWords, add_tool
from app.accounts.models import Account, AccountShare, Tool
from app.accounts.rules.tools import ToolKind
from app.consortia import queries
from app.consortia.models import Place
from app.duties.models import Assignment
from app.duties.rules.catalogue import Family
from app.foundation.clock import local_day, now
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.people.models import Position
from tests.factories.duties import give
from tests.views.consortia.pages import words_of

TODAY = local_day(now(), "America/New_York")
PAGE = "/places/green-east/merge"


def merge(browser: FlaskClient, into: str, *, on: object = TODAY, **chosen: list[int]) -> TestResponse:
    return browser.post(PAGE, data={"into": into, "on": str(on), **chosen}, follow_redirects=True)


def test_the_page_tells_what_the_branch_still_has(as_admin, world):
    text = words_of(as_admin.get(PAGE))

    assert "Merge Green East into another branch" in text
    assert "@greeneast@social.example Mastodon" in text
    assert "Branch manager Green Manager" in text
    assert "Library assistant nobody" in text
    assert "0 goals of its own and 2 roles held at it do not move" in text
    assert "greennorth" not in text
    assert as_admin.get(PAGE).get_data(as_text=True).count(" checked") == 4


def test_what_is_ticked_goes_to_the_other_with_its_duties(as_admin, session, world):
    kept = give(session, world.account, Family.POST, world.manager_position)
    session.add(AccountShare(consortium_id=world.consortium.id, account_id=world.account.id, place_id=world.north.id))
    session.commit()

    page = merge(as_admin, "green-north", accounts=[world.account.id], positions=[world.manager_position.id])

    assert "Green East is merged into Green North." in words_of(page)
    assert "Merged into Green North" in words_of(page)
    session.expunge_all()
    within = Scope(world.consortium.id)
    east = queries.get_place(session, "green-east", within=within)
    assert east.closed_on == TODAY
    places = {
        model: session.scalars(
            sa.select(model.place_id).where(model.consortium_id == world.consortium.id, model.id == row_id)
        ).one()
        for model, row_id in (
            (Account, world.account.id), (Position, world.manager_position.id), (Assignment, kept.id),
        )
    }  # fmt: skip
    assert set(places.values()) == {world.north.id}
    left = session.scalars(
        sa.select(Position.place_id).where(
            Position.consortium_id == world.consortium.id, Position.id == world.staff_position.id
        )
    ).one()
    assert left == world.east.id
    shares = sa.select(AccountShare).where(AccountShare.consortium_id == world.consortium.id)
    assert session.scalars(shares).all() == []
    deeds = session.scalars(
        sa.select(HistoryEntry.deed)
        .where(HistoryEntry.consortium_id == world.consortium.id)
        .order_by(HistoryEntry.number.desc())
        .limit(3)
    ).all()
    assert set(deeds) == {Deed.PLACE_MERGED, Deed.ACCOUNT_MOVED, Deed.POSITION_MOVED}


def test_what_it_uses_beside_us_goes_along_and_what_others_use_stays(as_admin, session, world):
    tools = [
        add_tool(session, place, ToolWords(ToolKind.ARCHIVE, name), by=world.machine, at=now())
        for place, name in ((world.east, "Its archive"), (world.library, "Everybody's archive"))
    ]
    session.commit()

    merge(as_admin, "green-north")

    places = sa.select(Tool.place_id).where(Tool.consortium_id == world.consortium.id, Tool.id == sa.bindparam("tool"))
    assert [session.scalars(places, {"tool": tool.id}).one() for tool in tools] == [world.north.id, world.library.id]


@pytest.mark.parametrize(
    ("into", "days", "sentence"),
    [
        ("Green County Libraries", 0, "“Green County Libraries” fits none of the places it may be."),
        ("far-east", 0, "“far-east” fits none of the places it may be."),
        ("green-east", 0, "“green-east” fits none of the places it may be."),
        ("", 0, "Write what takes it in."),
        ("green-north", 5, "First day closed: This day is still to come."),
    ],
)
def test_a_merge_is_refused_at_its_field_and_nothing_moves(as_admin, session, world, into, days, sentence):
    page = merge(as_admin, into, on=TODAY + timedelta(days=days), accounts=[world.account.id])

    assert sentence in words_of(page)
    session.expire_all()
    within = Scope(world.consortium.id)
    assert queries.get_place(session, "green-east", within=within).closed_on is None
    account = sa.select(Account.place_id).where(
        Account.consortium_id == world.consortium.id, Account.id == world.account.id
    )
    assert session.scalars(account).one() == world.east.id


def test_a_strangers_account_cannot_be_taken_along(as_admin, far, world):
    page = merge(as_admin, "green-north", accounts=[far.account.id])

    assert page.status_code == 200
    assert "There is a problem" in words_of(page)


def test_a_library_with_open_branches_is_refused_with_what_to_do(as_admin, session, world):
    other = Place(
        consortium_id=world.consortium.id, kind=world.library.kind, code="valley", name="Valley", parent_id=world.root.id,
        path=f"{world.root.path}1/",
    )  # fmt: skip
    session.add(other)
    session.commit()

    page = as_admin.post("/places/green-county/merge", data={"into": "valley", "on": str(TODAY)})

    assert "Green County Libraries still has 2 open branches. Move or close them first." in words_of(page)


@pytest.mark.parametrize("who", ["as_director", "as_branch_manager", "as_staff", "as_auditor"])
def test_only_the_admin_merges(request, who, world):
    browser = request.getfixturevalue(who)
    assert browser.get(PAGE).status_code == 403
    assert merge(browser, "green-north").status_code == 403


def test_a_stranger_finds_nothing(as_stranger, world):
    assert as_stranger.get(PAGE).status_code == 404
    assert merge(as_stranger, "far-north").status_code == 404
