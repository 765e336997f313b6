"""Closing a reporting period: its scorecards are computed once more and then stay, whatever comes in; and reopening."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask, ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import root_for_change
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.closing import note_closed, note_reopened
from app.metrics.models import ClosedPeriod
from app.metrics.queries.closing import find_closing
from app.scorecards.actions.measuring import Found, measure
from app.scorecards.actions.rebuilding import keep
from app.scorecards.queries.closing import YearSeen, closes_with, reopens_with
from app.scorecards.queries.ground import ground_of

#: the kind of work that closes a whole year
CLOSE_YEAR = "scorecards.close_year"


def measure_to_close(session: Session, period: Period, *, within: Scope, on: date, at: datetime) -> list[Found]:
    """Measure a period and those that close with it, itself as the last; reads only. ``at`` is when reading began."""
    ground = ground_of(session, within=within)
    return [
        measure(session, ground, within=within, period=each, as_of=on, at=at)
        for each in closes_with(session, period, within=within)
    ]


def close_period(
    session: Session, period: Period, measured: Sequence[Found], *, by: Actor, at: datetime, on: date
) -> ClosedPeriod:
    """Keep the scorecards of a period and of those inside it as they were just measured, from now on.

    Refuses a period that is closed already, and one that is not over.
    """
    within = Scope(by.consortium_id)
    root = root_for_change(session, within=within)
    if find_closing(session, period, within=within) is not None:
        raise Refused(f"{period.label} is closed already.")
    if period.last >= on:
        raise Refused(f"{period.label} is not over yet. A period can be closed from the day after its last.")
    still_open = set(closes_with(session, period, within=within))
    periods = [found.period for found in measured if found.period in still_open]
    for found in measured:
        keep(session, found, within=within)
    closings = [note_closed(session, each, by=by, at=at) for each in periods]
    _record(session, Deed.PERIOD_CLOSED, closings[-1], periods, by=by, at=at, place_path=root.path)
    return closings[-1]


def ask_to_close_year(session: Session, seen: YearSeen, *, by: Actor, at: datetime, on: date) -> None:
    """Have a worker close each period of a year that is still open, with a line in the history for each.

    Refuses a year that is not over, and one of which nothing is open.
    """
    if seen.whole.last >= on:
        raise Refused(f"{seen.whole.label} is not over yet. A year can be closed from the day after its last.")
    if not seen.still_open:
        raise Refused(f"{seen.whole.label} is closed already.")
    payload = {"year": seen.year, "person_id": by.person_id}
    ask(session, CLOSE_YEAR, payload, consortium_id=by.consortium_id, at=at, key=str(seen.year))


def reopen_period(session: Session, period: Period, *, why: str, by: Actor, at: datetime) -> None:
    """Open a closed period and those inside it again; they are computed anew in the background.

    Refuses one that is open, and to do it without a reason.
    """
    within = Scope(by.consortium_id)
    root = root_for_change(session, within=within)
    closing = find_closing(session, period, within=within)
    if closing is None:
        raise Refused(f"{period.label} is open already.")
    if not why.strip():
        raise Refused("Write why the period is reopened: it stays in the record.", field="why")
    closings = reopens_with(session, period, within=within)
    note_reopened(session, closings, why=why.strip(), at=at)
    periods = [each.period for each in closings]
    _record(
        session, Deed.PERIOD_REOPENED, closing, periods, by=by, at=at, place_path=root.path, why=closing.reopened_why
    )
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=by.consortium_id, at=at, key="all")


def _record(
    session: Session,
    deed: Deed,
    closing: ClosedPeriod,
    periods: Sequence[Period],
    *,
    by: Actor,
    at: datetime,
    place_path: str,
    why: str = "",
) -> None:
    inside = ", ".join(each.label for each in periods if each != closing.period)
    detail = {"period": closing.period.label, "with": inside, **({"why": why} if why else {})}
    record(session, deed, closing, by=by, at=at, place_path=place_path, detail=detail)
