"""Keeping what platforms tell beside the metrics, by pull and by file, and taking it back with its import."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.figures import Figure, Reason
from app.metrics.actions.rerolling import AS_IT_IS, parts_of
from app.metrics.actions.staging import FURTHER_STAGE, Part, rows_in
from app.metrics.models import FurtherFigure, Run
from app.metrics.queries.closing import closed_days
from app.metrics.queries.standing import firm_runs
from app.metrics.rules.dictionary import FurtherMetric, Source
from app.metrics.rules.incoming import is_frozen
from app.metrics.rules.standing import stands_against

_FIGURES = sa.Table(FurtherFigure.__tablename__, FurtherFigure.metadata)
#: of these a page can say as much without a row
_TELLS_NOTHING = frozenset({Reason.NOT_SUPPORTED, Reason.NOT_COLLECTED, Reason.BLANK})
_Cell = tuple[int, date, FurtherMetric]


@dataclass(frozen=True, slots=True)
class Told:
    """What came in of one metric of an account's day."""

    account_id: int
    day: date
    metric: FurtherMetric
    figure: Figure

    @property
    def cell(self) -> _Cell:
        """Which figure it is."""
        return self.account_id, self.day, self.metric


def store_further(session: Session, rows: Iterable[Told], *, run: Run, source: Source, at: datetime) -> None:
    """Keep them in the caller's transaction; the same again changes nothing, and missing replaces no value.

    What a file replaces is kept as a revision, so that it can be taken back; what a pull replaces is where it is older
    than a week or its period is closed.
    """
    worth = [row for row in rows if row.figure.reason not in _TELLS_NOTHING]
    for some in parts_of(worth):
        _store(session, some, run=run, source=source, at=at)


def store_staged_further(session: Session, run: Run, part: Part, *, at: datetime) -> None:
    """Keep what a part of a file tells beside its metrics."""
    rows = session.execute(
        sa.select(FURTHER_STAGE)
        .where(rows_in(FURTHER_STAGE, run, part))
        .order_by(FURTHER_STAGE.c.account_id, FURTHER_STAGE.c.day, FURTHER_STAGE.c.metric)
    ).all()
    told = (Told(row.account_id, row.day, row.metric, Figure.of(row.value)) for row in rows)
    store_further(session, told, run=run, source=Source.IMPORT, at=at)


def take_further_back(session: Session, run: Run) -> None:
    """What an import told goes, and what it replaced stands again; what was changed since stays as it is."""
    mine = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == run.consortium_id,
            FurtherFigure.run_id == run.id,
            FurtherFigure.revision == 0,
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric)
        .execution_options(populate_existing=True)
    ).all()
    for some in parts_of(mine):
        before = _newest_revisions(session, run, some)
        for row in some:
            held = before.get((row.account_id, row.day, row.metric))
            if held is None:
                session.delete(row)
                continue
            row.value, row.reason, row.source, row.run_id = held.value, held.reason, held.source, held.run_id
            session.delete(held)
        session.flush()


def _newest_revisions(session: Session, run: Run, rows: Sequence[FurtherFigure]) -> dict[_Cell, FurtherFigure]:
    found = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == run.consortium_id,
            sa.tuple_(FurtherFigure.account_id, FurtherFigure.day).in_({(row.account_id, row.day) for row in rows}),
            FurtherFigure.revision > 0,
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision)
    )
    return {(row.account_id, row.day, row.metric): row for row in found}


def _store(session: Session, rows: Sequence[Told], *, run: Run, source: Source, at: datetime) -> None:
    within = Scope(consortium_id=run.consortium_id)
    closed = closed_days(session, within=within)
    held, last = _held(session, rows, run)
    firm = firm_runs(session, {run.id, *(one.run_id for one in held.values())}, within=within)
    kept: list[dict[str, Any]] = []
    gone: list[_Cell] = []
    written: list[dict[str, Any]] = []
    for row in rows:
        now = held.get(row.cell)
        if now is not None:
            is_same = now.value == row.figure.value and now.reason is row.figure.reason
            if is_same or row.figure.value is None:
                continue
            if now.value is not None and stands_against(
                now.source, source, held_is_firm=now.run_id in firm, came_is_firm=run.id in firm
            ):
                continue
            gone.append(row.cell)
            if source is Source.IMPORT or is_frozen(row.day, at=at, closed=closed):
                number = last[row.cell] + 1
                kept.append(_row(row.cell, number, now.value, now.reason, now.source, now.run_id, run=run, at=at))
        value = None if row.figure.value is None else round(row.figure.value)
        written.append(_row(row.cell, 0, value, row.figure.reason, source, run.id, run=run, at=at))
    if gone:
        _remove(session, gone, run)
    if kept or written:
        session.execute(sa.insert(_FIGURES), [*kept, *written])


def _held(session: Session, rows: Sequence[Told], run: Run) -> tuple[dict[_Cell, FurtherFigure], dict[_Cell, int]]:
    """What stands now, and the number of the last revision, by figure."""
    found = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == run.consortium_id,
            FurtherFigure.account_id.in_({row.account_id for row in rows}),
            FurtherFigure.day.between(min(row.day for row in rows), max(row.day for row in rows)),
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision)
        .execution_options(populate_existing=True)
    )
    held: dict[_Cell, FurtherFigure] = {}
    last: dict[_Cell, int] = {}
    for one in found:
        cell = (one.account_id, one.day, one.metric)
        last[cell] = one.revision
        if one.revision == 0:
            held[cell] = one
    return held, last


def _remove(session: Session, cells: Sequence[_Cell], run: Run) -> None:
    statement = sa.delete(_FIGURES).where(
        _FIGURES.c.consortium_id == run.consortium_id,
        _FIGURES.c.account_id == sa.bindparam("of_account", type_=_FIGURES.c.account_id.type),
        _FIGURES.c.day == sa.bindparam("of_day", type_=_FIGURES.c.day.type),
        _FIGURES.c.metric == sa.bindparam("of_metric", type_=_FIGURES.c.metric.type),
        _FIGURES.c.revision == 0,
    )
    rows = [{"of_account": account_id, "of_day": day, "of_metric": metric} for account_id, day, metric in cells]
    session.connection().execute(statement, rows, execution_options=AS_IT_IS)


def _row(
    cell: _Cell,
    revision: int,
    value: int | None,
    reason: Reason | None,
    source: Source,
    run_id: int,
    *,
    run: Run,
    at: datetime,
) -> dict[str, Any]:
    account_id, day, metric = cell
    return {
        "consortium_id": run.consortium_id,
        "account_id": account_id,
        "day": day,
        "metric": metric,
        "revision": revision,
        "value": value,
        "reason": reason,
        "source": source,
        "run_id": run_id,
        "noted_at": at,
    }
