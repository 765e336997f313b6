"""The one place that writes daily figures: merge what came in, keep what it replaced, note reasons, roll months up.

The same input twice changes nothing. A missing figure never replaces a known one: it tells nothing new.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.actions import note_newest_figures
from app.accounts.models import Account
from app.foundation.figures import Reason
from app.metrics.actions.revising import Cell, Ledger, read_ledger, write_ledger
from app.metrics.actions.rolling import roll_up
from app.metrics.actions.staging import clear_stage, stage
from app.metrics.models import DailyFigure, Run
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay, is_frozen
from app.metrics.rules.runs import Tally

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows on a stage that bring the same metrics, and where they came from."""

    table: sa.Table
    run: Run
    source: Source
    at: datetime
    metrics: tuple[Metric, ...]
    #: why a cell is empty, where it is not for ``otherwise``
    reasons: Mapping[Cell, Reason] = field(default_factory=dict)
    #: the reason of every other empty cell; None notes nothing
    otherwise: Reason | None = None

    @property
    def mine(self) -> sa.ColumnElement[bool]:
        """The rows of this batch."""
        return sa.and_(self.table.c.consortium_id == self.run.consortium_id, self.table.c.run_id == self.run.id)

    @property
    def is_known_already(self) -> sa.ColumnElement[bool]:
        """The day's row that a staged one meets."""
        return sa.and_(
            _DAYS.c.consortium_id == self.run.consortium_id,
            _DAYS.c.account_id == self.table.c.account_id,
            _DAYS.c.day == self.table.c.day,
        )

    @property
    def says_something(self) -> sa.ColumnElement[bool]:
        """Has the staged row any value at all?"""
        return sa.or_(*(self.table.c[metric.value].is_not(None) for metric in self.metrics))

    @property
    def differs(self) -> sa.ColumnElement[bool]:
        """Does the staged row bring a value that the day has not?"""
        return sa.or_(
            *(
                sa.and_(
                    self.table.c[metric.value].is_not(None),
                    _DAYS.c[metric.value].is_distinct_from(self.table.c[metric.value]),
                )
                for metric in self.metrics
            )
        )


def store_days(
    session: Session, account: Account, days: Iterable[DailyFigures], *, run: Run, source: Source, at: datetime
) -> Tally:
    """Write days of one account; see :func:`store_batch`."""
    rows = [AccountDay(account.id, entry.day, entry.figures) for entry in days]
    return store_batch(session, rows, run=run, source=source, at=at)


def store_batch(session: Session, rows: Iterable[AccountDay], *, run: Run, source: Source, at: datetime) -> Tally:
    """Write days of any accounts of the run's consortium, each account and day once, in the caller's transaction.

    Values replaced on days older than a week are kept as revisions; months that were touched are rolled up anew.
    """
    brought = [(row, its) for row in rows if (its := row.metrics)]
    said = {metric for _, its in brought for metric in its}
    if not brought:
        return Tally()
    # in one batch, whatever each day brings: a metric that a day does not speak of is an empty cell without a reason
    metrics = tuple(metric for metric in Metric if metric in said)
    table = stage(session, [row for row, _ in brought], consortium_id=run.consortium_id, run_id=run.id)
    done = merge(session, Batch(table, run, source, at, metrics, reasons=_reasons(brought)))
    clear_stage(session, table, consortium_id=run.consortium_id, run_id=run.id)
    return done


def _reasons(brought: Sequence[tuple[AccountDay, tuple[Metric, ...]]]) -> dict[Cell, Reason]:
    return {
        (row.account_id, row.day, metric): reason
        for row, metrics in brought
        for metric in metrics
        if (reason := row.figures[metric].reason)
    }


def tally(session: Session, batch: Batch) -> Tally:
    """What merging the batch would do."""
    is_new = _DAYS.c.day.is_(None)
    total, added, changed = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(is_new, batch.says_something),
            sa.func.count().filter(~is_new, batch.differs),
        )
        .select_from(batch.table.outerjoin(_DAYS, batch.is_known_already))
        .where(batch.mine)
    ).one()
    return Tally(added, changed, total - added - changed)


def merge(session: Session, batch: Batch) -> Tally:
    """Bring what is staged into the days, their notes and their months; the stage is left as it is."""
    done = tally(session, batch)
    ledger = read_ledger(session, batch.table, batch.mine, metrics=batch.metrics, consortium_id=batch.run.consortium_id)
    _note_reasons(session, batch, ledger)
    if done.added or done.changed:
        _supersede_reasons(batch, ledger)
        if done.changed:
            _change(session, batch, ledger)
        if done.added:
            _add(session, batch)
        roll_up(session, batch.table, batch.mine, consortium_id=batch.run.consortium_id)
        _note_newest(session, batch)
    write_ledger(session, ledger, run=batch.run, at=batch.at)
    return done


