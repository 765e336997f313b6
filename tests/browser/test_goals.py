"""Step six: a strategy, a goal and a KPI at a branch that has none; and what stands behind a KPI of the story."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PageAs


def test_a_branch_without_a_strategy_gets_one_with_a_goal_and_a_kpi(page_as: PageAs) -> None:
    page = page_as("director", width=390, theme="dark")
    page.goto("/at/stony-ford/goals")
    page.get_by_role("link", name="Write the strategy").click()
    page.get_by_label("Strategy statement").fill("Be asked first, and answer.")
    page.get_by_label("First day").fill("2026-07-01")
    page.get_by_label("Last day").fill("2029-06-30")
    page.get_by_role("button", name="Save the strategy").click()
    expect(page.get_by_text("“Be asked first, and answer.”")).to_be_visible()

    page.get_by_role("link", name="Set the first goal").click()
    page.get_by_label("Goal", exact=True).fill("Answer everyone within a day")
    page.get_by_label("Position that answers for it").select_option(index=1)
    page.get_by_label("To be reached by").fill("2028-06-30")
    page.get_by_role("button", name="Save the goal").click()
    expect(page.get_by_role("heading", name="Goal 1. Answer everyone within a day")).to_be_visible()

    page.get_by_role("link", name="Add a KPI").click()
    measure = page.get_by_label("Measure", exact=True)
    measure.select_option(measure.locator("option", has_text="Answered in time").get_attribute("value"))
    page.get_by_label("Where it started").fill("40")
    page.get_by_label("Target", exact=True).fill("")
    page.get_by_label("In force from").fill("2026-07-01")
    page.get_by_label("To be reached by").fill("2028-06-30")
    page.get_by_role("button", name="Add the KPI").click()
    expect(page.get_by_role("alert")).to_contain_text("Target")
    page.get_by_label("Target", exact=True).fill("80")
    page.get_by_role("button", name="Add the KPI").click()
    page.get_by_role("link", name="Answered in time").click()
    expect(page.get_by_role("table", name="Targets, newest first")).to_contain_text("80%")


def test_a_kpi_opens_to_its_targets_periods_and_figures(page_as: PageAs) -> None:
    page = page_as("manager")
    page.goto("/at/eastside/goals")
    page.get_by_role("link", name="Answered in time", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Answered in time, Eastside")
    expect(page.get_by_role("table", name="Targets, newest first")).to_contain_text("85%")
    quarter = page.get_by_role("row", name=re.compile("^August to October 2026"))
    expect(quarter).to_contain_text("61%")
    expect(quarter).to_contain_text("Off track")
    behind = page.get_by_role("table", name="Accounts and months behind")
    behind.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Figures of")
