"""The command that imports a file of figures; it stands among those of metrics."""

import hashlib
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.access.rules import Actor, Scope
from app.accounts.queries import get_account
from app.consortia.queries import get_consortium_by_slug, settings_of
from app.foundation.clock import local_day, now
from app.foundation.database import db, enter_tenant
from app.imports.actions.carrying import apply_file
from app.imports.actions.checking import GivenFile, begin_import
from app.imports.importers.daily_file import look_at, stage_file
from app.imports.importers.owners import doubt_about
from app.imports.rules.exports import brings_posts
from app.metrics.models import Run
from app.metrics.queries.runs import problems_of
from app.metrics.rules.runs import Tally

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command("import")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--account", "account_id", required=True, type=int, help="Id of the account.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.argument("path", metavar="FILE", type=_FILE)
@with_appcontext
def import_file(*, slug: str, account_id: int, dry_run: bool, path: Path) -> None:
    """Import a CSV of daily figures into an account; rows with problems are listed and left out."""
    consortium = get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    within = Scope(consortium_id=consortium.id)
    account = get_account(db.session, account_id, within=within)
    by, at = Actor.machine("Command line", consortium_id=within.consortium_id), now()
    run = begin_import(db.session, account, GivenFile(path.name, _sha256(path)), by=by, at=at)
    today = local_day(at, settings_of(db.session, within=within).time_zone)
    with path.open("rb") as stream:
        if doubt := doubt_about(db.session, look_at(stream), account):
            click.echo(doubt, err=True)
        found = stage_file(db.session, run, stream, today=today, at=at, after_batch=lambda: None)
    _tell_problems(run, within)
    if dry_run:
        db.session.rollback()
        click.echo(f"{_words(run, found)}; {run.problems:,} problems. Dry run: nothing was written.")
        return
    done = apply_file(db.session, run, by=by, at=at)
    db.session.commit()
    click.echo(f"{_words(run, done)}; {run.problems:,} problems.")


def _words(run: Run, found: Tally) -> str:
    return found.tell("post", "posts") if brings_posts(run.layout) else found.words


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tell_problems(run: Run, within: Scope) -> None:
    kept = problems_of(db.session, run, within=within)
    for problem in kept:
        click.echo(f"Line {problem.line}: {problem.sentence}", err=True)
    if run.problems > len(kept):
        click.echo(f"and {run.problems - len(kept):,} more problems.", err=True)
