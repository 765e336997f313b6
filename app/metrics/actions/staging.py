"""Putting a batch of days on the stage from which it is merged: a table for small ones, COPY for large ones."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.figures import Figure, Reason
from app.metrics.models import Run, StagedFigure, StagedFurther
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.incoming import AccountDay

STAGE: sa.Table = sa.Table(StagedFigure.__tablename__, StagedFigure.metadata)
#: what files tell beside the metrics
FURTHER_STAGE: sa.Table = sa.Table(StagedFurther.__tablename__, StagedFurther.metadata)
#: from so many rows on PostgreSQL is given them by COPY, which needs a table without row-level security
_WORTH_COPYING = 500
_COPIED = sa.Table(
    "incoming_figure",
    sa.MetaData(),
    *(sa.Column(column.name, column.type, nullable=column.nullable) for column in STAGE.columns),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
_MAKE_COPIED = sa.schema.CreateTable(_COPIED, if_not_exists=True)
_DROP_COPIED = sa.schema.DropTable(_COPIED, if_exists=True)
_KEYS = ("consortium_id", "run_id", "account_id", "day", "line")
#: a row on its way to the stage: what is in ``_KEYS``, then its figures
Staged = tuple[Any, ...]
#: so many days are weighed and merged at once: a file has a million of them
PART_DAYS = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a run's staged days, in the order of account and day: beyond the first of two, up to the second."""

    after: tuple[int, date] | None = None
    until: tuple[int, date] | None = None


#: all of them
WHOLE = Part()


def rows_in(table: sa.Table, run: Run, part: Part) -> sa.ColumnElement[bool]:
    """The rows of a run, on a stage or where days are kept, that are in the part."""
    return sa.and_(table.c.run_id == run.id, of_part(table, run, part))


def of_part(table: sa.Table, run: Run, part: Part) -> sa.ColumnElement[bool]:
    """The rows of the run's consortium, whoever brought them, that are in the part."""
    place = sa.tuple_(table.c.account_id, table.c.day)
    found = [table.c.consortium_id == run.consortium_id]
    if part.after is not None:
        found += [place > part.after, table.c.account_id >= part.after[0]]
    if part.until is not None:
        found += [place <= part.until, table.c.account_id <= part.until[0]]
    return sa.and_(*found)


def next_part(session: Session, run: Run, *, after: tuple[int, date] | None = None) -> Part:
    """The next days of a run's stage beyond a place; the last part ends nowhere."""
    last = session.execute(
        sa.select(STAGE.c.account_id, STAGE.c.day)
        .where(rows_in(STAGE, run, Part(after)))
        .order_by(STAGE.c.account_id, STAGE.c.day)
        .offset(PART_DAYS - 1)
        .limit(1)
    ).one_or_none()
    return Part(after, None if last is None else (last.account_id, last.day))


def set_apart(session: Session, run: Run, part: Part) -> sa.Table:
    """A part of the stage on a table of its own until the transaction ends; the stage itself on SQLite.

    PostgreSQL's planner takes any part of the stage for a single row, and walks it whole for each row of what it meets.
    """
    if session.get_bind().dialect.name != "postgresql":
        return STAGE
    session.execute(_DROP_COPIED)
    session.execute(_MAKE_COPIED)
    rows = sa.select(STAGE).where(rows_in(STAGE, run, part)).order_by(STAGE.c.account_id, STAGE.c.day)
    session.execute(sa.insert(_COPIED).from_select(STAGE.columns.keys(), rows))
    _describe_copied(session)
    return _COPIED


def stage(
    session: Session, rows: Sequence[AccountDay], *, consortium_id: int, run_id: int, lines: Iterable[int] | None = None
) -> sa.Table:
    """Write the rows of a batch, each an account and day that stands in it once; the table they are in."""
    numbers = lines if lines is not None else repeat(0, len(rows))
    said = set[Metric]().union(*(row.figures for row in rows))
    metrics = tuple(metric for metric in Metric if metric in said)
    values = [
        (consortium_id, run_id, row.account_id, row.day, line, *_cells(row.figures, metrics))
        for row, line in zip(rows, numbers, strict=True)
    ]
    if lines is None and _is_worth_copying(session, values):
        _copy(session, values, metrics)
        _describe_copied(session)
        return _COPIED
    write_staged(session, values, metrics)
    if lines is not None:
        told = [(row.account_id, row.day, why) for row in rows if (why := _reasons(row.figures))]
        note_reasons(session, told, consortium_id=consortium_id, run_id=run_id)
    return STAGE


