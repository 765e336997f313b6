"""A place's matrix with the load on each person, its file, and one's own duties."""

from collections.abc import Iterable

from flask import Blueprint, Response, render_template

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import anywhere, requires
from app.access.rules import Permission
from app.consortia import queries as consortia
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_held
from app.duties.queries.coverage import Row, coverage, families_of, summary_of
from app.duties.queries.load import load_at, load_of_positions, team_hours_at
from app.duties.queries.standing import manner_of
from app.duties.rules.catalogue import lead_duty
from app.duties.rules.load import total_in_words
from app.duties.rules.matrix import Cell
from app.duties.rules.words import cell_in_words, missing_role
from app.duties.views.page import Page, account_label, as_asked
from app.duties.views.places import places_page
from app.foundation.database import db
from app.people.guard import place_in_path
from app.people.queries.persons import get_person
from app.people.queries.positions import incumbencies_of
from app.web.exports import csv_response

blueprint = Blueprint("duties", __name__, template_folder="../templates")
_HEADER = ("Place", "Platform", "Account", "Duty", "Standing", "Primary", "Backup", "Hours a week", "Gap", "Asked by")


@blueprint.get("/at/<string:place>/duties")
@requires(Permission.DUTIES_READ, at=place_in_path)
def index(place: str) -> str:  # noqa: ARG001 - the guard loads it
    """Who does what at a place on a day: its own matrix, or the places below it, worst first."""
    when = as_asked()
    page = Page(current_place(), when, coverage(db.session, within=current_scope(), on=when.on))
    return places_page(page) if page.view == "places" else _own(page)


def _own(page: Page) -> str:
    families = families_of(page.own)
    shown = page.own
    if page.only_gaps:
        shown = [row for row in shown if any(cell.state.is_gap for cell in row.cells.values())]
        families = [family for family in families if any(row.cells[family].state.is_gap for row in shown)]
    return render_template(
        "duties/people.html" if page.view == "person" else "duties/index.html",
        **page.context(summary_of(page.own)),
        rows=shown,
        families=families,
        manner=manner_of(db.session, within=current_scope(), on=page.when.on),
        lead_duty=lead_duty,
        missing_role=missing_role,
        cell_words=_words_of,
        **_loads(page),
    )


def _words_of(row: Row, cell: Cell) -> str:
    return cell_in_words(cell, account=account_label(row.account))


def _loads(page: Page) -> dict[str, object]:
    """The load on each person of the place, for those who may know it."""
    if not may_here(Permission.PEOPLE_READ):
        return {"loads": None}
    on = page.when.on
    every = load_at(db.session, within=current_scope(), on=on)
    loads = [load for load in every if load.position.place_id == page.place.id]
    ids = [load.position.id for load in loads]
    return {
        "loads": loads,
        "held": _by_position(assignments_held(db.session, ids, within=whole_consortium(), on=on)),
        "load_note": total_in_words([load.load for load in loads]),
        "teams": team_hours_at(db.session, within=current_scope(), on=on),
    }


def _by_position(held: Iterable[Assignment]) -> dict[int | None, list[Assignment]]:
    found: dict[int | None, list[Assignment]] = {}
    for assignment in held:
        found.setdefault(assignment.position_id, []).append(assignment)
    return found


@blueprint.get("/at/<string:place>/duties.csv")
@requires(Permission.DUTIES_READ, at=place_in_path)
def export(place: str) -> Response:
    """Every cell of the place and below as a file."""
    when = as_asked()
    rows = coverage(db.session, within=current_scope(), on=when.on)
    families = families_of(rows)
    cells = (_line(row, row.cells[family]) for row in rows for family in families)
    return csv_response(f"duties-{place}-{when.on.isoformat()}.csv", _HEADER, cells)


def _line(row: Row, cell: Cell) -> tuple[object, ...]:
    return (
        row.place.name,
        account_label(row.account),
        row.account.handle,
        cell.family.label,
        cell.state.label,
        "; ".join(holder.person_name or "" for holder in cell.primaries),
        "; ".join(holder.person_name or "" for holder in cell.backups),
        cell.hours_per_week,
        cell.exempt_because or cell.words,
        "; ".join(f"{asked.policy_code}, clause {asked.clause_number}" for asked in cell.requirements),
    )


@blueprint.get("/me/duties")
@requires(Permission.DUTIES_READ, at=anywhere)
def mine() -> str:
    """What the reader holds on a day, alone or in a team, with the hours it takes."""
    when, scope, actor = as_asked(), whole_consortium(), current_actor()
    person = get_person(db.session, actor.person_id or 0, within=scope)
    stays = incumbencies_of(db.session, person, within=scope)
    positions = [
        stay.position
        for stay in stays
        if stay.first_on <= when.on and (stay.last_on is None or stay.last_on >= when.on)
    ]
    ids = [position.id for position in positions]
    held = assignments_held(db.session, ids, within=scope, on=when.on)
    return render_template(
        "duties/mine.html",
        person=person,
        when=when,
        held=held,
        loads=load_of_positions(db.session, positions, within=scope, on=when.on),
        places=consortia.places_by_id(db.session, {each.place_id for each in held}, within=scope),
        lead_duty=lead_duty,
        account_label=account_label,
    )
