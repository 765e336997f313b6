"""Taking figures away that nobody can stand for any more: the cell is empty again, an old value stays as a revision."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.metrics.actions.rerolling import roll_up_anew, stage_days
from app.metrics.actions.revising import Cell, Ledger, Note, write_ledger
from app.metrics.models import DailyFigure, Observation, Run
from app.metrics.queries.closing import closed_days
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.incoming import is_frozen


def take_away(
    session: Session, account: Account, cells: Mapping[date, Collection[Metric]], *, run: Run, at: datetime
) -> None:
    """Empty some cells of an account's days, and roll their months up anew; a day with nothing left goes."""
    wanted: set[Cell] = {(account.id, day, metric) for day, metrics in cells.items() for metric in metrics}
    rows = days_held(session, account, {day for _, day, _ in wanted})
    ledger = Ledger(notes_held(session, account, set(rows)), frozenset())
    closed = closed_days(session, within=Scope(consortium_id=account.consortium_id))
    for cell in sorted(wanted):
        _, day, metric = cell
        value = getattr(rows[day], metric.value, None) if day in rows else None
        if value is None:
            continue
        if is_frozen(day, at=at, closed=closed):
            ledger.keep_value(cell, value, source=rows[day].source, run_id=rows[day].run_id)
        ledger.take_away(cell, keep=False)
        setattr(rows[day], metric.value, None)
    for row in rows.values():
        if all(getattr(row, metric.value) is None for metric in Metric):
            session.delete(row)
    session.flush()
    write_ledger(session, ledger, run=run, at=at)
    stage_days(session, run, [(account.id, day) for day in sorted(rows)])
    roll_up_anew(session, run)


def days_held(session: Session, account: Account, days: Collection[date]) -> dict[date, DailyFigure]:
    """Some days of an account as they are held."""
    of_account = (DailyFigure.consortium_id == account.consortium_id, DailyFigure.account_id == account.id)
    statement = sa.select(DailyFigure).where(*of_account, DailyFigure.day.in_(sorted(days))).order_by(DailyFigure.day)
    return {row.day: row for row in session.scalars(statement.execution_options(populate_existing=True))}


def notes_held(session: Session, account: Account, days: Collection[date]) -> dict[Cell, Note]:
    """The current notes of some days."""
    rows = session.scalars(
        sa.select(Observation)
        .where(
            Observation.consortium_id == account.consortium_id,
            Observation.account_id == account.id,
            Observation.day.in_(sorted(days)),
            Observation.revision == 0,
        )
        .order_by(Observation.day, Observation.metric)
    )
    return {
        (note.account_id, note.day, note.metric): Note(note.value, note.reason, note.source, note.run_id)
        for note in rows
    }
