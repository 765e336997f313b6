"""The page of a place: its key facts, and a block of each room with a link to that room's own page."""

from flask import render_template, url_for

from app.access.context import current_actor, current_place, current_scope, may_here
from app.access.marks import requires
from app.access.rules import Permission, may
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.queries import population_of, today_of
from app.consortia.rules.places import PlaceKind
from app.desk.queries.about import About, about_place
from app.desk.views.homes.pages import blueprint
from app.desk.views.homes.parts import account_label
from app.duties.rules.words import summary_in_words
from app.foundation.clock import now
from app.foundation.database import db
from app.people.guard import place_in_path
from app.web.filters import day, join_and, number
from app.web.paging import page_asked

PAGE_SIZE = 50


@blueprint.get("/at/<string:place>/about")
@requires(Permission.PLACES_READ, at=place_in_path)
def about(place: str) -> str:
    """What is known of a place, and how it fares; ``page`` turns the table of what stands below it."""
    here: Place = current_place()
    on = today_of(db.session, within=current_scope(), at=now())
    found = about_place(db.session, here, within=current_scope(), on=on, may=may_here)
    parts = found.standing.parts
    number_of_page = page_asked(len(parts), size=PAGE_SIZE)
    is_wide = here.kind is not PlaceKind.LIBRARY
    return render_template(
        "desk/about.html",
        place=here,
        on=on,
        found=found,
        lede=_lede(here, found),
        facts=_facts(here, found),
        hours=_hours(here, found),
        parts=found.parts(parts[(number_of_page - 1) * PAGE_SIZE : number_of_page * PAGE_SIZE]),
        total=len(parts),
        page=number_of_page,
        page_size=PAGE_SIZE,
        url_of_page=lambda n: url_for("desk.about", place=place, page=n),
        noun="library" if is_wide else "branch",
        nouns="libraries" if is_wide else "branches",
        bound=found.policies.bound_at(here) if found.policies else [],
        undecided=found.policies.undecided_at(here) if found.policies and here.kind is PlaceKind.LIBRARY else [],
        account_label=account_label,
        may_open=_may_open,
        duties_words=summary_in_words(found.duties.summary) if found.duties else "",
        may_adopt=may_here(Permission.POLICIES_ADOPT),
        may_compare=may_here(Permission.COMPARE_READ),
    )


def _may_open(account: Account) -> bool:
    """May the reader open its page? One that another place shares may be out of reach."""
    return may(current_actor(), Permission.ACCOUNTS_READ, account.place.path)


def _lede(place: Place, found: About) -> str:
    kind = found.entry.type.label if found.entry.type else place.kind.label
    town = f" in {found.entry.city}" if found.entry.city else ""
    if place.closed_on and place.closed_on <= found.standing.on:
        return f"{kind}{town}. Closed for good since {day(place.closed_on)}."
    return f"{kind}{town}."


def _facts(place: Place, found: About) -> list[tuple[str, str]]:
    """Key facts, each only where it is known."""
    ids = found.entry.identifiers
    fscs = "-".join(part for part in (ids.get("fscs_key"), ids.get("fscs_sequence")) if part)
    residents = population_of(place)
    method = f"{number(residents.residents)}, {residents.method.label.lower()}" if residents else "Not stated"
    year = f", {residents.year}" if residents and residents.year else ""
    known = [
        ("Code", place.code),
        ("FSCS", fscs),
        ("ISIL", ids.get("isil", "")),
        ("State ID", ids.get("state_id", "")),
        ("Residents", f"{method}{year}" if place.kind is not PlaceKind.CONSORTIUM or residents else ""),
        ("Opened", day(place.opened_on) if place.opened_on else ""),
    ]
    return [(label, value) for label, value in known if value]


def _hours(place: Place, found: About) -> str:
    """Today's hours in words; "" where none were recorded or it is no service point."""
    on = found.standing.on
    if not place.is_open(on):
        return ""
    closed = next((closure for closure in found.closures if closure.covers(on)), None)
    if closed:
        return f"Closed until {day(closed.last_on)}: {closed.reason}"
    if found.week is None:
        return ""
    periods = found.week.on(on)
    return f"Open today {join_and(periods)}" if periods else "Closed today"
