"""A library joins in mid-year: from the survey's files to its decisions on policies and its first account."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config import ROOT
from tests.browser.axe import assert_accessible
from tests.browser.conftest import PageAs, register_account
from tests.browser.installation import Installation

_SURVEY = ROOT / "seeds" / "pls"
#: the newcomer, whose year runs from July to June; a second row takes a key that is taken
_LIBRARIES = """\
STABR,FSCSKEY,LIBID,LIBNAME,CITY,ZIP,STARTDAT,ENDDATE,POPU_LSA,STATSTRU
ZZ,ZZ0042,PINE-01,PINE HOLLOW LIBRARY,PINE HOLLOW,00422,07/01/2025,06/30/2026,15300,00
ZZ,ZZ0042,OAK-01,OAK RIDGE LIBRARY,OAK RIDGE,00423,07/01/2025,06/30/2026,4000,00
"""
_OUTLETS = """\
STABR,FSCSKEY,FSCS_SEQ,LIBID,LIBNAME,CITY,PHONE,C_OUT_TY,HOURS,STATSTRU,LOCALE
ZZ,ZZ0042,002,PINE-01,PINE HOLLOW MAIN,PINE HOLLOW,-3,CE,2600,00,32
ZZ,ZZ0042,003,PINE-01,PINE CREEK BRANCH,PINE CREEK,-3,BR,1400,00,42
ZZ,ZZ0042,004,PINE-01,PINE HOLLOW BOOKMOBILE,PINE HOLLOW,-3,BS,600,00,42
"""
_NO_FIGURE = re.compile(r"no data|not collected|no account|no target|nothing to", re.IGNORECASE)


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripted", "plain"])
def test_a_library_joins_in_mid_year(
    page_as: PageAs, installation: Installation, tmp_path: Path, *, is_scripted: bool
) -> None:
    page = page_as(None, is_scripted=is_scripted)
    slug = "long-valley" if is_scripted else "short-valley"
    _found(page, installation, slug)
    _publish(page, "T04", "SM 1", "Required")
    _publish(page, "T05", "SM 2", "Recommended")
    (tmp_path / "libraries.csv").write_text(_LIBRARIES)
    (tmp_path / "outlets.csv").write_text(_OUTLETS)
    _import(page, tmp_path, "Import 4 places", problem="ZZ0042")
    library, main, creek, mobile = (
        _code_of(page, name) for name in ("Pine Hollow Library", "Pine Hollow Main", "Pine Creek", "Bookmobile")
    )
    _check_identifiers(page, library)
    if is_scripted:
        assert_accessible(page)
    _count_residents(page, {creek: "3200", main: "12100"})
    _decide(page, library, "sm-1", "Adopted")
    _decide(page, library, "sm-2", "Declined")
    register_account(page, main, "https://www.facebook.com/pinehollow")
    _bookmobile_has_none(page, mobile)
    _no_figure_is_made_up(page, library)


def _found(page: Page, installation: Installation, slug: str) -> None:
    """A consortium with its members of old."""
    founding = ("consortia", "create", slug.title(), "--slug", slug, "--admin-email", f"kit@{slug}.example")
    page.goto(installation.flask(*founding).split()[-1])
    page.get_by_label("Choose a password", exact=True).fill("seven tall birches")
    page.get_by_role("button", name="Join as").click()
    _import(page, _SURVEY, "Import 10 places", problem="ZZ0009")


def _import(page: Page, folder: Path, button: str, *, problem: str) -> None:
    page.goto("/places/import")
    page.get_by_label("First file: libraries").set_input_files(folder / "libraries.csv")
    page.get_by_label("Second file: outlets").set_input_files(folder / "outlets.csv")
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("table", name="Rows that are left out")).to_contain_text(problem)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("added").first).to_be_visible()


def _publish(page: Page, template: str, code: str, force: str) -> None:
    page.goto("/policies/new")
    choice = page.get_by_label("Template", exact=True)
    choice.select_option(choice.locator("option", has_text=template).get_attribute("value"))
    page.get_by_label("Code").fill(code)
    page.get_by_label("Title").fill(f"{force} everywhere")
    page.get_by_role("radio", name=force).check()
    page.get_by_role("button", name="Draft the policy").click()
    page.get_by_role("link", name="Put in force").click()
    page.get_by_label("In force from").fill(_today())
    page.get_by_label("Review by").fill("2030-01-31")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("In force", exact=True).first).to_be_visible()


def _code_of(page: Page, name: str) -> str:
    page.goto(f"/places?q={name}")
    link = page.get_by_role("main").get_by_role("table").get_by_role("link", name=name)
    return (link.first.get_attribute("href") or "").split("/")[-1]


def _check_identifiers(page: Page, library: str) -> None:
    """The year came with the survey; a key of another library and an ISIL that is none are refused at their fields."""
    page.goto(f"/places/{library}/facts")
    expect(page.get_by_label("Fiscal year starts in")).to_have_value("7")
    page.get_by_label("FSCS key").fill("ZZ0001")
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_role("alert")).to_contain_text("The FSCS key ZZ0001 belongs to")
    page.get_by_label("FSCS key").fill("ZZ0042")
    page.get_by_label("ISIL").fill("Pine Hollow")
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_role("alert")).to_contain_text("ISIL")
    page.get_by_label("ISIL").fill("US-ZzPine")
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_role("main")).to_contain_text("US-ZzPine")


def _count_residents(page: Page, counted: dict[str, str]) -> None:
    """By a method, branch by branch; nobody counts those of a bookmobile."""
    for code, residents in counted.items():
        page.goto(f"/places/{code}/residents")
        page.get_by_label("Residents").fill(residents)
        page.get_by_label("How the number was found").select_option("stated")
        page.get_by_label("Year").fill("2025")
        page.get_by_role("button", name="Save the residents").click()
        expect(page.get_by_role("main")).to_contain_text(f"{int(residents):,}")


def _decide(page: Page, library: str, policy: str, decision: str) -> None:
    page.goto(f"/policies/{policy}?at={library}")
    page.get_by_role("link", name="Record a decision").click()
    page.get_by_role("radio", name=decision).check()
    page.get_by_label("Decided on").fill(_today())
    page.get_by_label("In force here from").fill(_today() if decision == "Adopted" else "")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("row").filter(has_text="Pine Hollow Library")).to_contain_text(decision)


def _bookmobile_has_none(page: Page, mobile: str) -> None:
    page.goto(f"/at/{mobile}/accounts")
    expect(page.get_by_role("main")).to_contain_text(re.compile("no account", re.IGNORECASE))


def _no_figure_is_made_up(page: Page, library: str) -> None:
    """Before the first whole quarter there is nothing to compare, and the page says why instead of showing zeros."""
    page.goto(f"/at/{library}/compare")
    words = page.get_by_role("main").inner_text()
    assert _NO_FIGURE.search(words), words
    assert not re.search(r"(?<![\d.,%])0%", words.replace("0 25", "")), words


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
