"""Taking the next piece of work: in turns between those who asked, and no more of a lane than may run at once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.background.models import BackgroundRow
from app.background.rules import LEASE, Claimed, LaneFull, RowState

_ROWS = sa.Table(BackgroundRow.__tablename__, BackgroundRow.metadata)
_NOTHING: sa.ColumnElement[str] = sa.literal_column("''", sa.String())
_NOW = sa.bindparam("now", type_=BackgroundRow.due_at.type)


def _is(row: sa.FromClause, state: RowState) -> sa.ColumnElement[bool]:
    """As a word of the statement: a plan that is to serve for any state would not know how few rows wait or run."""
    return row.c.state == sa.literal_column(f"'{state.value}'", row.c.state.type)


#: made once, as the claim is
_LOCK_LANE = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:lane, 0))")
_IN_LANE = sa.select(sa.func.count()).where(
    _is(_ROWS, RowState.CLAIMED), _ROWS.c.lane == sa.bindparam("of_lane"), _ROWS.c.lease_until >= _NOW
)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look for work looks for."""

    #: kinds of work that are asked for; None asks for any
    known: sa.CTE | None
    #: lanes in which no more may run
    full: sa.CTE

    def waits(self, row: sa.FromClause) -> sa.ColumnElement[bool]:
        """Is the row due, free to run, and of a kind that is asked for?"""
        is_free = sa.or_(row.c.lane.is_(None), row.c.lane.not_in(sa.select(self.full.c.lane)))
        return sa.and_(_is(row, RowState.DUE), row.c.due_at <= _NOW, is_free, self.is_known(row))

    def is_left(self, row: sa.FromClause) -> sa.ColumnElement[bool]:
        """Has the worker that had the row not renewed its lease?"""
        return sa.and_(_is(row, RowState.CLAIMED), row.c.lease_until < _NOW, self.is_known(row))

    def is_known(self, row: sa.FromClause) -> sa.ColumnElement[bool]:
        """As an expression, lest SQLite look each kind up in the index and sort what it finds."""
        return sa.true() if self.known is None else (row.c.kind + _NOTHING).in_(sa.select(self.known.c.kind))


def claim(
    session: Session, *, at: datetime, kinds: Collection[str] | None = None, row_id: int | None = None
) -> Claimed | None:
    """Take a row that is due, or whose lease ran out; None where there is none. Commit at once.

    First what a dead worker left. Else the turn is with the consortium and kind of which the fewest rows run, and
    among equals with the one that waits longest; there the row that has been due longest. So five thousand pulls of
    one consortium hold up neither ten of another nor an import of its own. ``kinds`` and ``row_id`` narrow the choice.

    Atomic on both engines: workers pass over rows that another one is taking (SKIP LOCKED) or wait for the one writer
    (SQLite). Raises LaneFull where another filled the lane meanwhile: roll back and look again.
    """
    if kinds is not None and not kinds:
        return None
    fence = secrets.token_hex(16)
    statement = _statement(None if kinds is None else frozenset(kinds), is_one=row_id is not None)
    one = {} if row_id is None else {"row": row_id}
    taken = session.execute(statement, {"now": at, "fence": fence, "until": at + LEASE, **one}).one_or_none()
    if taken is None:
        return None
    if taken.lane is not None and session.get_bind().dialect.name == "postgresql":
        _refuse_overfull(session, taken.lane, taken.lane_width, at)
    return Claimed(taken.id, taken.consortium_id, taken.kind, fence, taken.attempts, taken.asked_at)


@cache
def _statement(kinds: frozenset[str] | None, *, is_one: bool) -> sa.Executable:
    """The whole of a claim; made once, since putting it together takes ten times as long as carrying it out."""
    look = _Look(_known(kinds) if kinds is not None else None, _full_lanes())
    wanted = _one(look) if is_one else sa.func.coalesce(_left(look), _next(look))
    return (
        sa.update(_ROWS)
        .where(_ROWS.c.id == wanted)
        .values(
            state=RowState.CLAIMED,
            claim=sa.bindparam("fence"),
            lease_until=sa.bindparam("until", type_=_ROWS.c.lease_until.type),
            attempts=_ROWS.c.attempts + 1,
        )
        .returning(
            _ROWS.c.id,
            _ROWS.c.consortium_id,
            _ROWS.c.kind,
            _ROWS.c.attempts,
            _ROWS.c.asked_at,
            _ROWS.c.lane,
            _ROWS.c.lane_width,
        )
    )


