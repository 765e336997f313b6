"""What every home needs: the names its template knows, and the figures at its top."""

from datetime import date

from flask import url_for

from app.access.context import may_here
from app.access.rules import Permission
from app.accounts.models import Account
from app.consortia.models import Place
from app.desk.queries.lately import Lately
from app.desk.queries.standing import Standing
from app.desk.rules import Step, is_late, next_step
from app.platforms.catalogue import get_platform


def account_label(account: Account) -> str:
    """The platform's name for a reader, such as "Mastodon"."""
    return get_platform(account.platform).label


def shared(place: Place, standing: Standing, side: Lately, *, on: date) -> dict[str, object]:
    """The names that every home's template knows."""
    newest = side.completeness.newest_on
    return {
        "place": place,
        "on": on,
        "standing": standing,
        "side": side,
        "zone": side.zone,
        "late_since": newest if is_late(newest, on=on) else None,
        "accounts_url": url_for("accounts.index", place=place.code) if may_here(Permission.ACCOUNTS_READ) else None,
        "about_url": url_for("desk.about", place=place.code) if may_here(Permission.PLACES_READ) else None,
    }


def first_day(steps: list[Step]) -> dict[str, object]:
    """The three steps of a first day, and the one that is next; nothing once all are done."""
    coming = next_step(steps)
    return {"steps": steps if coming else [], "coming": coming}
