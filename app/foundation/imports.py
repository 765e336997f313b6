"""What importing a table would do: each row added, changed or as it is already, and the rows that are left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.foundation.tables import Problem, Table

Values = TypeVar("Values")


class Change(StrEnum):
    """What an import does to what one row is about."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"added": "Added", "changed": "Changed", "same": "The same"}[self.value]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many an import adds, changes, and finds as they are."""

    added: int
    changed: int
    same: int

    @property
    def total(self) -> int:
        """All that the file names."""
        return self.added + self.changed + self.same

    @classmethod
    def of(cls, changes: Iterable[Change]) -> "Counts":
        """Counted."""
        found = Counter(changes)
        return cls(found[Change.ADDED], found[Change.CHANGED], found[Change.SAME])


@dataclass(frozen=True, slots=True)
class Planned(Generic[Values]):
    """One row that goes in, and what it would write."""

    line: int
    change: Change
    values: Values


@dataclass(frozen=True, slots=True)
class Plan(Generic[Values]):
    """What an import would do; nothing is written until it is applied, and then it is compared once more."""

    table: Table
    rows: tuple[Planned[Values], ...]
    #: in the order of the file
    problems: tuple[Problem, ...]
    #: further sentences for whoever decides, such as how many invitations would go out
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Counts:
        """How many rows add, change, and say what is here already."""
        return Counts.of(row.change for row in self.rows)

    @property
    def changes(self) -> int:
        """How many rows would write something."""
        return sum(row.change != Change.SAME for row in self.rows)

    @property
    def to_write(self) -> list[Values]:
        """The values of those rows, in the order of the file."""
        return [row.values for row in self.rows if row.change != Change.SAME]


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By line."""
    return tuple(sorted(problems, key=lambda problem: problem.line))
