"""Laying the rows of a file over the positions that are here: who is in which, its hours, and whom it reports to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from app.foundation.cells import CellError
from app.foundation.ids import new_id
from app.foundation.tables import Problem
from app.people.importers.changes import PersonChange, error_of
from app.people.importers.known import Slot, Stay
from app.people.importers.roster import Roster


@dataclass
class Placing:
    """The positions of a roster while people are put into them."""

    roster: Roster
    problems: list[Problem] = field(default_factory=list)
    #: the line that each stay in a position is from
    lines: dict[int, int] = field(default_factory=dict)
    #: what a row said of a position that others may share: by position and what it is, the line and the value
    said: dict[tuple[int, str], tuple[int, object]] = field(default_factory=dict)
    #: positions by the id of who is in them now or later, and what each reports to
    held: dict[int, list[Slot]] = field(default_factory=dict)
    above: dict[int, int | None] = field(default_factory=dict)

    def place(self, laid: list[PersonChange]) -> None:
        """Positions, those that people hold already first; then hours and who reports to whom."""
        titled = [change for change in laid if change.row.title]
        for change in titled:
            self._try(change, self._keep_stay)
        for change in titled:
            if change.slot is None:
                self._try(change, self._begin_stay)
        for change in titled:
            self._try(change, self._write_hours)
        self.held = self.roster.held_now()
        for change in titled:
            self._try(change, self._report)
        self.above = {slot.id: slot.reports_to_id for slot in self.roster.slots}
        for change in titled:
            self._try(change, self._refuse_circle)

    def _try(self, change: PersonChange, step: Callable[[PersonChange], None]) -> None:
        try:
            step(change)
        except CellError as problem:
            self.problems.append(problem.at(change.row.line))

    def _keep_stay(self, change: PersonChange) -> None:
        found = self.roster.stay_of(change.person, change.spot, change.row)
        if found is None:
            return
        change.slot, change.stay = slot, stay = found
        row = change.row
        self._once(stay, row.line)
        first_on, last_on = row.first_on or stay.first_on, row.last_on or stay.last_on
        if (first_on, last_on) == (stay.first_on, stay.last_on):
            return
        if last_on and last_on < first_on:
            raise error_of("last_on", f"They are in this position from {first_on.isoformat()} only.")
        others = [each for each in slot.stays if each is not stay and each.overlaps(first_on, last_on)]
        if others or change.person.has_left:
            raise error_of(
                "first_on", "Somebody else is in this position then, or the person has left. Change it on their page."
            )
        stay.first_on, stay.last_on, change.writes_stay = first_on, last_on, True

    def _begin_stay(self, change: PersonChange) -> None:
        row, roster = change.row, self.roster
        first_on = row.first_on or min(roster.known.today, row.last_on or roster.known.today)
        if change.person.has_left:
            raise error_of("title", f"{change.person.name} has left. Give them a position again on their own page.")
        if twice := roster.stay_of(change.person, change.spot, row):
            self._once(twice[1], row.line)
        slot = roster.free_slot(change.spot, row, first_on)
        if slot is None:
            slot, change.writes_slot = roster.add_slot(row, change.spot), True
        stay = Stay(new_id(), change.person.id, first_on, row.last_on, is_new=True)
        slot.stays.append(stay)
        change.slot, change.stay, change.writes_stay = slot, stay, True
        self._once(stay, row.line)

    def _once(self, stay: Stay, line: int) -> None:
        earlier = self.lines.setdefault(stay.id, line)
        if earlier != line:
            raise error_of("title", f"This person is in this position on line {earlier} already. Keep one of the two.")

    def _write_hours(self, change: PersonChange) -> None:
        slot, row = change.slot, change.row
        if slot is None:
            return
        contracted = self._shared(change, "contracted", row.contracted, slot.contracted)
        agreed = self._shared(change, "agreed", row.agreed, slot.agreed)
        if contracted is not None and agreed is not None and agreed > contracted:
            raise error_of("agreed", "The hours for social media are more than the contract has.")
        if (contracted, agreed) != (slot.contracted, slot.agreed):
            slot.contracted, slot.agreed, change.writes_slot = contracted, agreed, True

    def _shared(self, change: PersonChange, name: str, told: Decimal | None, here: Decimal | None) -> Decimal | None:
        if told is None:
            return here
        self._agree(change, name, told)
        return told

    def _agree(self, change: PersonChange, name: str, value: object) -> None:
        """Two rows may follow each other in one position; they must not say two things of it."""
        key = (change.slot.id if change.slot else 0, name)
        line, said = self.said.setdefault(key, (change.row.line, value))
        if said != value:
            raise error_of(name, f"Line {line} says something else of the same position.")

    def _report(self, change: PersonChange) -> None:
        if change.slot is None or not change.row.reports_to:
            return
        to = self._reported_to(change, change.slot)
        self._agree(change, "reports_to", to.id)
        if change.slot.reports_to_id != to.id:
            change.slot.reports_to_id, change.writes_slot = to.id, True

    def _reported_to(self, change: PersonChange, slot: Slot) -> Slot:
        told = change.row.reports_to
        if "@" in told:
            return self._held_by(change, told, slot)
        for spot in self.roster.upward(change.spot):
            found = [each for each in self.roster.titled(told, spot) if each is not slot]
            if len(found) == 1:
                return found[0]
            if found:
                raise error_of(
                    "reports_to", f"{spot.name} has {len(found)} positions of this title. Write a person's email."
                )
        raise error_of(
            "reports_to", f"No other position “{told[:60]}” is at {change.spot.name} or above it, here or in the file."
        )

    def _held_by(self, change: PersonChange, email: str, slot: Slot) -> Slot:
        person = self.roster.by_email.get(email.lower())
        held = [each for each in self.held.get(person.id, []) if each is not slot] if person else []
        for spot in self.roster.upward(change.spot):
            near = [each for each in held if each.place_id == spot.id]
            if len(near) == 1:
                return near[0]
        if len(held) == 1:
            return held[0]
        raise error_of(
            "reports_to", f"Whoever has the address {email[:60]} is in no position, or in several. Write a title."
        )

    def _refuse_circle(self, change: PersonChange) -> None:
        if change.slot is None or not change.row.reports_to:
            return
        step, seen = change.slot.reports_to_id, set[int]()
        while step is not None and step not in seen:
            if step == change.slot.id:
                raise error_of("reports_to", "The line of command would lead back to this position.")
            seen.add(step)
            step = self.above.get(step)
