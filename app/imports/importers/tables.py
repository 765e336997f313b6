"""Where the table of a file begins: lines of titles above the headings, and Meta's files of single figures as one table."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO

from app.foundation.errors import Refused
from app.imports.importers.reading import LINES_ABOVE, Numbered, numbered
from app.imports.rules.exports.meta import SINGLE_FIGURES_DAY
from app.imports.rules.given_back import given_back
from app.imports.rules.layouts import is_header
from app.imports.rules.other_tables import MOST_COLUMNS, refuse_other_tables

_EMPTY = "The first line of the file is empty; it names the columns, such as date, followers, posts."
_DAY_WORDS = frozenset({"date", "datum", "fecha", "data"})
_PRIMARY = frozenset({"primary", "primär", "principal", "principale", "primario", "primária", "primaire"})
#: more days than a platform is old
_MOST_DAYS = 20_000


def table_of(stream: IO[bytes]) -> Generator[Numbered, None, None]:
    """The rows of a file's table with their lines, the headings first.

    Without the columns that our download of problem rows added. Refuses what cannot be read as rows, a table without headings, and one too wide for figures by day.
    """
    with closing(numbered(stream)) as rows:
        above = list(islice(rows, LINES_ABOVE))
        everything: Iterator[Numbered] = chain(above, rows)
        if any(_is_single_figure(cells) for _, cells in above):
            everything = _as_one_table(everything)
        else:
            everything = islice(everything, _heading_at(above), None)
        line, header = next(everything, (1, ()))
        if not any(heading.strip() for heading in header):
            raise Refused(_EMPTY)
        back = given_back(header)
        if back is not None:
            header = header[: back.width]
            everything = ((number, back.cells(cells)) for number, cells in everything)
        refuse_other_tables(header)
        yield line, header
        yield from everything


def _heading_at(rows: Sequence[Numbered]) -> int:
    """The first row with headings that are known, else the first that is wide enough for a table, else the first."""
    for at, (_, cells) in enumerate(rows):
        if is_header(cells, platform=""):
            return at
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    return next((at for at, count in enumerate(filled) if count > 1), next((at for at, n in enumerate(filled) if n), 0))


def _is_single_figure(cells: Sequence[str]) -> bool:
    words = [cell.strip().casefold() for cell in cells if cell.strip()]
    return len(words) == 2 and words[0] in _DAY_WORDS and words[1] in _PRIMARY  # noqa: PLR2004 - a day and its figure


@dataclass(slots=True)
class _Joined:
    """Tables of a day and a figure, each under its name, on their way to one table."""

    names: list[str] = field(default_factory=list)
    rows: dict[str, tuple[int, dict[int, str]]] = field(default_factory=dict)
    #: days that stand twice under one name
    again: list[tuple[int, str, int, str]] = field(default_factory=list)

    def add(self, line: int, day: str, text: str) -> None:
        """A day's figure in the table that was begun last."""
        column = len(self.names) - 1
        _, figures = self.rows.setdefault(day, (line, {}))
        if column in figures:
            self.again.append((line, day, column, text))
        else:
            figures[column] = text
        if len(self.rows) + len(self.again) > _MOST_DAYS:
            raise Refused("The file has more days than a platform is old. Export a shorter period.")

    def table(self) -> Iterator[Numbered]:
        """The headings and a row a day, then the days that stand twice."""
        width = range(len(self.names))
        yield 1, [SINGLE_FIGURES_DAY, *self.names]
        for day, (line, figures) in self.rows.items():
            yield line, [day, *(figures.get(column, "") for column in width)]
        for line, day, column, text in self.again:
            yield line, [day, *(text if at == column else "" for at in width)]


def _as_one_table(rows: Iterable[Numbered]) -> Iterator[Numbered]:
    joined, title = _Joined(), ""
    for line, cells in rows:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if _is_single_figure(cells):
            if not title:
                raise Refused("No line above “Date, Primary” names the figure. Export the file again.")
            joined.names.append(title)
            if len(joined.names) >= MOST_COLUMNS:
                raise Refused("The file holds too many figures. Export fewer at once.")
            title = ""
        elif len(filled) == 1 and len(cells[0].strip()) == len(filled[0]) and not _is_day_alone(cells):
            title = filled[0]
        elif filled and joined.names:
            joined.add(line, cells[0].strip(), cells[1].strip() if len(cells) > 1 else "")
    return joined.table()


def _is_day_alone(cells: Sequence[str]) -> bool:
    """A day whose figure is blank: two cells, the second empty."""
    return len(cells) > 1 and cells[0].strip()[:4].isdigit()
