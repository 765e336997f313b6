"""Every page there is, for each role: it opens, it is well built, and axe finds nothing in either theme."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from werkzeug.routing import MapAdapter

from app.factory import create_app
from tests.browser.axe import (
    assert_accessible_in_both_themes,
    have_axe_everywhere,
    violations_in_both_themes,
    violations_of,
)
from tests.browser.conftest import PageAs
from tests.browser.installation import ADDRESSES, Installation
from tests.browser.site import Found, links_of, problems_of, typed, walk

_LEAST_KINDS = 90
#: for programs and for other pages
_NO_PAGES = {"desk.health", "upkeep.metrics", "upkeep.ready", "web.asset", "web.favicon"}
_FILES = ("export", "_csv", "_file", "_template", "problems")
#: reached by a file or a draft that somebody makes, and by links of one use: checked below and in the tests of policies
_MADE = {
    "accounts.ask_again",
    "accounts.check_accounts",
    "accounts.decide_trial",
    "accounts.drill",
    "accounts.give_address",
    "consortia.check_places",
    "consortia.check_survey",
    "desk.account_request",
    "desk.stay",
    "imports.batch",
    "imports.check_file",
    "metrics.run",
    "imports.undo",
    "people.check_people",
    "policies.edit_clause",
    "policies.publish",
    "posts.correct",
    "posts.remove",
}
_BY_LINK = {
    "accounts.came_back",
    "desk.set_up",
    "desk.set_up_demo",
    "desk.set_up_restore",
    "people.confirm_email",
    "people.join",
    "people.new_password",
    "people.sign_in_by_link",
}


@pytest.fixture(scope="session")
def routes(installation: Installation) -> MapAdapter:
    """Which endpoint answers which address."""
    return create_app(installation.database.settings()).url_map.bind("127.0.0.1")


@pytest.fixture(scope="session")
def walked() -> dict[str, list[Found]]:
    """What each role reaches, walked once."""
    return {}


@pytest.fixture
def pages_of(
    walked: dict[str, list[Found]], routes: MapAdapter, client_as: Callable[[str], httpx.Client]
) -> Callable[[str], list[Found]]:
    """The pages that a role reaches."""

    def pages(role: str) -> list[Found]:
        if role not in walked:
            linked = walk(client_as(role), routes)
            walked[role] = linked + typed(client_as(role), routes, linked)
        return walked[role]

    return pages


@pytest.mark.parametrize("role", ADDRESSES)
def test_every_page_opens_and_is_well_built(pages_of: Callable[[str], list[Found]], role: str) -> None:
    problems = [
        f"{page.path} (linked from {page.linked_from}): {problem}"
        for page in pages_of(role)
        for problem in problems_of(page)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("role", ["manager", "staff"])
def test_no_link_leads_where_the_reader_may_not_go(
    pages_of: Callable[[str], list[Found]], client_as: Callable[[str], httpx.Client], role: str
) -> None:
    client = client_as(role)
    links = {link: page.path for page in pages_of(role) for link in links_of(page)}
    statuses = {page.path: page.status for page in pages_of(role)}  # what the walk opened need not be opened again
    refused = [
        f"{link} (linked from {path}): status {status}"
        for link, path in links.items()
        if (status := statuses.get(link) or client.get(link).status_code) >= httpx.codes.BAD_REQUEST
    ]
    assert not refused, "\n".join(refused)


def test_axe_finds_nothing(page_as: PageAs, pages_of: Callable[[str], list[Found]]) -> None:
    checked: set[str] = set()
    problems: list[str] = []
    for role in ("director", "manager", "admin", "staff", "auditor"):
        page = page_as(role)
        have_axe_everywhere(page)
        for found in pages_of(role):
            # one for each kind of place in the light, one for each route in the dark
            if found.key in checked or found.status != httpx.codes.OK:
                continue
            page.goto(found.path)
            told = violations_of(page) if found.endpoint in checked else violations_in_both_themes(page)
            checked |= {found.key, found.endpoint}
            problems += [f"{found.path} ({role}): {violation}" for violation in told]
    assert len({key.split(" at a ")[0] for key in checked}) >= _LEAST_KINDS, sorted(checked)
    assert not problems, "\n".join(problems)


def test_no_page_is_left_out(pages_of: Callable[[str], list[Found]], routes: MapAdapter) -> None:
    reached = {page.endpoint for role in ADDRESSES for page in pages_of(role) if page.status == httpx.codes.OK}
    asked = {rule.endpoint for rule in routes.map.iter_rules() if "GET" in (rule.methods or ())}
    # the first page of all is the home page of somebody's place
    known = _NO_PAGES | _MADE | _BY_LINK | {"desk.home"}
    assert sorted(each for each in asked - reached - known if not each.endswith(_FILES)) == []


def test_axe_finds_nothing_behind_a_link_of_one_use(page_as: PageAs, installation: Installation) -> None:
    page = page_as("staff")
    for path in installation.links_for("staff"):
        page.goto(path)
        assert_accessible_in_both_themes(page)
    stranger = page_as(None)
    link = installation.flask("consortia", "setup-link").split()[-1]
    for path in ("", "/demo", "/restore"):
        stranger.goto(link + path)
        assert_accessible_in_both_themes(stranger)


def test_axe_finds_nothing_where_a_file_was_checked(page_as: PageAs, tmp_path: Path) -> None:
    page = page_as("admin")
    for path in ("/places/import/file", "/at/millbrook/people/import", "/at/millbrook/accounts/import"):
        page.goto(path)
        with page.expect_download() as template:
            page.get_by_role("link", name="Download the template").click()
        file = tmp_path / "template.csv"
        template.value.save_as(file)
        _check(page, file)
    (tmp_path / "october.csv").write_text("Date,Impressions,Reach,Hellos\n31/09/2026,2,x,1\n01/10/2026,5,3,2\n")
    manager = page_as("manager")
    manager.goto("/at/eastside/accounts")
    manager.locator("tbody th a").first.click()
    manager.goto(f"{manager.url.split('?')[0]}/import")
    _check(manager, tmp_path / "october.csv")
    expect(manager.get_by_role("heading", name=re.compile("Match columns"))).to_be_visible()
    assert_accessible_in_both_themes(manager)


def _check(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    before = page.url
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_url(lambda url: url != before)
    assert_accessible_in_both_themes(page)
