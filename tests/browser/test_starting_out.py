"""From nothing to the first figures: a consortium, its places from the survey, an account, a pull from its server."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from config import ROOT
from tests.browser.axe import assert_accessible
from tests.browser.conftest import WORK_IS_DONE_WITHIN, PageAs, register_account
from tests.browser.installation import Installation
from tests.platforms.mastodon_server import MastodonServer, running_mastodon

_SURVEY = ROOT / "seeds" / "pls"
_SLUG = "new-lake"


@pytest.fixture
def mastodon() -> Iterator[MastodonServer]:
    """A server that speaks Mastodon's interface."""
    with running_mastodon() as server:
        yield server


def test_a_consortium_begins_with_a_command_and_ends_up_with_figures(
    page_as: PageAs, installation: Installation, mastodon: MastodonServer
) -> None:
    founding = ("consortia", "create", "New Lake", "--slug", _SLUG, "--admin-email", "ida@green.example")
    link = installation.flask(*founding).split()[-1]
    page = page_as(None)
    page.goto(link)
    page.get_by_label("Choose a password", exact=True).fill("seven tall birches")
    page.get_by_role("button", name="Join as").click()
    expect(page.get_by_role("banner")).to_contain_text("ida@green.example")
    expect(page.locator(".demo-mark")).to_have_count(0)

    _import_survey(page)
    _pull_and_compare(page, installation, mastodon)


def _import_survey(page: Page) -> None:
    """Twice: what is there already is said to be there."""
    page.goto("/places")
    for is_first in (True, False):
        page.get_by_role("link", name="Import the library survey").first.click()
        page.get_by_label("First file: libraries").set_input_files(_SURVEY / "libraries.csv")
        page.get_by_label("Second file: outlets").set_input_files(_SURVEY / "outlets.csv")
        page.get_by_role("button", name="Check the files").click()
        left_out = page.get_by_role("table", name="Rows that are left out")
        expect(left_out.locator("tbody tr")).to_have_count(1)
        expect(left_out).to_contain_text("ZZ0009")
        assert_accessible(page)
        if is_first:
            page.get_by_role("button", name="Import 10 places").click()
            expect(page.get_by_text("Libraries: 4 added")).to_be_visible()
    expect(page.get_by_text("Everything in the files is here already.")).to_be_visible()
    page.get_by_role("link", name="Back to places").click()
    expect(page.locator(".lede")).to_have_text("4 libraries, 6 branches")


def _pull_and_compare(page: Page, installation: Installation, mastodon: MastodonServer) -> None:
    """What the server was given is what the page and the command show."""
    library, patron = mastodon.create_account("alder"), mastodon.create_account("patron")
    mastodon.follow(patron, library)
    posts = [mastodon.post(library, words) for words in ("Story time at ten.", "What are you reading?")]
    mastodon.post(patron, "A mystery", reply_to=posts[1])
    mastodon.favourite(patron, posts[0])

    place = page.get_by_role("link", name="Alder Branch").get_attribute("href") or ""
    account = register_account(page, place.strip("/").split("/")[-1], f"{mastodon.base_url}/@alder")
    page.get_by_role("button", name="Pull now").click()
    expect(page.get_by_text("will be pulled in a moment")).to_be_visible()
    _look_until(page, page.get_by_role("table", name="The newest pulls and imports").get_by_text("Done"))

    told = json.loads(installation.flask("metrics", "show", "--consortium", _SLUG, "--account", account, "--json"))
    known = {name: figure["value"] for name, figure in told["figures"].items() if "value" in figure}
    assert (known["followers"], known["posts"]) == (1, 2)
    page.goto(f"/accounts/{account}/figures/{told['day']}")
    assert dict(_shown(page)) == {name.replace("_", "-"): value for name, value in known.items()}


def _look_until(page: Page, wanted: Locator) -> None:
    """The page of figures is plain: look again, as a reader would."""
    for _ in range(WORK_IS_DONE_WITHIN // 500):
        if wanted.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(page.get_by_role("main").inner_text())


def _shown(page: Page) -> Iterator[tuple[str, int]]:
    """Each figure of a day's page that is a number."""
    for row in page.locator("tbody tr").all():
        words = row.get_by_role("cell").first.inner_text().strip().replace(",", "")
        if words.isdigit():
            yield row.get_attribute("id") or "", int(words)
