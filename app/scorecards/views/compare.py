"""Compare places against their own targets: the page, and the whole set as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.access.context import current_actor, whole_consortium
from app.access.marks import HasPath, requires
from app.access.rules import Actor, Permission, Scope, may
from app.consortia.models import ConsortiumSettings, Place
from app.consortia.queries import ancestors_of, find_place_by_id, get_place, libraries_of, settings_of, today_of
from app.consortia.rules.places import PlaceKind
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.periods import Period, last_whole_quarter
from app.goals.queries import curves_of
from app.goals.rules import State, get_kpi
from app.metrics.queries.closing import find_closed_note
from app.scorecards.queries import comparison
from app.scorecards.queries.comparison import Cell, Peers, PlaceRow
from app.scorecards.rules.asking import NAME, ON_TRACK, RESIDENTS, STATUS, Asked, peer_groups, read_asked
from app.scorecards.views.pictures import (
    CHANCE_OF,
    MOST_POINTS,
    CurveShown,
    Shares,
    chance_shown,
    curves_shown,
)
from app.scorecards.views.table import Names, bars_of, columns_of, lines_of, median_words, on_track_words, order_words
from app.web.exports import csv_response
from app.web.filters import join_and

blueprint = Blueprint("scorecards", __name__, template_folder="../templates")

_CURVE_OF = "K51"
_MOST_CURVES = 9
_MONTHS = 40


def _door(place: str, **_others: object) -> HasPath:
    """``at=``: the place; for a member's director at the consortium, the library that lets them see it from outside."""
    actor = current_actor()
    found = get_place(db.session, place, within=Scope(consortium_id=actor.consortium_id))
    if may(actor, Permission.COMPARE_READ, found.path) or found.kind not in (PlaceKind.CONSORTIUM, PlaceKind.SYSTEM):
        return found
    return _member_of(actor, found) or found


def _member_of(actor: Actor, above: Place) -> Place | None:
    """The library below a place that the reader may compare as a whole."""
    within = Scope(actor.consortium_id, above.id, above.path)
    for grant in actor.grants:
        if grant.path.startswith(above.path) and may(actor, Permission.COMPARE_READ, grant.path):
            place = find_place_by_id(db.session, grant.place_id, within=within)
            if place is not None and place.kind is not PlaceKind.BRANCH:
                return place
    return None


@dataclass(frozen=True, slots=True)
class _View:
    """What is compared, for whom."""

    place: Place
    asked: Asked
    period: Period
    periods: list[Period]
    #: whose rows are shown, and over whom the median is taken
    peers: Peers
    median_peers: Peers
    names: Names
    is_masked: bool

    @property
    def noun(self) -> str:
        return self.peers.kind.value

    @property
    def nouns(self) -> str:
        return self.peers.kind.plural

    @property
    def part_noun(self) -> str:
        return "goals" if self.peers.kind is PlaceKind.BRANCH else "branches"

    @property
    def is_own_only(self) -> bool:
        return self.peers.only_id is not None


def _view(code: str) -> _View:
    actor, whole = current_actor(), whole_consortium()
    place = get_place(db.session, code, within=whole)
    asked = read_asked(request.args)
    settings = settings_of(db.session, within=whole)
    periods = comparison.periods_of(db.session, within=whole)
    today = today_of(db.session, within=whole, at=now())
    peers, median_peers = _peers(actor, place, asked)
    is_masked = peers.kind is PlaceKind.LIBRARY and not may(actor, Permission.COMPARE_READ, place.path)
    return _View(
        place=place,
        asked=asked,
        period=_period(asked, periods, today),
        periods=periods,
        peers=peers,
        median_peers=median_peers,
        names=_names(actor, settings, today, whole, is_masked=is_masked),
        is_masked=is_masked,
    )


def _period(asked: Asked, periods: list[Period], today: date) -> Period:
    """The period asked for where it is kept, else the newest."""
    if asked.period in periods:
        return asked.period
    return periods[0] if periods else last_whole_quarter(today)


