"""Step two, and the demo's tree: a person is invited, joins by the link, and is seen to have come."""

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import PageAs


def test_the_tree_shows_every_library_with_its_branches(page_as: PageAs) -> None:
    page = page_as("admin", theme="dark")
    page.goto("/")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Places").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Places of Three Rivers Library Consortium")
    expect(page.locator(".lede")).to_have_text("12 libraries, 64 branches")
    page.get_by_label("Name, code or town").fill("eastside")
    page.keyboard.press("Tab")  # with script the filter works at once, and the address keeps it
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(1)
    assert "q=eastside" in page.url


def test_a_person_is_invited_and_joins_by_the_link(page_as: PageAs) -> None:
    manager = page_as("manager", width=390)
    manager.goto("/at/eastside/people")
    manager.get_by_role("link", name="Add a person").click()
    manager.get_by_label("Name").fill("Ada Quill")
    manager.get_by_label("Email").fill("ada.quill@three-rivers.example")
    manager.get_by_label("Role here").select_option("Staff")
    manager.get_by_label("Invite them to sign in").check()
    manager.get_by_role("button", name="Add the person").click()
    link = manager.locator("code").inner_text()
    assert_accessible(manager)

    ada = page_as(None, width=390, theme="dark")
    ada.goto(link)
    ada.get_by_label("Choose a password", exact=True).fill("short")
    ada.get_by_role("button", name="Join as Ada Quill").click()
    expect(ada.get_by_role("alert")).to_be_visible()
    assert_accessible(ada)
    ada.get_by_label("Choose a password", exact=True).fill("seven tall birches")
    ada.get_by_role("button", name="Join as Ada Quill").click()
    expect(ada.get_by_role("heading", level=1)).to_be_visible()
    ada.get_by_text("Menu", exact=True).click()
    expect(ada.get_by_role("link", name="My desk").locator("visible=true")).to_be_visible()

    manager.goto("/at/eastside/roles?q=Ada")
    expect(manager.get_by_role("table").get_by_role("row").filter(has_text="Ada Quill")).to_contain_text("Staff")
