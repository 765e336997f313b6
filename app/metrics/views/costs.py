"""What reading cost this month, account by account, on platforms that bill for it."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import render_template, request, url_for

from app.access.context import current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.installation import settings
from app.metrics.queries.costs import costs_by_account, priced_pulls, spent_in
from app.metrics.rules.costs import (
    FORECAST_DAYS,
    MICROS,
    cost_of_more,
    forecast,
    money,
    month_of,
    months_before,
    usual_costs,
)
from app.metrics.views.figures import blueprint
from app.people.guard import place_in_path
from app.platforms.catalogue import Platform, get_platform, platforms
from app.web.paging import page_asked

_PAGE_SIZE = 50
_SHOWN_MONTHS = 12
_LONGEST_NUMBER = 5


@blueprint.get("/at/<string:place>/costs")
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def costs(place: str) -> str:
    """The month of ``month`` (as 2026-11, by default this one): each account that cost something, the sum, the cap."""
    this_month = month_of(now().date())
    month = month_of(_asked_month() or this_month.date())
    cap = settings().read_cap_a_month
    lines = costs_by_account(db.session, month=month, within=current_scope())
    page = page_asked(len(lines), size=_PAGE_SIZE)
    at = now()
    spent = spent_in(db.session, month=this_month, within=whole_consortium())
    micros = None if cap is None else int(cap * MICROS)
    since = at - timedelta(days=FORECAST_DAYS)
    usual = usual_costs(priced_pulls(db.session, since=since, within=whole_consortium()))
    priced = [platform for platform in platforms() if platform.prices]
    more, platform = _asked_more(), _asked_platform(priced)
    return render_template(
        "metrics/costs.html",
        place=current_place(),
        code=place,
        month=month,
        month_choices=[(f"{first:%Y-%m}", f"{first:%B %Y}") for first in months_before(this_month, most=_SHOWN_MONTHS)],
        lines=lines[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE],
        accounts=len(lines),
        page=page,
        page_size=_PAGE_SIZE,
        url_of_page=lambda number: url_for(".costs", place=place, month=f"{month:%Y-%m}", page=number),
        total=sum(line.micros for line in lines),
        spent=spent,
        cap=micros,
        priced=priced,
        coming=forecast(spent, usual, cap=micros, at=at) if usual else None,
        more=more,
        more_choices=[(each.name, each.label) for each in priced],
        more_platform=platform,
        more_micros=cost_of_more(more, usual, platform=platform) if more else None,
        label_of=lambda name: get_platform(name).label,
        money=money,
    )


def _asked_month() -> date | None:
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return None


def _asked_more() -> int:
    text = request.args.get("more", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0


def _asked_platform(priced: Sequence[Platform]) -> str:
    names = [platform.name for platform in priced]
    asked = request.args.get("platform", "")
    return asked if asked in names or not names else names[0]
