"""What one row of people writes."""

from dataclasses import dataclass

from app.access.rules import Role
from app.foundation.cells import CellError
from app.foundation.imports import Change
from app.people.importers.known import Slot, Someone, Spot, Stay
from app.people.importers.rows import PEOPLE_LAYOUT, PersonRow


@dataclass(slots=True)
class PersonChange:
    """What one row writes; what is None is left as it is."""

    row: PersonRow
    spot: Spot
    person: Someone
    #: the row that brings the person in, or writes another name or a first address
    writes_person: bool = False
    slot: Slot | None = None
    stay: Stay | None = None
    writes_slot: bool = False
    writes_stay: bool = False
    role: tuple[Role, Spot] | None = None
    invites: bool = False
    #: to be invited by hand, where no mail is sent
    waits: bool = False

    @property
    def change(self) -> Change:
        """Added where the person is new, the same where nothing is written."""
        if self.writes_person and self.person.is_new:
            return Change.ADDED
        writes = self.writes_person or self.writes_slot or self.writes_stay or self.role or self.invites
        return Change.CHANGED if writes else Change.SAME


def error_of(name: str, sentence: str) -> CellError:
    """An error of this column."""
    return CellError(PEOPLE_LAYOUT.column(name).title, sentence)
