"""The demo as the first page of an empty installation loads it: entered, left, removed, in a trial and in production."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.foundation.database import db
from tests import databases
from tests.conftest import build
from tests.databases import Database

ADMIN = "admin@three-rivers.example"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, str]]:
    """An installation on SQLite that was empty until a browser had it load the demo, and the password that it told.

    One load is enough, since a page decides and not an engine; the demo on PostgreSQL is tests/views/test_demo.py.
    """
    database = databases.fresh("sqlite")
    application = build(database, instance_path=tmp_path_factory.mktemp("loaded"))
    browser, link = application.test_client(), _link_of(application)
    assert browser.post(link, data={"start": "demo"}).location == f"{link}/demo"
    told = BeautifulSoup(browser.post(f"{link}/demo").text, "html5lib").select_one(".once")
    assert told is not None
    _close(application)
    yield database, told.get_text(strip=True)
    databases.drop(database)


def test_the_demo_is_entered_left_and_removed_from_the_browser(loaded: tuple[Database, str], tmp_path: Path) -> None:
    application = build(databases.fresh("sqlite", loaded[0]), instance_path=tmp_path)
    browser = application.test_client()
    assert browser.post("/sign-in", data={"email": ADMIN, "password": loaded[1]}).location == "/"
    assert "Remove the demo" in browser.get("/settings").text
    assert "All its places, people and figures go" in browser.get("/demo/remove").text
    removed = browser.post("/demo/remove")
    assert removed.location.startswith("/set-up/")
    assert "Where do you want to start?" in browser.get(removed.location).text
    assert "/sign-in" in browser.get("/").location
    _close(application)


def test_removing_the_demo_hands_no_set_up_link_to_the_demos_admin(
    loaded: tuple[Database, str], tmp_path: Path
) -> None:
    """Where people rely on an installation, the demo's admin, whose password many may know, founds and restores nothing."""
    database = databases.fresh("sqlite", loaded[0])
    application = build(database, mode="production", secure_cookies=False, instance_path=tmp_path)
    browser = application.test_client()
    assert browser.post("/sign-in", data={"email": ADMIN, "password": loaded[1]}).location == "/"
    removed = browser.post("/demo/remove")
    assert removed.location == "/sign-in"
    assert "flask consortia setup-link" in browser.get("/sign-in").text
    _close(application)


def _link_of(application: Flask) -> str:
    made = application.test_cli_runner().invoke(args=["consortia", "setup-link"])
    found = re.search(r"/set-up/[\w-]+", made.output)
    assert found is not None
    return found[0]


def _close(application: Flask) -> None:
    with application.app_context():
        db.engine.dispose()
