"""Commands for metrics: pull accounts, show figures and what reading them cost."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from flask import current_app

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import account_for_change, accounts_at, get_account
from app.accounts.rules import AccountState, Connection
from app.background.worker import look
from app.consortia.queries import get_consortium_by_slug, settings_of
from app.foundation.clock import local_day, now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.foundation.figures import Figure
from app.foundation.installation import settings
from app.metrics.actions.asking import ask_due_pulls, ask_pull
from app.metrics.queries.costs import costs_by_account
from app.metrics.queries.figures import day_of
from app.metrics.queries.nights import RunFilter, failures_of, night_sums
from app.metrics.rules.costs import CURRENCY, MICROS, money, month_of
from app.metrics.rules.pulls import start_of_day
from app.metrics.rules.seen import DaySeen, FigureSeen, Origin
from app.platforms.catalogue import get_platform
from app.web.commands import PlainGroup

_AT_ONCE = 4
_SLUG = click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
_ACCOUNT = click.option("--account", "account_id", required=True, type=int, help="Id of the account.")


@click.group("metrics", cls=PlainGroup)
def metrics() -> None:
    """Figures: pull, import, show."""


@metrics.command("pull")
@_SLUG
@click.option("--due", is_flag=True, help="Only accounts whose next pull is due.")
@click.option("--account", "account_id", type=int, help="Only this account.")
def pull(*, slug: str, due: bool, account_id: int | None) -> None:
    """Pull accounts now and say for each how it went; exits 1 where one did not answer."""
    within = _enter(slug)
    asked = _ask(within, only_due=due, account_id=account_id)
    db.session.commit()
    if not asked:
        click.echo("No account is due." if due else "There is no account that can be pulled.")
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to hand the app to threads
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda row_id: look(app, row_id=row_id), asked.values()))
    db.session.rollback()
    failed = [account for known in asked if not _tell_pull(account := _afresh(known, within))]
    if failed:
        raise Refused(f"{len(failed)} of {len(asked)} accounts gave no figures.")


def _ask(within: Scope, *, only_due: bool, account_id: int | None) -> dict[int, int]:
    """The rows of work by account."""
    if account_id is not None:
        account = account_for_change(db.session, account_id, within=within)
        return {account.id: ask_pull(db.session, account, at=now()).id}
    if only_due:
        return ask_due_pulls(db.session, within=within, at=now())
    return {
        account.id: ask_pull(db.session, account, at=now()).id
        for account in accounts_at(db.session, within=within)
        if get_platform(account.platform).is_pulled and account.state is not AccountState.RETIRED
    }


def _tell_pull(account: Account) -> bool:
    """One line on how an account's pull went; did figures come in?"""
    good = account.connection is Connection.WORKING and account.failed_pulls == 0
    said = f"figures up to {account.newest_figure_on}" if good else account.connection_note or "still waiting"
    click.echo(f"{account.id}  {account.platform}  {account.handle}  {account.connection.label}: {said}")
    return good


def _afresh(account_id: int, within: Scope) -> Account:
    account = get_account(db.session, account_id, within=within)
    db.session.refresh(account)
    return account


@metrics.command("show")
@_SLUG
@_ACCOUNT
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="Day, as 2026-11-09; else the newest with figures.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
def show(*, slug: str, account_id: int, on: datetime | None, as_json: bool) -> None:
    """Print an account's figures of a day, each with its source or the reason there is none."""
    within = _enter(slug)
    account = get_account(db.session, account_id, within=within)
    day = on.date() if on else account.newest_figure_on
    if day is None:
        raise Refused("This account has no figures yet. Name a day with --on to see why.")
    seen = day_of(db.session, account, day, within=within)
    if as_json:
        click.echo(json.dumps(_told(account, seen), indent=2, ensure_ascii=False))
        return
    for entry in seen.figures.values():
        known = entry.figure.reason.label if entry.figure.reason else f"{entry.figure.value:,.0f}"
        source = f"  ({entry.origin.source.label})" if entry.origin else ""
        click.echo(f"{entry.metric.value:<18} {known}{source}")


