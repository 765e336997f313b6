"""Reading a CSV of daily figures as a stream: decoded, split and staged in batches, never whole in memory."""

import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO

from sqlalchemy.orm import Session

from app.foundation.errors import Refused
from app.metrics.actions import imports
from app.metrics.models import Run
from app.metrics.rules.files import DailyRow, RowProblem, read_rows
from app.metrics.rules.layouts import MOST_COLUMNS, Guess, Layout, guess_layout, guess_meanings, match_columns
from app.metrics.rules.runs import Tally
from app.metrics.rules.studio import is_total, studio_meanings

_BATCH = 2000
_DELIMITERS = (",", ";", "\t")
#: how other kinds of files begin
_OTHERS = {
    b"PK": "This is a spreadsheet or an archive. Save the sheet as CSV (UTF-8) and choose that file.",
    b"\xd0\xcf\x11\xe0": "This is an old spreadsheet. Save the sheet as CSV (UTF-8) and choose that file.",
    b"%PDF": "This is a PDF. Only CSV files can be read.",
    b"\xff\xfe": "This file is in UTF-16. Save it as CSV (UTF-8) and choose it again.",
    b"\xfe\xff": "This file is in UTF-16. Save it as CSV (UTF-8) and choose it again.",
}


#: so many rows are looked at to guess how a file is laid out
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class FileLook:
    """The headings of a file and its first rows."""

    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def look_at(stream: IO[bytes]) -> FileLook:
    """Read the headings and the first rows; the stream stands at its beginning again.

    Refuses what is no CSV in UTF-8, a file without headings, and one with more columns than a table of days has.
    """
    rows = _numbered(stream)
    header = tuple(next(rows, (1, []))[1])
    sample = tuple(tuple(cells) for _, cells in islice(rows, _SAMPLE))
    rows.close()
    stream.seek(0)
    if not any(heading.strip() for heading in header):
        raise Refused("The first line of the file is empty; it names the columns, such as date, followers, posts.")
    if len(header) > MOST_COLUMNS:
        raise Refused(f"The file has {len(header):,} columns; a table of days has at most {MOST_COLUMNS}.")
    return FileLook(header, sample)


def guess(look: FileLook, *, platform: str) -> Guess:
    """How a file seems to be laid out: as a platform exports it, or by the words of its headings.

    Refuses tables of a platform that have no days.
    """
    meanings = studio_meanings(look.header, platform=platform) or guess_meanings(look.header)
    return guess_layout(look.header, look.sample, meanings)


def stage_file(
    session: Session,
    run: Run,
    stream: IO[bytes],
    *,
    layout: Layout | None = None,
    today: date,
    at: datetime,
    after_batch: Callable[[], None],
) -> Tally:
    """Read a file onto the run's stage and count what it would do; ``after_batch`` commits.

    Without a layout the file is read as it seems to be laid out. Refuses, with a sentence, what is no CSV in UTF-8,
    has no known columns, can be read in two ways or has no rows. Rows that cannot be read are kept as problems and do
    not stop the rest.
    """
    look = look_at(stream)
    columns = match_columns(look.header, layout or _guessed(look, run))
    imports.begin_check(session, run, columns.metrics)
    after_batch()
    rows = (row for row in islice(_numbered(stream), 1, None) if not is_total(row[1], columns))
    for outcomes in _batches(read_rows(rows, columns=columns, today=today)):
        imports.stage_rows(session, run, outcomes)
        after_batch()
    return imports.end_check(session, run, at=at)


def _guessed(look: FileLook, run: Run) -> Layout:
    found = guess(look, platform=run.account.platform if run.account else "")
    if found.question:
        raise Refused(found.question)
    return found.layout


def _batches(outcomes: Iterator[DailyRow | RowProblem]) -> Iterator[list[DailyRow | RowProblem]]:
    while batch := list(islice(outcomes, _BATCH)):
        yield batch


def _numbered(stream: IO[bytes]) -> Generator[tuple[int, Sequence[str]], None, None]:
    """Each row with the line it starts on, the header being line 1; the stream stays open whenever this ends."""
    _refuse_others(stream)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        lines = _decoded(text)
        first = next(lines, "")
        reader = csv.reader(_again(first, lines), delimiter=_delimiter(first))
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                raise Refused(f"Line {line:,} cannot be read as CSV. Save the file as CSV (UTF-8) again.") from error
            yield line, cells
    finally:
        text.detach()


def _refuse_others(stream: IO[bytes]) -> None:
    start = stream.read(4)
    stream.seek(0)
    if not start:
        raise Refused("The file is empty. Choose another one.", field="file")
    for beginning, sentence in _OTHERS.items():
        if start.startswith(beginning):
            raise Refused(sentence, field="file")


def _decoded(text: io.TextIOWrapper) -> Iterator[str]:
    line = 0
    try:
        for line, content in enumerate(text, start=1):
            if "\x00" in content:
                raise Refused(f"Line {line:,} holds bytes that are no text. Save the file as CSV (UTF-8).")
            yield content
    except UnicodeDecodeError as error:
        raise Refused(
            f"The file is not in UTF-8: near line {line + 1:,} there are bytes that cannot be read. "
            "Save it as CSV (UTF-8) and choose it again."
        ) from error


def _again(first: str, lines: Iterable[str]) -> Iterator[str]:
    yield first
    yield from lines


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
