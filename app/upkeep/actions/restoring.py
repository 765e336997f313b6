"""Fill an empty place from a backup: whole or not at all, on either engine, whichever engine it came from."""

import itertools
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import psycopg
import sqlalchemy as sa
from psycopg.types.json import Json
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import KEPT_UPLOADS
from app.foundation.database import enter_tenant, enter_tenant_on, tenant
from app.foundation.errors import Refused
from app.mail.actions import end
from app.mail.models import MailMessage
from app.mail.queries import open_before
from app.mail.rules import MailState
from app.people.models import LinkToken
from app.upkeep.queries.tables import LEFT_OUT, is_empty, migration_of, plain_table
from app.upkeep.rules.archive import Archive
from app.upkeep.rules.manifest import Manifest, Member
from app.upkeep.rules.values import Kind, row_reader

_CHUNK_BYTES = 1 << 20
_BATCH = 1000
_UPLOAD = re.compile(r"uploads/([0-9]{1,19})")
#: mail may have been posted between the moment a backup was asked for and the instant that it shows
_MARGIN = timedelta(days=1)
_HELD = "A backup was restored before this was sent. It may have left from the place that was backed up."
_OCCUPIED = "There is a consortium or a login here already. Restore into an empty place: a new database, after flask db upgrade."


def restore_into(session: Session, file: IO[bytes], *, uploads: Path) -> Manifest:
    """Check the whole backup, then write all its rows in this transaction and its files below ``uploads``.

    Refuses a place with a consortium or a login, a damaged or foreign file, and one whose tables are of another
    version than those here. The caller commits; with a rollback the files go too. Sign-ins are not restored:
    everybody signs in again. One-time links of this place end. Mail that had not left by the time of the backup is
    not sent: it may have left since, so only a person sends it again.
    """
    refuse_occupied(session)
    archive = Archive.open(file)
    refuse_other_version(archive.manifest, here=migration_of(session.connection()))
    there = _fill(session, archive)
    if MailMessage.__tablename__ in there:
        _hold_mail(session, archive.manifest)
    _put_files(session, archive, uploads)
    return archive.manifest


def refuse_occupied(session: Session) -> None:
    """Refuse where a consortium or a login is."""
    if not is_empty(session):
        raise Refused(_OCCUPIED)


def refuse_other_version(manifest: Manifest, *, here: str) -> None:
    """Refuse a backup whose tables are not those of this place."""
    if manifest.migration != here:
        raise Refused(
            f"The backup's tables are of version {manifest.migration}, those of this place of version {here}."
            " Restore it with flask restore, which brings an older one up to date, or install the newer program first."
        )


def _fill(session: Session, archive: Archive) -> set[str]:
    """Write every row; answers the tables that are there."""
    connection = session.connection()
    manifest = archive.manifest
    there = _refuse_unknown_tables(connection, manifest)
    session.execute(sa.delete(LinkToken))  # the link of the set-up that asks for this, in most cases
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # a place may come before the one it lies in
    try:
        for member in manifest.members:
            if member.table in there:
                _add_rows(connection, archive, member)
        _refuse_dangling(connection)
    except (SQLAlchemyError, psycopg.Error) as error:
        raise Refused(f"The backup does not fit the tables of this place ({type(error).__name__}).") from error
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        raise Refused("The backup holds a row that cannot be read. Nothing was restored.") from None
    enter_tenant(session, session.info.get("consortium_id"))
    return there


def _hold_mail(session: Session, manifest: Manifest) -> None:
    """No mail leaves twice, though the same backup may be restored in two places."""
    members = (member for member in manifest.members if member.table == MailMessage.__tablename__)
    for consortium_id in {member.consortium_id for member in members if member.consortium_id is not None}:
        with tenant(session, consortium_id):
            for message in open_before(session, manifest.made_at + _MARGIN, within=Scope(consortium_id=consortium_id)):
                end(message, MailState.UNCERTAIN, answer=_HELD, at=manifest.made_at)
            session.flush()


def _refuse_unknown_tables(connection: sa.Connection, manifest: Manifest) -> set[str]:
    """The tables that may be filled; refuses a backup that names others, or columns that are not there."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names()) - LEFT_OUT
    for table in {member.table for member in manifest.members if member.table}:
        columns = {name for name, _ in manifest.columns.get(table, [])}
        if table not in there or not columns or columns - {column["name"] for column in inspector.get_columns(table)}:
            raise Refused(f"The backup holds a table that this place does not have: {table}. Nothing was restored.")
    return there


def _add_rows(connection: sa.Connection, archive: Archive, member: Member) -> None:
    columns = archive.manifest.columns[member.table]
    rows = _rows(archive, member, columns)
    if connection.dialect.name == "postgresql":
        if member.consortium_id is not None:
            enter_tenant_on(connection, member.consortium_id)
        _copy(connection, member.table, columns, rows)
        return
    plain = plain_table(member.table, columns)
    names = [name for name, _ in columns]
    for batch in _batched(rows):
        connection.execute(sa.insert(plain), [dict(zip(names, row, strict=True)) for row in batch])


def _rows(archive: Archive, member: Member, columns: list[tuple[str, Kind]]) -> Iterator[list[Any]]:
    """The rows of a member; refuses a row of another consortium than the member's."""
    read = row_reader([kind for _, kind in columns])
    names = [name for name, _ in columns]
    whose = names.index("consortium_id") if member.consortium_id is not None else None
    for values in archive.rows(member):
        row = read(values)
        if whose is not None and row[whose] != member.consortium_id:
            raise ValueError("A row of another consortium.")
        yield row


def _batched(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch


def _copy(connection: sa.Connection, table: str, columns: list[tuple[str, Kind]], rows: Iterator[list[Any]]) -> None:
    """COPY into a table of this transaction, then one INSERT: row-level security lets no COPY into a tenant's table.

    One statement checks its foreign keys when it ends, so a place may come before the one it lies in.
    """
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name, _ in columns)
    connection.exec_driver_sql(f"CREATE TEMP TABLE incoming AS SELECT {names} FROM {quote(table)} WITH NO DATA")
    json_columns = [number for number, (_, kind) in enumerate(columns) if kind is Kind.JSON]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
        for row in rows:
            for number in json_columns:
                if row[number] is not None:
                    row[number] = Json(row[number])
            copy.write_row(row)
    connection.exec_driver_sql(f"INSERT INTO {quote(table)} ({names}) SELECT {names} FROM incoming")
    connection.exec_driver_sql("DROP TABLE incoming")


def _refuse_dangling(connection: sa.Connection) -> None:
    """SQLite says at the commit that something refers to nothing; we want to know before."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Refused("The backup holds a row that refers to one it does not hold. Nothing was restored.")


def _put_files(session: Session, archive: Archive, folder: Path) -> None:
    """The kept files, under their ids; they go again with a rollback."""
    for member in archive.manifest.members:
        if member.table:
            continue
        named = _UPLOAD.fullmatch(member.name)
        if named is None:
            raise Refused("The backup holds a file that is no upload. Nothing was restored.")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / named[1]
        session.info.setdefault(KEPT_UPLOADS, set()).add(path)
        with archive.stream(member) as stream, path.open("wb") as file:
            while chunk := stream.read(_CHUNK_BYTES):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