@metrics.command("runs")
@_SLUG
@click.option("--night", type=click.DateTime(["%Y-%m-%d"]), help="The day, by default today.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def runs(*, slug: str, night: datetime | None, as_json: bool) -> None:
    """Say how the pulls of a night went: accounts done, pulls that failed and why, days written, cost."""
    within = _enter(slug)
    zone = ZoneInfo(settings_of(db.session, within=within).time_zone)
    on = night.date() if night else local_day(now(), zone.key)
    wanted = RunFilter(start_of_day(on, zone=zone), start_of_day(on + timedelta(days=1), zone=zone))
    sums = night_sums(db.session, wanted, within=within)
    failures = failures_of(db.session, wanted, within=within)
    if as_json:
        told = {"night": on.isoformat(), "accounts": sums.accounts, "failed": sums.failed, "days_added": sums.added,
                "days_changed": sums.changed, "cost": sums.micros / MICROS, "failures": dict(failures)}  # fmt: skip
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if sums.is_empty:
        click.echo(f"{on}: nothing was pulled.")
        return
    click.echo(
        f"{on}: {sums.accounts:,} accounts pulled, {sums.failed:,} pulls failed; "
        f"{sums.added:,} days added, {sums.changed:,} changed; {money(sums.micros)}."
    )
    for message, count in failures:
        click.echo(f"{count:,}  {message}")


@metrics.command("cost")
@_SLUG
@click.option("--month", "month", type=click.DateTime(["%Y-%m"]), help="Month, as 2026-11; else this one.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
def cost(*, slug: str, month: datetime | None, as_json: bool) -> None:
    """Print what pulls cost in a month on platforms that bill for reading, by our table of prices."""
    within = _enter(slug)
    first = month_of((month or now()).date())
    lines = costs_by_account(db.session, month=first, within=within)
    total, cap = sum(line.micros for line in lines), settings().read_cap_a_month
    if as_json:
        rows = [
            {"account": line.account.id, "handle": line.account.handle, "platform": line.account.platform,
             "pulls": line.pulls, "cost": line.micros / MICROS}
            for line in lines
        ]  # fmt: skip
        told = {"month": f"{first:%Y-%m}", "currency": CURRENCY, "cost": total / MICROS, "accounts": rows}
        click.echo(json.dumps(told | {"cap": None if cap is None else float(cap)}, indent=2, ensure_ascii=False))
        return
    for line in lines:
        click.echo(f"{line.account.id}  {line.account.platform}  {line.account.handle}  {money(line.micros)}")
    limit = "no cap is set" if cap is None else f"the cap is {money(int(cap * MICROS))}"
    click.echo(f"{first:%B %Y}: {money(total)}; {limit}.")


def _told(account: Account, seen: DaySeen) -> dict[str, object]:
    return {
        "account": account.id,
        "platform": account.platform,
        "handle": account.handle,
        "day": seen.day.isoformat(),
        "figures": {metric.value: _told_figure(entry) for metric, entry in seen.figures.items()},
    }


def _told_figure(entry: FigureSeen) -> dict[str, object]:
    told: dict[str, object] = _value_or_reason(entry.figure)
    if entry.origin:
        told |= _told_origin(entry.origin)
    if entry.revisions:
        told["revisions"] = [
            {"revision": revision.number, "replaced_at": revision.replaced_at.isoformat()}
            | _value_or_reason(revision.figure)
            | _told_origin(revision.origin)
            for revision in entry.revisions
        ]
    return told


def _value_or_reason(figure: Figure) -> dict[str, object]:
    if figure.reason is not None:
        return {"reason": figure.reason.value}
    return {"value": None if figure.value is None else round(figure.value)}


def _told_origin(origin: Origin) -> dict[str, object]:
    told: dict[str, object] = {"source": origin.source.value, "run": origin.run_id, "at": origin.noted_at.isoformat()}
    return told | ({"file": origin.file_name} if origin.file_name else {})


def _enter(slug: str) -> Scope:
    consortium = get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    return Scope(consortium_id=consortium.id)
