"""From the bytes of a file to its rows, as a stream: encodings, separators, quoted line breaks, sheets of a workbook."""

import codecs
import csv
import io
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import IO

from app.foundation.errors import Refused
from app.imports.importers.workbooks import is_workbook, sheet_rows
from app.imports.rules.layouts import is_header

#: a row with the line on which it starts
Numbered = tuple[int, Sequence[str]]

_DELIMITERS = (",", ";", "\t")
#: how other kinds of files begin
_OTHERS = {
    b"PK": "This is a spreadsheet or an archive. Save the sheet as CSV (UTF-8) and choose that file.",
    b"%PDF": "This is a PDF. Only CSV files and workbooks can be read.",
    b"\x1f\x8b": "This is an archive. Unpack it and choose the file in it.",
}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: so many bytes tell UTF-16 without its mark: every other one of plain text is zero
_PEEK = 64
#: so many lines may stand above the headings, and are looked at to find how cells are set apart
LINES_ABOVE = 10
#: no line of a table is longer; what has no line breaks is not read whole
_LONGEST_LINE = 1_000_000
#: what programs write for programs
_JSON = re.compile(r'\s*(?:\{|\[\s*(?:[\[{"0-9]|$))')
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


def numbered(stream: IO[bytes]) -> Generator[Numbered, None, None]:
    """Each row with the line it starts on, the first line being 1; the stream stays open whenever this ends.

    Refuses what is neither a workbook nor text in UTF-8 or UTF-16, and what is no well-formed CSV.
    """
    stream.seek(0)
    start = stream.read(_PEEK)
    stream.seek(0)
    if not start:
        raise Refused("The file is empty. Choose another one.", field="file")
    if is_workbook(stream):
        yield from sheet_rows(stream)
        return
    for beginning, sentence in _OTHERS.items():
        if start.startswith(beginning):
            raise Refused(sentence, field="file")
    text = io.TextIOWrapper(stream, encoding=_encoding(start), newline="")
    try:
        with closing(_decoded(text)) as lines:
            yield from _rows(lines)
    finally:
        text.detach()


def _encoding(start: bytes) -> str:
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    even, odd = start[0::2], start[1::2]
    if odd and not any(odd):
        return "utf-16-le"
    return "utf-16-be" if odd and not any(even) and any(odd) else "utf-8"


def _decoded(text: io.TextIOWrapper) -> Generator[str, None, None]:
    line = 0
    try:
        while content := text.readline(_LONGEST_LINE):
            line += 1
            if "\x00" in content:
                raise Refused(f"Line {line:,} holds bytes that are no text. Save the file as CSV (UTF-8).")
            if len(content) == _LONGEST_LINE:
                raise Refused(f"Line {line:,} is longer than any row of a table. Save the file as CSV (UTF-8) again.")
            yield content
    except UnicodeDecodeError as error:
        raise Refused(
            f"The file is not in UTF-8: near line {line + 1:,} there are bytes that cannot be read. "
            "Save it as CSV (UTF-8) and choose it again."
        ) from error


def _rows(lines: Iterator[str]) -> Generator[Numbered, None, None]:
    first = list(islice(lines, LINES_ABOVE))
    if _JSON.match(next((line for line in first if line.strip()), "")):
        raise Refused("This is JSON, which has no rows. Export the figures as CSV and choose that file.")
    said = _SEP.fullmatch(first[0]) if first else None
    skipped = first[:1] if said else []
    delimiter = said[1] if said else _delimiter(first)
    reader = csv.reader(chain(first[len(skipped) :], lines), delimiter=delimiter)
    while True:
        line = reader.line_num + 1 + len(skipped)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(f"Line {line:,} cannot be read as CSV. Save the file as CSV (UTF-8) again.") from error
        yield line, cells


def _delimiter(lines: Sequence[str]) -> str:
    """The one by which a line among the first is a heading that is known, else the one that makes the most cells."""

    def worth(delimiter: str) -> tuple[bool, int]:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return False, 0
        return any(is_header(row, platform="") for row in rows), max(map(len, rows), default=0)

    return max(_DELIMITERS, key=worth)
