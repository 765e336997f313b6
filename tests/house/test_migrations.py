"""Migrations are numbered in one line, give the tables the models tell of, and can be taken back."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

import app.factory  # noqa: F401 - names every room, so that every table is known
from app.foundation.database import INSTALLATION_TABLES, Base
from config import ROOT
from tests import databases
from tests.databases import ENGINES, Database
from tests.house.project import files_under

_NAME = re.compile(r"(\d{4})_[a-z0-9]+(_[a-z0-9]+)*\.py")


@pytest.fixture(params=ENGINES)
def upgraded(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A copy of the run's template, which the migrations made of nothing."""
    database = databases.fresh(request.param)
    yield database
    databases.drop(database)


@pytest.fixture(params=ENGINES)
def migrated(request: pytest.FixtureRequest) -> Iterator[sa.Inspector]:
    """The tables of the run's template."""
    engine = sa.create_engine(databases.template(request.param).admin_url, poolclass=sa.NullPool)
    yield sa.inspect(engine)
    engine.dispose()


def test_migrations_are_numbered_without_a_gap() -> None:
    names = [name.rsplit("/", 1)[1] for name in files_under("migrations/versions", ".py")]
    numbers = [match[1] for name in names if (match := _NAME.fullmatch(name))]
    assert len(numbers) == len(names), f"0001_what_it_does.py: {names}"
    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_there_is_one_line_and_its_head_is_the_last_number() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    line = [script.revision for script in scripts.walk_revisions()]
    assert len(scripts.get_heads()) == 1
    assert line == sorted(line, reverse=True)
    assert scripts.get_current_head() == max(line)
    assert len(line) == len(files_under("migrations/versions", ".py"))


def test_up_down_and_up_again(upgraded: Database) -> None:
    engine = sa.create_engine(upgraded.admin_url, poolclass=sa.NullPool)
    first = set(sa.inspect(engine).get_table_names())
    databases.migrate_here(upgraded, "downgrade", "base")
    assert set(sa.inspect(engine).get_table_names()) == {"alembic_version"}
    databases.migrate_here(upgraded, "upgrade")
    assert set(sa.inspect(engine).get_table_names()) == first
    databases.migrate_here(upgraded, "check")


def test_the_tables_are_the_models(migrated: sa.Inspector) -> None:
    assert set(migrated.get_table_names()) - {"alembic_version"} == set(Base.metadata.tables)
    columns = migrated.get_multi_columns()
    for name, table in Base.metadata.tables.items():
        there = {column["name"]: column["nullable"] for column in columns[None, name]}
        assert there == {column.name: column.nullable for column in table.columns}, name


def test_the_constraints_are_the_models(migrated: sa.Inspector) -> None:
    there = {
        sa.CheckConstraint: migrated.get_multi_check_constraints(),
        sa.UniqueConstraint: migrated.get_multi_unique_constraints(),
        sa.ForeignKeyConstraint: migrated.get_multi_foreign_keys(),
    }
    shorten = migrated.dialect.identifier_preparer.format_constraint  # PostgreSQL's names end at 63 characters
    for name, table in Base.metadata.tables.items():
        for kind, constraints in there.items():
            told = {shorten(constraint) for constraint in table.constraints if isinstance(constraint, kind)}
            assert {constraint["name"] for constraint in constraints[None, name]} == told - {None}, name


def test_row_level_security_binds_even_the_owner() -> None:
    engine = sa.create_engine(databases.template("postgresql").admin_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
                " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            )
        )
        bound = {name for name, is_bound in rows if is_bound}
    assert bound == set(Base.metadata.tables) - INSTALLATION_TABLES


def test_the_role_that_serves_pages_owns_nothing_and_passes_no_policy() -> None:
    database = databases.template("postgresql")
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        flags = connection.execute(sa.text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"))
        assert flags.one() == (False, False)
        assert connection.scalar(sa.text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")) == 0
