"""Opening and closing: for good, for a time, again; and the hours of the week."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.actions.moving import refuse_closing
from app.consortia.actions.rows import keep_event, lock_tree
from app.consortia.models import Closure, OpeningHours, OpeningPeriod, Place, PlaceEvent
from app.consortia.rules import EventKind, Week
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.web.filters import day

_LONGEST_REASON = 200


def open_on(session: Session, place: Place, *, on: date, by: Actor, at: datetime) -> None:
    """Say on which day a place opens or opened, which may be to come; refuses a day after its closing."""
    lock_tree(session, place)
    if place.closed_on and on > place.closed_on:
        raise Refused(f"It closed on {day(place.closed_on)}. Choose an earlier day.", field="on")
    if on == place.opened_on:
        return
    place.opened_on = on
    keep_event(session, place, PlaceEvent(kind=EventKind.OPENED, happened_on=on), at=at)
    record(session, Deed.PLACE_OPENED, place, by=by, at=at, place_path=place.path, detail={"on": on})


def close(session: Session, place: Place, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    """Close a place for good from a day on, which may be to come.

    Refuses no reason, a place that is closed already or holds open places, and a day before its opening.
    """
    reason = _clean_reason(reason)
    lock_tree(session, place)
    refuse_closing(session, place, on=on)
    place.closed_on = on
    keep_event(session, place, PlaceEvent(kind=EventKind.CLOSED, happened_on=on, reason=reason), at=at)
    detail = {"name": place.name, "on": on, "reason": reason}
    record(session, Deed.PLACE_CLOSED, place, by=by, at=at, place_path=place.path, detail=detail)


def reopen(session: Session, place: Place, *, on: date, by: Actor, at: datetime) -> None:
    """Take the closing back; where the place opens later than it closed, the time between stays as a closure.

    Refuses a place that is not closed, and one whose parent is.
    """
    lock_tree(session, place)
    within = Scope(consortium_id=place.consortium_id)
    closed_on = place.closed_on
    if closed_on is None:
        raise Refused(f"{place.name} is not closed.")
    parent = queries.ancestors_of(session, place, within=within)[-2]
    if not parent.is_open(on):
        raise Refused(f"{parent.name} is not open on that day. Open it first.", field="on")
    last = queries.last_event(session, place, EventKind.CLOSED, EventKind.MERGED, within=within)
    place.closed_on = None
    if on > closed_on:
        reason = last.reason if last and last.reason else "Closed"
        _bridge(session, place, first_on=closed_on, last_on=on - timedelta(days=1), reason=reason)
    keep_event(session, place, PlaceEvent(kind=EventKind.REOPENED, happened_on=on), at=at)
    record(session, Deed.PLACE_REOPENED, place, by=by, at=at, place_path=place.path, detail={"on": on})


def close_for_a_time(
    session: Session, place: Place, *, first_on: date, last_on: date, reason: str, by: Actor, at: datetime
) -> Closure:
    """Close a place from one day to another, both inside.

    Refuses no reason, days in the wrong order, days outside of the place's own life, and an overlap with another
    closure.
    """
    reason = _clean_reason(reason)
    if last_on < first_on:
        raise Refused("The last day is before the first.", field="last_on")
    lock_tree(session, place)
    if not place.is_open(first_on) or not place.is_open(last_on):
        raise Refused(f"{place.name} is not open on all of these days.", field="first_on")
    for other in queries.closures_of(session, place, within=Scope(consortium_id=place.consortium_id)):
        if other.first_on <= last_on and first_on <= other.last_on:
            days = f"{day(other.first_on)} to {day(other.last_on)}"
            raise Refused(f"It is closed from {days} already: {other.reason}. Remove that first.", field="first_on")
    closure = Closure(
        consortium_id=place.consortium_id, place_id=place.id, first_on=first_on, last_on=last_on, reason=reason
    )
    session.add(closure)
    session.flush()
    detail = {"first_on": first_on, "last_on": last_on, "reason": reason}
    record(session, Deed.PLACE_CLOSURE_ADDED, place, by=by, at=at, place_path=place.path, detail=detail)
    return closure


def remove_closure(session: Session, place: Place, closure: Closure, *, by: Actor, at: datetime) -> None:
    """Forget a temporary closure that did not or will not happen."""
    detail = {"first_on": closure.first_on, "last_on": closure.last_on, "reason": closure.reason}
    session.delete(closure)
    session.flush()
    record(session, Deed.PLACE_CLOSURE_REMOVED, place, by=by, at=at, place_path=place.path, detail=detail)


def set_hours(session: Session, place: Place, week: Week, *, by: Actor, at: datetime) -> None:
    """Let a week's hours hold from its first day on; hours that begin on the same day are replaced.

    Refuses hours of a place that is closed by then.
    """
    lock_tree(session, place)
    within = Scope(consortium_id=place.consortium_id)
    if place.closed_on and place.closed_on <= week.first_on:
        raise Refused(f"{place.name} closes on {day(place.closed_on)}. Choose an earlier day.", field="first_on")
    for hours, known in queries.weeks_of(session, place, within=within):
        if known == week:
            return
        if known.first_on == week.first_on:
            _drop_hours(session, hours)
    hours = OpeningHours(consortium_id=place.consortium_id, place_id=place.id, first_on=week.first_on)
    session.add(hours)
    session.flush()
    session.add_all(_periods(hours, week))
    session.flush()
    detail = {"first_on": week.first_on, "minutes_a_week": week.minutes}
    record(session, Deed.PLACE_HOURS_SET, place, by=by, at=at, place_path=place.path, detail=detail)


def remove_hours(session: Session, place: Place, hours: OpeningHours, *, by: Actor, at: datetime) -> None:
    """Forget a set of hours; those before it hold on."""
    first_on = hours.first_on
    _drop_hours(session, hours)
    detail = {"first_on": first_on}
    record(session, Deed.PLACE_HOURS_REMOVED, place, by=by, at=at, place_path=place.path, detail=detail)


def _periods(hours: OpeningHours, week: Week) -> list[OpeningPeriod]:
    return [
        OpeningPeriod(
            consortium_id=hours.consortium_id,
            opening_hours_id=hours.id,
            weekday=weekday,
            opens=period.opens,
            closes=period.closes,
        )
        for weekday, periods in enumerate(week.days)
        for period in periods
    ]


def _drop_hours(session: Session, hours: OpeningHours) -> None:
    periods = sa.delete(OpeningPeriod).where(
        OpeningPeriod.consortium_id == hours.consortium_id, OpeningPeriod.opening_hours_id == hours.id
    )
    session.execute(periods)
    session.delete(hours)
    session.flush()


def _bridge(session: Session, place: Place, *, first_on: date, last_on: date, reason: str) -> None:
    """A closure for the time that a place was closed for good; one that begins the same day is made to last."""
    within = Scope(consortium_id=place.consortium_id)
    known = next((c for c in queries.closures_of(session, place, within=within) if c.first_on == first_on), None)
    if known is not None:
        known.last_on = max(known.last_on, last_on)
    else:
        made = Closure(consortium_id=place.consortium_id, place_id=place.id, first_on=first_on, last_on=last_on)
        made.reason = reason
        session.add(made)
    session.flush()


def _clean_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Write why.", field="reason")
    if len(reason) > _LONGEST_REASON:
        raise Refused(f"The reason is longer than {_LONGEST_REASON} characters. Shorten it.", field="reason")
    return reason
