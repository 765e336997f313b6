"""What a worker does for scorecards: rebuild a consortium's, and close periods that are due to."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask
from app.background.registry import Handler, Work
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import all_consortia, settings_of, today_of
from app.foundation.clock import now
from app.foundation.database import enter_tenant, reading, tenant
from app.foundation.periods import Period
from app.metrics.queries.closing import find_closing
from app.people.queries.persons import get_person
from app.scorecards.actions import close_period, keep, measure, measure_to_close
from app.scorecards.actions.closing import CLOSE_YEAR
from app.scorecards.queries.closing import (
    due_to_close,
    is_rebuild_due,
    periods_seen,
    periods_to_rebuild,
    years_seen,
)
from app.scorecards.queries.ground import ground_of
from app.web.filters import day, plural

#: the kind of work that closes what is due to close by itself
CLOSE = "scorecards.close"


def rebuild(work: Work) -> str:
    """Rebuild every open period that is kept, as of the consortium's own day, one after the other.

    Each is measured while others write, and stored at once.
    """
    session, within, at = work.session, Scope(consortium_id=work.consortium_id), now()
    with reading(session):
        on = today_of(session, within=within, at=at)
        ground = ground_of(session, within=within)
        periods = periods_to_rebuild(session, within=within, on=on)
    for period in periods:
        work.renew()
        with reading(session):
            found = measure(session, ground, within=within, period=period, as_of=on, at=at)
        keep(session, found, within=within)
        session.commit()
    return f"Scorecards are rebuilt as of {day(on)}."


def close_due(work: Work) -> str:
    """Close the periods that are due to close by themselves: each is measured, closed and committed by itself."""
    session, within = work.session, Scope(consortium_id=work.consortium_id)
    by = Actor.machine("Worker", consortium_id=work.consortium_id)
    with reading(session):
        on = today_of(session, within=within, at=now())
        due = due_to_close(session, within=within, on=on)
    return _close_each(work, due, by=by, on=on)


def close_year(work: Work) -> str:
    """Close what is still open of a year, as the person who asked for it."""
    session, within = work.session, Scope(consortium_id=work.consortium_id)
    with reading(session):
        on = today_of(session, within=within, at=now())
        person = get_person(session, int(work.payload["person_id"]), within=within)
        by = Actor(person.name, within.consortium_id, person.id)
        starts = settings_of(session, within=within).fiscal_year_start_month
        years = years_seen(periods_seen(session, within=within), starts=starts)
        due = next((seen.still_open for seen in years if seen.year == work.payload["year"]), [])
    return _close_each(work, due, by=by, on=on)


def _close_each(work: Work, periods: Sequence[Period], *, by: Actor, on: date) -> str:
    """Those that hold others first: each is measured, closed and committed by itself."""
    session, within = work.session, Scope(consortium_id=work.consortium_id)
    closed = 0
    for period in periods:
        work.renew()
        at = now()
        with reading(session):
            if find_closing(session, period, within=within) is not None:  # it closed with another
                continue
            found = measure_to_close(session, period, within=within, on=on, at=at)
        close_period(session, period, found, by=by, at=at, on=on)
        session.commit()
        closed += 1
    return f"{plural(closed, 'period', 'periods')} closed, with those inside them."


def find_due_closings(session: Session, at: datetime) -> None:
    """Ask for it where a period's time to close by itself has come."""
    for consortium in all_consortia(session):
        within = Scope(consortium_id=consortium.id)
        with tenant(session, consortium.id):
            on = today_of(session, within=within, at=at)
            if due_to_close(session, within=within, on=on):
                ask(session, CLOSE, {}, consortium_id=consortium.id, at=at, key=CLOSE)


def find_due_rebuilds(session: Session, at: datetime) -> None:
    """Ask for a rebuild wherever figures or duties are newer than the scorecards, consortium by consortium."""
    for consortium in all_consortia(session):
        enter_tenant(session, consortium.id)
        within = Scope(consortium_id=consortium.id)
        on = today_of(session, within=within, at=at)
        if is_rebuild_due(session, within=within, on=on):
            ask(session, REBUILD_SCORECARDS, {}, consortium_id=consortium.id, at=at, key="all")
    enter_tenant(session, None)


#: by kind of work
HANDLERS: Mapping[str, Handler] = {REBUILD_SCORECARDS: rebuild, CLOSE: close_due, CLOSE_YEAR: close_year}
