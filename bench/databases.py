"""Databases that outlive a run: built once for the code that fills them, kept under ``build/bench``, built anew after it changed."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg
import sqlalchemy as sa

from config import ROOT
from tests import databases
from tests.databases import Database

_KEPT = ROOT / "build" / "bench"
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


@contextmanager
def kept(name: str, key: str) -> Iterator[Path]:
    """The folder of the databases of this name, emptied where they were made by other code; their server runs inside."""
    folder = _KEPT / name
    stamp = folder / "key"
    if not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(folder, ignore_errors=True)
    databases.start_run(folder)
    stamp.write_text(key)
    try:
        yield folder
    finally:
        databases.stop_server()


def find(folder: Path, name: str) -> Database | None:
    """A database that was noted as built."""
    note = folder / f"{name}.json"
    return Database(**json.loads(note.read_text())) if note.exists() else None


def note(folder: Path, name: str, database: Database) -> None:
    """Note that a database is built to its end."""
    (folder / f"{name}.json").write_text(json.dumps(asdict(database)))


def make_roomy(database: Database) -> None:
    """Let the server take millions of rows without stopping for each checkpoint."""
    with superuser(database) as connection:
        connection.autocommit = True
        for setting in _ROOMY:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


def superuser(database: Database) -> psycopg.Connection:
    """A raw connection that row-level security does not bind."""
    return _connect(database.admin_url)


def owner(database: Database) -> psycopg.Connection:
    """A raw connection of the owner of the tables."""
    return _connect(database.migration_url)


def application(database: Database, *, consortium_id: int) -> psycopg.Connection:
    """A raw connection of the application's role, working for one consortium."""
    connection = _connect(database.url)
    connection.execute("SELECT set_config('app.consortium', %s, false)", [str(consortium_id)])
    connection.commit()
    return connection


def _connect(url: str) -> psycopg.Connection:
    plain = sa.make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))
