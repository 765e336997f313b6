"""The list of a place's accounts, narrowed, sorted and page by page; and as CSV."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from app.access.context import current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts import queries
from app.accounts.documents import connection_words
from app.accounts.queries import AccountFilter
from app.accounts.queries.connecting import expiries_of
from app.accounts.queries.listing import PAGE_SIZE, Order
from app.accounts.rules.contacts import ContactSeen
from app.accounts.rules.published import Published
from app.accounts.rules.states import AccountState, Connection
from app.accounts.views.pages import blueprint
from app.consortia.queries.tree import settings_of, today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.periods import Period
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform, platforms
from app.web.exports import csv_response
from app.web.paging import page_asked
from app.web.slots import Slot

#: so many days of posts are counted
_LATELY = 90
#: how much accounts have published in a period; figures are kept above this room
PUBLISHED: Slot[Callable[[Session, Scope, Sequence[int], Period], Mapping[int, Published]]] = Slot("posts of accounts")
_LONGEST_SEARCH = 100
_Word = TypeVar("_Word", bound=StrEnum)
_HEADER = (
    "place_code", "place", "platform", "handle", "address", "state", "expect", "connection", "last_pull",
    "newest_figure", "posts_90_days", "first_contact", "second_contact", "purpose",
)  # fmt: skip


@blueprint.get("/at/<string:place>/accounts")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def index(place: str) -> str:
    """The accounts of a place and all below it, fifty a page; the address keeps how the list is narrowed and sorted."""
    narrowed, sort = _narrowed(), _sort()
    found = queries.accounts_listed(
        db.session, within=current_scope(), narrowed=narrowed, sort=sort, number=page_asked()
    )
    on = today_of(db.session, within=whole_consortium(), at=now())
    ids = [account.id for account in found.accounts]
    kept, zone = _kept(narrowed), settings_of(db.session, within=whole_consortium()).time_zone
    published = _published(ids, on=on)
    expiries = expiries_of(db.session, ids, within=whole_consortium())
    return render_template(
        "accounts/index.html",
        place=current_place(),
        code=place,
        found=found,
        page_size=PAGE_SIZE,
        published=published,
        busiest=max((week or 0 for each in published.values() for week in each.weeks), default=0),
        days=_LATELY,
        contacts=queries.latest_contacts(db.session, ids, within=whole_consortium(), on=on),
        narrowed=narrowed,
        is_narrowed=narrowed != AccountFilter(),
        sort=sort,
        url_sorted=lambda column: url_for(".index", place=place, **kept, sort=_turned(column, sort)),
        url_of_page=lambda number: url_for(".index", place=place, **kept, sort=sort, page=number),
        csv_url=url_for(".export", place=place, **kept),
        platform_choices=[("", "All"), *((platform.name, platform.label) for platform in platforms())],
        connection_choices=[("", "All"), *((word.value, word.label) for word in Connection)],
        state_choices=[("", "All"), *((word.value, word.label) for word in AccountState)],
        states={
            account.id: connection_words(account, expiries.get(account.id), at=now(), zone=zone)
            for account in found.accounts
        },
        label_of=lambda name: get_platform(name).label,
        zone=zone,
        may_write=may_here(Permission.ACCOUNTS_WRITE),
    )


@blueprint.get("/at/<string:place>/accounts.csv")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def export(place: str) -> Response:
    """The whole list as narrowed, with the present contacts."""
    accounts = queries.accounts_at(db.session, within=current_scope(), narrowed=_narrowed())
    on = today_of(db.session, within=whole_consortium(), at=now())
    ids = [account.id for account in accounts]
    contacts = queries.latest_contacts(db.session, ids, within=whole_consortium(), on=on)
    published = _published(ids, on=on)
    return csv_response(
        f"accounts-{place}.csv",
        _HEADER,
        (
            [
                account.place.code, account.place.name, get_platform(account.platform).label, account.handle,
                account.url, account.state.label, account.mode.label, account.connection.label, account.last_pull_at,
                account.newest_figure_on, published[account.id].posts.value, *(_name(contact) for contact in contacts[account.id]), account.purpose,
            ]
            for account in accounts
        ),
    )  # fmt: skip


def _published(ids: Sequence[int], *, on: date) -> Mapping[int, Published]:
    period = Period(on - timedelta(days=_LATELY - 1), on)
    return PUBLISHED.filled(db.session, whole_consortium(), ids, period)


def _name(contact: ContactSeen) -> str:
    return contact.name if contact.is_there else ""


def _narrowed() -> AccountFilter:
    return AccountFilter(
        platform=_chosen_platform(),
        connection=_chosen(Connection, "connection"),
        state=_chosen(AccountState, "state"),
        words=" ".join(request.args.get("q", "")[:_LONGEST_SEARCH].replace("\x00", "").split()),
    )


def _kept(narrowed: AccountFilter) -> Mapping[str, Any]:
    """What the address keeps of a filter."""
    values = {
        "platform": narrowed.platform,
        "connection": narrowed.connection.value if narrowed.connection else None,
        "state": narrowed.state.value if narrowed.state else None,
        "q": narrowed.words or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _chosen_platform() -> str | None:
    asked = request.args.get("platform")
    return next((platform.name for platform in platforms() if platform.name == asked), None)


def _chosen(words: type[_Word], name: str) -> _Word | None:
    """The word of the filter that the address names, None where it names none of ours."""
    return next((word for word in words if word.value == request.args.get(name)), None)


def _sort() -> str:
    asked = request.args.get("sort", "")
    return asked if asked.removeprefix("-") in set(Order) else Order.PLACE.value


def _turned(column: str, sort: str) -> str:
    return f"-{column}" if sort == column else column
