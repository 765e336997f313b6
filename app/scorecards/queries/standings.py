"""Standings for the homes: who is on track, who needs a look first and why, how complete the figures are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.duties.models import Assignment
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.goals.models import KpiStanding
from app.goals.queries import curves_of
from app.goals.rules import State
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.metrics.models import Run
from app.scorecards.models import Scorecard

#: what changes a place's figures or with whom it is compared, without a new figure or another duty
_DEEDS = (
    Deed.ACCOUNT_MOVED,
    Deed.PLACE_ADDED,
    Deed.PLACE_CLOSED,
    Deed.PLACE_CLOSURE_ADDED,
    Deed.PLACE_CLOSURE_REMOVED,
    Deed.PLACE_COUNTED,
    Deed.PLACE_MERGED,
    Deed.PLACE_MOVED,
    Deed.PLACE_OPENED,
    Deed.PLACE_REOPENED,
    Deed.PLACES_IMPORTED,
)
#: the KPI that says how complete the figures are
COMPLETENESS = "K49"


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """A place and its scorecard in a period."""

    place: Place
    card: Scorecard


@dataclass(frozen=True, slots=True)
class Counts:
    """How many places of a kind stood how in a period; those to which it does not apply are left out."""

    total: int
    on_track: int
    at_risk: int
    off_track: int
    no_data: int


@dataclass(frozen=True, slots=True)
class Worst:
    """A place to look at first: its cause, and twelve months of the KPI that gives it."""

    place: Place
    card: Scorecard
    #: the KPI behind the cause, None where nothing was judged
    standing: KpiStanding | None
    months: Sequence[tuple[date, Figure]]


def latest_period(session: Session, *, within: Scope) -> Period | None:
    """The newest quarter with scorecards, None where nothing was measured yet."""
    rows = session.execute(
        sa.select(Scorecard.period_first_on, Scorecard.period_last_on)
        .where(Scorecard.consortium_id == within.consortium_id)
        .order_by(Scorecard.period_last_on.desc(), Scorecard.period_first_on)
        .limit(1)
    ).first()
    return Period(*rows) if rows else None


def is_out_of_date(session: Session, *, within: Scope, period: Period) -> bool:
    """Has anything come in, a duty changed hands, or the tree changed since a period was rebuilt; or was it never?"""
    rebuilt_at = session.scalar(
        sa.select(sa.func.max(Scorecard.rebuilt_at)).where(
            Scorecard.consortium_id == within.consortium_id,
            Scorecard.period_first_on == period.first,
            Scorecard.period_last_on == period.last,
        )
    )
    if rebuilt_at is None:
        return True
    changes = (
        sa.exists().where(Run.consortium_id == within.consortium_id, Run.ended_at > rebuilt_at),
        sa.exists().where(
            Assignment.consortium_id == within.consortium_id,
            sa.or_(Assignment.recorded_at > rebuilt_at, Assignment.end_recorded_at > rebuilt_at),
        ),
        sa.exists().where(
            HistoryEntry.consortium_id == within.consortium_id,
            HistoryEntry.done_at > rebuilt_at,
            HistoryEntry.deed.in_(_DEEDS),
        ),
    )
    return bool(session.scalar(sa.select(sa.or_(*changes))))


def find_standing(session: Session, *, within: Scope, period: Period) -> Scorecard | None:
    """The scorecard of the scope's own place, None where there is none."""
    return session.scalars(
        _cards(within, period).where(Scorecard.place_id == within.place_id).with_only_columns(Scorecard)
    ).one_or_none()


def standings_of(session: Session, *, within: Scope, period: Period, kind: PlaceKind) -> list[PlaceStanding]:
    """The places of a kind in the scope with their scorecards, worst first, then by name."""
    rows = session.execute(_cards(within, period).where(Place.kind == kind).order_by(Place.name, Place.id))
    found = [PlaceStanding(place, card) for place, card in rows]
    return sorted(found, key=lambda one: one.card.state.order)


def counts_of(session: Session, *, within: Scope, period: Period, kind: PlaceKind) -> Counts:
    """How the places of a kind in the scope stood; one statement."""
    rows = session.execute(
        _cards(within, period)
        .where(Place.kind == kind)
        .with_only_columns(Scorecard.state, sa.func.count())
        .group_by(Scorecard.state)
        .order_by(Scorecard.state)
    )
    found = {state: int(count) for state, count in rows}
    found.pop(State.NOT_APPLICABLE, None)
    return Counts(
        total=sum(found.values()),
        on_track=found.get(State.ON_TRACK, 0),
        at_risk=found.get(State.AT_RISK, 0),
        off_track=found.get(State.OFF_TRACK, 0),
        no_data=found.get(State.NO_DATA, 0),
    )


def worst_places(
    session: Session, *, within: Scope, period: Period, kind: PlaceKind = PlaceKind.BRANCH, most: int = 5
) -> list[Worst]:
    """The places that are off track or at risk, worst first, each with its cause and twelve months; three statements."""
    short = [
        one
        for one in standings_of(session, within=within, period=period, kind=kind)
        if one.card.state in {State.OFF_TRACK, State.AT_RISK}
    ][:most]
    standings = _weakest_kpis(session, [one.place.id for one in short], within=within, period=period)
    wanted = {standing.definition for standing in standings.values()}
    curves = curves_of(session, list(standings), wanted, within=within, last=period.last) if standings else {}
    return [
        Worst(
            place=one.place,
            card=one.card,
            standing=(standing := standings.get(one.place.id)),
            months=curves[one.place.id, standing.definition] if standing else (),
        )
        for one in short
    ]


def completeness_of(session: Session, *, within: Scope, period: Period) -> KpiStanding | None:
    """How complete the figures of the scope's own place and all below are in a period; None where nothing came in."""
    return session.scalars(
        sa.select(KpiStanding).where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.place_id == within.place_id,
            KpiStanding.definition == COMPLETENESS,
            KpiStanding.period_first_on == period.first,
            KpiStanding.period_last_on == period.last,
        )
    ).one_or_none()


def _weakest_kpis(
    session: Session, place_ids: Sequence[int], *, within: Scope, period: Period
) -> dict[int, KpiStanding]:
    rows = session.scalars(
        sa.select(KpiStanding)
        .where(
            KpiStanding.consortium_id == within.consortium_id,
            KpiStanding.place_id.in_(place_ids),
            KpiStanding.kpi_id.is_not(None),
            KpiStanding.period_first_on == period.first,
            KpiStanding.period_last_on == period.last,
            KpiStanding.state.in_([State.OFF_TRACK, State.AT_RISK]),
        )
        .order_by(KpiStanding.definition)
    ).all()
    found: dict[int, KpiStanding] = {}
    for row in sorted(rows, key=lambda row: row.state.order):
        found.setdefault(row.place_id, row)
    return found


def _cards(within: Scope, period: Period) -> sa.Select[Place, Scorecard]:
    return (
        sa.select(Place, Scorecard)
        .join(Scorecard, sa.and_(Scorecard.consortium_id == Place.consortium_id, Scorecard.place_id == Place.id))
        .where(
            Place.consortium_id == within.consortium_id,
            Scorecard.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Scorecard.period_first_on == period.first,
            Scorecard.period_last_on == period.last,
        )
    )
