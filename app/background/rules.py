"""States of background work, its patience, and when it tries again."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class RowState(StrEnum):
    """Where a piece of work stands."""

    DUE = "due"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """As on screen."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    RowState.DUE: "Waiting",
    RowState.CLAIMED: "Running",
    RowState.DONE: "Done",
    RowState.FAILED: "Failed",
}

#: a worker that has not renewed for this long is taken for dead
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Again:
    """A handler's answer: not now, try again after this wait; ``why`` is a sentence for the page."""

    wait: timedelta
    why: str


def wait_before(attempt: int) -> timedelta:
    """How long before the next try: 1, 4, 16 ... minutes, at most 4 hours."""
    return min(timedelta(minutes=4 ** max(attempt - 1, 0)), timedelta(hours=4))
