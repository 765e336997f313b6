"""A batch of staged days on its way into those that are kept, and what it amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.figures import Reason
from app.foundation.periods import Period
from app.metrics.actions.furthering import Beside
from app.metrics.actions.revising import Cell
from app.metrics.actions.staging import WHOLE, Part, rows_in
from app.metrics.actions.weighing import Weighed
from app.metrics.models import DailyFigure, Run
from app.metrics.rules.dictionary import Metric, Source
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
    part: Part = WHOLE
    #: the days of closed periods, where whatever is replaced is kept
    closed: tuple[Period, ...] = ()
    #: what becomes of its days by what is told beside the metrics
    beside: Beside = field(default_factory=Beside)
    #: is each day newer than whatever day its account holds of that month?
    is_ahead: bool = False

    @property
    def mine(self) -> sa.ColumnElement[bool]:
        """The rows of this batch."""
        return rows_in(self.table, self.run, self.part)

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
        return sa.or_(sa.false(), *(self.table.c[metric.value].is_not(None) for metric in self.metrics))

    @property
    def differs(self) -> sa.ColumnElement[bool]:
        """Does the staged row bring a value that the day has not?"""
        return sa.or_(
            sa.false(),
            *(
                sa.and_(
                    self.table.c[metric.value].is_not(None),
                    _DAYS.c[metric.value].is_distinct_from(self.table.c[metric.value]),
                )
                for metric in self.metrics
            ),
        )

    @property
    def is_new(self) -> sa.ColumnElement[bool]:
        """Has the staged row something to say of a day that has no row?"""
        if self.is_ahead:
            return sa.and_(self.mine, self.says_something)
        return sa.and_(self.mine, self.says_something, ~sa.exists().where(self.is_known_already))


def new_days(session: Session, batch: Batch, added: int) -> int | set[tuple[int, date]]:
    """The days that are new; only how many, where nothing is told beside them."""
    if not batch.beside.written or not added:
        return added
    table = batch.table
    rows = session.execute(
        sa.select(table.c.account_id, table.c.day).where(batch.is_new).order_by(table.c.account_id, table.c.day)
    )
    return {(account_id, day) for account_id, day in rows}


def tallied(batch: Batch, total: int, weighed: Weighed, *, new: int | set[tuple[int, date]]) -> Tally:
    """A day counts once, whatever is told of it; one of which only what is beside was told is new or not by that."""
    beside = batch.beside
    if not batch.metrics:
        new = beside.written - beside.met
    changed, added = len(weighed.updates), len(new) if isinstance(new, set) else new
    if beside.written:
        known = {(each["of_account"], each["of_day"]) for each in weighed.updates}
        changed += len(beside.written.difference(known, new if isinstance(new, set) else ()))
    return Tally(
        added,
        changed,
        total - added - changed,
        len(weighed.conflicting | beside.conflicting),
        len(weighed.late | beside.late),
    )