def write_staged(session: Session, values: Sequence[Staged], metrics: Sequence[Metric]) -> None:
    """Write days onto the stage that is kept: each its consortium, run, account, day and line, then these metrics."""
    names = _names(metrics)
    if _is_worth_copying(session, values):
        _copy(session, values, metrics)
        session.execute(sa.insert(STAGE).from_select(names, sa.select(*(_COPIED.c[name] for name in names))))
        session.execute(_DROP_COPIED)
    elif values and session.get_bind().dialect.name == "sqlite":
        # past SQLAlchemy, which would build a dictionary a row; a day is its number, as in the column's type
        places = ", ".join("?" * len(names))
        numbered = [(*row[:3], row[3].toordinal(), *row[4:]) for row in values]
        insert = f"INSERT INTO {STAGE.name} ({', '.join(names)}) VALUES ({places})"
        session.connection().exec_driver_sql(insert, numbered)
    elif values:
        session.execute(sa.insert(STAGE), [dict(zip(names, row, strict=True)) for row in values])


def note_reasons(
    session: Session, told: Iterable[tuple[int, date, Mapping[str, str]]], *, consortium_id: int, run_id: int
) -> None:
    """Beside days that are on the stage, why figures of theirs are not there."""
    rows = [
        {"of_consortium": consortium_id, "of_run": run_id, "of_account": account_id, "of_day": day, "why": why}
        for account_id, day, why in told
    ]
    if not rows:
        return
    statement = (
        sa.update(STAGE)
        .where(
            STAGE.c.consortium_id == sa.bindparam("of_consortium", type_=STAGE.c.consortium_id.type),
            STAGE.c.run_id == sa.bindparam("of_run", type_=STAGE.c.run_id.type),
            STAGE.c.account_id == sa.bindparam("of_account", type_=STAGE.c.account_id.type),
            STAGE.c.day == sa.bindparam("of_day", type_=STAGE.c.day.type),
        )
        .values(reasons=sa.bindparam("why", type_=STAGE.c.reasons.type))
    )
    session.connection().execute(statement, rows)


def clear_stage(session: Session, table: sa.Table, *, consortium_id: int, run_id: int) -> None:
    """Take a run's rows off the stage."""
    if table is _COPIED:
        session.execute(_DROP_COPIED)
        return
    session.execute(sa.delete(table).where(table.c.consortium_id == consortium_id, table.c.run_id == run_id))


def clear_part(session: Session, run: Run, part: Part) -> None:
    """Take days off the stage that were merged."""
    for table in (STAGE, FURTHER_STAGE):
        session.execute(sa.delete(table).where(rows_in(table, run, part)))


def _is_worth_copying(session: Session, values: Sequence[Staged]) -> bool:
    return len(values) >= _WORTH_COPYING and session.get_bind().dialect.name == "postgresql"


def _names(metrics: Sequence[Metric]) -> list[str]:
    return [*_KEYS, *(metric.value for metric in metrics)]


def _reasons(figures: Mapping[Metric, Figure]) -> dict[str, str]:
    """Why figures are not there, blank cells aside."""
    return {
        metric.value: figure.reason.value
        for metric, figure in figures.items()
        if figure.reason is not None and figure.reason is not Reason.BLANK
    }


def _cells(figures: Mapping[Metric, Figure], metrics: Sequence[Metric]) -> list[int | None]:
    """The figures in whole numbers, in the order of the columns."""
    found = [figures.get(metric) for metric in metrics]
    return [None if figure is None or figure.value is None else round(figure.value) for figure in found]


def _copy(session: Session, values: Sequence[Staged], metrics: Sequence[Metric]) -> None:
    connection = session.connection()  # the session's own: its tenant has been told
    connection.execute(_MAKE_COPIED)
    with (
        closing(connection.connection.cursor()) as cursor,
        cursor.copy(f"COPY incoming_figure ({', '.join(_names(metrics))}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)


def _describe_copied(session: Session) -> None:
    """A fresh table has neither: without them the planner walks it whole for every note on a figure."""
    with closing(session.connection().connection.cursor()) as cursor:
        cursor.execute("CREATE INDEX IF NOT EXISTS ix_incoming_figure ON incoming_figure (account_id, day)")
        cursor.execute(f"ANALYZE incoming_figure ({', '.join(_KEYS)})")
