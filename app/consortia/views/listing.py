"""The whole tree of places as a list."""

from datetime import date

from flask import Blueprint, render_template, request, url_for

from app.access.context import current_actor, current_scope
from app.access.marks import anywhere, requires
from app.access.rules import Permission, Scope, may
from app.consortia import queries
from app.consortia.models import Place
from app.consortia.rules import PlaceKind
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.web.filters import plural

PAGE_SIZE = 50

blueprint = Blueprint("consortia", __name__, template_folder="../templates")


def root_place(**_others: object) -> Place:
    """``at=`` for what only the whole consortium's people may do."""
    return queries.root_of(db.session, within=Scope(consortium_id=current_actor().consortium_id))


@blueprint.get("/places")
@requires(Permission.PLACES_READ, at=anywhere)
def index() -> str:
    """Every library with its branches, in the order of the tree; ``q`` filters, ``page`` turns."""
    words = request.args.get("q", "").strip()
    entries = queries.entries_matching(db.session, words, within=current_scope())
    page = _page(len(entries))
    return render_template(
        "consortia/index.html",
        consortium=queries.consortium_of(db.session, within=current_scope()),
        entries=entries[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        counts=_counts_in_words(entries),
        total=len(entries),
        page=page,
        page_size=PAGE_SIZE,
        words=words,
        today=_today(),
        may_import=may(current_actor(), Permission.PLACES_WRITE, root_place().path),
        url_of_page=lambda number: url_for(".index", q=words or None, page=number),
    )


def _counts_in_words(entries: list[queries.PlaceEntry]) -> str:
    libraries = sum(entry.place.kind == PlaceKind.LIBRARY for entry in entries)
    branches = sum(entry.place.kind == PlaceKind.BRANCH for entry in entries)
    return f"{plural(libraries, 'library', 'libraries')}, {plural(branches, 'branch', 'branches')}"


def _page(total: int) -> int:
    """The page asked for, as near as there is one."""
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), max(-(-total // PAGE_SIZE), 1))


def _today() -> date:
    return local_day(now(), queries.settings_of(db.session, within=current_scope()).time_zone)
