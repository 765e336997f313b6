"""The demo beside both worlds, loaded by its command once a run on each engine, for whoever needs a full database."""

from app.background.registry import background
from app.foundation.database import db
from tests import databases
from tests.conftest import build
from tests.databases import Database
from tests.factories.world import template_of_worlds

#: the demo's last day, whatever day the tests run on
LAST_DAY = "2026-11-09"


def template_of_demo(engine_name: str) -> Database:
    """The template that holds it; :func:`template_of_worlds` is what it held before."""
    return databases.filled(engine_name, "demo", _load, source=template_of_worlds(engine_name))


def _load(database: Database) -> None:
    application = build(database)
    result = application.test_cli_runner().invoke(args=["demo", "load", "--as-of", LAST_DAY])
    assert result.exit_code == 0, result.output
    with application.app_context():
        db.engine.dispose()
        background().queue.huey.storage.close()
