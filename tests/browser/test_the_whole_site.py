"""Every page that links lead to, for each role: it opens, it is well built, and axe finds nothing in either theme."""

from collections.abc import Callable

import httpx
import pytest
from werkzeug.routing import MapAdapter

from app.factory import create_app
from tests.browser.axe import violations_of
from tests.browser.conftest import PageAs
from tests.browser.installation import ADDRESSES, Installation
from tests.browser.site import Found, links_of, problems_of, walk

_LEAST_KINDS = 30


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


@pytest.mark.parametrize("role", ["manager", "staff"])
def test_no_link_leads_where_the_reader_may_not_go(
    pages_of: Callable[[str], list[Found]], client_as: Callable[[str], httpx.Client], role: str
) -> None:
    client = client_as(role)
    links = {link: page.path for page in pages_of(role) for link in links_of(page)}
    refused = [
        f"{link} (linked from {path}): status {status}"
        for link, path in links.items()
        if (status := client.get(link).status_code) >= httpx.codes.BAD_REQUEST
    ]
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(page_as: PageAs, pages_of: Callable[[str], list[Found]], theme: str, width: int) -> None:
    checked: set[str] = set()
    problems: list[str] = []
    for role in ("director", "manager", "admin", "staff", "auditor"):
        page = page_as(role, width=width, theme=theme)
        for found in pages_of(role):
            # one for each kind of place in the light, one for each route in the dark
            key = found.key if theme == "light" else found.endpoint
            if key not in checked and found.status == httpx.codes.OK:
                checked.add(key)
                page.goto(found.path)
                problems += [f"{found.path} ({role}): {violation}" for violation in violations_of(page)]
    assert len(checked) >= _LEAST_KINDS, sorted(checked)
    assert not problems, "\n".join(problems)
