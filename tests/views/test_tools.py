"""What places use beside this product: written down, changed, ended, summed by currency; each only where one may."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.accounts.models import Tool
from app.accounts.rules.tools import ToolKind

GOOD = {
    "kind": "suite",
    "name": "Post Planner",
    "url": "https://planner.example",
    "position_id": "0",
    "held_by": "City press office",
    "yearly_cost": "1188.00",
    "currency": "usd",
    "renews_on": "2026-12-01",
    "note": "Two seats",
}


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def add(browser, place="green-east", **more):
    return browser.post(f"/at/{place}/tools/new", data={**GOOD, **more})


@pytest.fixture
def tool(session, world):
    tool = Tool(
        consortium_id=world.consortium.id, place_id=world.north.id, kind=ToolKind.ARCHIVE, name="Keeper",
        yearly_cost=Decimal(600), currency="CAD",
    )  # fmt: skip
    session.add(tool)
    session.commit()
    return tool


def test_a_tool_is_written_down_and_summed_with_those_below(as_branch_manager, as_director, session, world, tool):
    assert "Nothing is written down yet" in page(as_branch_manager.get("/at/green-east/tools")).text
    assert add(as_branch_manager).status_code == 302
    assert add(as_branch_manager, name="Inbox", kind="inbox", yearly_cost="", currency="USD").status_code == 302
    own = page(as_branch_manager.get("/at/green-east/tools"))
    assert [row.th.text for row in own.select("tbody tr")][:2] == ["InboxTwo seats", "Post PlannerTwo seats"]
    whole = page(as_director.get("/at/green-county/tools"))
    sums = [row.text for row in whole.select("tr.avg")]
    assert len(sums) == 2
    assert "1,188.00 USD" in sums[0]
    assert "without 1 tool of unknown cost" in sums[0]
    assert "600.00 CAD" in sums[1]
    only = page(as_director.get("/at/green-county/tools?kind=archive"))
    assert [row.th.text for row in only.select("tbody tr:not(.avg)")] == ["Keeper"]


def test_a_position_holds_a_tool_and_its_incumbent_shows(as_branch_manager, session, world):
    add(as_branch_manager, position_id=world.manager_position.id, held_by="")
    add(as_branch_manager, name="Other", position_id=world.vacant_position.id, held_by="")
    shown = page(as_branch_manager.get("/at/green-east/tools")).text
    assert "Branch manager (Green Manager)" in shown
    assert "Library assistant (vacant)" in shown


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Write what it is called."),
        ("url", "javascript:alert(1)", "starts with https://"),
        ("currency", "$", "three letters"),
        ("yearly_cost", "-1", "Write an amount from 0"),
        ("yearly_cost", "many", "Write a number, such as 12.5."),
        ("yearly_cost", "NaN", "Write a"),
        ("position_id", "7", "Choose one from the list."),
        ("renews_on", "soon", "Write the day as"),
    ],
)
def test_what_cannot_be_written_down_says_why(as_branch_manager, session, field, value, sentence):
    assert sentence in page(add(as_branch_manager, **{field: value})).text
    assert session.scalar(sa.select(sa.func.count()).select_from(Tool)) == 0


def test_a_tool_changes_and_ends(as_branch_manager, session, world):
    add(as_branch_manager)
    tool = session.scalars(sa.select(Tool)).one()
    form = page(as_branch_manager.get(f"/tools/{tool.id}/edit"))
    assert form.find(id="held_by")["value"] == "City press office"
    as_branch_manager.post(f"/tools/{tool.id}/edit", data={**GOOD, "yearly_cost": "1200", "name": "Planner"})
    session.refresh(tool)
    assert (tool.name, tool.yearly_cost, tool.currency) == ("Planner", Decimal(1200), "USD")
    as_branch_manager.post(f"/tools/{tool.id}/end", data={"on": "2026-01-31"})
    session.refresh(tool)
    assert tool.ended_on == date(2026, 1, 31)
    shown = page(as_branch_manager.get("/at/green-east/tools"))
    assert "Planner, Green East, until Jan 31, 2026" in shown.find("section", {"aria-labelledby": "ended"}).text
    assert not shown.select("tr.avg")
    again = as_branch_manager.post(f"/tools/{tool.id}/end", data={"on": "2026-02-01"})
    assert "is used no more" in again.text


def test_the_download_runs_nothing(as_branch_manager):
    add(as_branch_manager, note="=1+1")
    (header, row) = as_branch_manager.get("/at/green-east/tools.csv").text.splitlines()
    assert header.startswith("place_code,place,kind,name")
    assert "'=1+1" in row
    assert "Post Planner" in row


def test_doors(as_staff, as_auditor, as_branch_manager, as_stranger, tool):
    for path in ("/at/green-north/tools", "/at/green-north/tools.csv"):
        assert [b.get(path).status_code for b in (as_staff, as_auditor, as_branch_manager, as_stranger)] == [
            403, 200, 403, 404,
        ]  # fmt: skip
    for path in ("/at/green-north/tools/new", f"/tools/{tool.id}/edit", f"/tools/{tool.id}/end"):
        assert [b.get(path).status_code for b in (as_staff, as_auditor, as_branch_manager, as_stranger)] == [
            403, 403, 403, 404,
        ]  # fmt: skip
        assert as_stranger.post(path, data=GOOD).status_code == 404
