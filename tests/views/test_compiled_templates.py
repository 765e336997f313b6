"""Templates compiled by one process are there for the next, and a page does without where the disk takes none."""

import shutil
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from app.factory import create_app
from app.foundation.database import db
from tests.databases import Database

FRESH = Callable[[str], Database]


def show_sign_in(database: Database, instance: Path, *, before: Callable[[], object] = lambda: None) -> None:
    application = create_app(database.settings(instance_path=instance))
    before()
    assert application.test_client().get("/sign-in").status_code == HTTPStatus.OK
    with application.app_context():
        db.engine.dispose()


def test_what_is_compiled_is_kept_and_not_made_anew(fresh_database: FRESH, tmp_path: Path) -> None:
    database = fresh_database("sqlite")
    show_sign_in(database, tmp_path)
    made = {path: path.stat().st_ino for path in (tmp_path / "templates").rglob("*.cache")}
    assert made
    show_sign_in(database, tmp_path)
    assert made == {path: path.stat().st_ino for path in (tmp_path / "templates").rglob("*.cache")}


def test_a_page_needs_no_folder_for_them(fresh_database: FRESH, tmp_path: Path) -> None:
    database = fresh_database("sqlite")
    show_sign_in(database, tmp_path, before=lambda: shutil.rmtree(tmp_path / "templates"))
    assert not (tmp_path / "templates").exists()
    (tmp_path / "templates").write_text("in the way")
    show_sign_in(database, tmp_path)
