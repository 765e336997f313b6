"""Step nine: branches beside their own targets, with the filters in the address; and the director's home."""

import csv
import io
import re
from collections.abc import Callable
from itertools import pairwise
from statistics import median

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PageAs

_ANSWERED, _STATUS = "Answered in time, %", "Status"
_PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b(?!s)")


def _table(page: Page) -> Locator:
    return page.get_by_role("region", name="Comparison table").get_by_role("table")


def _rows(page: Page) -> list[list[str]]:
    """The places of the table, cell by cell, without the median."""
    rows = _table(page).locator("tbody tr:not(.avg)").all()
    return [[cell.inner_text().strip() for cell in row.locator("th, td").all()] for row in rows]


def test_the_home_begins_with_a_sentence_and_what_needs_a_decision(page_as: PageAs) -> None:
    page = page_as("director")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("How are the branches doing?")
    expect(page.locator(".lede")).to_have_text(re.compile(r"\d+ of 22 branches are on track"))
    expect(page.get_by_role("row", name=re.compile("^Eastside"))).to_contain_text("Off track")
    decisions = page.get_by_role("region", name="Needs a decision from you")
    decisions.get_by_role("link", name=re.compile("^Eastside posts 92% broadcast")).click()
    expect(page).to_have_url(re.compile("/findings/"))


def test_filters_stay_in_the_address(page_as: PageAs) -> None:
    page = page_as("director", theme="dark")
    page.goto("/at/millbrook/compare")
    everyone = _rows(page)
    page.get_by_label("Status", exact=True).select_option("Off track")
    expect(page).to_have_url(re.compile("status=off_track"))
    expect(_table(page).locator("tbody tr:not(.avg)")).to_have_count(sum(row[-1] == "Off track" for row in everyone))
    page.reload()
    expect(page.get_by_label("Status", exact=True)).to_have_value("off_track")
    assert {row[-1] for row in _rows(page)} == {"Off track"}


def test_rows_are_sorted_by_links_without_script(page_without_script: Callable[..., Page]) -> None:
    page = page_without_script("director")
    page.goto("/at/millbrook/compare")
    residents_head = page.get_by_role("columnheader", name=re.compile("^Residents"))
    residents_head.get_by_role("link").click()
    expect(residents_head).to_have_attribute("aria-sort", "descending")
    residents = [float(row[1]) for row in _rows(page)]
    assert all(more >= fewer for more, fewer in pairwise(residents))
    page.get_by_label("Status", exact=True).select_option("On track")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("status=on_track"))
    assert "sort=-residents" in page.url


def test_the_file_holds_what_the_table_shows_and_the_median_is_theirs(
    page_as: PageAs, client_as: Callable[[str], httpx.Client]
) -> None:
    page = page_as("director", width=390)
    page.goto("/at/millbrook/compare?sort=name")
    link = page.get_by_role("link", name="Download").get_attribute("href") or ""
    table = csv.DictReader(io.StringIO(client_as("director").get(link).text.removeprefix("\ufeff")))
    file = {row["Branch"]: row for row in table}
    shown = {row[0]: row for row in _rows(page)}
    assert list(shown) == list(file)
    for name, row in shown.items():
        assert row[-1] == file[name][_STATUS]
        figure = file[name][_ANSWERED]
        assert float(row[2]) == pytest.approx(float(figure), abs=0.5) if figure else not row[2].isdigit()
    answered = [float(row[_ANSWERED]) for row in file.values() if row[_ANSWERED]]
    middle = _table(page).locator("tr.avg td").nth(1)
    assert float(middle.inner_text()) == pytest.approx(median(answered), abs=0.5)
    assert shown["Mill Lane"][2].startswith("Too few to judge")


def test_it_prints_without_its_controls(page_as: PageAs) -> None:
    page = page_as("director", theme="dark")
    page.goto("/at/millbrook/compare")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Apply")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert 1 <= len(_PAGE_OF_PDF.findall(page.pdf(format="Letter", prefer_css_page_size=True))) <= 3
