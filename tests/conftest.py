"""Fixtures for every suite: an application on each engine, databases of one's own, real files, a browser."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session
from xdist.scheduler import LoadFileScheduling

from app.factory import create_app
from app.foundation.database import db
from tests import databases
from tests.databases import ENGINES, Database
from tests.factories.world import template_of_worlds
from tests.frugal import be_frugal

_BROWSER = "tests/browser/"
_WITHOUT_GPU = ("--disable-gpu", "--disable-gpu-rasterization", "--disable-software-rasterizer")

# the machine that runs the tests is shared: a slow example is no failure
hypothesis_settings.register_profile("house", deadline=None, database=None)
hypothesis_settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """The first process makes the run's folder; those it starts find it."""
    be_frugal()
    if not databases.is_run_started():
        databases.start_run()
        config.add_cleanup(databases.end_run)


class _BrowserInOneProcess(LoadFileScheduling):
    """A process for each file, but one for all browser tests: they share an installation.

    Marks of xdist_group would say the same, but pytest-xdist 3.8 does not see them under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _BROWSER if nodeid.startswith(_BROWSER) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """How several processes share the files, where they do so by file."""
    return _BrowserInOneProcess(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def applications() -> Iterator[Callable[..., Flask]]:
    """Two applications an engine and test process, on databases of their own: an empty one, one with both worlds."""
    made: dict[tuple[str, bool], tuple[Flask, Database]] = {}

    def application_on(engine_name: str, *, with_worlds: bool) -> Flask:
        key = engine_name, with_worlds
        if key not in made:
            database = databases.fresh(engine_name, template_of_worlds(engine_name) if with_worlds else None)
            made[key] = build(database), database
            _keep_what_is_there()
        return made[key][0]

    yield application_on
    for application, database in made.values():
        with application.app_context():
            db.engine.dispose()
        databases.drop(database)
    databases.stop_server()


def _keep_what_is_there() -> None:
    """Never look for garbage again in what an application holds."""
    gc.collect()
    gc.freeze()


def build(database: Database, **changed: Any) -> Flask:
    """An application on a database, as tests want it: bugs rise, forms need no token, no answer waits, templates compile once a run."""
    application = create_app(database.settings(**changed))
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False, LINK_ANSWER_SECONDS=0)
    compiled = databases.run_folder() / "templates"
    compiled.mkdir(exist_ok=True)
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    return application


@pytest.fixture(params=ENGINES)
def application(request: pytest.FixtureRequest, applications: Callable[..., Flask]) -> Iterator[Flask]:
    """The application on both engines; whatever a test commits is rolled back when it ends.

    Not named ``app``: pytest-flask would then share one ``g`` among all requests of a test, and a second
    client would be signed in as the first.
    """
    application = applications(request.param, with_worlds="worlds" in request.fixturenames)
    with application.app_context():
        engine, sessionmaker = db.engine, db.sessionmaker
    with engine.connect() as connection:
        outer = connection.begin()
        sessionmaker.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield application
        finally:
            sessionmaker.configure(bind=engine, join_transaction_mode="conditional_savepoint")
            outer.rollback()


@pytest.fixture
def session(application: Flask) -> Iterator[Session]:
    """A database session beside the requests' own; commit what the requests are to see."""
    with application.app_context():
        sessionmaker = db.sessionmaker
    with sessionmaker() as session:
        yield session


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """A browser without scripts and with its own cookies; make more with ``application.test_client()``."""
    return application.test_client()


@pytest.fixture
def fresh_database() -> Iterator[Callable[[str], Database]]:
    """Migrated databases of a test's own, for workers, servers and faults: nothing is rolled back there."""
    made: list[Database] = []

    def fresh(engine_name: str) -> Database:
        made.append(databases.fresh(engine_name))
        return made[-1]

    yield fresh
    for database in made:
        databases.drop(database)


@pytest.fixture(scope="session")
def real_data_dir() -> Path:
    """Files as agencies and platforms publish them, where this machine has them."""
    folder = os.environ.get("REAL_DATA_DIR")
    if not folder:
        pytest.skip("REAL_DATA_DIR names no folder of real files; our own small ones in the same formats are tested.")
    return Path(folder)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that ``make test`` found; root may not use its sandbox, and nothing here is drawn by a GPU."""
    arguments = [*_WITHOUT_GPU, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    chromium = os.environ.get("CHROMIUM_PATH")
    return {**browser_type_launch_args, "args": arguments, **({"executable_path": chromium} if chromium else {})}
