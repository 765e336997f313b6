"""The first page of an empty installation: create, demo or restore; the first steps; taking the demo away."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Consortium, ConsortiumSettings
from app.consortia.queries import root_of
from app.foundation.database import db, enter_tenant
from app.people.models import Person
from tests.conftest import build
from tests.databases import ENGINES, Database
from tests.factories.judged import bind
from tests.factories.world import World

PASSWORD = "correct horse battery"
FOUNDING = {
    "start": "create",
    "name": "New Lake Consortium",
    "time_zone": "America/Chicago",
    "fiscal_year_start_month": "7",
    "hours": "Mon to Fri, 9:00 to 18:00",
    "admin_name": "Ann Founder",
    "admin_email": "ann@lake.example",
    "password": PASSWORD,
}


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, fresh_database: Callable[[str], Database], tmp_path: Path) -> Iterator[Flask]:
    """An installation with its tables and nothing in them."""
    application = build(fresh_database(request.param), instance_path=tmp_path / "instance")
    yield application
    with application.app_context():
        db.engine.dispose()


def link_of(application: Flask) -> str:
    """A fresh set-up link."""
    made = application.test_cli_runner().invoke(args=["consortia", "setup-link"])
    found = re.search(r"/set-up/[\w-]+", made.output)
    assert found is not None
    return found[0]


def words_of(page: str) -> str:
    """The words of a page."""
    return " ".join(BeautifulSoup(page, "html5lib").get_text(" ").split())


def test_a_consortium_begins_with_its_clock_year_and_hours(empty: Flask) -> None:
    browser, link = empty.test_client(), link_of(empty)
    assert "Where do you want to start?" in browser.get(link).text
    assert browser.post(link, data=FOUNDING).location == "/sign-in?next=/first-steps"
    browser.post("/sign-in?next=/first-steps", data={"email": "ann@lake.example", "password": PASSWORD})
    steps = words_of(browser.get("/first-steps").text)
    assert "You can leave at any time" in steps
    assert "Import the library survey" in steps
    with empty.app_context():
        consortium = db.session.scalars(sa.select(Consortium)).one()
        enter_tenant(db.session, consortium.id)
        settings = db.session.scalars(sa.select(ConsortiumSettings)).one()
        root = root_of(db.session, within=Scope(consortium.id))
        assert (consortium.slug, settings.time_zone, settings.fiscal_year_start_month) == (
            "new-lake-consortium",
            "America/Chicago",
            7,
        )
    hours = words_of(browser.get(f"/places/{root.code}").text)
    assert "9:00 am to 6:00 pm" in hours


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"hours": "whenever"}, "does not begin with its days"),
        ({"admin_email": "nobody"}, "mail address"),
        ({"name": ""}, "Write the consortium"),
        ({"password": "short"}, "Use at least 12 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_founded(
    empty: Flask, changed: dict[str, str], sentence: str
) -> None:
    browser, link = empty.test_client(), link_of(empty)
    page = browser.post(link, data=FOUNDING | changed)
    assert page.status_code == 200
    assert sentence in page.text
    assert browser.post(link, data=FOUNDING).status_code == 302, "the link is still good"


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_backup_is_restored_from_the_browser(
    engine_name: str, fresh_database: Callable[[str], Database], tmp_path: Path
) -> None:
    there = build(fresh_database(engine_name), instance_path=tmp_path / "there")
    there.test_client().post(link_of(there), data=FOUNDING)
    backup = tmp_path / "ours.backup"
    made = there.test_cli_runner().invoke(args=["backup", str(backup)])
    assert made.exit_code == 0, made.output
    occupied = link_of(there)
    assert "Nothing can be restored here" in there.test_client().get(f"{occupied}/restore").text
    here = build(fresh_database(engine_name), instance_path=tmp_path / "here")
    browser, link = here.test_client(), link_of(here)
    browser.get(f"{link}/restore")
    with backup.open("rb") as file:
        restored = browser.post(f"{link}/restore", data={"file": (file, "ours.backup")})
    assert restored.location == "/sign-in"
    signed_in = browser.post("/sign-in", data={"email": "ann@lake.example", "password": PASSWORD})
    assert signed_in.location == "/"
    assert "New Lake Consortium" in browser.get("/first-steps").text
    assert browser.get(link).status_code == 404, "one-time links of before have ended"
    for application in (there, here):
        with application.app_context():
            db.engine.dispose()


def test_a_file_that_is_no_backup_is_refused(empty: Flask) -> None:
    browser, link = empty.test_client(), link_of(empty)
    assert browser.post(link, data={"start": "restore"}).location == f"{link}/restore"
    assert "The whole file is checked" in browser.get(f"{link}/restore").text
    sent = browser.post(f"{link}/restore", data={"file": (io.BytesIO(b"x" * 200_000), "ours.backup")})
    assert sent.status_code == 200
    assert "There is a problem" in sent.text


def test_without_the_link_nothing_can_be_founded_loaded_or_restored(empty: Flask) -> None:
    browser = empty.test_client()
    for path in ("/set-up/wrong", "/set-up/wrong/demo", "/set-up/wrong/restore"):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code == 404
    big = browser.post("/set-up/wrong/restore", data={"file": (io.BytesIO(b"x" * 200_000), "ours.backup")})
    assert big.status_code in {404, 413}


def test_only_an_admin_sees_the_first_steps_and_the_settings(
    as_admin: FlaskClient, as_director: FlaskClient, as_auditor: FlaskClient, session: Session, world: World
) -> None:
    bind(session, world, "T05")
    session.commit()
    assert "1 policy in force" in words_of(as_admin.get("/first-steps").text)
    for path in ("/first-steps", "/settings", "/demo/remove"):
        assert as_director.get(path).status_code == 403
        assert as_auditor.get(path).status_code == 403
    assert as_admin.get("/demo/remove").status_code == 404, "this consortium is no demo"
    assert as_admin.post("/demo/remove").status_code == 404


def test_the_settings_are_saved_and_told_in_the_history(
    as_admin: FlaskClient, session: Session, world: World, signed_in: Callable[[Person], FlaskClient], far: World
) -> None:
    data = {"time_zone": "America/Denver", "fiscal_year_start_month": "10", "names_shared_on": "2026-10-01"}
    assert as_admin.post("/settings", data=data).status_code == 302
    assert "Mountain Time" in as_admin.get("/settings").text
    settings = session.scalars(
        sa.select(ConsortiumSettings)
        .where(ConsortiumSettings.consortium_id == world.consortium.id)
        .execution_options(populate_existing=True)
    ).one()
    assert (settings.time_zone, settings.fiscal_year_start_month) == ("America/Denver", 10)
    refused = as_admin.post("/settings", data=data | {"time_zone": "Mars/Base"})
    assert refused.status_code == 200
    assert "There is a problem" in refused.text
