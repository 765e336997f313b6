"""The whole tree of places as a list."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.access.context import current_actor, current_scope, whole_consortium
from app.access.marks import anywhere, requires
from app.access.rules import Permission, Scope, may
from app.consortia import queries
from app.consortia.models import Closure, Place
from app.consortia.rules import PlaceKind
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.web.fields import Form
from app.web.filters import day, plural
from app.web.paging import page_asked

PAGE_SIZE = 50

blueprint = Blueprint("consortia", __name__, template_folder="../templates")


def root_place(**_others: object) -> Place:
    """``at=`` for what only the whole consortium's people may do."""
    return queries.root_of(db.session, within=Scope(consortium_id=current_actor().consortium_id))


def place_in_path(place: str, **_others: object) -> Place:
    """``at=`` for ``/places/<place>/…``: the place with this code in the reader's consortium, or NotFound."""
    return queries.get_place(db.session, place, within=Scope(consortium_id=current_actor().consortium_id))


def today() -> date:
    """The day that the pages of places speak of."""
    return queries.today_of(db.session, within=whole_consortium(), at=now())


def carried_out(form: Form, act: Callable[[], object]) -> bool:
    """Do what a form asks for and keep it; a refusal is shown in the form, and nothing is kept."""
    try:
        with db.session.begin_nested():
            act()
    except Refused as refusal:
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


@blueprint.get("/places")
@requires(Permission.PLACES_READ, at=anywhere)
def index() -> str:
    """Every library with its branches, in the order of the tree.

    ``q`` looks in names, former names, codes and towns; ``kind`` and ``state`` narrow; ``page`` turns.
    """
    words, on = request.args.get("q", "").strip(), today()
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    former = queries.former_names_within(db.session, within=current_scope())
    found = queries.entries_matching(db.session, words, within=current_scope(), former=former)
    entries = [entry for entry in found if _is_asked_for(entry, kind=kind, state=state, on=on)]
    closures = queries.closures_within(db.session, within=current_scope())
    page, actor, root = page_asked(len(entries)), current_actor(), root_place()
    return render_template(
        "consortia/index.html",
        consortium=queries.consortium_of(db.session, within=current_scope()),
        root=root,
        entries=entries[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        former=former,
        counts=_counts_in_words(entries),
        total=len(entries),
        page=page,
        page_size=PAGE_SIZE,
        words=words,
        kind=kind,
        kinds=[("", "All"), *((word.value, word.label) for word in PlaceKind if word is not PlaceKind.CONSORTIUM)],
        state=state,
        is_narrowed=bool(words or kind or state),
        standing=lambda place: standing_words(place, closures.get(place.id, ()), on=on),
        may_write=may(actor, Permission.PLACES_WRITE, root.path),
        may_read=lambda place: may(actor, Permission.PLACES_READ, place.path),
        url_of_page=lambda number: url_for(".index", page=number, **_given(q=words, kind=kind, state=state)),
    )


def standing_words(place: Place, closures: Sequence[Closure], *, on: date) -> str:
    """Whether a place is open that day, and if not, until when or since when."""
    if place.closed_on is not None and place.closed_on <= on:
        return f"Closed for good since {day(place.closed_on)}"
    if place.opened_on is not None and place.opened_on > on:
        return f"Opens on {day(place.opened_on)}"
    if now_closed := next((closure for closure in closures if closure.covers(on)), None):
        return f"Closed until {day(now_closed.last_on)}: {now_closed.reason}"
    if place.closed_on is not None:
        return f"Open, closes for good on {day(place.closed_on)}"
    return "Open"


def _given(**chosen: str) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value}


def _is_asked_for(entry: queries.PlaceEntry, *, kind: str, state: str, on: date) -> bool:
    is_closed = entry.place.closed_on is not None and entry.place.closed_on <= on
    return kind in ("", entry.place.kind.value) and state in ("", "closed" if is_closed else "open")


def _counts_in_words(entries: list[queries.PlaceEntry]) -> str:
    libraries = sum(entry.place.kind == PlaceKind.LIBRARY for entry in entries)
    branches = sum(entry.place.kind == PlaceKind.BRANCH for entry in entries)
    return f"{plural(libraries, 'library', 'libraries')}, {plural(branches, 'branch', 'branches')}"
