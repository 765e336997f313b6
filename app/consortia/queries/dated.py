"""What holds for a time: closures, hours, and what has happened to a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Closure, OpeningHours, OpeningPeriod, Place, PlaceEvent
from app.consortia.queries.tree import below
from app.consortia.rules import WEEKDAYS, EventKind, OpenPeriod, Week
from app.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a place had until a day."""

    place_id: int
    name: str
    until_on: date


def closures_within(session: Session, *, within: Scope) -> dict[int, list[Closure]]:
    """Days on which places of the scope are closed though they exist, by place id, oldest first."""
    statement = (
        sa.select(Closure)
        .join(Place, sa.and_(Place.consortium_id == Closure.consortium_id, Place.id == Closure.place_id))
        .where(Closure.consortium_id == within.consortium_id, *below(within))
        .order_by(Closure.first_on, Closure.id)
    )
    found: dict[int, list[Closure]] = {}
    for closure in session.scalars(statement):
        found.setdefault(closure.place_id, []).append(closure)
    return found


def closures_of(session: Session, place: Place, *, within: Scope) -> list[Closure]:
    """The temporary closures of one place, oldest first."""
    statement = (
        sa.select(Closure)
        .where(Closure.consortium_id == within.consortium_id, Closure.place_id == place.id)
        .order_by(Closure.first_on, Closure.id)
    )
    return list(session.scalars(statement))


def get_closure(session: Session, place: Place, closure_id: int, *, within: Scope) -> Closure:
    """A closure of this place; NotFound for another's."""
    found = next((each for each in closures_of(session, place, within=within) if each.id == closure_id), None)
    if found is None:
        raise NotFound("There is no such closure here.")
    return found


def events_of(session: Session, place: Place, *, within: Scope) -> list[PlaceEvent]:
    """What has happened to a place, newest first, each with the other place it names."""
    statement = (
        sa.select(PlaceEvent)
        .outerjoin(Place, sa.and_(Place.consortium_id == PlaceEvent.consortium_id, Place.id == PlaceEvent.other_id))
        .options(contains_eager(PlaceEvent.other))
        .where(PlaceEvent.consortium_id == within.consortium_id, PlaceEvent.place_id == place.id)
        .order_by(PlaceEvent.happened_on.desc(), PlaceEvent.recorded_at.desc(), PlaceEvent.id.desc())
        .execution_options(populate_existing=True)  # a row just written does not hold its other place yet
    )
    return list(session.scalars(statement))


def last_event(session: Session, place: Place, *kinds: EventKind, within: Scope) -> PlaceEvent | None:
    """The newest event of these kinds, None where none happened."""
    return next((event for event in events_of(session, place, within=within) if event.kind in kinds), None)


def successor_of(session: Session, place: Place, *, within: Scope) -> Place | None:
    """What took a merged place in; None for one that is not closed, or closed without a successor."""
    last = last_event(session, place, EventKind.CLOSED, EventKind.MERGED, EventKind.REOPENED, within=within)
    return last.other if last and last.kind is EventKind.MERGED else None


def former_names_within(session: Session, *, within: Scope) -> dict[int, list[FormerName]]:
    """Names that places of the scope had before, by place id, newest first: so that an old name is found."""
    statement = (
        sa.select(PlaceEvent.place_id, PlaceEvent.former, PlaceEvent.happened_on)
        .join(Place, sa.and_(Place.consortium_id == PlaceEvent.consortium_id, Place.id == PlaceEvent.place_id))
        .where(PlaceEvent.consortium_id == within.consortium_id, PlaceEvent.kind == EventKind.RENAMED, *below(within))
        .order_by(PlaceEvent.happened_on.desc(), PlaceEvent.recorded_at.desc(), PlaceEvent.id.desc())
    )
    found: dict[int, list[FormerName]] = {}
    for place_id, name, until_on in session.execute(statement):
        found.setdefault(place_id, []).append(FormerName(place_id, name or "", until_on))
    return found


def hours_of(session: Session, place: Place, *, on: date, within: Scope) -> Week | None:
    """The week's hours that hold at a place on a day, closures aside; None where none have been recorded."""
    return next((week for _, week in weeks_of(session, place, within=within) if week.first_on <= on), None)


def weeks_of(session: Session, place: Place, *, within: Scope) -> list[tuple[OpeningHours, Week]]:
    """Every set of hours of a place, the latest first, those to come too."""
    statement = (
        sa.select(OpeningHours, OpeningPeriod)
        .outerjoin(
            OpeningPeriod,
            sa.and_(
                OpeningPeriod.consortium_id == OpeningHours.consortium_id,
                OpeningPeriod.opening_hours_id == OpeningHours.id,
            ),
        )
        .where(OpeningHours.consortium_id == within.consortium_id, OpeningHours.place_id == place.id)
        .order_by(OpeningHours.first_on.desc(), OpeningPeriod.weekday, OpeningPeriod.opens)
    )
    periods_of: dict[OpeningHours, list[OpeningPeriod]] = {}
    for hours, period in session.execute(statement):
        periods_of.setdefault(hours, []).extend([period] if period else [])
    return [(hours, _week(hours, periods)) for hours, periods in periods_of.items()]


def get_hours(session: Session, place: Place, hours_id: int, *, within: Scope) -> OpeningHours:
    """A set of hours of this place; NotFound for another's."""
    found = next((hours for hours, _ in weeks_of(session, place, within=within) if hours.id == hours_id), None)
    if found is None:
        raise NotFound("There are no such hours here.")
    return found


def _week(hours: OpeningHours, periods: Sequence[OpeningPeriod]) -> Week:
    days = tuple(
        tuple(OpenPeriod(period.opens, period.closes) for period in periods if period.weekday == weekday)
        for weekday in range(len(WEEKDAYS))
    )
    return Week(hours.first_on, days)
