"""The people and positions of a consortium while the rows of a file are laid over them: who each row means."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from app.foundation.ids import new_id
from app.people.importers.known import Known, Slot, Someone, Spot, Stay
from app.people.importers.rows import PersonRow


@dataclass
class Roster:
    """What is here with the rows so far; a planning changes it freely, the ``known`` it is made from never."""

    known: Known
    people: list[Someone] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    by_email: dict[str, Someone] = field(default_factory=dict)
    by_name: dict[str, list[Someone]] = field(default_factory=lambda: defaultdict(list))
    by_title: dict[tuple[int, str], list[Slot]] = field(default_factory=lambda: defaultdict(list))
    #: where rows put people who are new
    put_at: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        """Copy what may change."""
        for person in self.known.people:
            self._add_person(replace(person, roles=set(person.roles)))
        for slot in self.known.slots:
            self._add_slot(replace(slot, stays=[replace(stay) for stay in slot.stays]))

    def _add_person(self, person: Someone) -> None:
        self.people.append(person)
        self.by_name[person.name.casefold()].append(person)
        if person.email:
            self.by_email[person.email] = person

    def _add_slot(self, slot: Slot) -> None:
        self.slots.append(slot)
        self.by_title[slot.place_id, slot.title.casefold()].append(slot)

    def namesakes(self, name: str, spot: Spot) -> list[Someone]:
        """People of this name who belong to the place, or whom a row above puts there."""
        return [
            person
            for person in self.by_name[name.casefold()]
            if spot.id in person.belongs_to | person.worked_at | self.put_at[person.id]
        ]

    def add_person(self, row: PersonRow, spot: Spot) -> Someone:
        """Somebody new."""
        person = Someone(new_id(), row.name, row.email, is_new=True)
        self._add_person(person)
        self.put_at[person.id].add(spot.id)
        return person

    def add_slot(self, row: PersonRow, spot: Spot) -> Slot:
        """A new position."""
        slot = Slot(new_id(), spot.id, row.title, None, None, None, is_new=True)
        self._add_slot(slot)
        return slot

    def stay_of(self, person: Someone, spot: Spot, row: PersonRow) -> tuple[Slot, Stay] | None:
        """Where the person is, or was, in a position of this title, on days that the row can mean."""
        held = [
            (slot, stay)
            for slot in self.by_title[spot.id, row.title.casefold()]
            for stay in slot.stays
            if stay.person_id == person.id and (row.first_on is None or stay.overlaps(row.first_on, row.last_on))
        ]
        return max(held, key=lambda pair: (pair[1].last_on or date.max, pair[1].first_on), default=None)

    def free_slot(self, spot: Spot, row: PersonRow, first_on: date) -> Slot | None:
        """A position of this title that nobody is in on the row's days."""
        slots = self.by_title[spot.id, row.title.casefold()]
        return next((slot for slot in slots if slot.is_free(first_on, row.last_on)), None)

    def held_now(self) -> dict[int, list[Slot]]:
        """The positions that each person is in today or later, by the person's id."""
        held: dict[int, list[Slot]] = defaultdict(list)
        for slot in self.slots:
            for stay in slot.stays:
                if stay.last_on is None or stay.last_on >= self.known.today:
                    held[stay.person_id].append(slot)
        return held

    def titled(self, title: str, spot: Spot) -> list[Slot]:
        """The positions of this title at a place that are not closed."""
        slots = self.by_title[spot.id, title.casefold()]
        return [slot for slot in slots if slot.closed_on is None or slot.closed_on > self.known.today]

    def upward(self, spot: Spot) -> Iterator[Spot]:
        """The place and those above it, the nearest first."""
        for step in reversed(spot.path.rstrip("/").split("/")):
            yield self.known.spot_of[int(step)]
