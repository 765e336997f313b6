"""Step eight: the check is run, a finding opened, an action set on it."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import PageAs
from tests.browser.installation import Installation


def test_a_finding_is_found_opened_and_acted_upon(page_as: PageAs, installation: Installation) -> None:
    installation.flask("findings", "check", "--consortium", "three-rivers")
    page = page_as("manager")
    page.goto("/at/eastside/findings")
    heading = page.get_by_role("heading", name="Eastside posts 92% broadcast")
    expect(heading).to_be_visible()
    heading.get_by_role("link").click()
    expect(page.get_by_role("table", name="What was counted")).to_contain_text("Mastodon")
    page.get_by_role("button", name="Set the action").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="What will happen").fill("Ask a question in two posts a week")
    owner = page.get_by_label("Who does it")
    owner.select_option(owner.locator("option", has_text="Adult services librarian, Eastside").get_attribute("value"))
    due = datetime.now(UTC).date() + timedelta(days=30)
    page.get_by_label("By when").fill(due.isoformat())
    page.get_by_role("button", name="Set the action").click()
    page.goto("/at/eastside/findings")
    expect(page.get_by_role("article", name="Eastside posts 92% broadcast")).to_contain_text(
        "Ask a question in two posts a week"
    )
