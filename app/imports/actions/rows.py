"""Rows of a file onto the stage from which days are merged, and off it again."""

from collections.abc import Sequence
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.imports.models import StagedPost
from app.imports.rules.plain_rows import DailyRow
from app.metrics.actions.staging import FURTHER_STAGE, STAGE, clear_stage, note_reasons, write_staged

_BY_KEY = itemgetter(2, 3)


def put_on_stage(
    session: Session, rows: Sequence[DailyRow], *, consortium_id: int, run_id: int, account_id: int
) -> None:
    """Write rows of a file, which all bring the same metrics; ``account_id`` is of those that do not say whose they are."""
    if not rows:
        return
    values = [
        (consortium_id, run_id, row_account_id or account_id, day, line, *values)
        for line, day, _, values, _, row_account_id, _ in rows
    ]
    values.sort(key=_BY_KEY)  # as the stage keeps them
    write_staged(session, values, rows[0].metrics)
    told = [
        (row.account_id or account_id, row.day, {metric.value: why.value for metric, why in row.reasons.items()})
        for row in rows
        if row.reasons
    ]
    note_reasons(session, told, consortium_id=consortium_id, run_id=run_id)
    further = [
        {
            "consortium_id": consortium_id,
            "run_id": run_id,
            "account_id": row.account_id or account_id,
            "day": row.day,
            "metric": metric,
            "value": value,
        }
        for row in rows
        for metric, value in row.further.items()
    ]
    if further:
        session.execute(sa.insert(FURTHER_STAGE), further)


def clear_file(session: Session, *, consortium_id: int, run_id: int) -> None:
    """Take all rows of a file off the stage, days and posts."""
    for table in (STAGE, FURTHER_STAGE):
        clear_stage(session, table, consortium_id=consortium_id, run_id=run_id)
    session.execute(sa.delete(StagedPost).where(StagedPost.consortium_id == consortium_id, StagedPost.run_id == run_id))