def _note_reasons(session: Session, batch: Batch, ledger: Ledger) -> None:
    """Why a cell stays empty, where neither the batch nor the day knows a value."""
    columns = [batch.table.c[m.value] for m in batch.metrics] + [_DAYS.c[m.value] for m in batch.metrics]
    rows = session.execute(
        sa.select(batch.table.c.account_id, batch.table.c.day, *columns)
        .select_from(batch.table.outerjoin(_DAYS, batch.is_known_already))
        .where(batch.mine, sa.or_(*(batch.table.c[m.value].is_(None) for m in batch.metrics)))
        .order_by(batch.table.c.account_id, batch.table.c.day)
    )
    count = len(batch.metrics)
    for account_id, day, *values in rows:
        for metric, came, known in zip(batch.metrics, values[:count], values[count:], strict=True):
            cell = (account_id, day, metric)
            reason = batch.reasons.get(cell, batch.otherwise)
            if came is None and known is None and reason is not None:
                ledger.note_reason(cell, reason, source=batch.source)


def _supersede_reasons(batch: Batch, ledger: Ledger) -> None:
    """A value came in where there was a reason."""
    for cell in ledger.superseded_reasons():
        ledger.take_away(cell, keep=is_frozen(cell[1], at=batch.at))


def _change(session: Session, batch: Batch, ledger: Ledger) -> None:
    came = [batch.table.c[metric.value].label(f"came_{metric.value}") for metric in batch.metrics]
    rows = session.execute(
        sa.select(_DAYS, *came)
        .select_from(batch.table.join(_DAYS, batch.is_known_already))
        .where(batch.mine, batch.differs)
        .order_by(_DAYS.c.account_id, _DAYS.c.day)
    ).all()
    updates = [_changed(row, batch, ledger) for row in rows]
    if not updates:
        return
    statement = (
        sa.update(_DAYS)
        .where(
            _DAYS.c.consortium_id == sa.bindparam("of_consortium", type_=_DAYS.c.consortium_id.type),
            _DAYS.c.account_id == sa.bindparam("of_account", type_=_DAYS.c.account_id.type),
            _DAYS.c.day == sa.bindparam("of_day", type_=_DAYS.c.day.type),
        )
        .values({"run_id": sa.bindparam("by_run"), **{m.value: sa.bindparam(f"new_{m.value}") for m in batch.metrics}})
    )
    session.connection().execute(statement, updates)


def _changed(row: sa.Row[tuple[object, ...]], batch: Batch, ledger: Ledger) -> dict[str, object]:
    """The day's row as it will be; what it replaces and what differs from the row's source go into the ledger."""
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    day: date = held["day"]
    is_same_source = held["source"] == batch.source
    final: dict[str, object] = {
        "of_consortium": held["consortium_id"],
        "of_account": held["account_id"],
        "of_day": day,
        "by_run": batch.run.id if is_same_source else held["run_id"],
    }
    for metric in batch.metrics:
        before, came = held[metric.value], held[f"came_{metric.value}"]
        final[f"new_{metric.value}"] = before if came is None else came
        if came is None or came == before:
            continue
        cell: Cell = (held["account_id"], day, metric)
        if before is not None and is_frozen(day, at=batch.at):
            ledger.keep_value(cell, before, source=held["source"], run_id=held["run_id"])
        ledger.take_away(cell, keep=False)
        if not is_same_source:
            ledger.note_value(cell, came, source=batch.source)
    return final


def _add(session: Session, batch: Batch) -> None:
    table = batch.table
    names = ["consortium_id", "account_id", "day", "run_id", "source", *(m.value for m in batch.metrics)]
    rows = (
        sa.select(
            table.c.consortium_id,
            table.c.account_id,
            table.c.day,
            table.c.run_id,
            sa.literal(batch.source, _DAYS.c.source.type),
            *(table.c[metric.value] for metric in batch.metrics),
        )
        .where(batch.mine, batch.says_something, ~sa.exists().where(batch.is_known_already))
        .order_by(table.c.consortium_id, table.c.account_id, table.c.day)
    )
    session.execute(sa.insert(_DAYS).from_select(names, rows))


def _note_newest(session: Session, batch: Batch) -> None:
    newest = session.execute(
        sa.select(batch.table.c.account_id, sa.func.max(batch.table.c.day, type_=_DAYS.c.day.type))
        .where(batch.mine, batch.says_something)
        .group_by(batch.table.c.account_id)
        .order_by(batch.table.c.account_id)
    )
    note_newest_figures(session, dict(newest.all()), consortium_id=batch.run.consortium_id)
