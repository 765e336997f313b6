"""Step five: the matrix with its gaps in words, a duty given without script, the job description and its print."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs

_GAP = "Nobody answers since"
_GAP_NAMED = re.compile("nobody answers", re.IGNORECASE)
_PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b(?!s)")


def test_the_matrix_says_who_is_missing(page_as: PageAs) -> None:
    page = page_as("manager")
    page.goto("/at/eastside/duties")
    mastodon = page.get_by_role("row", name="Answer questions").get_by_role("cell").nth(3)
    expect(mastodon).to_contain_text(_GAP)
    expect(mastodon).to_have_class("gap")
    expect(page.get_by_role("row", name=re.compile("^Tom Beckett"))).to_contain_text("1.5 h over")

    page.get_by_label("Only gaps").check()
    expect(page).to_have_url(re.compile("gaps=1"))
    expect(page.get_by_role("row", name=re.compile("^Follow"))).to_have_count(0)
    expect(page.locator("td.gap")).to_have_count(1)


def test_a_duty_is_given_and_taken_back_without_script(page_without_script: Callable[..., Page]) -> None:
    page = page_without_script("manager", width=390, theme="dark")
    page.goto("/at/eastside/duties")
    page.get_by_role("link", name=_GAP_NAMED).click()
    # the position of who left holds the duty still: that ends first
    page.get_by_role("link", name=re.compile("^End it.*Reference librarian")).click()
    page.get_by_label("Last day").fill("2026-10-03")
    page.get_by_role("button", name="End the duty").click()

    page.get_by_role("link", name=_GAP_NAMED).click()
    page.get_by_role("radio", name=re.compile("^Primary")).check()
    holder = page.get_by_label("Who", exact=True)
    holder.select_option(holder.locator("option", has_text="Priya Raman").get_attribute("value"))
    page.get_by_label("Hours a week").fill("")
    page.get_by_role("button", name="Assign the duty").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Hours a week").fill("0.25")
    page.get_by_role("button", name="Assign the duty").click()
    expect(page.get_by_text("Priya Raman is primary for Answer questions on Mastodon")).to_be_visible()
    expect(page.get_by_role("link", name=_GAP_NAMED)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=_GAP_NAMED)).to_have_count(1)


@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_a_job_description_prints_on_one_page(page_as: PageAs, paper: str) -> None:
    page = page_as("manager", theme="dark")
    page.goto("/at/eastside/duties")
    page.get_by_role("link", name="Adult services librarian").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Adult services librarian")
    expect(page.get_by_role("row", name="Total")).to_contain_text("4.75")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_hidden()
    assert len(_PAGE_OF_PDF.findall(page.pdf(format=paper))) == 1
