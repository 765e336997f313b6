"""A program of its own: a workbook comes in, its sheets go out as text, a line of JSON each.

It runs with little memory and time, so that a file made to unfold without end ends here and nothing else suffers.
"""

import datetime as dt
import io
import json
import resource
import sys

import python_calamine

_MEMORY = 768 * 1024 * 1024
_SECONDS = 30
_MOST_CELLS = 3_000_000
#: so much text is written, for whoever started this keeps all of it
_MOST_WRITTEN = 64_000_000
#: a spreadsheet holds no longer text in a cell; one text may stand in a million of them
_LONGEST_CELL = 32_767
#: beyond this a number of a spreadsheet has lost digits
_EXACT = 2**53


def main() -> int:
    """0 when every sheet was written."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    left, to_write = _MOST_CELLS, _MOST_WRITTEN
    with python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read())) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            left -= sheet.total_height * sheet.total_width
            if left < 0:
                return _too_large()
            rows = [[text_of(cell)[:_LONGEST_CELL] for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            line = json.dumps(rows)
            to_write -= len(line)
            if to_write < 0:
                return _too_large()
            sys.stdout.write(line + "\n")
    return 0


def _too_large() -> int:
    sys.stderr.write("too large")
    return 1


def text_of(cell: object) -> str:
    """A cell as text: whole numbers without a fraction, days as ISO writes them."""
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _number(cell: float) -> str:
    if abs(cell) >= _EXACT:
        return f"{cell:.5E}"  # as a spreadsheet shows it, so that nobody takes it for an id
    return str(int(cell)) if cell.is_integer() else repr(cell)


if __name__ == "__main__":
    sys.exit(main())