def _refuse_overfull(session: Session, lane: str, width: int, at: datetime) -> None:
    """Two may take the last place of a lane in the same instant: the second one to come here sees both."""
    session.execute(_LOCK_LANE, {"lane": lane})
    if (session.scalar(_IN_LANE, {"of_lane": lane, "now": at}) or 0) > width:
        raise LaneFull(lane)


def _row(name: str) -> sa.FromClause:
    """The table under a short name: what the driver makes of a statement it keeps only up to 4 kB and 50 values."""
    return _ROWS.alias(name)


def _known(kinds: Collection[str]) -> sa.CTE:
    """The kinds once, wherever they are asked for."""
    return sa.union_all(*(sa.select(sa.literal(kind).label("kind")) for kind in sorted(kinds))).cte("known")


def _one(look: _Look) -> sa.ScalarSelect[Any]:
    row = _row("one")
    is_it = row.c.id == sa.bindparam("row", type_=row.c.id.type)
    return _locked(sa.select(row.c.id).where(is_it, sa.or_(look.waits(row), look.is_left(row))))


def _left(look: _Look) -> sa.ScalarSelect[Any]:
    """What a dead worker left: its place in its lane is its own."""
    row = _row("late")
    return _locked(sa.select(row.c.id).where(look.is_left(row)).order_by(row.c.due_at, row.c.id))


def _next(look: _Look) -> sa.ScalarSelect[Any]:
    """The row whose turn it is."""
    row = _row("next")
    turn = _turn(look)
    mine = sa.and_(
        row.c.consortium_id == sa.select(turn.c.consortium_id).scalar_subquery(),
        row.c.kind == sa.select(turn.c.kind).scalar_subquery(),
    )
    return _locked(sa.select(row.c.id).where(look.waits(row), mine).order_by(row.c.due_at, row.c.id))


def _turn(look: _Look) -> sa.CTE:
    """Whose turn it is: a consortium and a kind of work."""
    head, running, heads = _row("head"), _row("busy"), _heads(look)
    is_alike = sa.and_(running.c.consortium_id == head.c.consortium_id, running.c.kind == head.c.kind)
    at_work = sa.select(sa.func.count()).where(_is(running, RowState.CLAIMED), is_alike).scalar_subquery()
    return (
        sa.select(head.c.consortium_id, head.c.kind)
        .join(heads, heads.c.id == head.c.id)
        .order_by(at_work, head.c.due_at, head.c.id)
        .limit(1)
        .cte("turn")
    )


def _heads(look: _Look) -> sa.CTE:
    """The first waiting row of each consortium and kind, leaping over the index from one to the next."""
    heads = sa.select(_first(_row("top"), look).label("id")).cte("heads", recursive=True)
    before, beside, beyond = _row("prior"), _row("beside"), _row("beyond")
    same = (beside.c.consortium_id == before.c.consortium_id, beside.c.kind > before.c.kind)
    next_kind = _first(beside, look, *same)
    next_consortium = _first(beyond, look, beyond.c.consortium_id > before.c.consortium_id)
    following = sa.select(sa.func.coalesce(next_kind, next_consortium)).select_from(heads)
    return heads.union_all(following.join(before, before.c.id == heads.c.id))


def _first(row: sa.FromClause, look: _Look, *more: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    order = (row.c.consortium_id, row.c.kind, row.c.due_at, row.c.id)
    return sa.select(row.c.id).where(look.waits(row), *more).order_by(*order).limit(1).scalar_subquery()


def _full_lanes() -> sa.CTE:
    held = _row("held")
    return (
        sa.select(held.c.lane)
        .where(_is(held, RowState.CLAIMED), held.c.lane.is_not(None), held.c.lease_until >= _NOW)
        .group_by(held.c.lane)
        .having(sa.func.count() >= sa.func.min(held.c.lane_width))
        .cte("full_lanes")
    )


def _locked(choice: sa.Select[Any]) -> sa.ScalarSelect[Any]:
    return choice.limit(1).with_for_update(skip_locked=True).scalar_subquery()
