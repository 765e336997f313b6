"""Databases that outlive a run: built once for the code that fills them, kept under ``build/bench``, built anew after it changed."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.database import enter_tenant
from config import ROOT
from tests import databases
from tests.databases import Database

_KEPT = ROOT / "build" / "bench"
_NOTE = "database.json"
#: what loading millions of rows at once wants of the server
_ROOMY = ("max_wal_size = '4GB'", "checkpoint_timeout = '30min'", "maintenance_work_mem = '512MB'")


def fingerprint(*places: str) -> str:
    """A short digest of the named files and of every Python and data file in the named folders."""
    digest = hashlib.sha256()
    for path in sorted(file for place in places for file in _files(ROOT / place)):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for pattern in ("*.py", "*.yaml", "*.csv", "*.md") for path in place.rglob(pattern)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of databases whose server runs, and what was noted in it."""

    folder: Path

    @property
    def database(self) -> Database | None:
        """The database, where it was built to its end."""
        note = self.folder / _NOTE
        return Database(**json.loads(note.read_text())) if note.exists() else None

    def keep(self, database: Database) -> None:
        """Note that a database is built to its end."""
        (self.folder / _NOTE).write_text(json.dumps(asdict(database)))

    def is_stamped(self, name: str, key: str) -> bool:
        """Was this part of it made by the code of this key?"""
        stamp = self.folder / f"{name}.key"
        return stamp.exists() and stamp.read_text() == key

    def stamp(self, name: str, key: str) -> None:
        """Say so."""
        (self.folder / f"{name}.key").write_text(key)


@contextmanager
def kept(name: str, key: str) -> Iterator[Kept]:
    """The databases of this name; emptied where they were made by other code or not to their end."""
    held = Kept(_KEPT / name)
    with _alone(name):
        if held.database is None or not held.is_stamped("made", key):
            shutil.rmtree(held.folder, ignore_errors=True)
        databases.start_run(held.folder)
        held.stamp("made", key)
        databases.start_server()
        try:
            yield held
        finally:
            databases.stop_server()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One run at a time: a second one waits, since it might find other code and empty the folder."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_roomy(database: Database) -> None:
    """Let the server take millions of rows without stopping for each checkpoint."""
    with superuser(database) as connection:
        connection.autocommit = True
        for setting in _ROOMY:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def session(database: Database, *, consortium_id: int | None = None) -> Iterator[Session]:
    """A session of the application's role, in the tenant where one is named."""
    engine = sa.create_engine(database.url)
    try:
        with Session(engine, expire_on_commit=False) as opened:
            enter_tenant(opened, consortium_id)
            yield opened
    finally:
        engine.dispose()


def superuser(database: Database) -> psycopg.Connection:
    """A raw connection that row-level security does not bind."""
    return _connect(database.admin_url)


def raw(database: Database, *, consortium_id: int) -> psycopg.Connection:
    """A raw connection of the application's role, in the tenant for as long as it is open."""
    connection = _connect(database.url)
    connection.execute("SELECT set_config('app.consortium', %s, false)", [str(consortium_id)])
    connection.commit()
    return connection


def owner(database: Database) -> psycopg.Connection:
    """A raw connection of the owner of the tables."""
    return _connect(database.migration_url)


def _connect(url: str) -> psycopg.Connection:
    plain = sa.make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))
