"""The database: base class, column types, sessions, and the line between tenants that both engines hold.

Every tenant table carries ``consortium_id``; a foreign key between tenant tables is the pair
(consortium_id, x_id), so the database itself refuses a reference across tenants. On PostgreSQL row-level
security holds the same line: :func:`enter_tenant` names the tenant of the running transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import StrEnum
from inspect import iscoroutinefunction
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from app.foundation.errors import Refused
from app.foundation.ids import new_id

db = SQLAlchemy(session_options={"expire_on_commit": False})

#: Tables read before a tenant is known: by sign-in, set-up, the command line and a worker's claim.
#: Everything else belongs to one consortium and is guarded by row-level security.
INSTALLATION_TABLES = frozenset(
    {
        "alembic_version",
        "background_row",
        "backup_made",
        "consortium",
        "link_request",
        "link_token",
        "login",
        "login_choice",
        "login_consortium",
        "login_link",
        "login_session",
        "sign_in_attempt",
        "worker_beat",
    }
)

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: 63-bit ids; SQLite makes such a primary key its row id
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a naive one is a bug and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware again; SQLite hands it back naive."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Day(sa.types.TypeDecorator[date]):
    """A day in the large tables: DATE on PostgreSQL, the ordinal number of the day on SQLite (half the key's size)."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """The column's own type on each engine."""
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """The ordinal on SQLite."""
        return value.toordinal() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """The day again."""
        return date.fromordinal(value) if value is not None and dialect.name == "sqlite" else value


def word(enum: type[StrEnum], *, name: str = "") -> sa.Enum:
    """A StrEnum stored by its value, with a check constraint instead of a native type (both engines alike).

    ``name`` tells two columns of the same enum in one table apart.
    """
    return sa.Enum(
        enum,
        name=name or enum.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The base of every table; constraints are named by convention so that migrations can name them."""

    metadata = sa.MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        int: sa.BigInteger(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


class Row:
    """An installation-wide table with an id made in Python."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, default=new_id)


class TenantRow:
    """A table of one consortium; give further constraints through :func:`tenant_args`."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, default=new_id)
    consortium_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"))

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        """The pair that other tables refer to."""
        return tenant_args()


def tenant_args(*more: Any) -> tuple[Any, ...]:
    """``__table_args__`` of a tenant table: the pair (consortium_id, id), then what the table adds."""
    return (sa.UniqueConstraint("consortium_id", "id"), *more)


def link(column: str, table: str, *, to: str = "id") -> sa.ForeignKeyConstraint:
    """A foreign key to a tenant table as the pair (consortium_id, column); RESTRICT, nothing cascades silently."""
    return sa.ForeignKeyConstraint(
        ["consortium_id", column], [f"{table}.consortium_id", f"{table}.{to}"], ondelete="RESTRICT"
    )


_TENANT = sa.text("SELECT set_config('app.consortium', :value, true)")


def enter_tenant(session: Session, consortium_id: int | None) -> None:
    """Name the consortium this session works for, now and after each commit; None sees no tenant's row.

    Queries carry the consortium themselves; on PostgreSQL this makes row-level security hold the same line.
    """
    session.info["consortium_id"] = consortium_id
    if session.in_transaction():
        enter_tenant_on(session.connection(), consortium_id)


def enter_tenant_on(connection: sa.Connection, consortium_id: int | None) -> None:
    """Name the consortium of a connection's running transaction; sessions use :func:`enter_tenant`."""
    if connection.dialect.name == "postgresql":
        value = "" if consortium_id is None else str(consortium_id)
        connection.execute(_TENANT, {"value": value})


@event.listens_for(Session, "after_begin")
def _repeat_tenant(session: Session, _transaction: object, connection: sa.Connection) -> None:
    consortium_id = session.info.get("consortium_id")
    if consortium_id is not None:  # the last transaction took its tenant with it
        enter_tenant_on(connection, consortium_id)


@contextmanager
def tenant(session: Session, consortium_id: int | None) -> Iterator[None]:
    """Work for one consortium inside the block, and for the one before it afterwards."""
    before = session.info.get("consortium_id")
    enter_tenant(session, consortium_id)
    try:
        yield
    finally:
        enter_tenant(session, before)


_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


def only_reading(*, yes: bool) -> None:
    """Say whether the transactions to come only read: SQLite then takes no write lock for them."""
    _only_reading.set(yes)


@contextmanager
def reading(session: Session) -> Iterator[None]:
    """Read for long inside the block without keeping anyone from writing; entered and left outside a transaction.

    SQLite has one writer: whoever computes for seconds does so here and then writes in a short transaction of its own.
    What was read stays usable.
    """
    only_reading(yes=True)
    try:
        yield
        session.commit()
    finally:
        only_reading(yes=False)


def init_database(app: Flask) -> None:
    """Bind the engines of the app's configuration and give SQLite its manners."""
    db.init_app(app)
    # there are no asynchronous sessions to close, and to find that out a thread was started after every request
    app.teardown_appcontext_funcs[:] = [each for each in app.teardown_appcontext_funcs if not iscoroutinefunction(each)]
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)


def refuse_without_tables(session: Session) -> None:
    """Refuse to go on, with what to run, in a database whose tables are not made yet."""
    if not sa.inspect(session.connection()).has_table("consortium"):
        raise Refused("The tables are not made yet. Run flask db upgrade first.")


def prepare_engine(engine: sa.Engine) -> None:
    """WAL, enforced foreign keys, patience, and BEGIN IMMEDIATE for whatever may write; nothing on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _begin_sqlite)


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # pysqlite's own BEGIN breaks savepoints and BEGIN IMMEDIATE
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN DEFERRED" if _only_reading.get() else "BEGIN IMMEDIATE")


def refuse_unsafe_role(engine: sa.Engine) -> None:
    """Refuse a PostgreSQL role that row-level security does not bind (superuser or BYPASSRLS)."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        unsafe = connection.scalar(
            sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        )
    if unsafe:
        raise Refused(
            "The database role in DATABASE_URL is a superuser or may bypass row-level security, so tenants would not"
            " be kept apart. Create a plain role and use that one."
        )
