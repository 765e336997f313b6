"""Rows of a file of posts: what each says of one post, or why it cannot be read; and the days the posts amount to."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.imports.rules.dates import Years, instant_in
from app.imports.rules.exports import export_named
from app.imports.rules.files import (
    RowProblem,
    cell_at,
    change_reader,
    day_reader,
    figure_reader,
    read_figures,
    read_further,
    says_nothing,
)
from app.imports.rules.layouts import Columns, shown
from app.imports.rules.meanings import POST_ID, POST_TEXT, POST_URL
from app.metrics.rules.days import PER_POST, DailyFigures, PostSeen, asks, daily_figures
from app.metrics.rules.dictionary import FurtherMetric, Metric
from app.metrics.rules.post_ids import code_of

#: a long number as a spreadsheet writes it: the digits after the first few are gone for good
_DAMAGED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
#: so many digits a spreadsheet keeps; those after them it makes zeros
_KEPT_DIGITS = 15
_LONG_NUMBER = re.compile(r"[0-9]{16,}", re.ASCII)
#: so many zeros there are no accident: one post in a thousand has them
_NO_ACCIDENT = 3
#: addresses whose number is the post's id
_NUMBERED = re.compile(
    r"https?://(?:www\.|m\.|mobile\.)?(?:x|twitter|tiktok)\.com/[^/]+/(?:status|video|photo)/([0-9]+)", re.ASCII
)
_CUT_SHORT = (
    "“{}” is an id that a spreadsheet cut short, and its digits are lost. "
    "Export the file again and choose it as it is, without opening and saving it."
)
_URN = re.compile(r"urn:li:[A-Za-z]+:[0-9]+", re.ASCII)
_LAST_NUMBER = re.compile(r"/([0-9]{6,})(?:[/?#]|$)", re.ASCII)
_LONGEST_ID = 200
_LONGEST_URL = 500
#: on these a text that begins with a name answers somebody
_REPLIES_BEGIN_WITH_A_NAME = frozenset({"x"})
_APART = "The id is of one post that is kept here, and the address is of another."
_GUARDED = ("'=", "'+", "'-", "'@")


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post and its counts; a blank cell is a reason, never 0."""

    line: int
    external_id: str
    url: str
    published_at: datetime
    #: the day by the library's clock
    day: date
    text: str
    is_reply: bool
    figures: Mapping[Metric, Figure]
    #: what the file tells beside the metrics
    further: Mapping[FurtherMetric, int] = field(default_factory=dict)
    #: the row as it stands in the file
    cells: tuple[str, ...] = ()

    @property
    def has_link(self) -> bool:
        """Does its text hold an address?"""
        return "http://" in self.text or "https://" in self.text

    def told_apart(self) -> RowProblem:
        """What to say where its id is of one post that is kept, and its address of another."""
        return RowProblem(self.line, _APART, POST_ID, shown(self.external_id), self.cells, self.day)


def read_post_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    columns: Columns,
    today: date,
    zone: ZoneInfo,
    years: Years | None = None,
    lost: int = _NO_ACCIDENT,
) -> Iterator[PostRow | RowProblem]:
    """Read numbered lines one by one: each gives a post, or its problems; empty lines and totals give nothing.

    A post that came before, by its id or by the code in its address, is a problem of the later line. Keeps the ids in
    memory. ``lost``: ``lost_digits``.
    """
    read = _reader(columns, today=today, zone=zone, years=years, lost=lost)
    seen: dict[str, int] = {}
    codes: dict[str, int] = {}
    for line, cells in rows:
        outcome = read(line, cells)
        if not isinstance(outcome, PostRow):
            if not says_nothing(cells, columns):
                yield from outcome
        elif (earlier := seen.setdefault(outcome.external_id, line)) != line:
            sentence = f"This post is already on line {earlier}; a post stands in the file once."
            yield RowProblem(line, sentence, POST_ID, shown(outcome.external_id), tuple(cells), outcome.day)
        elif (code := code_of(outcome.url)) and (earlier := codes.setdefault(code, line)) != line:
            sentence = f"Its address is that of the post on line {earlier}, and its id is another."
            yield RowProblem(line, sentence, POST_URL, shown(outcome.url), tuple(cells), outcome.day)
        else:
            yield outcome


def _reader(
    columns: Columns, *, today: date, zone: ZoneInfo, years: Years | None, lost: int
) -> Callable[[int, Sequence[str]], PostRow | list[RowProblem]]:
    readers = (figure_reader(columns.layout), change_reader(columns.layout))
    read_day = day_reader(columns.date_order, today=today, years=years)
    export = export_named(columns.layout.export)
    names_first = export is not None and not _REPLIES_BEGIN_WITH_A_NAME.isdisjoint(export.platforms)

    def read(line: int, cells: Sequence[str]) -> PostRow | list[RowProblem]:
        problems: list[RowProblem] = []
        written = cell_at(cells, columns.date_at)
        day = read_day(written)
        url, text = (cell_at(cells, columns.at.get(meaning, len(cells))) for meaning in (POST_URL, POST_TEXT))
        name, why = _identity(cells, columns, url, lost=lost)
        if why:
            problems.append(RowProblem(line, why, POST_ID, shown(name), tuple(cells)))
        figures = read_figures(cells, line, columns, readers[0], problems)
        further = read_further(cells, line, columns, readers, problems)
        if any(cell.strip() for cell in cells[columns.width :]):
            problems.append(RowProblem(line, "The row has more cells than the heading.", cells=tuple(cells)))
        if isinstance(day, str):
            return [RowProblem(line, day, "date", shown(written), tuple(cells)), *problems]
        if problems:
            return [replace(problem, day=day) for problem in problems]
        at = instant_in(written, day, zone=zone)
        return PostRow(
            line=line,
            external_id=name,
            url=url if len(url) <= _LONGEST_URL and url.startswith(("https://", "http://")) else "",
            published_at=at,
            day=at.astimezone(zone).date(),
            text=_unguarded(text),
            is_reply=names_first and text.startswith("@"),
            figures=figures,
            further=further,
            cells=tuple(cells),
        )

    return read


