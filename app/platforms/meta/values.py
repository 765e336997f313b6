"""Single values out of an answer of Meta that may hold anything: counts, times, texts, parts."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.foundation.figures import Figure, Reason
from app.platforms.contract import Malformed
from app.platforms.meta.trouble import NOT_META

#: no count of anything is longer
_MOST_DIGITS = 18
#: no time that Meta tells lies outside these years
_YEARS = range(2000, 2101)


def count(value: Any, *, absent: Reason = Reason.HIDDEN) -> Figure:
    """A count, also one that comes as text of digits; one left out has the reason ``absent``, anything else an error."""
    if value is None:
        return Figure.missing(absent)
    text = str(value)
    is_count = isinstance(value, int | str) and not isinstance(value, bool) and text.isascii() and text.isdecimal()
    if not is_count or len(text) > _MOST_DIGITS:
        return Figure.missing(Reason.API_ERROR)
    return Figure.of(int(text))


def instant(value: Any) -> datetime:
    """A time, which Meta tells in UTC; raises Malformed."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Malformed(NOT_META) from error
    if at.year not in _YEARS:
        raise Malformed(NOT_META)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def second(value: Any) -> datetime | None:
    """A time told in seconds since 1970, None for 0, which stands for never; raises Malformed."""
    if value == 0 and not isinstance(value, bool):
        return None
    try:
        at = datetime.fromtimestamp(int(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Malformed(NOT_META) from error
    if isinstance(value, bool) or at.year not in _YEARS:
        raise Malformed(NOT_META)
    return at


def text_of(value: Any) -> str:
    """A text that can be stored: half a character pair becomes a question mark."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def id_of(value: Any) -> str:
    """An id as text; raises Malformed for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not text_of(str(value)).strip():
        raise Malformed(NOT_META)
    return text_of(str(value))


def part(holder: Any, name: str) -> Mapping[str, Any]:
    """An object inside an object, an empty one where there is none."""
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def entries(holder: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of a list inside an object (``name: {data: [...]}``), none where there is no list."""
    found = part(holder, name).get("data")
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def plain(facts: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The named facts that are single values, for provenance."""
    kept = {name: facts[name] for name in names if isinstance(facts.get(name), bool | int | float | str)}
    return {
        name: text_of(value) if isinstance(value, str) else value for name, value in kept.items() if _is_finite(value)
    }


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
