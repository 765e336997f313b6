"""Giving duties to positions and teams, ending that, and deciding that a duty is not needed; a while to undo it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries as accounts
from app.accounts.models import Account
from app.consortia.models import Place
from app.duties.models import Assignment, DutyExemption
from app.duties.queries.assignments import assignments_in_cell, find_exemption, relieved_by
from app.duties.queries.load import filled_from, incumbents_of
from app.duties.rules.assigning import (
    Span,
    may_undo,
    refuse_absurd_hours,
    refuse_backwards,
    refuse_early_end,
    refuse_empty_reason,
)
from app.duties.rules.catalogue import Family
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Position, Team
from app.people.queries.positions import team_members

_DAY = timedelta(days=1)
_TOO_LATE = "This was written down too long ago to undo. End it instead, so that the record stays whole."


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a place's matrix: a family of duties on an account that the place has or shares."""

    place: Place
    account: Account
    family: Family

    @property
    def whole(self) -> Scope:
        """The consortium: a holder may come from anywhere in it."""
        return Scope(consortium_id=self.place.consortium_id)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a duty is given: as primary or as backup, with how many hours a week, between which days."""

    is_primary: bool
    hours_per_week: Decimal
    first_on: date
    last_on: date | None = None

    @property
    def span(self) -> Span:
        """From the first to the last day."""
        return Span(self.first_on, self.last_on)


def assign(
    session: Session, spot: Spot, *, holder: Position | Team, terms: Terms, by: Actor, at: datetime
) -> Assignment:
    """Give a duty to a position or a team; the same form posted twice gives it once.

    What a vacant position holds in the same role ends the day before. Refuses a second primary at a time, a holder
    who would be their own backup, absurd hours, days that run backwards, an account that the place neither has nor
    shares, a closed position and a team without positions.
    """
    refuse_backwards(terms.span)
    _lock(session, spot)
    _refuse_holder(session, holder, spot=spot, terms=terms)
    meanwhile = _meanwhile(session, spot, terms.span)
    if twin := next((each for each in meanwhile if _is_twin(each, holder, terms)), None):
        return twin
    vacated = _vacated(session, meanwhile, holder=holder, terms=terms, spot=spot)
    beside = [each for each in meanwhile if each not in vacated]
    _refuse_clash(session, beside, holder=holder, terms=terms, spot=spot)
    for each in vacated:
        end_assignment(session, each, place=spot.place, last_on=terms.first_on - _DAY, by=by, at=at)
    made = _assignment(spot, holder, terms, at=at)
    session.add(made)
    session.flush()
    _note(session, Deed.ASSIGNMENT_MADE, made, spot.place, by=by, at=at, to=_name(holder), account=spot.account.handle)
    return made


def end_assignment(
    session: Session, assignment: Assignment, *, place: Place, last_on: date, by: Actor, at: datetime
) -> None:
    """End it on its last day, the same day twice being once; refuses a day before it began."""
    refuse_early_end(Span(assignment.first_on, assignment.last_on), last_on)
    if assignment.last_on == last_on:
        return
    assignment.last_on, assignment.end_recorded_at = last_on, at
    session.flush()
    _note(session, Deed.ASSIGNMENT_ENDED, assignment, place, by=by, at=at, last_on=last_on)


def withdraw(session: Session, assignment: Assignment, *, place: Place, by: Actor, at: datetime) -> None:
    """Take back an assignment made by mistake, as if it had never been; what ended for it has no end again.

    Refuses one of more than an hour ago, and where someone else came to be primary meanwhile.
    """
    if not may_undo(assignment.recorded_at, at=at):
        raise Refused(_TOO_LATE)
    relieved = relieved_by(session, assignment, within=Scope(consortium_id=assignment.consortium_id))
    _note(session, Deed.ASSIGNMENT_WITHDRAWN, assignment, place, by=by, at=at)
    session.delete(assignment)
    session.flush()
    for each in relieved:
        resume(session, each, spot=Spot(place, each.account, each.family), by=by, at=at)


def resume(session: Session, assignment: Assignment, *, spot: Spot, by: Actor, at: datetime) -> None:
    """Take back an end recorded by mistake; refuses after an hour, and where someone else is primary by now."""
    if assignment.last_on is None:
        return
    if not may_undo(assignment.end_recorded_at, at=at):
        raise Refused(_TOO_LATE)
    _lock(session, spot)
    open_again = Span(assignment.last_on + _DAY, None)
    others = [each for each in _meanwhile(session, spot, open_again) if each.id != assignment.id]
    if assignment.is_primary and (other := next((each for each in others if each.is_primary), None)):
        raise Refused(_taken(other))
    assignment.last_on, assignment.end_recorded_at = None, None
    session.flush()
    _note(session, Deed.ASSIGNMENT_RESUMED, assignment, spot.place, by=by, at=at)


def exempt(session: Session, spot: Spot, *, reason: str, first_on: date, by: Actor, at: datetime) -> DutyExemption:
    """Decide that nobody is needed in a cell from a day on, with the reason; the same twice is once.

    Refuses an empty reason, and a cell that is not needed already for another one.
    """
    reason = " ".join(reason.split())
    refuse_empty_reason(reason)
    _lock(session, spot)
    known = find_exemption(session, spot.place, spot.account, spot.family, within=spot.whole, on=first_on)
    if known is not None and known.reason == reason:
        return known
    if known is not None:
        raise Refused(f"Not needed already: “{known.reason}”. Say first that it is needed again.", field="reason")
    made = DutyExemption(
        consortium_id=spot.place.consortium_id,
        place_id=spot.place.id,
        account_id=spot.account.id,
        family=spot.family,
        reason=reason,
        first_on=first_on,
    )
    session.add(made)
    session.flush()
    detail = {"family": spot.family.value, "account": spot.account.handle, "reason": reason}
    record(session, Deed.DUTY_EXEMPTED, made, by=by, at=at, place_path=spot.place.path, detail=detail)
    return made


def need_again(session: Session, spot: Spot, *, first_on: date, by: Actor, at: datetime) -> None:
    """Ask for the duty again from a day on; nothing happens where it is asked for already."""
    _lock(session, spot)
    known = find_exemption(session, spot.place, spot.account, spot.family, within=spot.whole, on=first_on)
    if known is None:
        return
    detail = {"family": spot.family.value, "account": spot.account.handle, "from": first_on}
    record(session, Deed.DUTY_NEEDED_AGAIN, known, by=by, at=at, place_path=spot.place.path, detail=detail)
    if known.first_on >= first_on:
        session.delete(known)
    else:
        known.last_on = first_on - _DAY
    session.flush()


def follow_account(session: Session, account: Account, *, former: Place, to: Place) -> None:
    """Let the duties on an account stand at the place it has moved to, past ones too, as its figures do.

    A family that is given at the new place already, because the account served it, stays as it is there.
    """
    for model in (Assignment, DutyExemption):
        there = sa.select(model.family).where(
            model.consortium_id == account.consortium_id, model.account_id == account.id, model.place_id == to.id
        )
        session.execute(
            sa.update(model)
            .where(
                model.consortium_id == account.consortium_id,
                model.account_id == account.id,
                model.place_id == former.id,
                model.family.not_in(there),
            )
            .values(place_id=to.id)
            .execution_options(synchronize_session=False)
        )


def _lock(session: Session, spot: Spot) -> None:
    """Lock the account, so that changes of its cells follow each other; refuse one that this place does not serve."""
    account = accounts.account_for_change(session, spot.account.id, within=spot.whole)
    served = accounts.accounts_serving(session, spot.place, within=spot.whole)
    if account.id not in {each.id for each in served}:
        raise Refused(f"{spot.place.name} neither has nor shares this account.")


def _refuse_holder(session: Session, holder: Position | Team, *, spot: Spot, terms: Terms) -> None:
    if isinstance(holder, Team):
        refuse_absurd_hours(terms.hours_per_week, contracted=None)
        if not team_members(session, within=spot.whole).get(holder.id):
            raise Refused(f"{holder.name} has no positions in it yet.", field="holder")
        return
    refuse_absurd_hours(terms.hours_per_week, contracted=holder.contracted_hours)
    if holder.closed_on is not None and holder.closed_on <= terms.first_on:
        raise Refused(f"The position “{holder.title}” is closed by then.", field="holder")


def _meanwhile(session: Session, spot: Spot, span: Span) -> list[Assignment]:
    """What the cell holds on any day of a span."""
    every = assignments_in_cell(session, spot.place, spot.account, spot.family, within=spot.whole)
    return [each for each in every if span.overlaps(Span(each.first_on, each.last_on))]


def _vacated(
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


def _is_twin(assignment: Assignment, holder: Position | Team, terms: Terms) -> bool:
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


def _refuse_clash(
    session: Session, meanwhile: Sequence[Assignment], *, holder: Position | Team, terms: Terms, spot: Spot
) -> None:
    for other in meanwhile:
        if _is_held_by(other, holder):
            role = "primary" if other.is_primary else "backup"
            raise Refused(f"{_name(holder)} is {role} here already on some of these days.", field="holder")
        if terms.is_primary and other.is_primary:
            raise Refused(_taken(other), field="role")
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


def _taken(other: Assignment) -> str:
    return f"{_name_of(other)} is primary on some of these days. Say first when that ends."


def _name(holder: Position | Team) -> str:
    return holder.name if isinstance(holder, Team) else holder.title


def _name_of(assignment: Assignment) -> str:
    holder = assignment.team or assignment.position
    return f"“{_name(holder)}”" if holder else "Someone else"


def _assignment(spot: Spot, holder: Position | Team, terms: Terms, *, at: datetime) -> Assignment:
    return Assignment(
        consortium_id=spot.place.consortium_id,
        place_id=spot.place.id,
        account_id=spot.account.id,
        family=spot.family,
        position_id=holder.id if isinstance(holder, Position) else None,
        team_id=holder.id if isinstance(holder, Team) else None,
        is_primary=terms.is_primary,
        hours_per_week=terms.hours_per_week,
        first_on=terms.first_on,
        last_on=terms.last_on,
        recorded_at=at,
    )


def _note(
    session: Session, deed: Deed, assignment: Assignment, place: Place, *, by: Actor, at: datetime, **more: object
) -> None:
    role = "primary" if assignment.is_primary else "backup"
    detail = {"family": assignment.family.value, "role": role, **more}
    record(session, deed, assignment, by=by, at=at, place_path=place.path, detail=detail)
