"""Reading a comparison: the places of one page in order, their figures, medians of all shown, chance, curves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import BranchDetail, LibraryDetail, Place
from app.consortia.rules.places import PlaceKind
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.goals.models import KpiStanding
from app.goals.rules import StandingReason, State
from app.scorecards.models import Scorecard
from app.scorecards.rules.asking import NAME, ON_TRACK, RESIDENTS, STATUS, Asked, size_band

#: a figure that stands for itself though it is not judged; every other reason is a hole
STANDS_ALONE = (StandingReason.NO_TARGET, StandingReason.NO_OWNER)


@dataclass(frozen=True, slots=True)
class Peers:
    """Which places are compared: those of a kind below a place, or the siblings of a branch."""

    within: Scope
    kind: PlaceKind
    #: None: all below the scope's place; else only this one
    only_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place of the table."""

    place_id: int
    code: str
    name: str
    path: str
    residents: int | None
    #: False: this library keeps its name from the others
    shares_name: bool
    state: State
    parts: int
    parts_judged: int
    parts_on_track: int
    cause: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A KPI of a place as the table shows it."""

    kpi_id: int | None
    state: State
    reason: StandingReason | None
    reason_words: str
    value: float | None
    numerator: float | None
    cases: int | None
    target: float | None
    target_upper: float | None

    @property
    def figure(self) -> Figure:
        """The figure where it may be shown and counted; a hole otherwise, whatever was measured."""
        if self.value is None or (self.reason is not None and self.reason not in STANDS_ALONE):
            return Figure.missing(Reason.NO_CASES)
        return Figure.of(self.value, n=self.cases)


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the table; ``total`` counts the places on all pages, ``before`` those before filters."""

    rows: Sequence[PlaceRow]
    total: int


def periods_of(session: Session, *, within: Scope) -> list[Period]:
    """The periods that are there to be compared, the newest first, longer before shorter."""
    rows = session.execute(
        sa.select(Scorecard.period_first_on, Scorecard.period_last_on)
        .where(Scorecard.consortium_id == within.consortium_id)
        .distinct()
        .order_by(Scorecard.period_last_on.desc(), Scorecard.period_first_on)
    )
    found = [Period(first, last) for first, last in rows]
    return sorted(found, key=lambda period: (period.days < 40, -period.last.toordinal()))  # noqa: PLR2004 - months last


def places_shown(session: Session, peers: Peers, asked: Asked, *, period: Period, is_masked: bool) -> Shown:
    """The places of one page, in the order asked for; what is missing comes last either way; ties go by name."""
    statement = _cards(peers, asked, period)
    order = _order(asked, is_masked=is_masked)
    if asked.column not in {NAME, RESIDENTS, ON_TRACK, STATUS}:
        statement = statement.outerjoin(KpiStanding, _standing_of(period, asked.column))
    counted = sa.func.count().over()
    rows = session.execute(
        statement.add_columns(counted).order_by(*order).limit(asked.size).offset((asked.page - 1) * asked.size)
    ).all()
    return Shown([_place_row(row) for row in rows], int(rows[0][-1]) if rows else 0)


def all_places_shown(
    session: Session, peers: Peers, asked: Asked, *, period: Period, is_masked: bool
) -> Sequence[PlaceRow]:
    """Every place that the filters leave, in the order asked for: for a file."""
    statement = _cards(peers, asked, period)
    if asked.column not in {NAME, RESIDENTS, ON_TRACK, STATUS}:
        statement = statement.outerjoin(KpiStanding, _standing_of(period, asked.column))
    return [_place_row(row) for row in session.execute(statement.order_by(*_order(asked, is_masked=is_masked)))]


def cells_of(
    session: Session, place_ids: Collection[int], columns: Sequence[str], *, within: Scope, period: Period
) -> Mapping[tuple[int, str], Cell]:
    """The standings of some places in some KPIs, by place and definition; one statement."""
    rows = session.execute(
        sa.select(KpiStanding.place_id, KpiStanding.definition, *_CELL).where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.period_last_on == period.last,
            KpiStanding.period_first_on == period.first,
            KpiStanding.place_id.in_(sorted(place_ids)),
            KpiStanding.definition.in_(columns),
        )
    )
    return {(place_id, definition): Cell(*rest) for place_id, definition, *rest in rows}


