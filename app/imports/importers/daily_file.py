"""Reading a file of figures by day or by post as a stream: staged in batches, never whole in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.queries import settings_of
from app.foundation.errors import Refused
from app.imports.actions import checking, post_files
from app.imports.importers.accounts import account_finder
from app.imports.importers.reading import Numbered
from app.imports.importers.tables import table_of
from app.imports.rules.dates import DateOrder, Years, years_of
from app.imports.rules.exports import OWN_POSTS, recognize
from app.imports.rules.files import RowProblem, cell_at, read_rows
from app.imports.rules.layouts import Columns, Guess, Layout, guess_layout, guess_meanings, match_columns
from app.imports.rules.meanings import ACCOUNT
from app.imports.rules.plain_rows import DailyRow
from app.imports.rules.post_rows import DaysOfPosts, lost_digits, read_post_rows
from app.metrics.models import Run
from app.metrics.rules.dictionary import FurtherMetric, Metric
from app.metrics.rules.runs import Tally

_BATCH = 20_000
#: so many rows are looked at to guess how a file is laid out
_SAMPLE = 200
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class FileLook:
    """The headings of a file and its first rows."""

    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def look_at(stream: IO[bytes]) -> FileLook:
    """Read the headings, wherever they stand, and the first rows; the stream stands at its beginning again.

    Refuses what is neither a workbook nor CSV in UTF-8 or UTF-16, a file without headings, and one with more columns
    than a table of days has.
    """
    with closing(table_of(stream)) as rows:
        header = tuple(next(rows)[1])
        sample = tuple(tuple(cells) for _, cells in islice(rows, _SAMPLE))
    stream.seek(0)
    return FileLook(header, sample)


def guess(look: FileLook, *, platform: str) -> Guess:
    """How a file seems to be laid out: as a platform exports it, or by the words of its headings.

    Refuses files of a platform that tell nothing of days or posts, and files of another platform than the account's.
    """
    recognized = recognize(look.header, platform=platform)
    meanings = recognized.meanings if recognized else guess_meanings(look.header)
    return guess_layout(look.header, look.sample, meanings, recognized=recognized)


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

    Without a layout the file is read as it seems to be laid out. Refuses, with a sentence, what cannot be read, has no
    known columns, can be read in two ways or has no rows. Rows that cannot be read are kept as problems and do not stop
    the rest.
    """
    look = look_at(stream)
    layout = layout or _guessed(look, run)
    staging = _Staging(session, run, match_columns(look.header, layout), look.sample, today, at, after_batch)
    years = _years(stream, staging.columns)
    with closing(table_of(stream)) as rows:
        next(rows)  # the headings
        return staging.posts(rows, years) if layout.brings_posts else staging.days(rows, years)


@dataclass(frozen=True, slots=True)
class _Staging:
    """One file on its way onto the stage."""

    session: Session
    run: Run
    columns: Columns
    sample: Sequence[Sequence[str]]
    today: date
    at: datetime
    after_batch: Callable[[], None]

    def days(self, rows: Iterable[Numbered], years: Years | None) -> Tally:
        """A row a day."""
        self._begin((*self.columns.metrics, *self.columns.further))
        for outcomes in _batches(_read_days(self.session, self.run, rows, self.columns, self.today, years)):
            checking.stage_rows(self.session, self.run, outcomes)
            self.after_batch()
        return checking.end_check(self.session, self.run, at=self.at)

    def posts(self, rows: Iterable[Numbered], years: Years | None) -> Tally:
        """A row a post, and the days that they amount to."""
        zone = _zone(self.session, self.run)
        days = DaysOfPosts(self.columns, zone)
        self._begin(tuple(dict.fromkeys((*days.counts, *self.columns.metrics, *self.columns.further))))
        lost = lost_digits(self.sample, self.columns)
        found = read_post_rows(rows, columns=self.columns, today=self.today, zone=zone, years=years, lost=lost)
        for outcomes in _batches(found):
            for outcome in post_files.stage_posts(self.session, self.run, outcomes):
                days.add(outcome)
            self.after_batch()
        post_files.stage_counted(self.session, self.run, days.days())
        return post_files.end_post_check(self.session, self.run)

    def _begin(self, metrics: Sequence[Metric | FurtherMetric]) -> None:
        layout = self.columns.layout
        name = layout.export or (OWN_POSTS if layout.brings_posts else "")
        checking.begin_check(self.session, self.run, metrics, layout=name)
        self.after_batch()


def problems_in(session: Session, run: Run, stream: IO[bytes], *, layout: Layout, today: date) -> Iterator[RowProblem]:
    """Every problem of a file that was checked, found anew by reading it as it was read then.

    Refuses what cannot be read.
    """
    look = look_at(stream)
    columns = match_columns(look.header, layout)
    years = _years(stream, columns)
    with closing(table_of(stream)) as rows:
        next(rows)  # the headings
        if not layout.brings_posts:
            yield from _problems(_read_days(session, run, rows, columns, today, years))
            return
        lost, zone = lost_digits(look.sample, columns), _zone(session, run)
        found = read_post_rows(rows, columns=columns, today=today, zone=zone, years=years, lost=lost)
        for outcomes in _batches(found):
            yield from _problems(post_files.told_apart(session, run, outcomes))


def _problems(outcomes: Iterable[_Outcome | RowProblem]) -> Iterator[RowProblem]:
    return (outcome for outcome in outcomes if isinstance(outcome, RowProblem))


def _read_days(
    session: Session, run: Run, rows: Iterable[Numbered], columns: Columns, today: date, years: Years | None
) -> Iterator[DailyRow | RowProblem]:
    find_account = account_finder(session, run) if ACCOUNT in columns.at else None
    return read_rows(rows, columns=columns, today=today, years=years, find_account=find_account)


def _zone(session: Session, run: Run) -> ZoneInfo:
    return ZoneInfo(settings_of(session, within=Scope(consortium_id=run.consortium_id)).time_zone)


def _years(stream: IO[bytes], columns: Columns) -> Years | None:
    """How the years of a file turn whose days say none; it is read once for that."""
    if columns.date_order is not DateOrder.YEARLESS:
        return None
    if columns.layout.year is None:
        raise Refused("The days of this file have no year. Say in which year its last day lies.")
    with closing(table_of(stream)) as rows:
        return years_of((cell_at(cells, columns.date_at) for _, cells in rows), last=columns.layout.year)


def _guessed(look: FileLook, run: Run) -> Layout:
    found = guess(look, platform=run.account.platform if run.account else "")
    if found.question:
        raise Refused(found.question)
    return found.layout


def _batches(outcomes: Iterable[_Outcome]) -> Iterator[list[_Outcome]]:
    rest = iter(outcomes)
    while batch := list(islice(rest, _BATCH)):
        yield batch
