"""Making the rows of a table what was found by writing those that differ: PostgreSQL keeps each row written for a while."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

#: how many ids one statement names
_MOST_AT_ONCE = 500


def rewrite(
    session: Session,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    of: Mapping[str, Any],
    stamp: str | None = None,
) -> int:
    """Make these the rows of a table whose columns named in ``of`` hold its values; answers how many were written or dropped.

    Each row has the same columns, without those of ``of``. One that stands already is left alone, whatever the moment in
    its column ``stamp`` says. The caller sees to it that two of these follow each other.
    """
    mine = [table.c[name] == value for name, value in of.items()]
    compared = [name for name in (rows[0] if rows else ()) if name != stamp]
    standing = {
        tuple(values): row_id
        for row_id, *values in session.execute(
            sa.select(table.c.id, *(table.c[name] for name in compared)).where(*mine).order_by(table.c.id)
        )
    }
    fresh = [row for row in rows if standing.pop(tuple(row[name] for name in compared), None) is None]
    _drop(session, table, mine, list(standing.values()))
    if fresh:
        session.execute(sa.insert(table), [{**row, **of} for row in fresh])
    return len(standing) + len(fresh)


def _drop(session: Session, table: sa.Table, mine: Sequence[sa.ColumnElement[bool]], ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        session.execute(sa.delete(table).where(*mine, table.c.id.in_(ids[start : start + _MOST_AT_ONCE])))
