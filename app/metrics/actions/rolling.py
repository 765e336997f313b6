"""Months rolled up from days: sums of flows with the days they were known, stocks at both ends; never a rate."""

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
    next_first = FirstOfMonth(sa.type_coerce(months.c.month, sa.Integer()) + sa.literal_column("31"))
    touched = sa.select(months, next_first.label("next_month")).subquery("touched")
    figures = _figures()
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
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_MONTHS).from_select([*_KEY, *figures], rows)
    session.execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_={name: statement.excluded[name] for name in figures})
    )


def _figures() -> dict[str, sa.ColumnElement[Any]]:
    level = dated(_DAYS.c.day, _DAYS.c.followers)
    figures: dict[str, sa.ColumnElement[Any]] = {
        "days": sa.func.count(),
        "days_posted": sa.func.count(sa.case((_DAYS.c.posts > 0, 1))),
        "followers_first": undated(sa.func.min(level)),
        "followers_last": undated(sa.func.max(level)),
    }
    for metric in Metric:
        if not metric.is_stock:
            figures[metric.value] = sa.func.sum(_DAYS.c[metric.value])
            figures[f"{metric.value}_days"] = sa.func.count(_DAYS.c[metric.value])
    return figures
