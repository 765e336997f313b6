"""Taking back what an import told beside the metrics: what it replaced stands again, what was changed since stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.metrics.actions.differing import forget, known_differences
from app.metrics.actions.furthering import FIGURES, Cell, held_of, remove_current, row_of
from app.metrics.actions.staging import WHOLE, Part, rows_in
from app.metrics.models import DailyFigure, FurtherFigure, ReplacedFigure, Run
from app.metrics.queries.closing import closed_days
from app.metrics.queries.runs import runs_by_id
from app.metrics.rules.closing import lies_in
from app.metrics.rules.dictionary import Source
from app.metrics.rules.runs import TAKEN_BACK

#: so many figures are taken back at once
_AT_ONCE = 1000


@dataclass(slots=True)
class TakenBack:
    """What became of days, each an account and a day."""

    #: something went that was not there before
    gone: set[tuple[int, date]] = field(default_factory=set)
    #: something stands again as it did before
    restored: set[tuple[int, date]] = field(default_factory=set)
    #: something else stands there since
    left: set[tuple[int, date]] = field(default_factory=set)


def told_beside_alone(session: Session, run: Run, part: Part) -> set[tuple[int, date]]:
    """The days of a part of which an import wrote nothing but what is beside the metrics."""
    others = (
        sa.exists().where(
            table.consortium_id == run.consortium_id,
            table.run_id == run.id,
            table.account_id == FurtherFigure.account_id,
            table.day == FurtherFigure.day,
        )
        for table in (DailyFigure, ReplacedFigure)
    )
    rows = session.execute(
        sa.select(FurtherFigure.account_id, FurtherFigure.day)
        .where(rows_in(FIGURES, run, part), *(~other for other in others))
        .distinct()
        .order_by(FurtherFigure.account_id, FurtherFigure.day)
    )
    return {(account_id, day) for account_id, day in rows}


def take_further_back(session: Session, run: Run, part: Part = WHOLE, *, at: datetime) -> TakenBack:
    """What an import told goes, and what it replaced stands again; what was changed since stays as it is.

    On the days of closed periods what went is kept as a revision.
    """
    done = TakenBack(left=_changed_since(session, run, part))
    mine = (
        sa.select(FurtherFigure)
        .where(rows_in(FIGURES, run, part), FurtherFigure.revision == 0)
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric)
        .limit(_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    while some := session.scalars(mine).all():
        _take_back(session, run, some, done, at=at)
    return done


def _changed_since(session: Session, run: Run, part: Part) -> set[tuple[int, date]]:
    rows = session.execute(
        sa.select(FurtherFigure.account_id, FurtherFigure.day)
        .where(rows_in(FIGURES, run, part), FurtherFigure.revision > 0)
        .distinct()
        .order_by(FurtherFigure.account_id, FurtherFigure.day)
    )
    return {(account_id, day) for account_id, day in rows}


def _take_back(session: Session, run: Run, rows: Sequence[FurtherFigure], done: TakenBack, *, at: datetime) -> None:
    closed = closed_days(session, within=Scope(consortium_id=run.consortium_id))
    before = _before(session, run, rows)
    _, last = held_of(session, run, rows)
    written: list[dict[str, Any]] = []
    cells: list[Cell] = []
    _forget_differences(session, run, rows)
    for row in rows:
        cell = (row.account_id, row.day, row.metric)
        cells.append(cell)
        number = last[cell] + 1
        (done.restored if cell in before else done.gone).add((row.account_id, row.day))
        if cell in before:
            held, brought_by = before[cell]
            written.append(row_of(held, 0, at=brought_by.ended_at or brought_by.started_at))
            number = held.revision
            session.delete(held)
        if lies_in(row.day, closed):
            written.append(row_of(row, number, at=at))
    session.flush()
    remove_current(session, cells, run)
    if written:
        session.execute(sa.insert(FIGURES), written)


def _forget_differences(session: Session, run: Run, rows: Sequence[FurtherFigure]) -> None:
    """Nothing differs any more from a figure that goes."""
    known = known_differences(session, run, [(row.account_id, row.day, row.metric) for row in rows])
    stood = {(row.account_id, row.day, row.metric.value): row.value for row in rows}
    its = [
        held["id"] for cell, held in known.items() if held["source"] is Source.IMPORT and held["value"] == stood[cell]
    ]
    forget(session, run, its)


def _before(session: Session, run: Run, rows: Sequence[FurtherFigure]) -> dict[Cell, tuple[FurtherFigure, Run]]:
    """By figure what stood before the import, and what brought it; nothing of an import that was taken back itself."""
    found = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == run.consortium_id,
            sa.tuple_(FurtherFigure.account_id, FurtherFigure.day).in_({(row.account_id, row.day) for row in rows}),
            FurtherFigure.revision > 0,
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision)
    ).all()
    runs = runs_by_id(session, {one.run_id for one in found}, within=Scope(consortium_id=run.consortium_id))
    return {
        (one.account_id, one.day, one.metric): (one, brought_by)
        for one in found
        if one.run_id != run.id and (brought_by := runs[one.run_id]).state not in TAKEN_BACK
    }
