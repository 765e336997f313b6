"""Ids that a spreadsheet cut short are refused, and those that only look like it are not."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from app.imports.rules.layouts import Layout, match_columns
from app.imports.rules.meanings import POST_ID, POST_URL, PUBLISHED
from app.imports.rules.post_rows import PostRow, lost_digits, read_post_rows

COLUMNS = match_columns(["id", "at", "link"], Layout((POST_ID, PUBLISHED, POST_URL)))


def read(*posts):
    """The id of each post, or the beginning of why it has none."""
    rows = [(name, f"2026-11-{day:02}", url) for day, (name, url) in enumerate(posts, start=1)]
    found = read_post_rows(
        enumerate(rows, start=2),
        columns=COLUMNS,
        today=date(2026, 11, 22),
        zone=ZoneInfo("America/Chicago"),
        lost=lost_digits(rows, COLUMNS),
    )
    return [each.external_id if isinstance(each, PostRow) else each.sentence for each in found]


@pytest.mark.parametrize(
    "address",
    ["https://x.com/lib/status/{}", "https://twitter.com/lib/status/{}?s=20", "https://www.tiktok.com/@lib/video/{}"],
)
def test_the_address_of_a_post_tells_its_id(address):
    true = "1900000000000000001"
    assert read((true, address.format(true))) == [true]
    assert "cut short" in read(("1900000000000000000", address.format(true)))[0]
    assert f"not the one in the address of the post, {true}" in read(("1900000000000000012", address.format(true)))[0]
    round_one = "1900000000000000000"
    assert read((round_one, address.format(round_one))) == [round_one]


def test_zeros_where_a_spreadsheet_keeps_nothing_are_no_id():
    assert "cut short" in read(("122158000000001000", ""))[0]
    assert read(("122158000000000123", ""), ("1221580000000010", "")) == ["122158000000000123", "1221580000000010"]
    assert read(("1221580000000010", "")) == ["1221580000000010"]


def test_ids_that_all_end_in_zeros_are_no_accident():
    found = read(("17900000000000100", ""), ("17900000000000200", ""))
    assert len(found) == 2
    assert all("cut short" in each for each in found)


def test_other_addresses_have_numbers_of_their_own():
    name = "122158000000000123"
    assert read((name, "https://www.facebook.com/reel/998877665544332")) == [name]
