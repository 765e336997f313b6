"""The start that each kill begins from: kept once, brought back in milliseconds where a new database takes many more."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from tests.databases import Database

#: each table, and its copy in the schema "kept"
_TABLES = """
    SELECT format('%I.%I', schemaname, tablename), format('kept.%I', schemaname || '.' || tablename)
    FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


_ITS_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
Remains = tuple[tuple[int, ...], tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class Start:
    """What is in a database and in an instance folder before the work; nobody may have either open."""

    database: Database
    instance: Path
    kept: Path
    #: the rows of each table
    counts: str
    #: on PostgreSQL: what brings the rows back
    statements: str = ""

    @classmethod
    def keep(cls, database: Database, instance: Path, kept: Path) -> Self:
        """Keep both as they are now."""
        shutil.copytree(instance, kept / "instance")
        with _as_superuser(database).begin() as connection:
            if database.engine_name == "sqlite":
                counts = _counts(connection.exec_driver_sql(_ITS_TABLES).scalars())
                shutil.copyfile(_file(database), kept / "database")
                return cls(database, instance, kept, counts)
            tables = [tuple(row) for row in connection.execute(sa.text(_TABLES))]
            return cls(database, instance, kept, _counts(name for name, _ in tables), _keep_rows(connection, tables))

    def remains(self) -> Remains:
        """How much a killed process left: the rows of each table, the files that were kept and how long they are."""
        with _as_superuser(self.database).connect() as connection:
            counts = tuple(connection.exec_driver_sql(self.counts).scalars())
        files = sorted((path.name, path.stat().st_size) for path in (self.instance / "uploads").glob("*"))
        return counts, tuple(files)

    def bring_back(self) -> None:
        """Undo whatever was written since; waits until the server has noticed that a killed process is gone."""
        shutil.rmtree(self.instance)
        shutil.copytree(self.kept / "instance", self.instance)
        if self.database.engine_name == "sqlite":
            for suffix in ("-wal", "-shm"):
                Path(f"{_file(self.database)}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(self.kept / "database", _file(self.database))
        else:
            with _as_superuser(self.database).begin() as connection:
                connection.exec_driver_sql(self.statements)


def _counts(tables: Iterable[str]) -> str:
    return " UNION ALL ".join(f"SELECT count(*) FROM {name}" for name in tables)


def _keep_rows(connection: sa.Connection, tables: Sequence[tuple[str, str]]) -> str:
    connection.exec_driver_sql("CREATE SCHEMA kept")
    for table, copy in tables:
        connection.exec_driver_sql(f"CREATE TABLE {copy} AS TABLE {table}")
    # rows return in any order: as a replica, the session leaves foreign keys unchecked
    undo = (f"DELETE FROM {table}; INSERT INTO {table} TABLE {copy};" for table, copy in tables)
    return "SET LOCAL session_replication_role = replica;" + "".join(undo)


@cache
def _as_superuser(database: Database) -> sa.Engine:
    return sa.create_engine(database.admin_url, poolclass=sa.NullPool)


def _file(database: Database) -> Path:
    return Path(str(sa.make_url(database.url).database))
