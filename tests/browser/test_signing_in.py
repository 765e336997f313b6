"""The door: in, wrong, locked to strangers, out, in both themes and at both widths."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import PageAs, sign_in
from tests.browser.installation import ADDRESSES


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_whoever_signs_in_is_greeted_and_can_leave(page_as: PageAs, width: int, theme: str) -> None:
    page = page_as(None, width=width, theme=theme)
    page.goto("/places")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_label("Email").fill(ADDRESSES["director"])
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    assert_accessible(page)

    sign_in(page, "director")
    expect(page.locator(".demo-mark")).to_be_visible()
    if width < 1000:
        page.get_by_text("Menu", exact=True).click()
    else:
        expect(page.get_by_role("banner")).to_contain_text("Margaret Oyelaran")
    page.get_by_role("button", name="Sign out").locator("visible=true").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in"))
