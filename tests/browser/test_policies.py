"""Step four: drafted from a template, put in force, adopted by a director without script; a clause with its standing."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import PageAs
from tests.demo import LAST_DAY


def test_a_policy_is_drafted_put_in_force_and_adopted_without_script(
    page_as: PageAs, page_without_script: Callable[..., Page]
) -> None:
    today = LAST_DAY  # the demo's own day
    admin = page_as("admin")
    admin.goto("/policies")
    admin.get_by_role("link", name="Draft a policy").click()
    template = admin.get_by_label("Template", exact=True)
    template.select_option(template.locator("option", has_text="T04").get_attribute("value"))
    admin.get_by_label("Code").fill("SM 9")
    admin.get_by_label("Title").fill("Answering critics kindly")
    admin.get_by_role("radio", name="Recommended").check()
    admin.get_by_role("button", name="Draft the policy").click()
    expect(admin.get_by_text("This is a draft.")).to_be_visible()
    admin.get_by_role("link", name=re.compile("Change clause 1")).first.click()
    assert_accessible(admin)
    admin.get_by_label("Heading").fill("Why we answer")
    admin.get_by_role("button", name="Save the clause").click()
    expect(admin.get_by_role("heading", name="Why we answer")).to_be_visible()
    admin.get_by_role("link", name="Put in force").click()
    assert_accessible(admin)
    admin.get_by_label("In force from").fill(today)
    admin.get_by_label("Review by").fill("2030-01-31")
    admin.get_by_role("button", name="Put in force").click()
    expect(admin.get_by_text("In force", exact=True).first).to_be_visible()
    expect(admin.get_by_role("link", name="Change clause")).to_have_count(0)

    director = page_without_script("director", width=390)
    director.goto("/policies/sm-9?at=millbrook")
    director.get_by_role("link", name="Record a decision").click()
    director.get_by_role("radio", name="Adopted").check()
    director.get_by_label("Decided on").fill(today)
    director.get_by_label("In force here from").fill(today)
    director.get_by_label("Vote").fill("5 to 2")
    director.get_by_role("button", name="Record the decision").click()
    decision = director.get_by_role("row").filter(has_text="Millbrook County Libraries")
    expect(decision).to_contain_text("5 to 2")
    expect(decision).to_contain_text("Adopted")


def test_a_clause_shows_how_its_rules_stand_here(page_as: PageAs) -> None:
    page = page_as("manager", theme="dark")
    page.goto("/policies")
    page.get_by_role("link", name="Content and posting").click()
    margin = page.get_by_role("complementary", name="Rules for clause 5")
    expect(margin).to_contain_text("At most 70% of posts are broadcast")
    expect(margin).to_contain_text("Not met")
    margin.get_by_role("link", name="See the finding").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Eastside posts 92% broadcast")
    page.get_by_role("link", name="SM 1").first.click()
    expect(page).to_have_url(re.compile("/policies/sm-1/v/1.0.*#clause-5"))
