"""What may stand in an address: numbers that a column can hold, text without control characters; all else is no page."""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

_LARGEST = 2**63 - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class IdConverter(IntegerConverter):
    """``<int:…>``: a whole number of at most 63 bits, since a larger one would fail in the database."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The number; no such page for one that no row can have."""
        number: int = super().to_python(value)
        if number > _LARGEST:
            raise ValidationError
        return number


class TextConverter(UnicodeConverter):
    """``<string:…>``: text without control characters; PostgreSQL refuses the first of them."""

    def to_python(self, value: str) -> str:
        """The text; no such page for one that no row can have."""
        if _CONTROL.search(value):
            raise ValidationError
        text: str = super().to_python(value)
        return text


def install_addresses(app: Flask) -> None:
    """Call before any route is added: a route keeps the converters it was made with."""
    app.url_map.converters |= {"int": IdConverter, "string": TextConverter, "default": TextConverter}
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """No filter of ours asks for a NUL, and PostgreSQL would fail on it."""
    if b"\x00" in unquote_to_bytes(request.query_string):
        raise BadRequest
