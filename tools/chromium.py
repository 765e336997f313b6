"""Finds a Chromium for the browser tests, or installs one; prints its path, or one sentence and exit 1."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> str:
    """What is there already, else Debian's, else Playwright's own."""
    for look in (named, installed, downloaded, from_debian, from_playwright):
        if path := look():
            return path
    sys.exit("No Chromium could be found or installed. Install one (apt-get install chromium), or set CHROMIUM_PATH.")


def named() -> str | None:
    """The one that CHROMIUM_PATH names, which must exist."""
    path = os.environ.get("CHROMIUM_PATH")
    if path and not shutil.which(path):
        sys.exit(f"CHROMIUM_PATH names no program: {path}")
    return path


def installed() -> str | None:
    """One of the usual names on the search path."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def downloaded() -> str | None:
    """What Playwright fetched earlier."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def from_debian() -> str | None:
    """Debian's package, where there is apt-get and we may use it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
        if not succeeds(command, quiet):
            return None
    return installed()


def from_playwright() -> str | None:
    """Playwright's own build, downloaded."""
    fetched = succeeds([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))
    return downloaded() if fetched else None


def succeeds(command: list[str], environment: dict[str, str]) -> bool:
    """Run it with its output on stderr: stdout carries only the path."""
    print(f"Running {' '.join(command)}", file=sys.stderr, flush=True)
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode == 0


if __name__ == "__main__":
    print(main())
