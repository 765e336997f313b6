"""An installation of a test's own: an application, its database and its folder, emptied and filled at will."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from app.foundation.database import db
from app.upkeep.actions.backing_up import back_up
from app.upkeep.actions.restoring import restore_into
from app.upkeep.queries.tables import is_empty
from app.upkeep.rules.manifest import Manifest
from tests import databases
from tests.conftest import build
from tests.databases import Database

FILE = b"date;followers\n2026-11-08;12\n"
AT = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Installation:
    """An application, its database, its folder of kept files."""

    application: Flask
    database: Database
    uploads: Path

    def run(self, *words: str) -> tuple[int, str]:
        done = self.application.test_cli_runner().invoke(args=list(words))
        assert not done.exception or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def back_up(self, path: Path) -> Manifest:
        with self.application.app_context():
            return back_up(db.engine, path, uploads=self.uploads, at=AT)

    def restore(self, path: Path) -> None:
        with self.application.app_context(), path.open("rb") as file:
            restore_into(db.session, file, uploads=self.uploads)
            db.session.commit()

    def is_empty(self) -> bool:
        with self.application.app_context():
            return is_empty(db.session) and not list(self.uploads.glob("*"))


def installation_on(engine_name: str, folder: Path, *, source: Database | None = None) -> Installation:
    """On a copy of a template, the empty one unless named."""
    database = databases.fresh(engine_name, source)
    uploads = folder / "uploads"
    uploads.mkdir(parents=True)
    return Installation(build(database, instance_path=folder), database, uploads)


def remove(installation: Installation) -> None:
    with installation.application.app_context():
        db.engine.dispose()
    databases.drop(installation.database)