def medians_of(
    session: Session, peers: Peers, asked: Asked, *, period: Period, columns: Sequence[str]
) -> Mapping[str, tuple[int, float]]:
    """How many places shown have a figure, and the median of those, by definition; one statement."""
    places = _cards(peers, asked, period).with_only_columns(Scorecard.place_id).subquery("shown")
    value = _value_shown(asked)
    ranked = (
        sa.select(
            KpiStanding.definition,
            value.label("value"),
            sa.func.row_number()
            .over(partition_by=KpiStanding.definition, order_by=(value, KpiStanding.place_id))
            .label("at"),
            sa.func.count().over(partition_by=KpiStanding.definition).label("n"),
        )
        .join(places, places.c.place_id == KpiStanding.place_id)
        .where(
            KpiStanding.consortium_id == peers.within.consortium_id,
            KpiStanding.period_last_on == period.last,
            KpiStanding.period_first_on == period.first,
            KpiStanding.definition.in_(columns),
            value.is_not(None),
            _is_shown(),
        )
        .subquery("ranked")
    )
    rows = session.execute(
        sa.select(ranked.c.definition, sa.func.max(ranked.c.n), sa.func.avg(ranked.c.value))
        .where(ranked.c.at * 2 >= ranked.c.n, ranked.c.at * 2 <= ranked.c.n + 2)
        .group_by(ranked.c.definition)
        .order_by(ranked.c.definition)
    )
    return {definition: (int(n), float(median)) for definition, n, median in rows}


def shares_of(
    session: Session, peers: Peers, asked: Asked, *, period: Period, definition: str, most: int
) -> Sequence[tuple[int, str, str, bool, date, float | None, int | None]] | None:
    """Cases behind a share at each place shown, in the period and the one before; None where they are too many.

    Each is place, name, path, whether its library shares its name, the period's last day, cases in, cases of all.
    """
    now, before = period, period.before()
    statement = (
        _cards(peers, asked, period)
        .with_only_columns(
            Place.id,
            Place.name,
            Place.path,
            sa.func.coalesce(LibraryDetail.shares_name, sa.true()),
            KpiStanding.period_last_on,
            KpiStanding.numerator,
            KpiStanding.cases,
        )
        .join(
            KpiStanding,
            sa.and_(
                KpiStanding.consortium_id == peers.within.consortium_id,
                KpiStanding.place_id == Place.id,
                KpiStanding.definition == definition,
                sa.or_(
                    *(
                        sa.and_(KpiStanding.period_first_on == one.first, KpiStanding.period_last_on == one.last)
                        for one in (now, before)
                    )
                ),
                _is_shown(also=StandingReason.TOO_FEW),
            ),
        )
        .limit(2 * most + 1)  # not ordered, so that the database stops at the first one too many
    )
    rows = session.execute(statement).all()
    in_order = sorted(rows, key=lambda row: (row.name.lower(), row.id, row.period_last_on))
    return None if len(rows) > 2 * most else [(*row,) for row in in_order]


_CELL = (
    KpiStanding.kpi_id,
    KpiStanding.state,
    KpiStanding.reason,
    KpiStanding.reason_words,
    KpiStanding.value,
    KpiStanding.numerator,
    KpiStanding.cases,
    KpiStanding.target,
    KpiStanding.target_upper,
)


