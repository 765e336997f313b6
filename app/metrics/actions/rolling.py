"""Months rolled up from days: sums of flows with the days they were known, stocks at both ends; never a rate."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.metrics.models import DailyFigure, MonthFigure
from app.metrics.queries.engines import FirstOfMonth, dated, undated
from app.metrics.rules.dictionary import Metric

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_MONTHS = sa.Table(MonthFigure.__tablename__, MonthFigure.metadata)
_KEY = ("consortium_id", "account_id", "month")
#: an expression for each column of a month
_Figures = Mapping[str, sa.ColumnElement[Any]]


def roll_up(session: Session, table: sa.Table, mine: sa.ColumnElement[bool], *, consortium_id: int) -> None:
    """Recompute the months of the accounts and days that stand in ``table``; one statement."""
    months = (
        sa.select(table.c.account_id, FirstOfMonth(table.c.day).label("month"))
        .where(mine)
        .distinct()
        .subquery("months")
    )
    # 31 days after the first of a month always lie in the next one; both ends are columns here, because row-level
    # security lets PostgreSQL look up by a column, and not by a function that might tell what it sees
    touched = sa.select(months, next_month(months.c.month).label("next_month")).subquery("touched")
    figures = _figures(_DAYS, tuple(Metric))
    rows = (
        sa.select(_DAYS.c.consortium_id, _DAYS.c.account_id, touched.c.month, *figures.values())
        .select_from(
            touched.join(
                _DAYS,
                sa.and_(
                    _DAYS.c.account_id == touched.c.account_id,
                    _DAYS.c.day >= touched.c.month,
                    _DAYS.c.day < touched.c.next_month,
                ),
            )
        )
        .where(_DAYS.c.consortium_id == consortium_id)
        .group_by(_DAYS.c.consortium_id, _DAYS.c.account_id, touched.c.month)
    )
    statement = _insert(session).from_select([*_KEY, *figures], rows)
    session.execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_={name: statement.excluded[name] for name in figures})
    )


def is_ahead(session: Session, table: sa.Table, mine: sa.ColumnElement[bool], *, consortium_id: int) -> bool:
    """Does no account hold a day of these months that is as new as the first that stands in ``table``, or newer?"""
    days = (
        sa.select(table.c.account_id, sa.func.min(table.c.day).label("first"), sa.func.max(table.c.day).label("last"))
        .where(mine)
        .group_by(table.c.account_id)
        .cte("days")
        .prefix_with("MATERIALIZED")
    )
    came = sa.select(days, next_month(FirstOfMonth(days.c.last)).label("beyond")).subquery("came")
    is_held = sa.exists().where(
        _DAYS.c.consortium_id == consortium_id,
        _DAYS.c.account_id == came.c.account_id,
        _DAYS.c.day >= came.c.first,
        _DAYS.c.day < came.c.beyond,
    )
    return not session.scalar(sa.select(sa.exists().select_from(came).where(is_held)))


def add_up(session: Session, table: sa.Table, mine: sa.ColumnElement[bool], metrics: Sequence[Metric]) -> None:
    """Add the days that stand in ``table`` to their months, as rolling these up anew would; one statement.

    Each day must be new, and newer than whatever day its month holds; ``metrics`` are all that it tells of.
    """
    month = FirstOfMonth(table.c.day)
    figures, both = _added(table, tuple(metrics))
    rows = (
        sa.select(table.c.consortium_id, table.c.account_id, month, *figures.values())
        .where(mine)
        .group_by(table.c.consortium_id, table.c.account_id, month)
    )
    statement = _insert(session).from_select([*_KEY, *figures], rows)
    session.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=both))


@lru_cache(maxsize=128)  # put together once: for a pull's few days that takes longer than all the rest of adding up
def _added(table: sa.Table, metrics: tuple[Metric, ...]) -> tuple[_Figures, _Figures]:
    """What the days in a table come to, and what a month is that held figures before."""
    figures, excluded = _figures(table, metrics), _MONTHS.alias("excluded")
    return figures, {name: _both(_MONTHS.c[name], excluded.c[name]) for name in figures}


def next_month(day: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The first day of the month after the one that begins on this day."""
    return FirstOfMonth(sa.type_coerce(day, sa.Integer()) + sa.literal_column("31"))


def _insert(session: Session) -> postgresql.Insert | sqlite.Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(_MONTHS)
    return sqlite.insert(_MONTHS)


def _figures(days: sa.Table, metrics: Sequence[Metric]) -> dict[str, sa.ColumnElement[Any]]:
    figures: dict[str, sa.ColumnElement[Any]] = {"days": sa.func.count()}
    if Metric.POSTS in metrics:
        figures["days_posted"] = sa.func.count(sa.case((days.c.posts > 0, 1)))
    if Metric.FOLLOWERS in metrics:
        level = dated(days.c.day, days.c.followers)
        figures["followers_first"] = undated(sa.func.min(level))
        figures["followers_last"] = undated(sa.func.max(level))
    for metric in metrics:
        if not metric.is_stock:
            figures[metric.value] = sa.func.sum(days.c[metric.value])
            figures[f"{metric.value}_days"] = sa.func.count(days.c[metric.value])
    return figures


def _both(held: sa.ColumnElement[Any], came: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """What a month held and what came after it, together; either may be unknown."""
    if held.name == "followers_first":
        return sa.func.coalesce(held, came)
    if held.name == "followers_last":
        return sa.func.coalesce(came, held)
    return sa.func.coalesce(held + came, held, came)
