"""One place: its facts, names, residents, hours, closures, what happened to it and what stands below it."""

from calendar import month_name
from collections.abc import Sequence

from flask import render_template

from app.access.context import current_place, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia import queries
from app.consortia.models import Place, PlaceEvent
from app.consortia.rules import WEEKDAYS, EventKind, PlaceKind, PopulationMethod, may_hold
from app.consortia.views.listing import blueprint, place_in_path, standing_words, today
from app.foundation.database import db
from app.web.filters import day, number


@blueprint.get("/places/<string:place>")
@requires(Permission.PLACES_READ, at=place_in_path)
def show(place: str) -> str:  # noqa: ARG001 - the guard loads it
    """All that is known of a place in its own right; what hangs on it is on its other pages."""
    here, within, on = current_place(), whole_consortium(), today()
    trail = queries.ancestors_of(db.session, here, within=within)
    closures = queries.closures_of(db.session, here, within=within)
    events = queries.events_of(db.session, here, within=within)
    return render_template(
        "consortia/show.html",
        place=here,
        today=on,
        lede=f"{_above(here, trail)}. {standing_words(here, closures, on=on)}.",
        facts=_facts(queries.get_entry(db.session, here, within=within)),
        residents=residents_words(here.population, here.population_method, here.population_year),
        week=queries.hours_of(db.session, here, on=on, within=within),
        weeks=queries.weeks_of(db.session, here, within=within),
        weekdays=WEEKDAYS,
        closures=closures[::-1],
        former=queries.former_names_within(db.session, within=within).get(here.id, []),
        events=[(event.happened_on, words_of(event)) for event in events],
        successor=queries.successor_of(db.session, here, within=within),
        children=queries.children_of(db.session, here, within=within),
        kinds_below=[kind for kind in PlaceKind if may_hold(here.kind, kind)],
        is_root=here.parent_id is None,
        may_write=may_here(Permission.PLACES_WRITE),
        may_set_hours=may_here(Permission.PLACES_HOURS),
    )


def words_of(event: PlaceEvent) -> str:
    """What happened, in a sentence or two."""
    was = residents_words(event.former_population, event.former_method, event.former_year)
    other = event.other.name if event.other else ""
    return {
        EventKind.OPENED: "Opened.",
        EventKind.RENAMED: f"Renamed. Until then: {event.former}.",
        EventKind.MOVED: f"Moved. Until then below {other}.",
        EventKind.COUNTED: f"Residents stated anew. Until then: {was or 'not stated'}.",
        EventKind.KEYED: f"Another FSCS key. Until then: {event.former}.",
        EventKind.CLOSED: f"Closed for good: {event.reason}",
        EventKind.MERGED: f"Merged into {other} and closed.",
        EventKind.REOPENED: "Open again.",
    }[event.kind]


def residents_words(residents: int | None, method: PopulationMethod | None, year: int | None) -> str:
    """Such as "12,000, stated by the library, 2025"; "" where no method has been stated."""
    if residents is None or method is None:
        return ""
    return ", ".join([number(residents), method.label, *([str(year)] if year else [])])


def _above(place: Place, trail: Sequence[Place]) -> str:
    return f"{place.kind.label} below {trail[-2].name}" if len(trail) > 1 else place.kind.label


def _facts(entry: queries.PlaceEntry) -> list[tuple[str, str]]:
    place, none = entry.place, "Not recorded"
    told = [("Code", place.code)]
    if entry.type:
        told.append(("Type", entry.type.label))
    if entry.library or entry.branch:
        told.append(("Town", entry.city or none))
    if library := entry.library:
        told += [("FSCS key", library.fscs_key or none), ("State ID", library.state_id or none)]
        told += [("ISIL", library.isil or none), ("Fiscal year from", _month(library.fiscal_year_start_month) or none)]
        told.append(("Name seen by others", "Yes" if library.shares_name else "No"))
    if branch := entry.branch:
        told.append(("FSCS key", "-".join(filter(None, (branch.fscs_key, branch.fscs_sequence))) or none))
    told.append(("Opened", day(place.opened_on) if place.opened_on else none))
    return [*told, ("Closed", day(place.closed_on))] if place.closed_on else told


def _month(number_of_it: int | None) -> str:
    return month_name[number_of_it] if number_of_it else ""
