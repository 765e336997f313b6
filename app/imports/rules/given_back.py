"""Rows that were left out, downloaded, mended and given again: what our download added to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.foundation.tables import PROBLEM_TITLE

#: the heading of cells that have none, since their row is wider than the headings
SURPLUS_TITLE = "No heading"
#: what a download puts an apostrophe before, since a spreadsheet would take it for a formula
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Where the columns stand that our download of problem rows added to a file which comes back."""

    #: so many columns are the file's own
    width: int
    #: where the sentences stand
    problem_at: int

    def cells(self, cells: Sequence[str]) -> list[str]:
        """A row as it stood in the file; cells without a heading stay, for the row still has too many."""
        return [cell[1:] if cell.startswith(_GUARDED) else cell for cell in cells[: self.problem_at]]


def given_back(header: Sequence[str]) -> GivenBack | None:
    """Is this a file of rows that were left out, as it was downloaded? None where it is not."""
    problem_at = max((at for at, heading in enumerate(header) if heading.strip()), default=0)
    if not header or header[problem_at].strip() != PROBLEM_TITLE:
        return None
    own = problem_at
    while own and header[own - 1].strip() == SURPLUS_TITLE:
        own -= 1
    return GivenBack(own, problem_at)
