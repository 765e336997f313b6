"""The page on how connections fare: each account that needs somebody, why, which days it lacks, and one button."""

from dataclasses import dataclass

from flask import render_template, request, url_for

from app.access.context import current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.documents import connection_words
from app.accounts.models import Account
from app.accounts.rules.states import Connection
from app.consortia.queries.tree import settings_of, today_of
from app.desk.queries.health import AccountFaring, faring_of
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.web.filters import day, plural
from app.web.paging import PAGE_SIZE, page_asked

_SHOWN = [
    ("", "All that need somebody"),
    ("trouble", "Connection in trouble"),
    ("holes", "Days without figures"),
    ("differences", "Two sources differ"),
]
_MOST_HOLES = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """An account as its row shows it."""

    account: Account
    platform: str
    state: tuple[str, str]
    holes: list[str]
    #: what two sources differ about, and where that is told
    differing: str
    differing_url: str
    #: what to press, and whether that goes by post
    button: str
    url: str
    is_posted: bool = False


@blueprint.get("/at/<string:place>/accounts/health")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def account_health(place: str) -> str:
    """Accounts of a place and below whose connection or figures need somebody; ``show`` narrows, ``page`` turns."""
    at, number = now(), page_asked()
    shown = request.args.get("show", "")
    shown = shown if shown in dict(_SHOWN) else ""
    on = today_of(db.session, within=whole_consortium(), at=at)
    zone = settings_of(db.session, within=whole_consortium()).time_zone
    found = faring_of(
        db.session, within=current_scope(), on=on, at=at, shown=shown, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    return render_template(
        "desk/account_health.html",
        place=current_place(),
        code=place,
        found=found,
        rows=[_row(one, connection_words(one.account, one.expires_at, at=at, zone=zone)) for one in found.accounts],
        shown=shown,
        choices=_SHOWN,
        page=number,
        page_size=PAGE_SIZE,
        url_of_page=lambda n: url_for(".account_health", place=place, show=shown or None, page=n),
        zone=zone,
    )


def _row(one: AccountFaring, state: tuple[str, str]) -> _Row:
    account = one.account
    button, url, is_posted = _button(one, is_well=state[0] in {"ok", "none"})
    platform = get_platform(account.platform).label
    differing, day_url = _differing(one)
    return _Row(account, platform, state, _told(one), differing, day_url, button, url, is_posted)


def _differing(one: AccountFaring) -> tuple[str, str]:
    """Such as "3 days differ by more than 2%", and the latest of them, for those who may look at figures."""
    found = one.differing
    if found is None:
        return "", ""
    words = plural(found.count, "day differs", "days differ")
    url = url_for("metrics.day", account_id=one.account.id, on=found.latest.isoformat())
    return f"{words} by more than 2% from another source", url if may_here(Permission.METRICS_READ) else ""


def _told(one: AccountFaring) -> list[str]:
    """The latest ranges in words, and how many more there are."""
    latest = list(reversed(one.holes))
    told = []
    for hole in latest[:_MOST_HOLES]:
        days = hole.period.days
        span = day(hole.period.first) if days == 1 else f"{day(hole.period.first)} to {day(hole.period.last)}"
        told.append(f"{span}, {plural(days, 'day', 'days')}: {hole.why}.")
    if len(latest) > _MOST_HOLES:
        told.append(f"And {plural(len(latest) - _MOST_HOLES, 'earlier range', 'earlier ranges')}.")
    return told


def _button(one: AccountFaring, *, is_well: bool) -> tuple[str, str, bool]:
    """The one thing that helps: a new sign-in, another pull, or a file for the days that are missing."""
    account = one.account
    if not is_well and account.connection is Connection.FAILING and may_here(Permission.METRICS_IMPORT):
        return "Pull now", url_for("metrics.pull", account_id=account.id), True
    if not is_well and account.connection is not Connection.LIMITED and may_here(Permission.ACCOUNTS_WRITE):
        return "Reconnect", url_for("accounts.connect", account_id=account.id), False
    if one.holes and may_here(Permission.METRICS_IMPORT):
        return "Import", url_for("imports.choose_file", account_id=account.id), False
    return "", "", False
