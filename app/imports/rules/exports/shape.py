"""How one kind of file that a platform exports is described: what it is known by, and what is read of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.imports.rules.dates import DateOrder
from app.imports.rules.meanings import DAY, IGNORED, POST_ID, POST_TEXT, POST_URL, PUBLISHED
from app.metrics.rules.dictionary import FurtherMetric, Metric

__all__ = ["DAY", "POST_ID", "POST_TEXT", "POST_URL", "PUBLISHED", "Export", "FurtherMetric", "Metric", "plain"]


@dataclass(frozen=True, slots=True)
class Export:
    """A file of a platform. Columns may stand in any order; what ``reads`` does not name is not read."""

    #: kept with the run; at most 60 signs, and never used again for another kind of file
    name: str
    #: as on screen: "X account by day"
    label: str
    #: who exports it
    by: str
    platforms: tuple[str, ...]
    #: headings, each set enough to know the file by, on any account
    marks: tuple[frozenset[str], ...]
    #: for each meaning the headings that carry it, the best first
    reads: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: headings that are enough on an account of the platform itself
    own_marks: tuple[frozenset[str], ...] = ()
    #: headings of which any makes it another file, as one that replaced a column by another
    unless: frozenset[str] = frozenset()
    #: headings in other languages, in English
    words: Mapping[str, str] = field(default_factory=dict)
    #: how days are written where they could be read in two ways; None: a person is asked
    date_order: DateOrder | None = None
    #: why nothing of the file can be read, and what to choose instead
    refusal: str = ""
    #: is every post of its days in the file, so that they can be counted?
    holds_all_posts: bool = True
    #: may a count of a day be below zero, because what was taken back is counted on the day it was?
    may_fall: bool = False

    @property
    def title(self) -> str:
        """The file in words."""
        return f"{self.label}, exported by {self.by}"

    @property
    def brings_posts(self) -> bool:
        """Are its rows posts rather than days?"""
        return any(meaning == PUBLISHED for meaning, _ in self.reads)

    def english(self, header: Sequence[str]) -> list[str]:
        """The headings in English and plain."""
        names = [plain(heading) for heading in header]
        return [self.words.get(name, name) for name in names]

    def is_known_by(self, names: Sequence[str], *, platform: str) -> bool:
        """Are these headings, in English, those of this file?"""
        marks = (*self.marks, *self.own_marks) if platform in self.platforms else self.marks
        return self.unless.isdisjoint(names) and any(mark.issubset(names) for mark in marks)

    def meanings(self, names: Sequence[str]) -> tuple[str, ...]:
        """What each column means; of two headings for one thing the better is taken and the other not read."""
        at = {
            names.index(best): meaning
            for meaning, headings in self.reads
            if (best := next((heading for heading in headings if heading in names), None)) is not None
        }
        return tuple(at.get(position, IGNORED) for position in range(len(names)))


def plain(heading: str) -> str:
    """A heading without case, marks of encoding and doubled blanks."""
    return " ".join(heading.removeprefix("\ufeff").replace("\u2019", "'").casefold().split())
