"""The two contacts of an account, and since when there is none."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContactRank(StrEnum):
    """Whom to ask first, and who steps in."""

    PRIMARY = "primary"
    SECOND = "second"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"primary": "First contact", "second": "Second contact"}[self.value]


@dataclass(frozen=True, slots=True)
class ContactSeen:
    """How one of the two contacts stands on a day; without a name and without a day nobody was ever named."""

    rank: ContactRank
    name: str = ""
    person_id: int | None = None
    #: since when the person is the contact
    since: date | None = None
    #: the last day somebody could be reached, where nobody can now
    gone_since: date | None = None

    @property
    def is_there(self) -> bool:
        """Can the contact be reached?"""
        return self.person_id is not None and self.gone_since is None


def contact_seen(
    rank: ContactRank,
    *,
    name: str,
    person_id: int,
    first_on: date,
    last_on: date | None,
    left_on: date | None,
    on: date,
) -> ContactSeen:
    """The latest contact of a rank on a day: there, or gone because the naming ended or the person left.

    ``last_on`` is the last day of the naming, ``left_on`` the person's last day of work.
    """
    ends = [day for day in (last_on, left_on) if day is not None and day < on]
    return ContactSeen(rank, name, person_id, first_on, max(min(ends), first_on) if ends else None)
