"""Commands that need many rooms: founding a consortium, the link that sets up the first one, proving the history."""

import click
from flask.cli import with_appcontext

from app.access.rules import Scope
from app.consortia.queries import all_consortia, get_consortium_by_slug
from app.desk import actions
from app.foundation.clock import now
from app.foundation.database import db, tenant
from app.foundation.installation import settings
from app.history.queries import first_break, length_of
from app.web.filters import plural


@click.command("create")
@click.argument("name")
@click.option(
    "--slug", required=True, help="Short name for commands and addresses: lower-case letters, digits, hyphens."
)
@click.option("--admin-email", required=True, help="Address of the first consortium admin.")
@click.option("--admin-name", default="", help="Their name; the address, where it is left out.")
@with_appcontext
def create(*, name: str, slug: str, admin_email: str, admin_name: str) -> None:
    """Found a consortium called NAME and print its admin's one-time link."""
    founded = actions.found_consortium(
        db.session, name=name, slug=slug, admin_name=admin_name or admin_email, admin_email=admin_email, at=now()
    )
    db.session.commit()
    click.echo(f"{name} is founded as {slug}. {admin_email} joins here, once, within 14 days:")
    click.echo(f"{settings().public_url}/join/{founded.token}")


@click.command("setup-link")
@with_appcontext
def setup_link() -> None:
    """Print a one-time link with which somebody founds a consortium in the browser."""
    token = actions.make_set_up_link(db.session, at=now())
    db.session.commit()
    click.echo("Set up the first consortium here, once, within a day:")
    click.echo(f"{settings().public_url}/set-up/{token}")


@click.command("verify-history")
@click.option("--consortium", "slug", default="", help="Slug of the consortium; every one, where it is left out.")
@with_appcontext
def verify_history(*, slug: str) -> None:
    """Prove that no entry of the history was changed or taken away; ends with 1 where one was."""
    chosen = [get_consortium_by_slug(db.session, slug)] if slug else all_consortia(db.session)
    broken = False
    for consortium in chosen:
        with tenant(db.session, consortium.id):
            found = first_break(db.session, within=Scope(consortium.id))
            length = length_of(db.session, within=Scope(consortium.id))
        broken = broken or found is not None
        entries = plural(length, "entry", "entries")
        click.echo(f"{consortium.slug}: {entries}, {'whole' if found is None else f'broken at entry {found}'}.")
    if broken:
        raise click.exceptions.Exit(1)
