"""What reading cost this month, account by account, on platforms that bill for it."""

from datetime import date

from flask import render_template, request, url_for

from app.access.context import current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.installation import settings
from app.metrics.queries.costs import costs_by_account, spent_in
from app.metrics.rules.costs import MICROS, money, month_of, months_before
from app.metrics.views.figures import blueprint
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform, platforms
from app.web.paging import page_asked

_PAGE_SIZE = 50
_SHOWN_MONTHS = 12


@blueprint.get("/at/<string:place>/costs")
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def costs(place: str) -> str:
    """The month of ``month`` (as 2026-11, by default this one): each account that cost something, the sum, the cap."""
    this_month = month_of(now().date())
    month = month_of(_asked_month() or this_month.date())
    cap = settings().read_cap_a_month
    lines = costs_by_account(db.session, month=month, within=current_scope())
    page = page_asked(len(lines), size=_PAGE_SIZE)
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
        spent=spent_in(db.session, month=this_month, within=whole_consortium()),
        cap=None if cap is None else int(cap * MICROS),
        priced=[platform for platform in platforms() if platform.prices],
        label_of=lambda name: get_platform(name).label,
        money=money,
    )


def _asked_month() -> date | None:
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return None
