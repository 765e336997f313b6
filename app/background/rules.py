"""States of background work, its patience, and when it tries again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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

    @property
    def is_open(self) -> bool:
        """Is it waiting or running?"""
        return self in OPEN_STATES


_STATE_LABELS = {
    RowState.DUE: "Waiting",
    RowState.CLAIMED: "Running",
    RowState.DONE: "Done",
    RowState.FAILED: "Failed",
}

#: the kind of work that judges a consortium anew: asked for by whatever changes figures, targets or duties
REBUILD_SCORECARDS = "scorecards.rebuild"

OPEN_STATES = frozenset({RowState.DUE, RowState.CLAIMED})
#: a worker that has not renewed for this long is taken for dead
LEASE = timedelta(minutes=2)
#: a claim is an attempt, so that work which kills its worker ends too
MOST_ATTEMPTS = 5
#: an error's longest text on a page
MESSAGE_LENGTH = 500


class ClaimLost(Exception):  # noqa: N818 - reads as what happened
    """The lease ran out and another worker has the row: whatever this one wrote for it must be rolled back."""


class LaneFull(Exception):  # noqa: N818 - likewise
    """Others have just filled the lane of the row that was about to be claimed: look again."""


class GoingDown(Exception):  # noqa: N818 - likewise
    """The worker was asked to stop: the handler ends here, and the row is handed back at once."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What may run only so many at once, in all worker processes together: such as all that asks one server."""

    name: str
    width: int


@dataclass(frozen=True, slots=True)
class Again:
    """A handler's answer: not now, try again after this wait; ``why`` is a sentence for the page."""

    wait: timedelta
    why: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row in a worker's hands; ``claim`` is the fence that each of its later writes must pass."""

    row_id: int
    consortium_id: int
    kind: str
    claim: str
    #: this one included
    attempts: int
    asked_at: datetime


def wait_before(attempt: int) -> timedelta:
    """How long before the next try: 1, 4, 16 ... minutes, at most 4 hours."""
    return min(timedelta(minutes=4 ** max(attempt - 1, 0)), timedelta(hours=4))
