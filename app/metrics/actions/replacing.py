"""What an import replaced, kept for thirty days so that it can be taken back exactly."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.queries import get_upload
from app.foundation.errors import NotFound
from app.metrics.actions.revising import Ledger, Note
from app.metrics.actions.weighing import written_note
from app.metrics.models import DailyFigure, FigureDifference, ImportChoice, ReplacedFigure, ReplacedPost, Run
from app.metrics.queries.standing import choices_of
from app.metrics.rules.dictionary import Metric

#: the kind of background work that forgets it
FORGET_REPLACED = "metrics.forget_replaced"
#: so long an import can be taken back
UNDO_FOR = timedelta(days=30)
#: of a post as it was: what was told of it beside its columns
BESIDE = "beside"
_AT_ONCE = 5000
_DAYS = sa.Table(ReplacedFigure.__tablename__, ReplacedFigure.metadata)


def keep_replaced(
    session: Session, run: Run, replaced: Mapping[tuple[int, date], Mapping[str, Any]], ledger: Ledger
) -> None:
    """Keep what an import changes of days that were there, and the notes that it writes over.

    Days that are new need no entry: they are the run's own.
    """
    rows: dict[tuple[int, date], dict[str, Any]] = {
        place: {"held_run_id": held["held_run_id"], "held_source": held["held_source"], "cells": dict(held["cells"])}
        for place, held in replaced.items()
    }
    for cell in ledger.removed | (ledger.written.keys() & ledger.current.keys()):
        account_id, day, metric = cell
        row = rows.setdefault((account_id, day), {"held_run_id": None, "held_source": None, "cells": {}})
        row["cells"].setdefault(metric.value, [None, None, written_note(ledger.current[cell])])
    written = [
        {"consortium_id": run.consortium_id, "run_id": run.id, "account_id": account_id, "day": day, **row}
        for (account_id, day), row in sorted(rows.items(), key=lambda entry: entry[0])
    ]
    for start in range(0, len(written), _AT_ONCE):
        session.execute(sa.insert(_DAYS), written[start : start + _AT_ONCE])


def keep_decided(session: Session, row: DailyFigure, difference: FigureDifference, note: Note | None) -> None:
    """Where a person lets a file's figure stand: taking the file back brings back what stood, as if it had replaced it.

    Nothing where the day is the file's own, or the file can be taken back no more.
    """
    choice = choices_of(session, [difference.run_id], within=Scope(row.consortium_id)).get(difference.run_id)
    if difference.run_id == row.run_id or choice is None or choice.undo_until is None:
        return
    entry = _entry(session, row, difference.run_id)
    if entry is None:
        entry = ReplacedFigure(
            consortium_id=row.consortium_id,
            run_id=difference.run_id,
            account_id=row.account_id,
            day=row.day,
            held_run_id=row.run_id,
            held_source=row.source.value,
            cells={},
        )
        session.add(entry)
    entry.cells = {**entry.cells, difference.metric: [difference.other_value, difference.value, written_note(note)]}


def leave_decided(session: Session, row: DailyFigure, metric: Metric, stood: Note) -> None:
    """Where a person lets another figure stand than a file's: taking the file back does nothing about it any more."""
    entry = _entry(session, row, stood.run_id) if stood.run_id else None
    if entry is not None:
        entry.cells = {name: told for name, told in entry.cells.items() if name != metric.value}


def _entry(session: Session, row: DailyFigure, run_id: int) -> ReplacedFigure | None:
    return session.scalars(
        sa.select(ReplacedFigure).where(
            ReplacedFigure.consortium_id == row.consortium_id,
            ReplacedFigure.run_id == run_id,
            ReplacedFigure.account_id == row.account_id,
            ReplacedFigure.day == row.day,
        )
    ).one_or_none()


def keep_replaced_posts(session: Session, run: Run, before: Sequence[Mapping[str, Any]]) -> None:
    """Keep posts as they were before an import changed them."""
    rows = [
        {
            "consortium_id": run.consortium_id,
            "run_id": run.id,
            "post_id": post["id"],
            "before": {
                name: value.isoformat() if isinstance(value, datetime) else value for name, value in post.items()
            },
        }
        for post in before
    ]
    if rows:
        session.execute(sa.insert(ReplacedPost), rows)


def forget_replaced(session: Session, choices: Sequence[ImportChoice]) -> int:
    """Keep no longer what some imports replaced; how many rows went."""
    gone = 0
    for choice in choices:
        for table in (ReplacedFigure, ReplacedPost):
            done = session.execute(
                sa.delete(table).where(table.consortium_id == choice.consortium_id, table.run_id == choice.run_id)
            )
            gone += done.rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
        choice.undo_until = None
    session.flush()
    return gone


def keep_for_undo(session: Session, run: Run, *, at: datetime) -> None:
    """The file stays as long as its import can be taken back, so that its rows can be looked up."""
    try:
        upload = get_upload(session, run.upload_id or 0, within=Scope(consortium_id=run.consortium_id))
    except NotFound:
        return
    upload.kept_until = at + UNDO_FOR
    session.flush()
