"""axe, the checker of accessibility, on a page as it stands: WCAG 2.0 to 2.2, levels A and AA, and best practice, any impact."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_RUN = """async () => {
  document.querySelectorAll("details").forEach((hidden) => { hidden.open = true });
  const wanted = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] };
  const found = await axe.run(document, { runOnly: wanted, resultTypes: ["violations"], iframes: false });
  const told = (node) => `${node.target} ${node.html.slice(0, 160)} (${node.any[0]?.message ?? ""})`;
  return found.violations.map((each) => `${each.impact} ${each.id}: ${each.nodes.slice(0, 3).map(told).join(" | ")}`);
}"""


def violations_of(page: Page) -> list[str]:
    """What axe finds, in its words; every disclosure is opened first."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN)
    return found


def assert_accessible(page: Page) -> None:
    """For pages that no link leads to: steps of a form, and what stands before the door."""
    found = violations_of(page)
    assert not found, "\n".join([page.url, *found])
