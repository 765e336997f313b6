"""What is here before an import of people: places, people, positions, who was in them and who may do what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.consortia import queries as consortia
from app.people.models import Incumbency, Invitation, LinkToken, LoginConsortium, Membership, Person, Position


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, as far as an import needs it."""

    id: int
    code: str
    name: str
    path: str
    is_root: bool


@dataclass(slots=True)
class Someone:
    """A person as they are, or would be after the rows so far."""

    id: int
    name: str
    email: str | None
    is_new: bool = False
    has_left: bool = False
    has_login: bool = False
    has_open_link: bool = False
    #: role and id of the place it holds at
    roles: set[tuple[Role, int]] = field(default_factory=set)
    #: ids of the places of their positions that go on
    works_at: set[int] = field(default_factory=set)
    #: likewise of those that ended
    worked_at: set[int] = field(default_factory=set)

    @property
    def belongs_to(self) -> set[int]:
        """Places whose people look after this person."""
        return (self.works_at | {place_id for _, place_id in self.roles}) or self.worked_at


@dataclass(slots=True)
class Stay:
    """A person in a position, both days inside."""

    id: int
    person_id: int
    first_on: date
    last_on: date | None
    is_new: bool = False

    def overlaps(self, first_on: date, last_on: date | None) -> bool:
        """Is any day in both?"""
        return (self.last_on is None or first_on <= self.last_on) and (last_on is None or self.first_on <= last_on)


@dataclass(slots=True)
class Slot:
    """A position as it is, or would be after the rows so far."""

    id: int
    place_id: int
    title: str
    contracted: Decimal | None
    agreed: Decimal | None
    reports_to_id: int | None
    closed_on: date | None = None
    is_new: bool = False
    stays: list[Stay] = field(default_factory=list)

    def is_free(self, first_on: date, last_on: date | None) -> bool:
        """Could somebody be in it on all these days?"""
        is_there = self.closed_on is None or (last_on is not None and last_on < self.closed_on)
        return is_there and not any(stay.overlaps(first_on, last_on) for stay in self.stays)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything an import is compared with, for the whole consortium; nobody changes it: a roster copies it."""

    #: places by their codes, and by their ids
    spots: Mapping[str, Spot]
    spot_of: Mapping[int, Spot]
    people: Sequence[Someone]
    slots: Sequence[Slot]
    today: date


def known_people(session: Session, *, within: Scope, at: datetime) -> Known:
    """What is here; a handful of statements, whatever the number of people."""
    places = consortia.subtree(session, within=Scope(consortium_id=within.consortium_id))
    spots = [Spot(place.id, place.code, place.name, place.path, place.parent_id is None) for place in places]
    slots = _slots(session, within)
    return Known(
        spots={spot.code: spot for spot in spots},
        spot_of={spot.id: spot for spot in spots},
        people=_people(session, within, slots, at=at),
        slots=list(slots.values()),
        today=consortia.today_of(session, within=within, at=at),
    )


def _slots(session: Session, within: Scope) -> dict[int, Slot]:
    slots = {
        row.id: Slot(*row)
        for row in session.execute(
            sa.select(
                Position.id,
                Position.place_id,
                Position.title,
                Position.contracted_hours,
                Position.agreed_hours,
                Position.reports_to_id,
                Position.closed_on,
            )
            .where(Position.consortium_id == within.consortium_id)
            .order_by(Position.id)
        )
    }
    stays = session.execute(
        sa.select(Incumbency.position_id, Incumbency.id, Incumbency.person_id, Incumbency.first_on, Incumbency.last_on)
        .where(Incumbency.consortium_id == within.consortium_id)
        .order_by(Incumbency.first_on, Incumbency.id)
    )
    for position_id, stay_id, person_id, first_on, last_on in stays:
        slots[position_id].stays.append(Stay(stay_id, person_id, first_on, last_on))
    return slots


def _people(session: Session, within: Scope, slots: Mapping[int, Slot], *, at: datetime) -> list[Someone]:
    logins = set(_ids(session, sa.select(LoginConsortium.person_id), LoginConsortium, within))
    open_links = sa.select(Invitation.person_id).join(LinkToken, LinkToken.id == Invitation.link_token_id)
    open_links = open_links.where(LinkToken.used_at.is_(None), LinkToken.expires_at > at)
    invited = set(_ids(session, open_links, Invitation, within))
    roles = _roles(session, within)
    works_at: dict[int, set[int]] = defaultdict(set)
    worked_at: dict[int, set[int]] = defaultdict(set)
    for slot in slots.values():
        for stay in slot.stays:
            (works_at if stay.last_on is None else worked_at)[stay.person_id].add(slot.place_id)
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.email, Person.left_on)
        .where(Person.consortium_id == within.consortium_id, Person.anonymized_at.is_(None))
        .order_by(Person.id)
    )
    return [
        Someone(
            id=person_id,
            name=name,
            email=email,
            has_left=left_on is not None,
            has_login=person_id in logins,
            has_open_link=person_id in invited,
            roles=roles[person_id],
            works_at=works_at[person_id],
            worked_at=worked_at[person_id],
        )
        for person_id, name, email, left_on in rows
    ]


def _ids(
    session: Session, statement: sa.Select[int], model: type[LoginConsortium] | type[Invitation], within: Scope
) -> Sequence[int]:
    return session.scalars(statement.where(model.consortium_id == within.consortium_id).order_by(model.id)).all()


def _roles(session: Session, within: Scope) -> dict[int, set[tuple[Role, int]]]:
    roles: dict[int, set[tuple[Role, int]]] = defaultdict(set)
    rows = session.execute(
        sa.select(Membership.person_id, Membership.role, Membership.place_id)
        .where(Membership.consortium_id == within.consortium_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    for person_id, role, place_id in rows:
        roles[person_id].add((role, place_id))
    return roles
