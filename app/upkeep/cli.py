"""The commands of whoever keeps an installation: backup, restore, doctor."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext

from app.foundation.clock import now
from app.foundation.database import db, only_reading
from app.foundation.errors import Refused
from app.foundation.installation import settings, vault
from app.foundation.migrations import is_known, newest_migration, take_tables_to
from app.upkeep import checks
from app.upkeep.actions import backing_up, restoring
from app.upkeep.queries.tables import migration_of
from app.upkeep.rules.archive import Archive
from app.upkeep.rules.findings import Word
from app.upkeep.rules.manifest import Manifest
from app.web.commands import PlainCommand
from app.web.filters import plural

_PATH = click.Path(path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command("backup", cls=PlainCommand)
@click.option("--check", is_flag=True, help="Read the backup at PATH from end to end, and write nothing.")
@click.argument("path", type=_PATH)
@with_appcontext
def backup(*, check: bool, path: Path) -> None:
    """Write everything into one new file at PATH, or into a new file in the folder PATH, while people go on working.

    The file holds personal data and password hashes: keep it as safe as the database. SECRET_KEY and TOKEN_KEYS are
    not in it.
    """
    if check:
        with _opened(path) as file:
            _tell(path, Archive.open(file).manifest)
        click.echo("The backup is whole.")
        return
    at = now()
    if path.is_dir():
        path = path / f"concordance-{at:%Y%m%dT%H%M%SZ}.zip"
    manifest = backing_up.back_up(db.engine, path, uploads=settings().uploads_path, at=at)
    if manifest.migration == newest_migration():  # before an upgrade there may be no table to note it in
        backing_up.note_backup(db.session, path, manifest, at=at)
        db.session.commit()
    _tell(path, manifest)


@click.command("restore", cls=PlainCommand)
@click.argument("path", type=_FILE)
@with_appcontext
def restore(*, path: Path) -> None:
    """Fill this empty place from the backup at PATH, and bring its tables up to this version."""
    with path.open("rb") as file:
        manifest = Archive.open(file).manifest
        if not is_known(manifest.migration):
            raise Refused(
                f"The backup's tables are of version {manifest.migration}, which this program does not know."
                " Install the program that wrote it, or a newer one, then restore."
            )
        _refuse_occupied()
        take_tables_to(manifest.migration, now_at=_tables_are_at())
        try:
            restoring.restore_into(db.session, file, uploads=settings().uploads_path)
            db.session.commit()
        finally:
            db.session.rollback()
            take_tables_to(newest_migration(), now_at=_tables_are_at())
    _tell(path, manifest)
    click.echo("Restored. Everybody signs in again. Platform tokens open with the TOKEN_KEYS of the place backed up.")


@click.command("doctor", cls=PlainCommand)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
@with_appcontext
def doctor(*, as_json: bool) -> None:
    """Look at everything this installation needs; exit 1 where something is broken."""
    only_reading(yes=True)
    found = checks.examine(db.session, settings(), vault(), at=now())
    db.session.rollback()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=1))
    else:
        for finding in found:
            click.echo(finding.sentence)
    if any(finding.word is Word.BROKEN for finding in found):
        sys.exit(1)


def _refuse_occupied() -> None:
    if _tables_are_at():
        restoring.refuse_occupied(db.session)
        db.session.rollback()


def _tables_are_at() -> str:
    only_reading(yes=True)
    here = migration_of(db.session.connection())
    db.session.rollback()  # changing the tables takes a connection of its own
    only_reading(yes=False)
    return here


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None


def _tell(path: Path, manifest: Manifest) -> None:
    click.echo(
        f"{path}: {plural(manifest.consortia, 'consortium', 'consortia')}, {plural(manifest.rows, 'row', 'rows')},"
        f" {plural(manifest.uploads, 'kept file', 'kept files')}, {path.stat().st_size:,} bytes; made"
        f" {manifest.made_at:%b} {manifest.made_at.day}, {manifest.made_at:%Y at %H:%M} UTC, tables {manifest.migration}."
    )
    if manifest.lost_uploads:
        click.echo(
            f"Not in it, since their work ended meanwhile: {plural(len(manifest.lost_uploads), 'kept file', 'kept files')}."
        )
