"""Tables as CSV files that a spreadsheet opens without running anything in them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from flask import Response

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: a number, or the dash that stands for none
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?|-")
#: so many rows are sent at once
_AT_ONCE = 500
#: by it a spreadsheet knows UTF-8
_MARK = "\ufeff"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download in UTF-8: dates as ISO writes them, None as an empty cell, a would-be formula as text.

    Cells that start like a formula get an apostrophe in front (OWASP, "CSV Injection"), plain numbers aside.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return _download(filename, buffer.getvalue())


def csv_stream(filename: str, rows: Iterable[Sequence[object]]) -> Response:
    """The same of a table that may be long, its headings first; sent row by row, and with a mark of its encoding."""
    return _download(filename, _lines(rows))


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _MARK
    rest = iter(rows)
    while some := list(islice(rest, _AT_ONCE)):
        buffer = io.StringIO()
        csv.writer(buffer).writerows([safe_cell(cell) for cell in row] for row in some)
        yield buffer.getvalue()


def _download(filename: str, content: str | Iterator[str]) -> Response:
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_NOT_IN_A_NAME.sub("-", filename)}"'
    return response


def safe_cell(value: object) -> str:
    """One cell's text."""
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = str(value)
    if text.startswith(_STARTS_A_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text
