"""``flask demo``: load the demo, remove it, and say with whom it is entered."""

from datetime import datetime, timedelta

import click

from app.consortia.models import Consortium
from app.desk.demo import sign_ins
from app.desk.demo.loading import find_demo, load
from app.desk.demo.removing import remove
from app.foundation.clock import now
from app.foundation.database import db, refuse_without_tables
from app.foundation.installation import passwords, settings
from app.web.commands import PlainGroup


@click.group("demo", cls=PlainGroup)
def demo() -> None:
    """The made-up consortium with which Concordance shows itself."""


def _existing() -> Consortium | None:
    refuse_without_tables(db.session)
    return find_demo(db.session)


@demo.command("load")
@click.option(
    "--as-of",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The demo's last day, such as 2026-11-09; else yesterday.",
)
def load_command(*, as_of: datetime | None) -> None:
    """Write the demo, unless it is there already."""
    if existing := _existing():
        click.echo(f"The demo is loaded already, as {existing.slug}. To load it anew, remove it first.")
        return
    password = settings().demo_password
    by_email = sign_ins.hashes(passwords(), password) if password else {}
    db.session.rollback()  # looking began a transaction, and hashing is no work to hold one open for
    day = as_of.date() if as_of else now().date() - timedelta(days=1)
    written = load(db.session, as_of=day)
    sign_ins.set_passwords(db.session, by_email)
    db.session.commit()
    click.echo(
        f"The demo is loaded as of {day:%b} {day.day}, {day.year}: {len(written.cast.libraries)} libraries,"
        f" {len(written.accounts)} accounts, {len(written.people)} people."
    )


@demo.command("remove")
def remove_command() -> None:
    """Delete the demo's consortium and everything in it; every other consortium stays as it is."""
    existing = _existing()
    if existing is None:
        click.echo("There is no demo to remove.")
        return
    remove(db.session, existing)
    db.session.commit()
    click.echo("The demo is removed.")


@demo.command("sign-ins")
def sign_ins_command() -> None:
    """Set the demo's password and print with whom to sign in; says nothing where no demo is loaded."""
    if _existing() is None:
        return
    db.session.rollback()  # as above: hashing is slow
    password = settings().demo_password or sign_ins.fresh_password()
    by_email = sign_ins.hashes(passwords(), password)
    sign_ins.set_passwords(db.session, by_email)
    db.session.commit()
    click.echo("\n".join(sign_ins.as_table(password)))
