"""axe, the checker of accessibility, on a page as it stands: WCAG 2.0 to 2.2, levels A and AA, and best practice, any impact.

Every rule looks at everything, but for color-contrast, which alone takes two thirds of the time: it looks at the first
three texts of each style that a tab shows. Its answer depends on nothing but how a text and what it lies on are
painted, and that is compared as the browser computed it, from the text up to the root: another theme, a class more or
a striped row make another style. Whatever is placed out of the flow, and so may lie on something else than its parents,
and every control and label, which may be disabled, is looked at always.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

#: a phone
NARROW: ViewportSize = {"width": 390, "height": 844}
_PREPARE = """() => {
  const PAINT = ["color", "backgroundColor", "backgroundImage", "backgroundClip", "backgroundSize", "opacity", "fontSize",
    "fontWeight", "textShadow", "filter", "mixBlendMode", "visibility", "display", "overflow", "textIndent", "clipPath"];
  const CONTROLS = ["input", "select", "option", "textarea", "button", "label", "fieldset"];
  const ENOUGH = 3;
  const hash = (text) => {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      high = Math.imul(high ^ text.charCodeAt(i), 2654435761);
      low = Math.imul(low ^ text.charCodeAt(i), 1597334677);
    }
    return `${high >>> 0}.${low >>> 0}`;
  };
  const textOf = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
  const isPlaced = (style) => !["static", "relative"].includes(style.position) || style.float !== "none" || style.transform !== "none";
  const partOf = (element, name) => {
    const part = getComputedStyle(element, name);
    return part.content === "none" ? "" : [part.position, part.backgroundColor, part.backgroundImage];
  };
  const visit = (element, above, isOwn, met) => {
    const style = getComputedStyle(element);
    const own = isOwn || isPlaced(style) || CONTROLS.includes(element.localName) || element.ariaDisabled === "true";
    const painted = hash(`${above} ${PAINT.map((name) => style[name])} ${partOf(element, "::before")} ${partOf(element, "::after")}`);
    const key = `${painted} ${element.localName}`;
    // a text that axe does not judge, such as a lone mark, stands for no other
    if (/[a-z0-9]{2}/i.test(textOf(element))) met[key] = (met[key] ?? 0) + 1;
    element.toggleAttribute("data-alike", !own && met[key] > ENOUGH);
    for (const child of element.children) visit(child, painted, own, met);
  };
  window.markAlike = () => {
    const met = JSON.parse(sessionStorage.alike ?? "{}");
    visit(document.documentElement, "", false, met);
    sessionStorage.alike = JSON.stringify(met);
  };
  axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-alike])" }] });
}"""
_RUN = """async () => {
  document.querySelectorAll("details").forEach((hidden) => { hidden.open = true });
  // a change of size or theme is drawn, and whatever moves has arrived
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
  markAlike();
  const wanted = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] };
  const found = await axe.run(document, { runOnly: wanted, resultTypes: ["violations"], iframes: false });
  const told = (node) => `${node.target} ${node.html.slice(0, 160)} (${node.any[0]?.message ?? ""})`;
  return found.violations.map((each) => `${each.impact} ${each.id}: ${each.nodes.slice(0, 3).map(told).join(" | ")}`);
}"""


def have_axe_everywhere(page: Page) -> None:
    """Load axe with each page that opens here from now on, in half the time of handing it to every single one."""
    page.add_init_script(f"{AXE_SCRIPT};({_PREPARE})();")


def violations_of(page: Page) -> list[str]:
    """What axe finds, in its words; every disclosure is opened first."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(_PREPARE)
    found: list[str] = page.evaluate(_RUN)
    return found


def violations_in_both_themes(page: Page) -> list[str]:
    """In the light on a desk, as the page was opened; then in the dark on a phone, without loading it again."""
    found = violations_of(page)
    wide = page.viewport_size
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    found += [f"dark and narrow: {violation}" for violation in violations_of(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(wide or NARROW)
    return found


def assert_accessible(page: Page) -> None:
    """For pages that no link leads to: steps of a form, and what stands before the door."""
    found = violations_of(page)
    assert not found, "\n".join([page.url, *found])


def assert_accessible_in_both_themes(page: Page) -> None:
    """The same, on a desk and on a phone."""
    found = violations_in_both_themes(page)
    assert not found, "\n".join([page.url, *found])
