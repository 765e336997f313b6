"""Runs that bring figures: what kinds there are and how they end."""

from dataclasses import dataclass, field
from enum import StrEnum


class RunKind(StrEnum):
    """How figures came in."""

    PULL = "pull"
    IMPORT = "import"
    BY_HAND = "by_hand"
    DEMO = "demo"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "pull": "Pulled from the platform",
            "import": "Imported from a file",
            "by_hand": "Entered by hand",
            "demo": "Made up for the demo",
        }[self.value]


class RunState(StrEnum):
    """How a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    #: a file whose columns or dates can be read in more than one way: a person says which
    MATCHING = "matching"
    #: a file was read and nothing is saved yet: a person looks at what would change
    CHECKED = "checked"
    #: a person said yes: its rows are stored part by part
    IMPORTING = "importing"
    #: a person changed their mind meanwhile: what was stored is taken back
    CANCELING = "canceling"
    DONE = "done"
    FAILED = "failed"
    #: an import that was taken back
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "matching": "Columns to match",
            "importing": "Being imported",
            "canceling": "Being canceled",
            "undone": "Taken back",
        }.get(self.value, self.value.capitalize())

    @property
    def is_open(self) -> bool:
        """Will it go on by itself?"""
        return self in {RunState.WAITING, RunState.RUNNING} or self.is_storing

    @property
    def is_storing(self) -> bool:
        """Did a person decide, and is the worker not done with it yet?"""
        return self in {RunState.IMPORTING, RunState.CANCELING}

    @property
    def is_undecided(self) -> bool:
        """May a person still match, import or put aside?"""
        return self in {RunState.MATCHING, RunState.CHECKED}


#: what runs in these states brought is nobody's any more
TAKEN_BACK = frozenset({RunState.UNDONE, RunState.FAILED})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many days a batch adds, changes and leaves as they are."""

    added: int = 0
    changed: int = 0
    same: int = 0
    #: days on which another source tells something else, by more than 2%
    conflicting: int = field(default=0, compare=False)
    #: days changed so late that the change needs a reason
    late: int = field(default=0, compare=False)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.added + other.added,
            self.changed + other.changed,
            self.same + other.same,
            self.conflicting + other.conflicting,
            self.late + other.late,
        )

    @property
    def words(self) -> str:
        """Such as "28 days added, 2 changed, 1 the same"."""
        return self.tell("day", "days")

    def tell(self, one: str, many: str) -> str:
        """The same of other things."""
        return (
            f"{self.added:,} {one if self.added == 1 else many} added, {self.changed:,} changed, {self.same:,} the same"
        )