def _peers(actor: Actor, place: Place, asked: Asked) -> tuple[Peers, Peers]:
    if place.kind is PlaceKind.BRANCH:
        above = place.path[: -len(f"{place.id}/")]
        siblings = Peers(Scope(place.consortium_id, place.parent_id, above), PlaceKind.BRANCH)
        sees_all = may(actor, Permission.COMPARE_READ, above)
        return (siblings if sees_all else replace(siblings, only_id=place.id)), siblings
    of_branches = place.kind is PlaceKind.LIBRARY or (
        asked.is_of_branches and may(actor, Permission.COMPARE_READ, place.path)
    )
    scope = Scope(place.consortium_id, place.id, place.path)
    peers = Peers(scope, PlaceKind.BRANCH if of_branches else PlaceKind.LIBRARY)
    return peers, peers


def _names(actor: Actor, settings: ConsortiumSettings, today: date, whole: Scope, *, is_masked: bool) -> Names:
    libraries = sorted(library.id for library in libraries_of(db.session, within=whole)) if is_masked else []
    masks = {place_id: f"Library {number}" for number, place_id in enumerate(libraries, 1)}
    return Names(actor, settings, today, masks)


@blueprint.get("/at/<string:place>/compare")
@requires(Permission.COMPARE_READ, at=_door)
def compare(place: str) -> str:
    """The table, the median of the places shown, what chance explains, twelve months on one scale."""
    view = _view(place)
    asked = view.asked
    shown = comparison.places_shown(db.session, view.peers, asked, period=view.period, is_masked=view.is_masked)
    cells = comparison.cells_of(
        db.session,
        [row.place_id for row in shown.rows],
        asked.columns,
        within=view.peers.within,
        period=view.period,
    )
    medians = comparison.medians_of(
        db.session, view.median_peers, replace(asked, status=None if view.is_own_only else asked.status),
        period=view.period, columns=asked.columns,
    )  # fmt: skip
    columns = columns_of(asked, cells)
    lines = lines_of(shown.rows, cells, asked=asked, names=view.names, noun=view.part_noun)
    shares = _shares(view)
    titles = {column.kpi.id: column.title.lower() for column in columns} | {
        RESIDENTS: "residents",
        ON_TRACK: f"{view.part_noun} on track",
    }
    return render_template(
        "scorecards/compare.html",
        view=view,
        closed=find_closed_note(db.session, view.period, within=view.peers.within),
        title=f"Compare {view.nouns}",
        place=view.place,
        asked=asked,
        columns=columns,
        lines=lines,
        bars=bars_of(lines),
        medians=median_words(medians, asked),
        total=shown.total,
        order=order_words(asked, lambda name: titles.get(name, name)),
        chance=chance_shown(shares, period=view.period, names=view.names, noun=view.noun) if shares else None,
        is_crowded=shares is None,
        most_points=MOST_POINTS,
        curves=_curves(view, shown.rows),
        curve_kpi=get_kpi(_CURVE_OF),
        states=[("", "All"), *((state.value, state.label) for state in State)],
        groups=peer_groups() if view.peers.kind is PlaceKind.BRANCH else peer_groups()[:6],
        period_options=[(period.code, _period_words(period)) for period in view.periods],
        columns_plain=(NAME, RESIDENTS, ON_TRACK, STATUS),
        address=_address(view),
        sort_of=lambda name: _sort_url(view, name),
        url_of_page=lambda number: _address(view, page=number),
        wrong=_wrong(view),
        elsewhere=_elsewhere(view),
    )


def _address(view: _View, **changed: object) -> str:
    told: dict[str, Any] = {"place": view.place.code, **view.asked.told(**changed)}
    return url_for(".compare", **told)


def _sort_url(view: _View, name: str) -> str:
    """The other way round where the table is sorted by it already; worst or largest first at the first click."""
    first = name if name == NAME else f"-{name}"
    other = name if first.startswith("-") else f"-{name}"
    return _address(view, sort=other if view.asked.sort == first else first, page=1)


