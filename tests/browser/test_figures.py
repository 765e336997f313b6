"""Steps three and seven: an account registered by its address, and a file of its daily figures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import WORK_IS_DONE_WITHIN, PageAs, register_account


def test_a_file_is_checked_before_it_is_imported(page_as: PageAs, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    before, then = today - timedelta(days=3), today - timedelta(days=2)
    file = tmp_path / "desk.csv"
    file.write_text(
        f"date,followers,questions due,questions in time\n{before},1212,5,4\n{then},,3,3\nlast Monday,1,1,1\n"
    )
    page = page_as("director", width=390, theme="dark")
    account = register_account(page, "fernhill", "https://www.facebook.com/FernhillReads")
    page.goto(f"/accounts/{account}/import")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Days to add")).to_be_visible(timeout=WORK_IS_DONE_WITHIN)
    expect(page.get_by_role("table", name="Rows with problems and their neighbors")).to_contain_text("last Monday")
    assert_accessible(page)
    looked = page.url
    page.goto(f"/accounts/{account}/figures")
    expect(page.get_by_text("1,212")).to_have_count(0)  # a check writes nothing

    page.goto(looked)
    page.get_by_role("button", name="Import 2 rows").click()
    page.get_by_role("link", name="See the figures").click(timeout=WORK_IS_DONE_WITHIN)
    expect(page.get_by_text("1,212")).to_be_visible()
    page.goto(f"/accounts/{account}/figures/{then}")
    expect(page.locator("#followers")).to_contain_text("Blank in the file")
    expect(page.locator("#questions-due")).to_contain_text("desk.csv")
