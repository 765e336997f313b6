"""Noting that a figure means something else from a day on, and taking that back; KPIs are computed anew after it."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries.tree import today_of
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.models import SeriesBreak
from app.metrics.queries.breaks import breaks_of
from app.metrics.rules.dictionary import Metric


def break_series(
    session: Session, account: Account, metric: Metric, *, from_on: date, why: str, by: Actor, at: datetime
) -> SeriesBreak:
    """From this day on the metric of this account is a new series. Refuses a day to come, and one noted already."""
    within = Scope(consortium_id=account.consortium_id)
    if from_on > today_of(session, within=within, at=at):
        raise Refused("The day is in the future. Write the first day that was counted anew.", field="from_on")
    if any((each.metric, each.from_on) == (metric, from_on) for each in breaks_of(session, account, within=within)):
        raise Refused("It is noted already that this figure was counted anew from that day on.", field="from_on")
    noted = SeriesBreak(
        consortium_id=account.consortium_id, account_id=account.id, metric=metric, from_on=from_on, why=why
    )
    session.add(noted)
    session.flush()
    _record(session, Deed.SERIES_BROKEN, account, noted, by=by, at=at)
    return noted


def rejoin_series(session: Session, account: Account, noted: SeriesBreak, *, by: Actor, at: datetime) -> None:
    """The note was a mistake: what stands before and after the day is one series again."""
    _record(session, Deed.SERIES_REJOINED, account, noted, by=by, at=at)
    session.delete(noted)
    session.flush()


def _record(session: Session, deed: Deed, account: Account, noted: SeriesBreak, *, by: Actor, at: datetime) -> None:
    detail = {"handle": account.handle, "metric": noted.metric.label, "from_on": noted.from_on, "why": noted.why}
    record(session, deed, account, by=by, at=at, place_path=account.place.path, detail=detail)
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=account.consortium_id, at=at, key="all")
