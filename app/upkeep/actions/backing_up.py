"""Write every row of every consortium and every kept upload into one file, while people go on working."""

import hashlib
import os
import secrets
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.background.actions import open_kept
from app.background.models import Upload
from app.foundation.database import enter_tenant_on
from app.foundation.errors import Refused
from app.upkeep.models import BackupMade
from app.upkeep.queries.tables import (
    batches_of,
    columns_of,
    consortia_in,
    is_of_a_tenant,
    kept_tables,
    migration_of,
    one_instant,
)
from app.upkeep.rules.archive import Writer
from app.upkeep.rules.manifest import Manifest
from app.upkeep.rules.values import Kind, row_writer
from config import ROOT


def back_up(engine: sa.Engine, path: Path, *, uploads: Path, at: datetime) -> Manifest:
    """Write the backup to a new file at ``path``, readable by its owner alone; whole, or not there at all.

    ``uploads`` is the folder of kept files. Refuses a path that is taken and a database without tables. Memory does
    not grow with the number of rows; on either engine nobody waits for it.
    """
    if path.exists():
        raise Refused(f"{path} exists already. Name a file that does not.")
    arriving = path.with_name(f".{path.name}.{secrets.token_hex(4)}.arriving")
    try:
        descriptor = os.open(arriving, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            manifest = _write(engine, file, uploads=uploads, at=at)
            file.flush()
            os.fsync(file.fileno())
        os.link(arriving, path)  # unlike a renaming, this takes nobody's place
    except FileExistsError:
        raise Refused(f"{path} exists already. Name a file that does not.") from None
    except OSError as error:
        raise Refused(f"The backup cannot be written to {path}: {error.strerror}.") from None
    finally:
        arriving.unlink(missing_ok=True)
    return manifest


def note_backup(session: Session, path: Path, manifest: Manifest, *, at: datetime) -> BackupMade:
    """Remember that a backup was made, for the doctor."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    made = BackupMade(made_at=at, rows=manifest.rows, size=path.stat().st_size, sha256=sha256)
    session.add(made)
    session.flush()
    return made


def product_version() -> str:
    """The version of this program."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def _write(engine: sa.Engine, file: IO[bytes], *, uploads: Path, at: datetime) -> Manifest:
    with one_instant(engine) as connection:
        migration = migration_of(connection)
        if not migration:
            raise Refused("There is nothing to back up: the tables are not made yet.")
        tables = kept_tables(connection)
        manifest = Manifest(
            migration=migration,
            product_version=product_version(),
            engine=engine.dialect.name,
            made_at=at,
            columns={table.name: columns_of(connection, table) for table in tables},
        )
        writer = Writer(file)
        consortia = consortia_in(connection)
        for consortium_id in consortia:  # first: a file may go as soon as its work is done
            enter_tenant_on(connection, consortium_id)
            manifest.lost_uploads.extend(_add_uploads(connection, writer, consortium_id, uploads))
        _add_rows(connection, writer, tables, manifest, consortia)
        manifest.members.extend(writer.members)
        writer.close(manifest)
        return manifest


def _add_rows(
    connection: sa.Connection, writer: Writer, tables: list[sa.Table], manifest: Manifest, consortia: list[int]
) -> None:
    """The installation's tables, then each consortium's: row-level security shows one consortium at a time."""
    for table in tables:
        if not is_of_a_tenant(table):
            writer.add_rows(table.name, None, _batches(connection, table, manifest.columns[table.name], None))
    for consortium_id in consortia:
        enter_tenant_on(connection, consortium_id)
        for table in tables:
            if is_of_a_tenant(table):
                batches = _batches(connection, table, manifest.columns[table.name], consortium_id)
                writer.add_rows(table.name, consortium_id, batches)


def _batches(
    connection: sa.Connection, table: sa.Table, columns: list[tuple[str, Kind]], consortium_id: int | None
) -> Iterator[list[list[Any]]]:
    write = row_writer([kind for _, kind in columns])
    for batch in batches_of(connection, table, columns, consortium_id=consortium_id):
        yield [write(row) for row in batch]


def _add_uploads(connection: sa.Connection, writer: Writer, consortium_id: int, folder: Path) -> list[int]:
    """The kept files; answers the ids of those whose work ended since the instant of the backup."""
    kept = sa.select(Upload.id).where(Upload.consortium_id == consortium_id).order_by(Upload.id)
    lost = []
    for upload_id in list(connection.scalars(kept)):
        try:
            with open_kept(upload_id, folder=folder) as stream:
                writer.add_upload(upload_id, consortium_id, stream)
        except FileNotFoundError:
            lost.append(upload_id)
    return lost
