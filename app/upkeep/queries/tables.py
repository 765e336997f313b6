"""The tables of a database as a backup sees them, whatever version of the program made them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consortia.models import Consortium
from app.foundation.database import INSTALLATION_TABLES, Base, Day, UtcDateTime, only_reading
from app.people.models import Login
from app.upkeep.rules.values import Kind

#: what is not kept: who was signed in, who tried to or asked for a link, which workers ran, and what upkeep remembers
#: of this machine
LEFT_OUT = frozenset(
    {
        "alembic_version",
        "backup_made",
        "link_request",
        "login_session",
        "sign_in_attempt",
        "worker_beat",
    }
)
_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], Kind], ...] = (
    (UtcDateTime, Kind.INSTANT),
    (Day, Kind.SHORT_DAY),
    (sa.Date, Kind.DAY),
    (sa.Time, Kind.TIME),
    (sa.Boolean, Kind.YES_NO),
    (sa.Integer, Kind.NUMBER),
    (sa.Float, Kind.FLOAT),
    (sa.Numeric, Kind.DECIMAL),
    (sa.LargeBinary, Kind.BYTES),
    (sa.JSON, Kind.JSON),
    (sa.String, Kind.TEXT),
)
_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.NUMBER: sa.BigInteger(),
    Kind.TEXT: sa.Text(),
    Kind.YES_NO: sa.Boolean(),
    Kind.INSTANT: UtcDateTime(),
    Kind.DAY: sa.Date(),
    Kind.SHORT_DAY: Day(),
    Kind.TIME: sa.Time(),
    Kind.DECIMAL: sa.Numeric(),
    Kind.FLOAT: sa.Double(),
    Kind.BYTES: sa.LargeBinary(),
    Kind.JSON: sa.JSON(none_as_null=True),
}


def is_empty(session: Session) -> bool:
    """Is there neither a consortium nor a login? Only such a place takes a backup."""
    return session.scalar(sa.select(sa.exists(sa.select(Consortium.id)) | sa.exists(sa.select(Login.id)))) is False


@contextmanager
def one_instant(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees the database as it is now, until the block ends, whatever others write meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)  # noqa: PLW2901 - the same connection with its manners
        only_reading(yes=True)
        try:
            with connection.begin():
                migration_of(connection)  # the first statement fixes the instant
                yield connection
        finally:
            only_reading(yes=False)


def migration_of(connection: sa.Connection) -> str:
    """The migration that the tables are at; empty where there is no table."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""


def kept_tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables that a backup holds, each after those it refers to; those of the installation come first."""
    there = set(sa.inspect(connection).get_table_names())
    tables = [table for table in Base.metadata.sorted_tables if table.name in there - LEFT_OUT]
    return sorted(tables, key=is_of_a_tenant)


def is_of_a_tenant(table: sa.Table) -> bool:
    """Does row-level security guard it?"""
    return table.name not in INSTALLATION_TABLES


def columns_of(connection: sa.Connection, table: sa.Table) -> list[tuple[str, Kind]]:
    """The columns that the database has of a table, and what each holds."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    return [(column.name, _kind(column.type)) for column in table.columns if column.name in there]


def plain_table(name: str, columns: list[tuple[str, Kind]]) -> sa.TableClause:
    """A table to read or fill by its columns alone, without what the program of today knows about it."""
    return sa.table(name, *(sa.column(column, _TYPES[kind]) for column, kind in columns))


def consortia_in(connection: sa.Connection) -> list[int]:
    """Every consortium's id, in order."""
    return list(connection.scalars(sa.select(Consortium.id).order_by(Consortium.id)))


def batches_of(
    connection: sa.Connection, table: sa.Table, columns: list[tuple[str, Kind]], *, consortium_id: int | None
) -> Iterator[list[Any]]:
    """The rows of a table, a few thousand at a time, in the order of their key; of one consortium where it is named."""
    plain = plain_table(table.name, columns)
    statement = sa.select(plain).order_by(*(plain.c[column.name] for column in table.primary_key))
    if consortium_id is not None:
        statement = statement.where(plain.c.consortium_id == consortium_id)
    result = connection.execution_options(stream_results=True, yield_per=2000).execute(statement)
    yield from (list(batch) for batch in result.partitions())


def _kind(type_: sa.types.TypeEngine[Any]) -> Kind:
    return next(kind for known, kind in _KINDS if isinstance(type_, known))
