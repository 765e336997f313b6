"""SQL about days that the two engines write differently, and the level at the first or last day in one pass."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from app.foundation.database import Day

#: more than any count that a column holds
_SHIFT: sa.ColumnElement[int] = sa.literal_column(str(2**32))


class FirstOfMonth(FunctionElement[Any]):
    """The first day of the month that a day lies in."""

    type = Day()
    inherit_cache = True


class AsDate(FunctionElement[date]):
    """A day of the large tables as other tables keep one."""

    type = sa.Date()
    inherit_cache = True


class DayNumber(FunctionElement[int]):
    """A day as a number that grows by one each day."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(FirstOfMonth, "postgresql")
def _first_of_month_postgresql(element: FirstOfMonth, compiler: Any, **kw: Any) -> str:
    return f"CAST(date_trunc('month', CAST({compiler.process(element.clauses, **kw)} AS timestamp)) AS date)"


@compiles(FirstOfMonth, "sqlite")
def _first_of_month_sqlite(element: FirstOfMonth, compiler: Any, **kw: Any) -> str:
    midnight = f"{compiler.process(element.clauses, **kw)} + 1721424.5"  # as a Julian day
    return f"CAST(julianday({midnight}, 'start of month') - 1721424.5 AS INTEGER)"


@compiles(AsDate, "postgresql")
def _as_date_postgresql(element: AsDate, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(AsDate, "sqlite")
def _as_date_sqlite(element: AsDate, compiler: Any, **kw: Any) -> str:
    return f"date(({compiler.process(element.clauses, **kw)} - 719163) * 86400, 'unixepoch')"  # 719163 is Jan 1, 1970


@compiles(DayNumber, "postgresql")
def _day_number_postgresql(element: DayNumber, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} - DATE '0001-01-01')"


@compiles(DayNumber, "sqlite")
def _day_number_sqlite(element: DayNumber, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


def dated(day: sa.ColumnElement[Any], level: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """A level with its day's number in front, so that the least and the greatest are the first and the last known."""
    return DayNumber(day) * _SHIFT + level


def undated(element: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """The level alone again."""
    return element % _SHIFT
