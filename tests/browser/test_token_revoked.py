"""Journey three: a server takes our token away; the gap is a gap, never zero, and a file fills it without doubling."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import WORK_IS_DONE_WITHIN, PageAs, register_account
from tests.platforms.mastodon_server import running_mastodon

_DAYS = 30
_BY_HAND = {1: 900, 2: 890, 3: 880}


def _days(tmp_path: Path) -> Path:
    today = datetime.now(UTC).date()
    rows = (f"{today - timedelta(days=back)},{1200 - back},2,5,4" for back in range(1, _DAYS + 1))
    file = tmp_path / "gap.csv"
    file.write_text("date,followers,posts,questions due,questions in time\n" + "\n".join(rows) + "\n")
    return file


def test_a_revoked_token_leaves_a_gap_that_a_file_fills_once(page_as: PageAs, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    with running_mastodon() as server:
        server.create_account("gapreads")
        page = page_as("manager")
        account = register_account(page, "eastside", f"{server.base_url}/@gapreads")
        server.fault("status", status=401, count=None)
        page.goto(f"/accounts/{account}/figures")
        page.get_by_role("button", name="Pull now").click()
        expect(page.get_by_text("will be pulled in a moment")).to_be_visible(timeout=WORK_IS_DONE_WITHIN)
        _until(page, f"/accounts/{account}", "Sign-in expired")

    figures = f"/accounts/{account}/figures"
    page.goto(f"{figures}/{today}")
    followers = page.locator("#followers")
    expect(followers).to_contain_text("Sign-in expired")
    expect(followers.locator("td.num")).not_to_contain_text("0")

    for back, count in _BY_HAND.items():
        page.goto(f"/accounts/{account}/by-hand")
        page.get_by_label("Day", exact=True).fill(str(today - timedelta(days=back)))
        page.get_by_label("Followers at the end of the day").fill(str(count))
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_text("Written down.")).to_be_visible()

    _look_at(page, account, _days(tmp_path))
    stats = page.locator("dl.stats")
    expect(stats).to_contain_text("27")
    expect(page.get_by_text("3 days differ from another source by more than 2%")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Import 30 rows").click()
    expect(page.get_by_text("27 days added, 3 changed, 0 the same").first).to_be_visible()

    page.goto(f"{figures}/{today - timedelta(days=1)}")
    expect(page.locator("#followers")).to_contain_text("1,199")
    expect(page.locator("#followers")).to_contain_text("gap.csv")
    expect(page.locator("#followers")).to_contain_text("differs by 25% from what was entered by hand: 900")

    _look_at(page, account, _days(tmp_path))
    expect(page.get_by_text("This very file was imported on")).to_be_visible()
    page.get_by_role("button", name="Import 30 rows").click()
    expect(page.get_by_text("0 days added, 0 changed, 30 the same").first).to_be_visible()


def _look_at(page: Page, account: str, file: Path) -> None:
    page.goto(f"/accounts/{account}/import")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("button", name="Import 30 rows")).to_be_visible(timeout=WORK_IS_DONE_WITHIN)


def _until(page: Page, address: str, words: str) -> None:
    """Look again until the worker is done."""
    for _ in range(60):
        page.goto(address)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"“{words}” did not appear on {address}.")
