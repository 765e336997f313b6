"""The ``flask db`` commands: a thin door to Alembic, run as the owner of the tables."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

_FOLDER = Path(__file__).resolve().parents[2] / "migrations"

migrations = AppGroup("db", help="Change the tables: upgrade, downgrade, revision, check.")


@cache
def _alembic(part: str) -> Any:
    """A module of Alembic: named and not imported, since every web process would load what few commands need."""
    return import_module(f"alembic.{part}")


def _scripts() -> Any:
    return _alembic("script").ScriptDirectory(str(_FOLDER))


def alembic_config(url: str) -> Any:
    """Alembic pointed at our folder and this database."""
    config = _alembic("config").Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["url"] = url
    return config


def newest_migration() -> str:
    """The migration that this program's models stand for."""
    head: str | None = _scripts().get_current_head()
    return head or ""


def is_known(revision: str) -> bool:
    """Is it one of this program's migrations?"""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def take_tables_to(revision: str, *, now_at: str) -> None:
    """Change the tables to this migration from the one they are at, forward or back; with no table, make them."""
    if revision == now_at:
        return
    revisions = [script.revision for script in _scripts().walk_revisions()]  # newest first
    goes_back = now_at in revisions and revisions.index(now_at) < revisions.index(revision)
    (_alembic("command").downgrade if goes_back else _alembic("command").upgrade)(_here(), revision)


def _here() -> Any:
    return alembic_config(current_app.config["SETTINGS"].migration_database_url)


@migrations.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables up to REVISION (default: the newest)."""
    _alembic("command").upgrade(_here(), revision)


@migrations.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION."""
    _alembic("command").downgrade(_here(), revision)


@migrations.command()
@click.argument("number")
@click.argument("message")
def revision(number: str, message: str) -> None:
    """Write a migration NUMBER (such as 0002) from the difference between models and tables."""
    _alembic("command").revision(_here(), message=message, rev_id=number, autogenerate=True)


@migrations.command()
def check() -> None:
    """Fail where the models and the tables differ."""
    _alembic("command").check(_here())
