"""Keeping where two sources differ about one figure by more than 2%."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.metrics.actions.rerolling import parts_of
from app.metrics.actions.staging import Part, of_part
from app.metrics.actions.weighing import Difference
from app.metrics.models import DailyFigure, FigureDifference, FurtherFigure, Run
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source
from app.metrics.rules.standing import differs_much, is_platforms

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_FURTHER = sa.Table(FurtherFigure.__tablename__, FurtherFigure.metadata)
_TABLE = sa.Table(FigureDifference.__tablename__, FigureDifference.metadata)
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
    decided = decided_over_the_platform(known)
    gone: list[int] = []
    for held in known:
        cell = (held["account_id"], held["day"], held["metric"])
        came = held[f"came_{held['metric']}"]
        if cell in rows:
            gone.append(held["id"])
            rows[cell]["is_decided"] = cell in decided and rows[cell]["source"] == held["source"]
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


def decided_over_the_platform(known: Iterable[Mapping[Any, Any]]) -> frozenset[tuple[int, date, str]]:
    """The figures among known differences that a person let stand over what the platform says."""
    return frozenset(
        (held["account_id"], held["day"], held["metric"])
        for held in known
        if held["is_decided"] and not is_platforms(held["source"])
    )


def forget(session: Session, run: Run, ids: Sequence[int]) -> None:
    """These are told no more."""
    for some in parts_of(ids):
        session.execute(sa.delete(_TABLE).where(_TABLE.c.consortium_id == run.consortium_id, _TABLE.c.id.in_(some)))


def forget_differences(session: Session, run: Run, part: Part) -> None:
    """A file that was taken back tells nothing any more, nor does another differ from what it told."""
    gone = sa.or_(_TABLE.c.run_id == run.id, ~sa.or_(_is_of_day(), _is_beside_day()))
    session.execute(sa.delete(_TABLE).where(of_part(_TABLE, run, part), gone))


def _is_of_day() -> sa.ColumnElement[bool]:
    """Does the figure still stand in the day's row?"""
    held = sa.case(*((_TABLE.c.metric == metric.value, _DAYS.c[metric.value]) for metric in Metric))
    return sa.exists().where(
        _DAYS.c.consortium_id == _TABLE.c.consortium_id,
        _DAYS.c.account_id == _TABLE.c.account_id,
        _DAYS.c.day == _TABLE.c.day,
        held == _TABLE.c.value,
    )


def _is_beside_day() -> sa.ColumnElement[bool]:
    """Does it still stand beside it?"""
    return sa.exists().where(
        _FURTHER.c.consortium_id == _TABLE.c.consortium_id,
        _FURTHER.c.account_id == _TABLE.c.account_id,
        _FURTHER.c.day == _TABLE.c.day,
        _FURTHER.c.metric == _TABLE.c.metric,
        _FURTHER.c.revision == 0,
        _FURTHER.c.value == _TABLE.c.value,
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
        "is_decided": False,
        "noted_at": at,
    }
