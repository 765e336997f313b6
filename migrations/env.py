"""Alembic's environment: our models, one connection as the owner, SQLite's foreign keys off before BEGIN."""

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import app.factory  # noqa: F401 - names every room, so that every table is known
from app.foundation.database import Base, Day, UtcDateTime


def render_item(kind: str, item: object, _autogen: AutogenContext) -> str | bool:
    """Write our own column types as the plain types they are on both engines."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Day):
        return "DAY"
    return False


def compare_type(_context: object, _inspected: object, metadata_column: sa.Column, *_types: object) -> bool | None:  # type: ignore[type-arg]
    """SQLite hands days back as integers and ids as either integer: those are the same to us."""
    if context.get_bind().dialect.name == "sqlite" and isinstance(
        metadata_column.type, Day | sa.Double | sa.BigInteger
    ):
        return False
    return None


def run() -> None:
    """Migrate in one transaction; SQLite checks its foreign keys afterwards, PostgreSQL as it goes."""
    engine = sa.create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            # batch mode drops and renames tables: with foreign keys on, the database would cascade
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            render_item=render_item,
            compare_type=compare_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            raise SystemExit(f"The migration left rows without what they refer to: {broken[:5]}")
    engine.dispose()


run()
