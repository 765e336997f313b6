"""Where people rely on an installation, the demo's admin, whose password many may know, founds and restores nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from app.desk.actions import make_set_up_link
from app.foundation.clock import now
from app.foundation.database import db
from tests.conftest import build
from tests.databases import Database


@pytest.mark.parametrize("engine_name", ["sqlite"])  # one load of the demo is enough: a page decides, not an engine
def test_removing_the_demo_hands_no_set_up_link_to_the_demos_admin(
    engine_name: str, fresh_database: Callable[[str], Database], tmp_path: Path
) -> None:
    application = build(
        fresh_database(engine_name), mode="production", secure_cookies=False, instance_path=tmp_path / "here"
    )
    with application.app_context():
        token = make_set_up_link(db.session, at=now())
        db.session.commit()
    browser = application.test_client()
    loaded = browser.post(f"/set-up/{token}/demo")
    password = BeautifulSoup(loaded.text, "html5lib").select_one(".once")
    assert password is not None
    admin = {"email": "admin@three-rivers.example", "password": password.get_text(strip=True)}
    assert browser.post("/sign-in", data=admin).location == "/"
    removed = browser.post("/demo/remove")
    assert removed.location == "/sign-in"
    assert "flask consortia setup-link" in browser.get("/sign-in").text
