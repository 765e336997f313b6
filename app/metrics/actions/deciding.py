"""Deciding between two sources of one figure: the other's stands from now on; deciding anew takes it back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.furthering import FIGURES, held_of, remove_current, row_of
from app.metrics.actions.replacing import keep_decided, leave_decided
from app.metrics.actions.rerolling import roll_up_anew, stage_days
from app.metrics.actions.revising import Cell, Ledger, Note, write_ledger
from app.metrics.actions.withdrawing import days_held, notes_held
from app.metrics.models import DailyFigure, FigureDifference, FurtherFigure, Run
from app.metrics.queries.runs import runs_by_id
from app.metrics.rules.dictionary import FurtherMetric, Metric, metric_named


def let_other_stand(
    session: Session, account: Account, difference: FigureDifference, *, by: Actor, at: datetime
) -> None:
    """Let the figure stand that did not: whatever a pull says later, until the two agree or somebody decides anew.

    What stood is kept as a revision and is the other one now. Refuses where another figure stands by now.
    """
    run = runs_by_id(session, [difference.run_id], within=Scope(account.consortium_id))[difference.run_id]
    metric = metric_named(difference.metric)
    if isinstance(metric, Metric):
        stood = _exchange(session, account, difference, metric, run=run, at=at)
        stage_days(session, run, [(account.id, difference.day)])
        roll_up_anew(session, run)
    else:
        stood = _exchange_beside(session, account, difference, metric, run=run, at=at)
    detail = {
        "account": account.handle,
        "day": difference.day.isoformat(),
        "figure": metric.label,
        "stands": difference.other_value,
        "instead_of": difference.value,
    }
    path = account.place.path
    record(session, Deed.FIGURE_DECIDED, difference, by=by, at=at, place_path=path, detail=detail)
    _turn(difference, stood, at=at)
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=account.consortium_id, at=at, key="all")
    session.flush()


def _exchange(
    session: Session, account: Account, difference: FigureDifference, metric: Metric, *, run: Run, at: datetime
) -> Note:
    """The other figure into the day, with a note where it is not of the day's own source; what stood."""
    cell: Cell = (account.id, difference.day, metric)
    row = days_held(session, account, [difference.day]).get(difference.day)
    if row is None or getattr(row, metric.value) != difference.value:
        raise _changed()
    ledger = Ledger(notes_held(session, account, [difference.day]), frozenset())
    stood = ledger.told(cell, difference.value, source=row.source, run_id=row.run_id)
    leave_decided(session, row, metric, stood)
    keep_decided(session, row, difference, ledger.current.get(cell))
    ledger.keep_value(cell, difference.value, source=row.source, run_id=row.run_id)
    ledger.take_away(cell, keep=False)
    setattr(row, metric.value, difference.other_value)
    if not _is_of_row(row, difference):
        ledger.written[cell] = Note(difference.other_value, None, difference.other_source, difference.run_id)
    session.flush()
    write_ledger(session, ledger, run=run, at=at)
    return stood


def _is_of_row(row: DailyFigure, difference: FigureDifference) -> bool:
    return (row.source, row.run_id) == (difference.other_source, difference.run_id)


def _exchange_beside(
    session: Session, account: Account, difference: FigureDifference, metric: FurtherMetric, *, run: Run, at: datetime
) -> Note:
    """The same of what is told beside the day."""
    now = session.scalars(
        sa.select(FurtherFigure).where(
            FurtherFigure.consortium_id == account.consortium_id,
            FurtherFigure.account_id == account.id,
            FurtherFigure.day == difference.day,
            FurtherFigure.metric == metric,
            FurtherFigure.revision == 0,
        )
    ).one_or_none()
    if now is None or now.value != difference.value:
        raise _changed()
    cell = (account.id, difference.day, metric)
    _, last = held_of(session, run, [now])
    stood = Note(now.value, None, now.source, now.run_id)
    told = {"value": difference.other_value, "source": difference.other_source, "run_id": difference.run_id}
    rows = [row_of(now, last[cell] + 1, at=at), row_of(now, 0, at=at) | told]
    remove_current(session, [cell], run)
    session.execute(sa.insert(FIGURES), rows)
    return stood


def _turn(difference: FigureDifference, stood: Note, *, at: datetime) -> None:
    """What stood is the other now."""
    difference.value, difference.other_value = difference.other_value, difference.value
    difference.source, difference.other_source = difference.other_source, stood.source
    difference.run_id = stood.run_id or difference.run_id
    difference.is_decided, difference.noted_at = True, at


def _changed() -> Refused:
    return Refused("The figure has changed meanwhile. Look at it again.")
