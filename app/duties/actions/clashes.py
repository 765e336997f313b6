"""What stands in the way of giving a duty, and what makes room for it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.duties.actions.spots import Spot, Terms
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_in_cell
from app.duties.queries.load import filled_from, incumbents_of
from app.duties.rules.assigning import Span, refuse_absurd_hours
from app.foundation.errors import Refused
from app.people.models import Position, Team
from app.people.queries.positions import team_members


def refuse_holder(session: Session, holder: Position | Team, *, spot: Spot, terms: Terms) -> None:
    """Refuse absurd hours, a closed position and a team without positions."""
    if isinstance(holder, Team):
        refuse_absurd_hours(terms.hours_per_week, contracted=None)
        if not team_members(session, within=spot.whole).get(holder.id):
            raise Refused(f"{holder.name} has no positions in it yet.", field="holder")
        return
    refuse_absurd_hours(terms.hours_per_week, contracted=holder.contracted_hours)
    if holder.closed_on is not None and holder.closed_on <= terms.first_on:
        raise Refused(f"The position “{holder.title}” is closed by then.", field="holder")


def meanwhile_in(session: Session, spot: Spot, span: Span) -> list[Assignment]:
    """What the cell holds on any day of a span."""
    every = assignments_in_cell(session, spot.place, spot.account, spot.family, within=spot.whole)
    return [each for each in every if span.overlaps(Span(each.first_on, each.last_on))]


def vacated_by(
    session: Session, meanwhile: Sequence[Assignment], *, holder: Position | Team, terms: Terms, spot: Spot
) -> list[Assignment]:
    """What positions that nobody is in from then on hold in the same role, without end."""
    open_ones = [
        each
        for each in meanwhile
        if each.is_primary == terms.is_primary
        and each.last_on is None  # an end that is set already could not be set again by undoing
        and each.first_on < terms.first_on
        and not _is_held_by(each, holder)
    ]
    ids = {each.position_id for each in open_ones if each.position_id is not None}
    filled = filled_from(session, ids, within=spot.whole, on=terms.first_on)
    return [each for each in open_ones if each.position_id in ids - filled]


def is_twin(assignment: Assignment, holder: Position | Team, terms: Terms) -> bool:
    """Is it what is about to be given, word for word?"""
    same_terms = (assignment.is_primary, assignment.first_on, assignment.last_on, assignment.hours_per_week)
    return _is_held_by(assignment, holder) and same_terms == (
        terms.is_primary,
        terms.first_on,
        terms.last_on,
        terms.hours_per_week,
    )


def _is_held_by(assignment: Assignment, holder: Position | Team) -> bool:
    if isinstance(holder, Team):
        return assignment.team_id == holder.id
    return assignment.position_id == holder.id


def refuse_clash(
    session: Session, meanwhile: Sequence[Assignment], *, holder: Position | Team, terms: Terms, spot: Spot
) -> None:
    """Refuse a holder who is here already, a second primary, and a person who would be their own backup."""
    for other in meanwhile:
        if _is_held_by(other, holder):
            role = "primary" if other.is_primary else "backup"
            raise Refused(f"{name_of_holder(holder)} is {role} here already on some of these days.", field="holder")
        if terms.is_primary and other.is_primary:
            raise Refused(taken_sentence(other), field="role")
    mine = _person_ids(session, holder, spot=spot, on=terms.first_on)
    for other in meanwhile:
        if other.position is not None and mine & _person_ids(session, other.position, spot=spot, on=terms.first_on):
            raise Refused(
                f"The same person would be primary and backup: they are in the position “{other.position.title}” too.",
                field="holder",
            )


def _person_ids(session: Session, holder: Position | Team, *, spot: Spot, on: date) -> set[int]:
    """Who is in a position that day; a team is several people, and never its own backup."""
    if isinstance(holder, Team):
        return set()
    found = incumbents_of(session, [holder.id], within=spot.whole, on=on)
    return {person.id for person in found.get(holder.id, ())}


def taken_sentence(other: Assignment) -> str:
    """Why nobody else can be primary now."""
    return f"{_name_of(other)} is primary on some of these days. Say first when that ends."


def name_of_holder(holder: Position | Team) -> str:
    """A team's name, a position's title."""
    return holder.name if isinstance(holder, Team) else holder.title


def _name_of(assignment: Assignment) -> str:
    holder = assignment.team or assignment.position
    return f"“{name_of_holder(holder)}”" if holder else "Someone else"
