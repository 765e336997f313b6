"""One Chromium for all browser tests of a process, from the first that asks for it until the last of them is over.

It must not outlive them: while Playwright runs, no Flask app of the same process can close a context of its own.
"""

from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Browser, sync_playwright


class Chromium:
    """A browser that starts when it is first wanted, and anew after it was stopped."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._browser: Browser | None = None

    def running(self, arguments: dict[str, Any]) -> Browser:
        """The browser, started if it is not running."""
        if self._browser is None:
            playwright = self._open.enter_context(sync_playwright())
            self._browser = self._open.enter_context(playwright.chromium.launch(**arguments))
        return self._browser

    def stop(self) -> None:
        """Close the browser and what drives it."""
        self._browser = None
        self._open.close()
