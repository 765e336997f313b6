"""Every page that links lead to, for each role: it opens, it is well built, and axe finds nothing in either theme."""

from collections.abc import Callable

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from werkzeug.routing import MapAdapter

from app.factory import create_app
from tests.browser.conftest import PageAs
from tests.browser.installation import ADDRESSES, Installation
from tests.browser.site import Found, problems_of, walk

_AXE = """async () => {
  document.querySelectorAll("details").forEach((hidden) => { hidden.open = true });
  const wanted = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] };
  const found = await axe.run(document, { runOnly: wanted, resultTypes: ["violations"], iframes: false });
  return found.violations.map((each) =>
    `${each.impact} ${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.target} ${node.html.slice(0, 160)} (${node.any[0]?.message ?? ""})`).join(" | ")}`);
}"""
_LEAST_KINDS = 20


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
            walked[role] = walk(client_as(role), routes)
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


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(page_as: PageAs, pages_of: Callable[[str], list[Found]], theme: str, width: int) -> None:
    checked: set[str] = set()
    problems: list[str] = []
    for role in ("director", "manager", "admin", "staff", "auditor"):
        page = page_as(role, width=width, theme=theme)
        for found in pages_of(role):
            if found.key not in checked and found.status == httpx.codes.OK:
                checked.add(found.key)
                problems += [f"{found.path} ({role}): {problem}" for problem in _axe(page, found.path)]
    assert len(checked) >= _LEAST_KINDS, sorted(checked)
    assert not problems, "\n".join(problems)


def _axe(page: Page, path: str) -> list[str]:
    page.goto(path)
    page.evaluate(AXE_SCRIPT)
    problems: list[str] = page.evaluate(_AXE)
    return problems
