"""Long lists are turned page by page, and the address names the page."""

from flask import request

#: rows of a page of a list
PAGE_SIZE = 50
#: no list is longer, and no database is asked to pass over more
_LAST = 100_000
_DIGITS = 6


def page_asked(total: int | None = None, *, size: int = PAGE_SIZE) -> int:
    """The page that the address asks for, counted from 1, as near as there is one.

    ``total`` is how many rows the list has; without it a page that is not there may be asked for, and is empty.
    """
    text = request.args.get("page", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 1
    last = _LAST if total is None else -(-total // size)
    return min(max(asked, 1), max(last, 1))
