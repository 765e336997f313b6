"""Commands for people: import them from a file."""

from pathlib import Path

import click

from app.access.rules import Actor, Scope
from app.consortia.queries import get_consortium_by_slug, get_place
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import NotFound
from app.people.actions.logins import make_login_link
from app.people.documents import address_of, hand_over
from app.people.importers.people import import_people, plan_people
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose, clean_email
from app.web.commands import PlainGroup, tell_plan

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group("people", cls=PlainGroup)
def people() -> None:
    """People, their positions and roles."""


@people.command("import")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--at", "code", help="Code of a place: rows elsewhere are left out.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.argument("file", metavar="PEOPLE.CSV", type=_FILE)
def import_file(*, slug: str, code: str | None, dry_run: bool, file: Path) -> None:
    """Import people with their positions and roles from a CSV file; exit code 1 where rows are left out."""
    consortium = get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    within = Scope(consortium_id=consortium.id)
    if code:
        place = get_place(db.session, code, within=within)
        within = Scope(consortium.id, place.id, place.path)
    by, at = Actor.machine("Command line", consortium_id=consortium.id), now()
    plan = plan_people(db.session, file.read_bytes(), within=within, by=by, at=at)
    if not dry_run and plan.changes:
        plan = import_people(db.session, plan, within=within, hand_over=hand_over, by=by, at=at)
        db.session.commit()
    tell_plan(plan, dry_run=dry_run)


@people.command("password-link")
@click.argument("email")
def password_link(*, email: str) -> None:
    """Print a one-time link with which the login EMAIL chooses a new password, where no mail can be sent to it."""
    login, at = find_login(db.session, clean_email(email)), now()
    if login is None:
        raise NotFound(f"Nobody signs in as {email}.")
    token = make_login_link(db.session, login, LinkPurpose.NEW_PASSWORD, email=login.email, at=at)
    db.session.commit()
    click.echo(f"{login.email} chooses a new password here, once, within an hour:")
    click.echo(address_of("people.new_password", token))
