"""Commands for places: import the survey or a file of places, show the tree."""

import json
from pathlib import Path
from typing import Any

import click

from app.access.rules import Actor, Scope
from app.consortia import actions, queries
from app.consortia.importers import read_survey
from app.consortia.importers.places import import_places, plan_places
from app.consortia.models import Consortium
from app.consortia.queries import PlaceEntry
from app.consortia.rules import ImportPlan, PlaceKind
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.web.commands import PlainGroup, tell_plan
from app.web.filters import plural

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group("consortia", cls=PlainGroup)
def consortia() -> None:
    """Consortia and their places."""


@consortia.command("import-pls")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.argument("libraries", metavar="AE.CSV", type=_FILE)
@click.argument("outlets", metavar="OUTLET.CSV", type=_FILE)
def import_pls(*, slug: str, dry_run: bool, libraries: Path, outlets: Path) -> None:
    """Import libraries and branches from the two files of the Public Libraries Survey."""
    directory = read_survey(libraries.read_bytes(), outlets.read_bytes())
    consortium = _enter(slug)
    plan = actions.plan_directory(db.session, directory, within=Scope(consortium_id=consortium.id))
    if not dry_run:
        by = Actor.machine("Command line", consortium_id=consortium.id)
        plan = actions.apply_plan(db.session, plan, by=by, at=now())
        db.session.commit()
    _tell(plan)
    if dry_run:
        click.echo("Dry run: nothing was written.")


@consortia.command("import-places")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.argument("file", metavar="PLACES.CSV", type=_FILE)
def import_places_file(*, slug: str, dry_run: bool, file: Path) -> None:
    """Import systems, libraries and branches from a CSV file in our own layout; exit code 1 where rows are left out."""
    consortium = _enter(slug)
    plan = plan_places(db.session, file.read_bytes(), within=Scope(consortium_id=consortium.id), at=now())
    if not dry_run and plan.changes:
        plan = import_places(db.session, plan, by=Actor.machine("Command line", consortium_id=consortium.id), at=now())
        db.session.commit()
    tell_plan(plan, dry_run=dry_run)


@consortia.command("show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
def show(*, slug: str, as_json: bool) -> None:
    """Print a consortium's tree of places."""
    consortium = _enter(slug)
    entries = queries.entries_of(db.session, within=Scope(consortium_id=consortium.id))
    if as_json:
        told = {"slug": consortium.slug, "name": consortium.name, "places": _nested(entries)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for entry in entries:
            click.echo(f"{'  ' * entry.depth}{entry.place.code}  {entry.place.name}")


def _enter(slug: str) -> Consortium:
    consortium = queries.get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    return consortium


def _tell(plan: ImportPlan) -> None:
    for kind in (PlaceKind.LIBRARY, PlaceKind.BRANCH):
        counts = plan.counts(kind)
        click.echo(
            f"{kind.plural.capitalize()}: {counts.added} added, {counts.changed} changed, {counts.same} the same."
        )
    click.echo(f"{plural(len(plan.problems), 'problem', 'problems')}.")
    for problem in plan.problems:
        click.echo(f"{problem.file.label}, {problem}")


def _nested(entries: list[PlaceEntry]) -> list[dict[str, Any]]:
    """Each place with those below it; one pass, since the order of the tree names parents first."""
    told_of: dict[int | None, dict[str, Any]] = {}
    tops: list[dict[str, Any]] = []
    for entry in entries:
        told = told_of[entry.place.id] = _told(entry)
        above = told_of.get(entry.place.parent_id)
        (above["children"] if above else tops).append(told)
    return tops


def _told(entry: PlaceEntry) -> dict[str, Any]:
    place = entry.place
    return {
        "code": place.code,
        "name": place.name,
        "kind": place.kind,
        "type": entry.type,
        "identifiers": entry.identifiers,
        "city": entry.city or None,
        "population": place.population,
        "population_method": place.population_method,
        "population_year": place.population_year,
        "opened_on": place.opened_on.isoformat() if place.opened_on else None,
        "closed_on": place.closed_on.isoformat() if place.closed_on else None,
        "children": [],
    }
