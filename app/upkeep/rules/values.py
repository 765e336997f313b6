"""How a value of a column is written in a backup: the same on every engine, and read back as it was."""

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a column holds, whatever an engine calls it."""

    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
    INSTANT = "instant"
    DAY = "day"
    #: a day that SQLite keeps as its ordinal number
    SHORT_DAY = "short_day"
    #: a time of day, such as an opening hour
    TIME = "time"
    DECIMAL = "decimal"
    FLOAT = "float"
    BYTES = "bytes"
    JSON = "json"


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


_TO_JSON: dict[Kind, Callable[[Any], Any]] = {
    Kind.INSTANT: _instant,
    Kind.DAY: date.isoformat,
    Kind.SHORT_DAY: date.isoformat,
    Kind.TIME: time.isoformat,
    Kind.DECIMAL: str,
    Kind.BYTES: _base64,
}
_FROM_JSON: dict[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: int,
    Kind.TEXT: str,
    Kind.YES_NO: bool,
    Kind.INSTANT: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
    Kind.SHORT_DAY: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.DECIMAL: Decimal,
    Kind.FLOAT: float,
    Kind.BYTES: base64.b64decode,
}


def row_writer(kinds: list[Kind]) -> Callable[[Any], list[Any]]:
    """Makes of a row of such columns a list that JSON can hold; columns that JSON holds as they are cost nothing."""
    changes = [(number, _TO_JSON[kind]) for number, kind in enumerate(kinds) if kind in _TO_JSON]

    def write(row: Any) -> list[Any]:
        values = list(row)
        for number, change in changes:
            if values[number] is not None:
                values[number] = change(values[number])
        return values

    return write


def row_reader(kinds: list[Kind]) -> Callable[[list[Any]], list[Any]]:
    """The way back; raises ValueError or TypeError for what such columns cannot hold."""
    changes = [(number, _FROM_JSON[kind]) for number, kind in enumerate(kinds) if kind in _FROM_JSON]

    def read(values: list[Any]) -> list[Any]:
        if len(values) != len(kinds):
            raise ValueError("A row has another number of columns than its table.")
        for number, change in changes:
            if values[number] is not None:
                values[number] = change(values[number])
        return values

    return read
