"""What YouTube's answers are made of: lists, parts, instants and counts, met with doubt."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.foundation.figures import Figure, Reason
from app.platforms.contract import Malformed
from app.platforms.youtube.calls import NOT_YOUTUBE

#: no count of anything is longer
_MOST_DIGITS = 18


def items_of(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The listed things, each with its id; a list that is left out is empty."""
    items = answer.get("items", [])
    if not isinstance(items, list) or not all(isinstance(item, Mapping) and item.get("id") for item in items):
        raise Malformed(NOT_YOUTUBE)
    return items


def part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of something, empty where it was left out."""
    held = holder.get(name)
    return held if isinstance(held, Mapping) else {}


def count(counts: Mapping[str, Any], name: str) -> Figure:
    """A count that comes as text of digits; one left out is hidden, such as likes that the channel does not show."""
    value = counts.get(name)
    if value is None:
        return Figure.missing(Reason.HIDDEN)
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        return Figure.missing(Reason.API_ERROR)
    return Figure.of(int(text))


def instant(text: Any) -> datetime:
    """A time in UTC; raises Malformed for what is none."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(NOT_YOUTUBE) from error
