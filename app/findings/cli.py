"""The command that checks the rules in force."""

from datetime import date, datetime

import click

from app.access.rules import Actor, Scope
from app.consortia.queries import get_consortium_by_slug, today_of
from app.findings.actions.checking import check_rules
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.policies.rules.states import Result
from app.web.commands import PlainGroup
from app.web.filters import day, plural

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("findings", cls=PlainGroup)
def findings() -> None:
    """Rules in force, held against what was done."""


@findings.command("check")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--on", "moment", type=_DAY, help="Check as of this day; today where left out.")
def check(*, slug: str, moment: datetime | None) -> None:
    """Check every rule in force at every place it binds."""
    consortium = get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    within, at = Scope(consortium.id), now()
    on: date = moment.date() if moment else today_of(db.session, within=within, at=at)
    by = Actor.machine("Command line", consortium_id=consortium.id)
    outcome = check_rules(db.session, within=within, on=on, by=by, at=at)
    db.session.commit()
    click.echo(f"{plural(outcome.checks, 'check', 'checks')} as of {day(on)}.")
    for result in Result:
        if outcome.results[result]:
            click.echo(f"{result.label}: {outcome.results[result]}")
    click.echo(f"Findings: {outcome.opened} opened, {outcome.put_right} put right, {outcome.still_open} open.")
