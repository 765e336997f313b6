"""Commands for accounts: add one by its address, import a file of them, list them, seal their secrets anew."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import click

from app.access.rules import Actor, Scope
from app.accounts import actions, queries
from app.accounts.actions.resealing import reseal_batch
from app.accounts.importers.accounts import import_accounts, plan_accounts
from app.accounts.models import Account
from app.accounts.queries.secrets import SEALED, Standing
from app.accounts.rules import is_on_own_network
from app.consortia.queries import all_consortia, get_consortium_by_slug, get_place
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.foundation.installation import settings, vault
from app.platforms.contract import Identity
from app.platforms.recognize import recognize
from app.web.commands import PlainGroup, tell_plan

#: secrets sealed again in one transaction
_AT_ONCE = 200
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group("accounts", cls=PlainGroup)
def accounts() -> None:
    """Official accounts."""


@accounts.command("add")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--at", "code", required=True, help="Code of the place the account belongs to.")
@click.option("--url", required=True, help="Address of the account.")
@click.option("--base-url", help="Server to ask in place of the one the address names.")
@click.option("--token-file", type=_FILE, help="File that holds the platform's token.")
def add(*, slug: str, code: str, url: str, base_url: str | None, token_file: Path | None) -> None:
    """Register an account, and connect it where a token is given."""
    within = _enter(slug)
    identity = recognize(url)
    if base_url:
        identity = Identity(identity.platform, identity.handle, identity.url, _server(base_url))
    wanted = actions.Registration(identity, get_place(db.session, code, within=within))
    by, at = Actor.machine("Command line", consortium_id=within.consortium_id), now()
    account = actions.register(db.session, wanted, allow_own_network=settings().allow_private_hosts, by=by, at=at)
    if token_file:
        actions.connect(db.session, account, token=token_file.read_text(), vault=vault(), by=by, at=at)
    db.session.commit()
    click.echo(f"{account.id} {account.platform} {account.handle} at {account.place.name}")


@accounts.command("import")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--at", "code", help="Code of a place: rows elsewhere are left out.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.argument("file", metavar="ACCOUNTS.CSV", type=_FILE)
def import_file(*, slug: str, code: str | None, dry_run: bool, file: Path) -> None:
    """Import accounts from a CSV file; exit code 1 where rows are left out."""
    within = _enter(slug)
    if code:
        place = get_place(db.session, code, within=within)
        within = Scope(within.consortium_id, place.id, place.path)
    by, at = Actor.machine("Command line", consortium_id=within.consortium_id), now()
    allowed = settings().allow_private_hosts
    plan = plan_accounts(db.session, file.read_bytes(), within=within, allow_own_network=allowed, at=at)
    if not dry_run and plan.changes:
        plan = import_accounts(db.session, plan, within=within, allow_own_network=allowed, by=by, at=at)
        db.session.commit()
    tell_plan(plan, dry_run=dry_run)


@accounts.command("list")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
def list_all(*, slug: str, as_json: bool) -> None:
    """Print the accounts with their connections."""
    found = queries.accounts_at(db.session, within=_enter(slug))
    if as_json:
        click.echo(json.dumps([_told(account) for account in found], indent=2, ensure_ascii=False))
        return
    for account in found:
        click.echo(
            f"{account.id}  {account.platform}  {account.handle}  {account.place.code}  {account.connection.label}"
        )


@accounts.command("rotate-key")
def rotate_key() -> None:
    """Seal every stored secret again with the first of TOKEN_KEYS; exit code 1 where some do not open.

    Put the new key before the old one, restart, run this, then take the old key away. Stopped, it is begun anew.
    """
    found: dict[str, Standing] = {}
    for consortium in all_consortia(db.session):
        enter_tenant(db.session, consortium.id)
        for kind in SEALED:
            found[kind] = _add(found.get(kind, Standing()), _reseal(kind, Scope(consortium_id=consortium.id)))
    for kind, told in found.items():
        click.echo(
            f"{kind}: {told.old} of {told.count} sealed again" + (f", {told.closed} do not open" if told.closed else "")
        )
    if any(told.closed for told in found.values()):
        raise SystemExit(1)


def _reseal(kind: str, within: Scope) -> Standing:
    """Batch by batch, each committed by itself."""
    done, after = Standing(), 0
    while True:
        last, told = reseal_batch(db.session, kind, after, vault=vault(), within=within, most=_AT_ONCE)
        db.session.commit()
        done = _add(done, told)
        if last is None:
            return done
        after = last


def _add(one: Standing, other: Standing) -> Standing:
    return Standing(one.count + other.count, one.old + other.old, one.closed + other.closed)


def _enter(slug: str) -> Scope:
    consortium = get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    return Scope(consortium_id=consortium.id)


def _server(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused("The base URL starts with http:// or https:// and names a server.")
    if is_on_own_network(base_url) and not settings().allow_private_hosts:
        raise Refused("This server is on a private network, which this installation does not contact.")
    return base_url.rstrip("/")


def _told(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "platform": account.platform,
        "handle": account.handle,
        "url": account.url,
        "place": account.place.code,
        "mode": account.mode.value,
        "state": account.state.value,
        "connection": account.connection.value,
        "connection_note": account.connection_note,
        "last_pull_at": account.last_pull_at.isoformat() if account.last_pull_at else None,
        "next_pull_at": account.next_pull_at.isoformat() if account.next_pull_at else None,
        "newest_figure_on": account.newest_figure_on.isoformat() if account.newest_figure_on else None,
    }