def _identity(cells: Sequence[str], columns: Columns, url: str, *, lost: int) -> tuple[str, str]:
    """The platform's id of a post, and why it is none; without a column of ids it is in the address."""
    if POST_ID not in columns.at:
        name = _id_in(url)
        return (name, "") if name else (url, "The row has no address of a post.")
    name = cell_at(cells, columns.at[POST_ID]).removeprefix("'")
    why = _damage(name, url, lost=lost)
    if why:
        return name, why
    if not name:
        return name, "The row has no id of a post."
    return (name, "") if len(name) <= _LONGEST_ID else (name, "The id is longer than any platform writes.")


def _damage(name: str, url: str, *, lost: int) -> str:
    """Why this is no id that a platform gave, "" where it may be; the post's address is believed before the id."""
    told = _NUMBERED.match(url)
    if _DAMAGED.fullmatch(name) or (name not in url and _zeros(name) >= lost):
        return _CUT_SHORT.format(shown(name))
    if told and name.isdigit() and told[1] != name:
        return (
            f"The id {shown(name)} is not the one in the address of the post, {told[1]}. "
            "Export the file again and choose it as it is, without opening and saving it."
        )
    return ""


def lost_digits(sample: Iterable[Sequence[str]], columns: Columns) -> int:
    """How many zeros at the end of an id show that its digits are lost, by the first rows of its file.

    One is enough where no id of them has any other digit there, and that is no accident; else it takes some.
    """
    if POST_ID not in columns.at:
        return _NO_ACCIDENT
    names = [cell_at(row, columns.at[POST_ID]).removeprefix("'") for row in sample]
    zeros = [_zeros(name) for name in names if _LONG_NUMBER.fullmatch(name)]
    return 1 if all(zeros) and sum(zeros) >= _NO_ACCIDENT else _NO_ACCIDENT


def _zeros(name: str) -> int:
    """How many digits of a number lie where a spreadsheet keeps none, if all of them are 0; else 0."""
    lost = name[_KEPT_DIGITS:]
    return len(lost) if _LONG_NUMBER.fullmatch(name) and not lost.strip("0") else 0


def _id_in(url: str) -> str:
    found = _URN.search(url)
    if found:
        return found[0]
    number = _LAST_NUMBER.search(url)
    if number:
        return number[1]
    bare = url.partition("?")[0].rstrip("/")
    return bare if bare.startswith(("https://", "http://")) and len(bare) <= _LONGEST_ID else ""


def _unguarded(text: str) -> str:
    """Without the apostrophe that our own downloads put before what a spreadsheet would take for a formula."""
    return text[1:] if text.startswith(_GUARDED) else text


class DaysOfPosts:
    """Counts the days of a file that holds every post of its days; days with a row left out stay uncounted."""

    def __init__(self, columns: Columns, zone: ZoneInfo) -> None:
        """Starts with no post."""
        self.counts = counts_of(columns)
        self._zone = zone
        self._seen: list[PostSeen] = []
        self._broken: set[date] = set()
        self._is_whole = True

    def add(self, outcome: PostRow | RowProblem) -> None:
        """A row of the file, good or not; a row without a day may be of any, so that no day can be counted."""
        if not self.counts:
            return
        if isinstance(outcome, PostRow):
            self._seen.append(_seen(outcome))
        elif outcome.day is None:
            self._is_whole = False
        else:
            self._broken.add(outcome.day)

    def days(self) -> list[DailyFigures]:
        """Each day from the first post to the last, a day without a post as 0."""
        if not self._seen or not self._is_whole:
            return []
        on = [post.published_at.astimezone(self._zone).date() for post in self._seen]
        window = Period(min(on), max(on))
        found = daily_figures(self._seen, window=window, zone=self._zone, parents={}, offered=self.counts)
        return [
            DailyFigures(entry.day, {metric: entry.figures[metric] for metric in self.counts})
            for entry in found
            if entry.day not in self._broken
        ]


def _seen(post: PostRow) -> PostSeen:
    return PostSeen(
        id=post.external_id,
        published_at=post.published_at,
        text="",  # its words are weighed here, and need not stay in memory
        is_reply=post.is_reply,
        is_tagged_ask=asks(post.text, is_tagged_ask=False),
        figures=post.figures,
    )


def counts_of(columns: Columns) -> tuple[Metric, ...]:
    """The daily figures that the posts of a file amount to; people reached by several posts cannot be added up."""
    export = export_named(columns.layout.export)
    if export is None or not export.holds_all_posts:
        return ()
    counted = [Metric.POSTS]
    if POST_TEXT in columns.at:
        counted.append(Metric.ASKS)
        if not _REPLIES_BEGIN_WITH_A_NAME.isdisjoint(export.platforms):
            counted.append(Metric.REPLIES)
    return (*counted, *(metric for metric in PER_POST if metric in columns.metrics and metric is not Metric.REACH))
