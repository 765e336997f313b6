"""Commands for scorecards: rebuild them now."""

from datetime import datetime

import click

from app.access.rules import Scope
from app.consortia.queries import get_consortium_by_slug, today_of
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.scorecards.actions import rebuild_all
from app.web.commands import PlainGroup
from app.web.filters import day, plural


@click.group("scorecards", cls=PlainGroup)
def scorecards() -> None:
    """Places beside their own targets and their peers."""


@scorecards.command("rebuild")
@click.option("--consortium", "slug", required=True, help="Slug of the consortium.")
@click.option("--on", "asked", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of this day; today where left out.")
def rebuild(*, slug: str, asked: datetime | None) -> None:
    """Measure and judge every place in every period that is kept."""
    consortium = get_consortium_by_slug(db.session, slug)
    enter_tenant(db.session, consortium.id)
    within = Scope(consortium_id=consortium.id)
    on = asked.date() if asked else today_of(db.session, within=within, at=now())
    periods = rebuild_all(db.session, within=within, on=on, at=now())
    db.session.commit()
    click.echo(f"{plural(len(periods), 'period', 'periods')} rebuilt as of {day(on)}.")
