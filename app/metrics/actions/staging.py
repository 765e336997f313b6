"""Putting a batch of days on the stage from which it is merged: a table for small ones, COPY for large ones."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.figures import Reason
from app.metrics.models import StagedFigure, StagedPost
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.incoming import AccountDay

STAGE: sa.Table = sa.Table(StagedFigure.__tablename__, StagedFigure.metadata)
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
_METRICS = tuple(Metric)
_NAMES = ("consortium_id", "run_id", "account_id", "day", "line", *(metric.value for metric in _METRICS))


def stage(
    session: Session, rows: Sequence[AccountDay], *, consortium_id: int, run_id: int, lines: Iterable[int] | None = None
) -> sa.Table:
    """Write the rows of a batch, each an account and day that stands in it once; the table they are in."""
    numbers = lines if lines is not None else repeat(0, len(rows))
    values = [
        (consortium_id, run_id, row.account_id, row.day, line, *_cells(row))
        for row, line in zip(rows, numbers, strict=True)
    ]
    if len(values) >= _WORTH_COPYING and session.get_bind().dialect.name == "postgresql":
        _copy(session, values)
        if lines is None:
            return _COPIED
        session.execute(sa.insert(STAGE).from_select(_NAMES, sa.select(*(_COPIED.c[name] for name in _NAMES))))
        session.execute(sa.delete(_COPIED))
    elif values:
        session.execute(sa.insert(STAGE), [dict(zip(_NAMES, row, strict=True)) for row in values])
    if lines is not None:
        _note_reasons(session, rows, consortium_id=consortium_id, run_id=run_id)
    return STAGE


def clear_stage(session: Session, table: sa.Table, *, consortium_id: int, run_id: int) -> None:
    """Take a run's rows off the stage."""
    session.execute(sa.delete(table).where(table.c.consortium_id == consortium_id, table.c.run_id == run_id))


def clear_file(session: Session, *, consortium_id: int, run_id: int) -> None:
    """Take all rows of a file off the stage, days and posts."""
    clear_stage(session, STAGE, consortium_id=consortium_id, run_id=run_id)
    session.execute(sa.delete(StagedPost).where(StagedPost.consortium_id == consortium_id, StagedPost.run_id == run_id))


def _note_reasons(session: Session, rows: Sequence[AccountDay], *, consortium_id: int, run_id: int) -> None:
    told = [
        {"of_consortium": consortium_id, "of_run": run_id, "of_account": row.account_id, "of_day": row.day, "why": why}
        for row in rows
        if (why := _reasons(row))
    ]
    if not told:
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
    session.connection().execute(statement, told)


def _reasons(row: AccountDay) -> dict[str, str] | None:
    """Why figures are not there, blank cells aside."""
    found = {
        metric.value: figure.reason.value
        for metric, figure in row.figures.items()
        if figure.reason is not None and figure.reason is not Reason.BLANK
    }
    return found or None


def _cells(row: AccountDay) -> list[int | None]:
    """The figures in whole numbers, in the order of the columns."""
    figures = [row.figures.get(metric) for metric in _METRICS]
    return [None if figure is None or figure.value is None else round(figure.value) for figure in figures]


def _copy(session: Session, values: list[tuple[Any, ...]]) -> None:
    connection = session.connection()  # the session's own: its tenant has been told
    connection.execute(_MAKE_COPIED)
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY incoming_figure ({', '.join(_NAMES)}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        # a fresh table has neither: without them the planner walks it whole for every note on a figure
        cursor.execute("CREATE INDEX IF NOT EXISTS ix_incoming_figure ON incoming_figure (account_id, day)")
        cursor.execute("ANALYZE incoming_figure")
    finally:
        cursor.close()
