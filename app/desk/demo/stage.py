"""What the parts of a load hand on to each other: the calendar, the cast, and what has been written so far."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.desk.demo.calendar import Calendar
from app.desk.demo.cast import Cast
from app.people.models import Person, Position, Team


@dataclass(slots=True)
class Stage:
    """A load under way; each part reads what those before it registered, by the codes of the seed files."""

    session: Session
    calendar: Calendar
    cast: Cast
    by: Actor
    places: dict[str, Place] = field(default_factory=dict)
    #: of the places of a library that came in later, the day
    joined: dict[str, date] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    #: by place and title
    positions: dict[tuple[str, str], Position] = field(default_factory=dict)
    #: by the place whose team it is
    teams: dict[str, Team] = field(default_factory=dict)
    #: by place and platform
    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    #: proposed, approved or retired ones, by the same; they are part of no figures but their own
    others: dict[tuple[str, str], Account] = field(default_factory=dict)

    @property
    def consortium_id(self) -> int:
        """The demo's tenant."""
        return self.by.consortium_id

    @property
    def within(self) -> Scope:
        """The whole of it."""
        return Scope(consortium_id=self.by.consortium_id)

    @property
    def founded(self) -> date:
        """The day on which the register began."""
        return self.calendar.founded

    @property
    def founded_at(self) -> datetime:
        """The same as a moment."""
        return self.calendar.at(self.calendar.founded)

    def begins(self, code: str) -> date:
        """The day on which the register knows a place: the first, or the one on which its library joined."""
        return self.joined.get(code, self.founded)

    def begins_at(self, code: str) -> datetime:
        """The same as a moment."""
        return self.calendar.at(self.begins(code))

    def positions_at(self, code: str) -> list[Position]:
        """Those of one place, in the order in which they were written."""
        return [position for (place, _), position in self.positions.items() if place == code]
