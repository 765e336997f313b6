"""CSV tables that people give us: from bytes to rows with their lines, whatever program wrote them.

Encodings: UTF-8, UTF-16 with its mark, Windows-1252. Separators: comma, semicolon, tab. Headings are found whatever
their case, blanks and hyphens. What cannot be read at all is refused; a row of another width is a problem of that row.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.foundation.errors import Refused

#: how workbooks and archives begin: zip (xlsx, ods), the old Excel, gzip
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", ";", "\t")
#: no table of ours is wider, and no heading longer
_MOST_COLUMNS = 1_000
_LONGEST_HEADING = 20_000
_NOT_IN_A_TITLE = re.compile(r"[^a-z0-9]+")
#: the column that our download of problem rows adds; a file that comes back with it is read without a word
PROBLEM_TITLE = "Problem"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layout: its name in code, its title in the file, and what people may write in it."""

    name: str
    title: str
    help: str = ""
    example: str = ""
    synonyms: tuple[str, ...] = ()
    #: the file is refused without it
    is_required: bool = False
    longest: int = 200
    #: signs that begin a formula in a spreadsheet and may begin this text
    may_begin_with: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file, and how sentences speak of it."""

    columns: tuple[Column, ...]
    #: as in "The file has no column Name."
    called: str = "file"
    #: what to do about a file that is another one
    hint: str = "Download the template to see the columns."
    #: the form's field that a refusal concerns
    field: str = "file"
    most_rows: int = 20_000
    #: how the sentence about a file with more rows goes on
    too_long: str = ". Give it in parts."

    def column(self, name: str) -> Column:
        """The column of this name in code."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: its cells by the columns' names, and the line it begins on."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is left out, in a sentence; the line counts the heading as line 1, the column may be the whole row."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return (
            f"Line {self.line}, {self.column}: {self.sentence}" if self.column else f"Line {self.line}: {self.sentence}"
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows: those that can be read on, those of a wrong width, and which heading was read as which column."""

    layout: Layout
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    #: rows of a wrong width, as far as their cells can be told
    odd: tuple[Row, ...] = ()
    #: heading in the file, and the column it is read as
    matched: tuple[tuple[str, Column], ...] = ()
    #: headings that no column has
    unread: tuple[str, ...] = ()

    def row_at(self) -> dict[int, Row]:
        """Every row by its line."""
        return {row.line: row for row in (*self.rows, *self.odd)}


def read_table(data: bytes, layout: Layout) -> Table:
    """The rows of a file below its heading.

    Refuses what is empty, a workbook, no text in a known encoding, no well-formed CSV, without a required column, with
    a column twice, and longer or wider than a table of ours; the refusal names the layout's field.
    """
    text = _text(data, layout)
    separator = _separator(text, layout)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        heading = next(reader, [])
        if len(heading) > _MOST_COLUMNS:
            raise _refused(layout, f"The {layout.called} has {len(heading):,} columns. {layout.hint}")
        found = _found(heading, layout)
        return _Reading(layout, heading, found).read(reader)
    except csv.Error:
        raise _refused(
            layout,
            f"Line {reader.line_num} of the {layout.called} is not well-formed CSV. Look for a lone quotation mark.",
        ) from None


@dataclass
class _Reading:
    """The rows so far."""

    layout: Layout
    heading: list[str]
    #: position in the row by the column's name
    found: Mapping[str, int]
    rows: list[Row] = field(default_factory=list)
    odd: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, reader: Iterator[list[str]]) -> Table:
        """All that the reader has left."""
        line = _line_of(reader) + 1
        for number, cells in enumerate(reader, start=1):
            if number > self.layout.most_rows:
                raise _refused(
                    self.layout,
                    f"The {self.layout.called} has more than {self.layout.most_rows:,} rows{self.layout.too_long}",
                )
            self._take(line, cells)
            line = _line_of(reader) + 1
        return self._table()

    def _take(self, line: int, cells: list[str]) -> None:
        if len(cells) == len(self.heading):
            if any(cell.strip() for cell in cells):
                self.rows.append(Row(line, {name: cells[place] for name, place in self.found.items()}))
        elif any(cell.strip() for cell in cells):
            self.odd.append(Row(line, {name: cells[place] for name, place in self.found.items() if place < len(cells)}))
            sentence = f"the row has {len(cells)} columns and the heading {len(self.heading)}."
            self.problems.append(Problem(line, "", sentence))

    def _table(self) -> Table:
        matched = tuple((self.heading[place].strip(), self.layout.column(name)) for name, place in self.found.items())
        taken = {*self.found.values()}
        unread = tuple(
            title.strip()
            for place, title in enumerate(self.heading)
            if place not in taken and title.strip() and _plain(title) != _plain(PROBLEM_TITLE)
        )
        return Table(self.layout, tuple(self.rows), tuple(self.problems), tuple(self.odd), matched, unread)


def _line_of(reader: Iterator[list[str]]) -> int:
    line: int = reader.line_num  # type: ignore[attr-defined]  # the csv module's reader has it, its type is private
    return line


def _separator(text: str, layout: Layout) -> str:
    """The one that makes the most known titles of the first line; a comma where none does better."""
    first = text[:_LONGEST_HEADING].split("\n", 1)[0]

    def known(separator: str) -> int:
        return len(_places([title.strip('"\r ') for title in first.split(separator)], layout))

    return max(_SEPARATORS, key=known)


def _places(heading: list[str], layout: Layout) -> dict[str, int]:
    """Where each column stands, by its name."""
    plain = [_plain(title) for title in heading]
    found = {}
    for column in layout.columns:
        for title in (column.title, column.name, *column.synonyms):
            if _plain(title) in plain:
                found[column.name] = plain.index(_plain(title))
                break
    return found


def _found(heading: list[str], layout: Layout) -> dict[str, int]:
    found = _places(heading, layout)
    missing = [column.title for column in layout.columns if column.is_required and column.name not in found]
    if missing:
        raise _refused(layout, f"The {layout.called} has no column {' and no '.join(missing)}. {layout.hint}")
    plain = [_plain(title) for title in heading]
    for place in found.values():
        if plain.count(plain[place]) > 1:
            raise _refused(
                layout,
                f"The {layout.called} has the column “{heading[place].strip()[:40]}” twice. Keep one of the two.",
            )
    return found


def _plain(title: str) -> str:
    return _NOT_IN_A_TITLE.sub("", title.strip("\ufeff").lower())


def _text(data: bytes, layout: Layout) -> str:
    """The file as text; refuses what is empty, a workbook, or in no encoding that is known."""
    if not data.strip():
        raise _refused(layout, f"The {layout.called} is empty. {layout.hint}")
    if data.startswith(_WORKBOOKS):
        raise _refused(layout, f"The {layout.called} is a workbook or an archive. Save it as CSV first.")
    try:
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        text = _from_windows(data, layout)
    if "\x00" in text:
        raise _refused(layout, f"The {layout.called} is not plain text. Save it as CSV (UTF-8) first.")
    return text


def _from_windows(data: bytes, layout: Layout) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(
            layout,
            f"Line {line} of the {layout.called} holds a letter that cannot be read. Save the file as CSV (UTF-8).",
        ) from None


def _refused(layout: Layout, sentence: str) -> Refused:
    return Refused(sentence, field=layout.field)
