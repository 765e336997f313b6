"""Keeping where two sources differ about one figure by more than 2%."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.metrics.actions.rerolling import parts_of
from app.metrics.actions.weighing import Difference
from app.metrics.models import DailyFigure, FigureDifference, ReplacedFigure, Run
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source
from app.metrics.rules.standing import differs_much

_TABLE = sa.Table(FigureDifference.__tablename__, FigureDifference.metadata)
_METRICS = frozenset(Metric)
#: account, day, metric
_Cell = tuple[int, date, Metric | FurtherMetric]


def write_differences(
    session: Session,
    known: Sequence[Mapping[Any, Any]],
    found: Iterable[tuple[_Cell, Difference]],
    *,
    run: Run,
    source: Source,
    at: datetime,
) -> None:
    """Write what was found, in place of what was known; what came since for a known one is told by it."""
    rows = {_named(cell): _row(cell, difference, run=run, at=at) for cell, difference in found}
    gone: list[int] = []
    for held in known:
        cell = (held["account_id"], held["day"], held["metric"])
        came = held[f"came_{held['metric']}"]
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
    """A file that was taken back tells nothing any more, and where its figure stood none differs from it."""
    mine = _TABLE.c.consortium_id == run.consortium_id
    session.execute(sa.delete(_TABLE).where(mine, _TABLE.c.run_id == run.id))
    stood = session.execute(
        sa.select(_TABLE, DailyFigure)
        .join(ReplacedFigure, sa.and_(*_at(ReplacedFigure), ReplacedFigure.run_id == run.id))
        .outerjoin(DailyFigure, sa.and_(*_at(DailyFigure)))
        .where(mine, ReplacedFigure.consortium_id == run.consortium_id, _TABLE.c.source == Source.IMPORT)
        .order_by(_TABLE.c.id)
        .execution_options(populate_existing=True)
    )
    forget(
        session,
        run,
        [row.id for row in stood if row.metric in _METRICS and getattr(row.DailyFigure, row.metric, None) != row.value],
    )


def forget(session: Session, run: Run, ids: Sequence[int]) -> None:
    """These are told no more."""
    for some in parts_of(ids):
        session.execute(sa.delete(_TABLE).where(_TABLE.c.consortium_id == run.consortium_id, _TABLE.c.id.in_(some)))


def _at(table: type[DailyFigure | ReplacedFigure]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.consortium_id == _TABLE.c.consortium_id,
        table.account_id == _TABLE.c.account_id,
        table.day == _TABLE.c.day,
    )


def known_differences(
    session: Session, run: Run, cells: Collection[_Cell]
) -> dict[tuple[int, date, str], Mapping[Any, Any]]:
    """What was known of some figures, by account, day and the metric's name."""
    if not cells:
        return {}
    rows = session.execute(
        sa.select(_TABLE)
        .where(
            _TABLE.c.consortium_id == run.consortium_id,
            _TABLE.c.account_id.in_({account_id for account_id, _, _ in cells}),
            _TABLE.c.day.between(min(day for _, day, _ in cells), max(day for _, day, _ in cells)),
            _TABLE.c.metric.in_({metric.value for _, _, metric in cells}),
        )
        .order_by(_TABLE.c.account_id, _TABLE.c.day, _TABLE.c.metric)
    )
    wanted = {_named(cell) for cell in cells}
    found = {(row["account_id"], row["day"], row["metric"]): row for row in rows.mappings()}
    return {cell: row for cell, row in found.items() if cell in wanted}


def _named(cell: _Cell) -> tuple[int, date, str]:
    account_id, day, metric = cell
    return account_id, day, metric.value


def _row(cell: _Cell, difference: Difference, *, run: Run, at: datetime) -> dict[str, Any]:
    account_id, day, metric = cell
    return {
        "id": new_id(),
        "consortium_id": run.consortium_id,
        "account_id": account_id,
        "day": day,
        "metric": metric.value,
        "value": difference.value,
        "source": difference.source,
        "other_value": difference.other_value,
        "other_source": difference.other_source,
        "run_id": difference.other_run_id,
        "noted_at": at,
    }
