"""The ``flask db`` commands: a thin door to Alembic, run as the owner of the tables."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import AppGroup

_FOLDER = Path(__file__).resolve().parents[2] / "migrations"

migrations = AppGroup("db", help="Change the tables: upgrade, downgrade, revision, check.")


def alembic_config(url: str) -> Config:
    """Alembic pointed at our folder and this database."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["url"] = url
    return config


def newest_migration() -> str:
    """The migration that this program's models stand for."""
    return ScriptDirectory(str(_FOLDER)).get_current_head() or ""


def is_known(revision: str) -> bool:
    """Is it one of this program's migrations?"""
    return revision in {script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()}


def take_tables_to(revision: str, *, now_at: str) -> None:
    """Change the tables to this migration from the one they are at, forward or back; with no table, make them."""
    if revision == now_at:
        return
    revisions = [script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()]  # newest first
    goes_back = now_at in revisions and revisions.index(now_at) < revisions.index(revision)
    (command.downgrade if goes_back else command.upgrade)(_here(), revision)


def _here() -> Config:
    return alembic_config(current_app.config["SETTINGS"].migration_database_url)


@migrations.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables up to REVISION (default: the newest)."""
    command.upgrade(_here(), revision)


@migrations.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION."""
    command.downgrade(_here(), revision)


@migrations.command()
@click.argument("number")
@click.argument("message")
def revision(number: str, message: str) -> None:
    """Write a migration NUMBER (such as 0002) from the difference between models and tables."""
    command.revision(_here(), message=message, rev_id=number, autogenerate=True)


@migrations.command()
def check() -> None:
    """Fail where the models and the tables differ."""
    command.check(_here())
