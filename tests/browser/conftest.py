"""One installation for all browser tests, and pages of it as each role sees them; each page watches over itself."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

import httpx
import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.chromium import Chromium
from tests.browser.installation import ADDRESSES, PASSWORD, Installation, running_installation
from tests.browser.watch import Watch

_CHROMIUM = Chromium()
_HEIGHTS = {1440: 900, 390: 844}
#: milliseconds; the machine that runs the tests is shared
_PATIENCE = 15_000
WORK_IS_DONE_WITHIN = 90_000
expect.set_options(timeout=_PATIENCE)


class PageAs(Protocol):
    """Opens a page for a role, or for somebody who is not signed in."""

    def __call__(
        self, role: str | None, *, width: int = 1440, theme: str = "light", is_scripted: bool = True
    ) -> Page: ...


def sign_in(page: Page, role: str) -> None:
    """Through the form, as a person does."""
    page.goto("/sign-in")
    page.get_by_label("Email").fill(ADDRESSES[role])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def register_account(page: Page, place: str, url: str) -> str:
    """Through the form; the account's number."""
    page.goto(f"/at/{place}/accounts")
    page.get_by_role("link", name="Register an account").click()
    page.get_by_label("Address of the account").fill(url)
    page.get_by_role("button", name="Register the account").click()
    expect(page.get_by_text("is registered.")).to_be_visible()
    return page.url.rstrip("/").split("/")[-1]


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """The demo behind gunicorn, with a worker; all browser tests run in one process, so it starts once."""
    with running_installation() as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Stop Chromium where the next test is no browser test."""
    try:
        yield
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            _CHROMIUM.stop()


@pytest.fixture
def browser(request: pytest.FixtureRequest, browser_type_launch_args: dict[str, Any]) -> Browser:
    """The Chromium that all browser tests share; it is stopped after the last of them, or with the run."""
    request.config.add_cleanup(_CHROMIUM.stop)
    return _CHROMIUM.running(browser_type_launch_args)


@pytest.fixture(scope="session")
def kept_states() -> dict[str, StorageState]:
    """The cookies of who has signed in during this run."""
    return {}


@pytest.fixture
def state_of(
    kept_states: dict[str, StorageState], browser: Browser, installation: Installation
) -> Callable[[str], StorageState]:
    """The cookies of a role, which signs in once a run."""

    def state(role: str) -> StorageState:
        if role not in kept_states:
            with browser.new_context(base_url=installation.base_url) as context:
                sign_in(context.new_page(), role)
                kept_states[role] = context.storage_state()
        return kept_states[role]

    return state


@pytest.fixture
def page_as(state_of: Callable[[str], StorageState], browser: Browser, installation: Installation) -> Iterator[PageAs]:
    """``page_as("director", width=390, theme="dark")``; what went wrong on any of its pages fails the test."""
    watch = Watch(installation.base_url)
    contexts = []

    def open_page(role: str | None, *, width: int = 1440, theme: str = "light", is_scripted: bool = True) -> Page:
        wanted: dict[str, Any] = {
            "base_url": installation.base_url,
            "viewport": {"width": width, "height": _HEIGHTS[width]},
            "color_scheme": theme,
            "java_script_enabled": is_scripted,
            "storage_state": state_of(role) if role else None,
        }
        context = browser.new_context(**wanted)
        contexts.append(context)
        context.set_default_timeout(_PATIENCE)
        watch.follow(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.seen, "\n".join([*watch.seen, installation.log_tail()])


@pytest.fixture
def page_without_script(page_as: PageAs) -> Callable[..., Page]:
    """The same with JavaScript off."""
    return partial(page_as, is_scripted=False)


@pytest.fixture
def client_as(
    state_of: Callable[[str], StorageState], installation: Installation
) -> Iterator[Callable[[str], httpx.Client]]:
    """Plain requests of somebody signed in, for what needs no drawing."""
    clients = []

    def open_client(role: str) -> httpx.Client:
        cookies = {cookie["name"]: cookie["value"] for cookie in state_of(role)["cookies"]}
        clients.append(httpx.Client(base_url=installation.base_url, cookies=cookies, trust_env=False, timeout=60))
        return clients[-1]

    yield open_client
    for client in clients:
        client.close()
