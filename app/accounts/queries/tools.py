"""Reading what places use beside this product."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Tool
from app.accounts.rules.tools import ToolKind
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.people.models import Incumbency, Person, Position


def tools_at(session: Session, *, within: Scope, on: date, kind: ToolKind | None = None) -> Sequence[Tool]:
    """What is used on a day at a place and below it, with places and positions, in the order of the tree."""
    statement = _tools(within).where(sa.or_(Tool.ended_on.is_(None), Tool.ended_on >= on))
    if kind is not None:
        statement = statement.where(Tool.kind == kind)
    return session.scalars(statement).all()


def tools_ended(session: Session, *, within: Scope, on: date, most: int = 50) -> Sequence[Tool]:
    """What was used before a day and is no more, the latest first."""
    statement = _tools(within).where(Tool.ended_on < on)
    return session.scalars(statement.order_by(None).order_by(Tool.ended_on.desc(), Tool.id).limit(most)).all()


def get_tool(session: Session, tool_id: int, *, within: Scope) -> Tool:
    """The tool with this id, with its place, at the scope's place or below; NotFound otherwise."""
    found = session.scalars(_tools(within).where(Tool.id == tool_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such tool here.")
    return found


def holders_of(session: Session, tools: Sequence[Tool], *, within: Scope, on: date) -> dict[int, str]:
    """Who holds each tool on a day, by its id: the people in the position, the vacant position, or the words."""
    ids = sorted({tool.position_id for tool in tools if tool.position_id is not None})
    rows = session.execute(
        sa.select(Incumbency.position_id, Person.name)
        .join(Incumbency.person)
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Incumbency.position_id.in_(ids),
            Incumbency.first_on <= on,
            sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on),
        )
        .order_by(Incumbency.position_id, Person.name)
    )
    names: dict[int, list[str]] = {}
    for position_id, name in rows:
        names.setdefault(position_id, []).append(name)
    return {tool.id: _holder(tool, names) for tool in tools}


def _holder(tool: Tool, names: dict[int, list[str]]) -> str:
    if tool.position is None:
        return tool.held_by
    held = " and ".join(names.get(tool.position.id, ()))
    return f"{tool.position.title} ({held or 'vacant'})"


def _tools(within: Scope) -> sa.Select[Tool]:
    return (
        sa.select(Tool)
        .join(Tool.place)
        .outerjoin(Position, sa.and_(Position.consortium_id == Tool.consortium_id, Position.id == Tool.position_id))
        .where(
            Tool.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Tool.place), contains_eager(Tool.position))
        .order_by(Place.path, Tool.kind, Tool.name, Tool.id)
    )
