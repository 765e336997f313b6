"""The one place that writes daily figures: merge what came in, keep what it replaced, note reasons, roll months up.

The same input twice changes nothing. A missing figure never replaces a known one: it tells nothing new.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.actions import note_newest_figures
from app.foundation.figures import Reason
from app.metrics.actions.batching import Batch, new_days, tallied
from app.metrics.actions.closing import note_late_days
from app.metrics.actions.differing import decided_over_the_platform, write_differences
from app.metrics.actions.replacing import keep_replaced
from app.metrics.actions.revising import Cell, Ledger, read_ledger, write_ledger
from app.metrics.actions.rolling import add_up, is_ahead, roll_up
from app.metrics.actions.staging import clear_stage, stage
from app.metrics.actions.weighing import Incoming, Weighed, weigh
from app.metrics.models import DailyFigure, FigureDifference, Run
from app.metrics.queries.closing import closed_days
from app.metrics.queries.engines import AsDate
from app.metrics.queries.standing import firm_runs, is_firm
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay, is_frozen
from app.metrics.rules.runs import Tally
from app.metrics.rules.standing import is_platforms

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_DIFFERENCES = sa.Table(FigureDifference.__tablename__, FigureDifference.metadata)


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
    batch = _looked_up(session, batch)
    total, added, differing = _count(session, batch)
    weighed = Weighed()
    if differing:
        weighed = _weigh(session, batch, _read_ledger(session, batch), _known_differences(session, batch))
    return tallied(batch, total, weighed, new=new_days(session, batch, added))


def _count(session: Session, batch: Batch) -> tuple[int, int, int]:
    """Days in all, new ones, and those that bring a value which the day has not."""
    if batch.is_ahead:
        says = batch.says_something
        total, added = session.execute(sa.select(sa.func.count(), sa.func.count().filter(says)).where(batch.mine)).one()
        return total, added, 0
    is_new = _DAYS.c.day.is_(None)
    total, added, differing = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(is_new, batch.says_something),
            sa.func.count().filter(~is_new, batch.differs),
        )
        .select_from(batch.table.outerjoin(_DAYS, batch.is_known_already))
        .where(batch.mine)
    ).one()
    return total, added, differing


def merge(session: Session, batch: Batch) -> Tally:
    """Bring what is staged into the days, their notes and their months; the stage is left as it is.

    Whose figure stands where another source tells of the day is decided by :mod:`app.metrics.actions.weighing`.
    """
    batch = _looked_up(session, batch)
    total, added, differing = _count(session, batch)
    new = new_days(session, batch, added)
    if not batch.metrics:
        return tallied(batch, total, Weighed(), new=new)
    ledger = _read_ledger(session, batch)
    _note_reasons(session, batch, ledger)
    _supersede_reasons(batch, ledger)
    known = _known_differences(session, batch)
    weighed = _weigh(session, batch, ledger, known) if differing else Weighed()
    if weighed.updates:
        _change(session, batch, weighed.updates)
    if added:
        note_late_days(session, batch.table, batch.is_new, closed=batch.closed, at=batch.at)
        _add(session, batch)
    if added or weighed.updates:
        _roll_up(session, batch)
        _note_newest(session, batch)
    # where two sources differ much is noted, and what does so no longer is forgotten
    write_differences(session, known, weighed.differences.items(), run=batch.run, source=batch.source, at=batch.at)
    if batch.source is Source.IMPORT:
        keep_replaced(session, batch.run, weighed.replaced, ledger)
    write_ledger(session, ledger, run=batch.run, at=batch.at)
    return tallied(batch, total, weighed, new=new)


def _looked_up(session: Session, batch: Batch) -> Batch:
    """The batch with what is to be known of the days it meets; whoever merges holds the locks of its accounts."""
    consortium_id = batch.run.consortium_id
    return replace(
        batch,
        closed=closed_days(session, within=Scope(consortium_id=consortium_id)),
        is_ahead=is_ahead(session, batch.table, batch.mine, consortium_id=consortium_id),
    )


def _read_ledger(session: Session, batch: Batch) -> Ledger:
    consortium_id = batch.run.consortium_id
    return read_ledger(session, batch.table, batch.mine, metrics=batch.metrics, consortium_id=consortium_id)


def _known_differences(session: Session, batch: Batch) -> Sequence[Mapping[Any, Any]]:
    """Where two sources differed much by now, each beside what came."""
    came = [batch.table.c[metric.value].label(f"came_{metric.value}") for metric in batch.metrics]
    known = session.execute(
        sa.select(_DIFFERENCES, *came)
        .select_from(
            _DIFFERENCES.join(
                batch.table,
                sa.and_(_DIFFERENCES.c.account_id == batch.table.c.account_id, _DIFFERENCES.c.day == batch.table.c.day),
            )
        )
        .where(
            batch.mine,
            _DIFFERENCES.c.consortium_id == batch.run.consortium_id,
            _DIFFERENCES.c.metric.in_(batch.metrics),
        )
        .order_by(_DIFFERENCES.c.account_id, _DIFFERENCES.c.day)
    )
    return known.mappings().all()


def _note_reasons(session: Session, batch: Batch, ledger: Ledger) -> None:
    """Why a cell stays empty, where neither the batch nor the day knows a value."""
    if not batch.reasons and batch.otherwise is None:
        return
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
        ledger.take_away(cell, keep=is_frozen(cell[1], at=batch.at, closed=batch.closed))


def _weigh(session: Session, batch: Batch, ledger: Ledger, known: Sequence[Mapping[Any, Any]]) -> Weighed:
    came = [batch.table.c[metric.value].label(f"came_{metric.value}") for metric in batch.metrics]
    rows = session.execute(
        sa.select(_DAYS, *came)
        .select_from(batch.table.join(_DAYS, batch.is_known_already))
        .where(batch.mine, batch.differs)
        .order_by(_DAYS.c.account_id, _DAYS.c.day)
    )
    within = Scope(consortium_id=batch.run.consortium_id)
    incoming = Incoming(
        run=batch.run,
        source=batch.source,
        at=batch.at,
        metrics=batch.metrics,
        is_firm=batch.source is Source.IMPORT and is_firm(session, batch.run, within=within),
        firm_among=lambda run_ids: firm_runs(session, run_ids, within=within),
        closed=batch.closed,
        decided=decided_over_the_platform(known) if is_platforms(batch.source) else frozenset(),
    )
    return weigh(rows.mappings().all(), incoming, ledger)


def _change(session: Session, batch: Batch, updates: Sequence[dict[str, object]]) -> None:
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
        .where(batch.is_new)
        .order_by(table.c.consortium_id, table.c.account_id, table.c.day)
    )
    session.execute(sa.insert(_DAYS).from_select(names, rows))


def _roll_up(session: Session, batch: Batch) -> None:
    if batch.is_ahead:
        add_up(session, batch.table, batch.is_new, batch.metrics)
    else:
        roll_up(session, batch.table, batch.mine, consortium_id=batch.run.consortium_id)


def _note_newest(session: Session, batch: Batch) -> None:
    newest = (
        sa.select(batch.table.c.account_id, AsDate(sa.func.max(batch.table.c.day)))
        .where(batch.mine, batch.says_something)
        .group_by(batch.table.c.account_id)
    )
    note_newest_figures(session, newest, consortium_id=batch.run.consortium_id)
