"""Writing down what a place uses beside this product."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.access.rules import Actor, Scope
from app.accounts.models import Tool
from app.accounts.queries.tools import tools_at
from app.accounts.rules.tools import ToolKind
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Position

_CODE_LENGTH = 3


@dataclass(frozen=True, slots=True)
class ToolWords:
    """What is written down about a tool."""

    kind: ToolKind
    name: str
    url: str = ""
    position: Position | None = None
    held_by: str = ""
    yearly_cost: Decimal | None = None
    currency: str = "USD"
    renews_on: date | None = None
    note: str = ""


def add_tool(session: Session, place: Place, words: ToolWords, *, by: Actor, at: datetime) -> Tool:
    """Write down that a place uses a tool; refuses an address or a currency that is none."""
    _refuse(words)
    tool = Tool(id=new_id(), consortium_id=place.consortium_id, place_id=place.id, place=place)
    _write(tool, words)
    session.add(tool)
    session.flush()
    _note(session, Deed.TOOL_ADDED, tool, by=by, at=at)
    return tool


def change_tool(session: Session, tool: Tool, words: ToolWords, *, by: Actor, at: datetime) -> None:
    """Say anew what a tool is, who holds it and what it costs; refuses one that is used no more."""
    _refuse_ended(tool)
    _refuse(words)
    _write(tool, words)
    session.flush()
    _note(session, Deed.TOOL_CHANGED, tool, by=by, at=at)


def end_tool(session: Session, tool: Tool, *, on: date, by: Actor, at: datetime) -> None:
    """Write down the last day of use; the row stays, and counts in no sum."""
    _refuse_ended(tool)
    tool.ended_on = on
    session.flush()
    _note(session, Deed.TOOL_ENDED, tool, by=by, at=at)


def hand_on_tools(session: Session, place: Place, *, to: Place, on: date, by: Actor, at: datetime) -> None:
    """Let another place use what a place itself still uses on a day: its contracts go on."""
    for tool in tools_at(session, within=Scope(place.consortium_id, place.id, place.path), on=on):
        if tool.place_id == place.id:
            tool.place_id = to.id
            session.flush()
            set_committed_value(tool, "place", to)
            _note(session, Deed.TOOL_CHANGED, tool, by=by, at=at)


def _refuse_ended(tool: Tool) -> None:
    if tool.ended_on is not None:
        raise Refused(f"{tool.name} is used no more. Add it again to use it again.")


def _refuse(words: ToolWords) -> None:
    if words.url and not words.url.startswith(("https://", "http://")):
        raise Refused("An address starts with https:// or http://.", field="url")
    if not (len(words.currency) == _CODE_LENGTH and words.currency.isascii() and words.currency.isalpha()):
        raise Refused("Write the currency as three letters, such as USD.", field="currency")


def _write(tool: Tool, words: ToolWords) -> None:
    tool.kind, tool.name, tool.url, tool.note = words.kind, words.name, words.url, words.note
    tool.position_id = words.position.id if words.position else None
    tool.held_by = words.held_by
    tool.yearly_cost, tool.currency, tool.renews_on = words.yearly_cost, words.currency.upper(), words.renews_on


def _note(session: Session, deed: Deed, tool: Tool, *, by: Actor, at: datetime) -> None:
    detail = {
        "tool": tool.name,
        "kind": tool.kind.label,
        "yearly_cost": str(tool.yearly_cost) if tool.yearly_cost is not None else "",
        "currency": tool.currency,
        "ended_on": tool.ended_on,
    }
    record(session, deed, tool, by=by, at=at, place_path=tool.place.path, detail=detail)
