"""Workbooks (xlsx, xls, ods): opened in a process of its own with little memory, and read as text, sheet by sheet.

A workbook is a program's worth of a file: a few bytes of it may unfold into gigabytes. What is said in its directory is
checked first; what it does not say, the limits of the other process hold.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from app.foundation.errors import Refused
from app.imports.rules.exports import recognize
from app.imports.rules.layouts import is_header

#: a workbook of figures is smaller, packed and unpacked
MOST_BYTES = 20_000_000
MOST_UNPACKED = 150_000_000
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_IN_A_WORKBOOK = frozenset({"[Content_Types].xml", "content.xml"})
_CHILD = Path(__file__).with_name("workbook_child.py")
_SECONDS = 60
#: what the other process says at the end of its room
_OF_SIZE = (b"too large", b"MemoryError")
_LINES_ABOVE = 10
_TOO_LARGE = (
    "This workbook is too large to be read. Save the sheet with the figures as CSV (UTF-8) and choose that file."
)
_UNREADABLE = "This workbook cannot be read. Save the sheet with the figures as CSV (UTF-8) and choose that file."


def is_workbook(stream: IO[bytes]) -> bool:
    """Is the file a workbook, by its beginning and, of an archive, its directory? The stream stands at its start again."""
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if start == _OLD_EXCEL:
        return True
    return start == _ZIP and not _IN_A_WORKBOOK.isdisjoint(_sizes(stream))


def sheet_rows(stream: IO[bytes]) -> Generator[tuple[int, Sequence[str]], None, None]:
    """The rows of the sheet that has figures by day, else posts, else anything; with their numbers in the sheet.

    Refuses a workbook that is too large, locked with a password, or cannot be read.
    """
    sheets = _sheets(stream)
    if not sheets:
        raise Refused("This workbook has no sheet with rows.")
    yield from enumerate(max(sheets, key=_worth), start=1)


def _worth(rows: Iterable[list[str]]) -> int:
    return max((_worth_of_heading(row) for row in islice(rows, _LINES_ABOVE)), default=0)


def _worth_of_heading(row: Sequence[str]) -> int:
    try:
        found = recognize(row, platform="")
    except Refused:
        return 1
    if found is not None:
        return 2 if found.export.brings_posts else 4
    return 3 if is_header(row, platform="") else 0


def _sheets(stream: IO[bytes]) -> list[list[list[str]]]:
    stream.seek(0)
    content = stream.read(MOST_BYTES + 1)
    stream.seek(0)
    if len(content) > MOST_BYTES or (content.startswith(_ZIP) and sum(_sizes(stream).values()) > MOST_UNPACKED):
        raise Refused(_TOO_LARGE)
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file is only given to it
            [sys.executable, "-I", str(_CHILD)], input=content, capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(_TOO_LARGE) from error
    if done.returncode != 0:
        is_too_large = done.returncode < 0 or any(words in done.stderr for words in _OF_SIZE)
        raise Refused(_TOO_LARGE if is_too_large else _UNREADABLE)
    return list(_read(done.stdout))


def _read(lines: bytes) -> Iterator[list[list[str]]]:
    for line in lines.splitlines():
        rows: list[list[str]] = json.loads(line)
        if rows:
            yield rows


def _sizes(stream: IO[bytes]) -> dict[str, int]:
    """What the directory of an archive says its files are unpacked; nothing where it has none."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return {}
    finally:
        stream.seek(0)
