"""Keeping where two sources differ about one figure by more than 2%."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.metrics.actions.revising import Cell
from app.metrics.actions.weighing import Difference
from app.metrics.models import FigureDifference, Run
from app.metrics.rules.dictionary import Source
from app.metrics.rules.standing import differs_much

_TABLE = sa.Table(FigureDifference.__tablename__, FigureDifference.metadata)


def write_differences(
    session: Session,
    known: Sequence[Mapping[Any, Any]],
    found: Mapping[Cell, Difference],
    *,
    run: Run,
    source: Source,
    at: datetime,
) -> None:
    """Write what was found, in place of what was known; what came since for a known one is told by it."""
    rows = {cell: _row(cell, difference, run=run, at=at) for cell, difference in found.items()}
    gone: list[int] = []
    for held in known:
        cell: Cell = (held["account_id"], held["day"], held["metric"])
        came = held[f"came_{held['metric'].value}"]
        if cell in rows:
            gone.append(held["id"])
        elif came is not None:
            value, other = (came, held["other_value"]) if held["source"] == source else (held["value"], came)
            if not differs_much(value, other):
                gone.append(held["id"])
            elif (value, other) != (held["value"], held["other_value"]):
                gone.append(held["id"])
                rows[cell] = {name: held[name] for name in _TABLE.columns.keys()} | {  # noqa: SIM118 - no mapping
                    "id": new_id(),
                    "value": value,
                    "other_value": other,
                    "noted_at": at,
                }
    if gone:
        session.execute(sa.delete(_TABLE).where(_TABLE.c.consortium_id == run.consortium_id, _TABLE.c.id.in_(gone)))
    if rows:
        session.execute(sa.insert(_TABLE), list(rows.values()))


def forget_differences(session: Session, run: Run) -> None:
    """A file that was taken back tells nothing any more."""
    session.execute(sa.delete(_TABLE).where(_TABLE.c.consortium_id == run.consortium_id, _TABLE.c.run_id == run.id))


def _row(cell: Cell, difference: Difference, *, run: Run, at: datetime) -> dict[str, Any]:
    account_id, day, metric = cell
    return {
        "id": new_id(),
        "consortium_id": run.consortium_id,
        "account_id": account_id,
        "day": day,
        "metric": metric,
        "value": difference.value,
        "source": difference.source,
        "other_value": difference.other_value,
        "other_source": difference.other_source,
        "run_id": difference.other_run_id,
        "noted_at": at,
    }