def _cards(peers: Peers, asked: Asked, period: Period) -> sa.Select[Any]:
    """The scorecards of the places compared, with the places and what their filters need."""
    within = peers.within
    statement = (
        sa.select(
            Place.id,
            Place.code,
            Place.name,
            Place.path,
            Place.population,
            sa.func.coalesce(LibraryDetail.shares_name, sa.true()),
            Scorecard.state,
            Scorecard.parts,
            Scorecard.parts_judged,
            Scorecard.parts_on_track,
            Scorecard.cause,
        )
        .select_from(Scorecard)
        .join(Place, sa.and_(Place.consortium_id == Scorecard.consortium_id, Place.id == Scorecard.place_id))
        .outerjoin(LibraryDetail, _details(LibraryDetail))
        .where(
            Scorecard.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Scorecard.period_last_on == period.last,
            Scorecard.period_first_on == period.first,
            Place.kind == peers.kind,
            Place.path.startswith(within.path, autoescape=True),
        )
    )
    if peers.only_id is not None:
        statement = statement.where(Place.id == peers.only_id)
    if asked.status is not None:
        statement = statement.where(Scorecard.state == asked.status)
    narrowed: sa.Select[Any] = _in_group(statement, asked.peers)
    return narrowed


def _in_group(statement: Any, group: str) -> Any:
    kind, _, value = group.partition("-")
    match kind:
        case "size":
            low, high = size_band(int(value))
            statement = statement.where(Place.population >= low)
            return statement if high is None else statement.where(Place.population < high)
        case "locale":
            detail = statement.join(BranchDetail, _details(BranchDetail))
            return detail.where(BranchDetail.locale.startswith(value))
        case "type":
            return statement.join(BranchDetail, _details(BranchDetail)).where(BranchDetail.branch_type == value)
    return statement


def _details(model: type[LibraryDetail] | type[BranchDetail]) -> sa.ColumnElement[bool]:
    return sa.and_(model.consortium_id == Place.consortium_id, model.place_id == Place.id)


def _standing_of(period: Period, definition: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        KpiStanding.consortium_id == Scorecard.consortium_id,
        KpiStanding.place_id == Scorecard.place_id,
        KpiStanding.period_last_on == period.last,
        KpiStanding.period_first_on == period.first,
        KpiStanding.definition == definition,
    )


def _is_shown(*, also: StandingReason | None = None) -> sa.ColumnElement[bool]:
    """Has the standing a figure that is no hole?"""
    allowed = [*STANDS_ALONE, *([also] if also else [])]
    return sa.or_(KpiStanding.reason.is_(None), KpiStanding.reason.in_(allowed))


def _value_shown(asked: Asked) -> sa.ColumnElement[float | None]:
    """The figure, or for counts per resident the count itself where totals are asked for."""
    if not asked.is_total:
        return KpiStanding.value.expression
    per_resident = KpiStanding.definition.in_(PER_RESIDENT)
    return sa.case((per_resident, KpiStanding.numerator), else_=KpiStanding.value)


#: KPIs that are counts for every 1,000 residents
PER_RESIDENT = ("K17", "K35", "K51")


def _order(asked: Asked, *, is_masked: bool) -> list[sa.ColumnElement[Any]]:
    """Missing last; by id where names are kept from the reader, since an order by name would tell them."""
    by_name = [Place.id] if is_masked else [sa.func.lower(Place.name), Place.id]
    match asked.column:
        case "name":
            return [by_name[0].desc(), *by_name[1:]] if asked.is_descending else [*by_name]
        case "residents":
            return [*_missing_last(Place.population.expression, asked), *by_name]
        case "on-track":
            share = Scorecard.parts_on_track * 1.0 / sa.func.nullif(Scorecard.parts_judged, 0)
            return [*_missing_last(share, asked), *by_name]
        case "status":
            rank = sa.case({state.value: state.order for state in State}, value=sa.cast(Scorecard.state, sa.String))
            is_judged = Scorecard.state.in_([state for state in State if state.is_judged])
            way = rank.asc() if asked.is_descending else rank.desc()
            return [sa.case((is_judged, 0), else_=1), sa.case((is_judged, 0), else_=rank), way, *by_name]
    value = sa.case((_is_shown(), _value_shown(asked)), else_=None)
    return [*_missing_last(value, asked), *by_name]


def _missing_last(column: sa.ColumnElement[Any], asked: Asked) -> list[sa.ColumnElement[Any]]:
    return [sa.case((column.is_(None), 1), else_=0), column.desc() if asked.is_descending else column.asc()]


def _place_row(row: Any) -> PlaceRow:
    return PlaceRow(*row[:11])