def _period_words(period: Period) -> str:
    if period.days < _MONTHS:
        return period.label
    return f"Quarter to {period.last:%b} {period.last.day}, {period.last.year}"


def _wrong(view: _View) -> str:
    """What the address asks for and is not there, in a sentence."""
    wrong = list(view.asked.not_understood)
    if view.asked.period is not None and view.periods and view.asked.period not in view.periods:
        wrong.append("the period")
    return f"The address does not make sense for {join_and(wrong)}, so the usual is shown." if wrong else ""


def _elsewhere(view: _View) -> tuple[str, str] | None:
    """Where a library with one branch finds peers: the level above, for those who may."""
    trail = ancestors_of(db.session, view.place, within=whole_consortium())
    root = trail[0]
    if view.place.kind is PlaceKind.CONSORTIUM or not trail:
        return None
    library = next((step for step in trail if step.kind is PlaceKind.LIBRARY), None)
    if library is None or not may(current_actor(), Permission.COMPARE_READ, library.path):
        return None
    return "Compare libraries", url_for(".compare", place=root.code)


def _shares(view: _View) -> Shares | None:
    """What the funnel is drawn from; None where the places are too many to draw."""
    if view.is_own_only:
        return []
    return comparison.shares_of(
        db.session, view.peers, view.asked, period=view.period, definition=CHANCE_OF, most=MOST_POINTS
    )


def _curves(view: _View, rows: Sequence[PlaceRow]) -> list[CurveShown]:
    first = rows[:_MOST_CURVES]
    ids = [row.place_id for row in first]
    found = curves_of(db.session, ids, [_CURVE_OF], within=whole_consortium(), last=view.period.last)
    curves = {place_id: months for (place_id, _), months in found.items()}
    if not any(figure.is_known for months in curves.values() for _, figure in months):
        return []
    named = {
        row.place_id: (
            view.names.of(row.place_id, row.name, path=row.path, shares_name=row.shares_name),
            url_for("goals.index", place=row.code) if view.names.may_open(row) else None,
        )
        for row in first
    }
    return curves_shown(curves, named, label=get_kpi(_CURVE_OF).name.lower())


@blueprint.get("/at/<string:place>/compare.csv")
@requires(Permission.COMPARE_READ, at=_door)
def compare_file(place: str) -> Response:
    """Every place that the filters leave, in the order of the page."""
    view = _view(place)
    rows = comparison.all_places_shown(db.session, view.peers, view.asked, period=view.period, is_masked=view.is_masked)
    columns = view.asked.columns
    ids = [row.place_id for row in rows]
    cells = comparison.cells_of(db.session, ids, columns, within=view.peers.within, period=view.period)
    header = [view.noun.capitalize(), "Residents"]
    for name in columns:
        title = get_kpi(name).name
        header += [
            f"{title}, {get_kpi(name).unit}",
            f"{title}, n",
            f"{title}, target",
            f"{title}, state",
            f"{title}, why no data",
        ]
    header += [f"{view.part_noun.capitalize()} on track", "Status", "Cause"]
    lines = [_file_line(view, row, cells) for row in rows]
    return csv_response(f"compare-{view.place.code}-{view.period.code}.csv", header, lines)


def _file_line(view: _View, row: PlaceRow, cells: Mapping[tuple[int, str], Cell]) -> list[object]:
    line: list[object] = [
        view.names.of(row.place_id, row.name, path=row.path, shares_name=row.shares_name),
        row.residents,
    ]
    for name in view.asked.columns:
        cell = cells.get((row.place_id, name))
        if cell is None:
            line += [None, None, None, State.NO_DATA.label, "Not collected"]
            continue
        value = cell.figure.value
        shown = round(value, 2) if value is not None else None
        line += [shown, cell.cases, cell.target, cell.state.label, cell.reason_words]
    cause = row.cause if view.names.may_open(row) else ""
    return [*line, on_track_words(row, noun=view.part_noun), row.state.label, cause]
