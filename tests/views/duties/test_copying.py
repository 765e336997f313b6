"""Copying duties from another branch: what is matched, what is left out and why, one deed, and taking it back."""

from decimal import Decimal

import pytest

from app.accounts.models import Account
from app.duties.models import DutyExemption
from app.duties.rules.catalogue import Family
from app.foundation.ids import new_id
from app.people.models import Position
from tests.factories.duties import give
from tests.factories.world import SINCE
from tests.views.duties.pages import TODAY, assigned, deeds, page, url, words


@pytest.fixture
def north(session, world):
    """What Green North holds, on an account of the same platform as Green East's and on one of another."""
    of = {"consortium_id": world.consortium.id}
    there = Account(
        id=new_id(),
        place_id=world.north.id,
        platform="mastodon",
        handle="@north",
        url="https://social.example/@n",
        **of,
    )
    titles = [world.staff_position.title.upper(), world.manager_position.title, "Only there"]
    positions = [Position(id=new_id(), place_id=world.north.id, title=title, **of) for title in titles]
    session.add_all([there, *positions])
    session.flush()
    clerk, head, other = positions
    give(session, there, Family.LISTEN, clerk, hours="2.5")
    give(session, there, Family.LISTEN, head, backup=True)
    give(session, there, Family.ANSWER, other)
    give(session, there, Family.POST, clerk)
    give(session, there, Family.FOLLOW, clerk)
    give(session, world.north_account, Family.LISTEN, clerk)
    give(session, world.account, Family.POST, world.manager_position)
    session.add(
        DutyExemption(
            place_id=world.east.id,
            account_id=world.account.id,
            family=Family.FOLLOW,
            reason="Nobody to follow",
            first_on=SINCE,
            **of,
        )
    )
    session.commit()
    return world.north


def rows(soup, section):
    found = soup.find("section", {"aria-labelledby": section})
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in found.select("tbody tr")]


def test_the_preview_says_line_by_line_what_comes_of_it(as_branch_manager, session, world, north):
    chosen = page(as_branch_manager, url(world.east, "copy", q="north"))
    assert words(chosen.select_one("tbody tr")) == "Green North 6"
    preview = page(as_branch_manager, url(world.east, "copy", **{"from": north.code}))
    handle = world.account.handle
    assert rows(preview, "given") == [
        ["Listen", f"Mastodon {handle}", "Primary", f"Green Staff {world.staff_position.title}", "2.5 h"],
        ["Listen", f"Mastodon {handle}", "Backup", f"Green Manager {world.manager_position.title}", "1.5 h"],
    ]
    assert [row[4] for row in rows(preview, "left")] == [
        "No account on Facebook here",
        "No position “Only there” here",
        "Not needed here: Nobody to follow",
        f"Primary here already: “{world.manager_position.title}”",
    ]
    assert len(assigned(session, world)) == 7


def test_one_confirmation_gives_it_and_one_click_takes_it_back(as_branch_manager, session, world, north):
    sure = {"from": north.code, "on": TODAY.isoformat()}
    done = as_branch_manager.post(url(world.east, "copy"), data=sure, follow_redirects=True)
    assert "2 duties are given here as at the other branch." in done.text
    made = assigned(session, world)[7:]
    assert [(each.place_id, each.position_id, each.hours_per_week, each.first_on) for each in made] == [
        (world.east.id, world.staff_position.id, Decimal("2.50"), TODAY),
        (world.east.id, world.manager_position.id, Decimal("1.50"), TODAY),
    ]
    assert deeds(session, world)[-1] == "duties.copied"
    again = as_branch_manager.post(url(world.east, "copy"), data=sure)
    assert "Nothing that Green North holds can be given here." in again.text
    path = f"/at/{world.east.code}/assignments/{made[1].id}/undo-copy"
    assert path.replace(str(made[1].id), str(made[0].id)) in done.text
    as_branch_manager.post(path)
    assert len(assigned(session, world)) == 7
    assert as_branch_manager.post(path).status_code == 404


def test_who_may_not_see_a_place_copies_nothing_from_it(as_branch_manager, as_staff, as_stranger, world, far, north):
    assert as_branch_manager.get(url(world.east, "copy", **{"from": far.east.code})).status_code == 404
    assert as_branch_manager.get(url(world.east, "copy", **{"from": world.east.code})).status_code == 404
    assert as_staff.get(url(world.east, "copy")).status_code == 403
    assert as_stranger.get(url(world.east, "copy")).status_code == 404
