"""The narrow table beside the days: reasons, values of another source, and values that were replaced."""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.figures import Reason
from app.foundation.ids import new_id
from app.metrics.models import Observation, Run
from app.metrics.rules.dictionary import Metric, Source

#: account, day, metric
Cell = tuple[int, date, Metric]
_NOTES = sa.Table(Observation.__tablename__, Observation.metadata)


@dataclass(frozen=True, slots=True)
class Note:
    """A value or a reason with where it came from; ``run_id`` None is the run that writes now."""

    value: int | None
    reason: Reason | None
    source: Source
    run_id: int | None = None


@dataclass(slots=True)
class Ledger:
    """The current notes of the cells a batch meets, and what is to become of them."""

    current: dict[Cell, Note]
    #: cells with a note for which the batch brings a value
    valued: frozenset[Cell]
    removed: set[Cell] = field(default_factory=set)
    written: dict[Cell, Note] = field(default_factory=dict)
    kept: list[tuple[Cell, Note]] = field(default_factory=list)

    def told(self, cell: Cell, value: int, *, source: Source, run_id: int) -> Note:
        """Where a cell's value came from: its own note where it has one, else the day's row."""
        held = self.current.get(cell)
        return held if held is not None and held.value is not None else Note(value, None, source, run_id)

    def superseded_reasons(self) -> list[Cell]:
        """Cells that had a reason and now get a value."""
        return sorted(cell for cell in self.valued if self.current[cell].reason is not None)

    def note_reason(self, cell: Cell, reason: Reason, *, source: Source) -> None:
        """Say why a cell is empty, unless that was said already."""
        held = self.current.get(cell)
        if held is None or (held.value is None and held.reason is not reason):
            self.written[cell] = Note(None, reason, source)

    def note_value(self, cell: Cell, value: int, *, source: Source) -> None:
        """Say that a cell's value has another source than its row."""
        self.written[cell] = Note(value, None, source)

    def keep_value(self, cell: Cell, value: int, *, source: Source, run_id: int) -> None:
        """Keep a value that is replaced, by its own source where it had one."""
        self.kept.append((cell, self.told(cell, value, source=source, run_id=run_id)))

    def keep_hole(self, cell: Cell, *, source: Source, run_id: int) -> None:
        """Keep that there was no figure, unless a reason was noted, which is kept by itself."""
        if cell not in self.removed:
            self.kept.append((cell, Note(None, Reason.NOT_COLLECTED, source, run_id)))

    def take_away(self, cell: Cell, *, keep: bool) -> None:
        """The current note no longer holds."""
        held = self.current.get(cell)
        if held is None or cell in self.removed:
            return
        self.removed.add(cell)
        if keep:
            self.kept.append((cell, held))


def read_ledger(
    session: Session,
    table: sa.Table,
    mine: sa.ColumnElement[bool],
    *,
    metrics: tuple[Metric, ...],
    consortium_id: int,
) -> Ledger:
    """The current notes on the cells that the staged rows speak of."""
    came = [table.c[metric.value].label(f"came_{metric.value}") for metric in metrics]
    rows = session.execute(
        sa.select(_NOTES, *came)
        .select_from(
            _NOTES.join(table, sa.and_(_NOTES.c.account_id == table.c.account_id, _NOTES.c.day == table.c.day))
        )
        .where(mine, _NOTES.c.consortium_id == consortium_id, _NOTES.c.revision == 0, _NOTES.c.metric.in_(metrics))
        .order_by(_NOTES.c.account_id, _NOTES.c.day, _NOTES.c.metric)
    ).mappings()
    current: dict[Cell, Note] = {}
    valued: set[Cell] = set()
    for row in rows:
        cell: Cell = (row["account_id"], row["day"], row["metric"])
        current[cell] = Note(row["value"], row["reason"], row["source"], row["run_id"])
        if row[f"came_{cell[2].value}"] is not None:
            valued.add(cell)
    return Ledger(current, frozenset(valued))


def write_ledger(session: Session, ledger: Ledger, *, run: Run, at: datetime) -> None:
    """Take away, write and keep, in few statements."""
    gone = ledger.removed | (ledger.written.keys() & ledger.current.keys())
    if gone:
        _remove(session, gone, consortium_id=run.consortium_id)
    numbers = _last_revisions(session, ledger, consortium_id=run.consortium_id)
    rows = [_row(cell, note, 0, run=run, at=at) for cell, note in ledger.written.items()]
    for cell, note in ledger.kept:
        numbers[cell] = numbers.get(cell, 0) + 1
        rows.append(_row(cell, note, numbers[cell], run=run, at=at))
    if rows:
        session.execute(sa.insert(_NOTES), rows)


def _row(cell: Cell, note: Note, revision: int, *, run: Run, at: datetime) -> dict[str, object]:
    account_id, day, metric = cell
    return {
        "id": new_id(),
        "consortium_id": run.consortium_id,
        "account_id": account_id,
        "day": day,
        "metric": metric,
        "revision": revision,
        "value": note.value,
        "reason": note.reason,
        "source": note.source,
        "run_id": note.run_id or run.id,
        "noted_at": at,
    }


def _remove(session: Session, cells: set[Cell], *, consortium_id: int) -> None:
    statement = sa.delete(_NOTES).where(
        _NOTES.c.consortium_id == consortium_id,
        _NOTES.c.account_id == sa.bindparam("of_account", type_=_NOTES.c.account_id.type),
        _NOTES.c.day == sa.bindparam("of_day", type_=_NOTES.c.day.type),
        _NOTES.c.metric == sa.bindparam("of_metric", type_=_NOTES.c.metric.type),
        _NOTES.c.revision == 0,
    )
    rows = [{"of_account": account_id, "of_day": day, "of_metric": metric} for account_id, day, metric in sorted(cells)]
    session.connection().execute(statement, rows)


def _last_revisions(session: Session, ledger: Ledger, *, consortium_id: int) -> dict[Cell, int]:
    cells = [cell for cell, _ in ledger.kept]
    if not cells:
        return {}
    days = [day for _, day, _ in cells]
    rows = session.execute(
        sa.select(_NOTES.c.account_id, _NOTES.c.day, _NOTES.c.metric, sa.func.max(_NOTES.c.revision))
        .where(
            _NOTES.c.consortium_id == consortium_id,
            _NOTES.c.account_id.in_({account_id for account_id, _, _ in cells}),
            _NOTES.c.day.between(min(days), max(days)),
        )
        .group_by(_NOTES.c.account_id, _NOTES.c.day, _NOTES.c.metric)
        .order_by(_NOTES.c.account_id, _NOTES.c.day, _NOTES.c.metric)
    )
    return {(account_id, day, metric): last for account_id, day, metric, last in rows}
