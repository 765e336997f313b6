"""Whatever goes wrong on a page while a test looks elsewhere: errors in the console, strange requests, overflow."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

#: a page that scrolls sideways on a narrow screen says so in the console, with the elements that stick out
_OVERFLOW = """
const measure = () => {
  const page = document.documentElement;
  if (innerWidth > 400 || page.scrollWidth <= innerWidth) return;
  const scrolls = (box) => box && box !== document.body && (getComputedStyle(box).overflowX !== "visible" || scrolls(box.parentElement));
  const wide = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((box) => box.getBoundingClientRect().right > innerWidth + 1 && !scrolls(box.parentElement))
    .map((box) => box.outerHTML.slice(0, 120));
  console.error(`${page.scrollWidth} pixels wide: ${wide.slice(0, 3).join(" | ")}`);
};
addEventListener("load", measure);
addEventListener("resize", measure);
"""
_SERVER_ERROR = 500
_LEFT_EARLY = "net::ERR_ABORTED"  # a download, or a page left before it was whole


@dataclass
class Watch:
    """Follows every page of a browser context; ``seen`` is empty where all is well."""

    base_url: str
    seen: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """From now on, on every page of this context."""
        context.add_init_script(_OVERFLOW)
        context.on("console", self._console)
        context.on("weberror", self._script_error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.page.url if message.page else ""
            self._note(where, f"console: {message.text}")

    def _script_error(self, error: WebError) -> None:
        self._note(error.page.url if error.page else "", f"script: {error.error}")

    def _request(self, request: Request) -> None:
        if not re.match(rf"{re.escape(self.base_url)}(/|$)|data:|blob:|about:|chrome", request.url):
            self._note(request.url, "a request to another server")

    def _failed(self, request: Request) -> None:
        if request.failure != _LEFT_EARLY:
            self._note(request.url, f"failed: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= _SERVER_ERROR:
            self._note(response.url, f"status {response.status}")

    def _note(self, where: str, what: str) -> None:
        self.seen.append(f"{where.removeprefix(self.base_url)}: {what}")
