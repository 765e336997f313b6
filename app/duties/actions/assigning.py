"""Giving duties to positions and teams, and ending that; a while to undo it."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia.models import Place
from app.duties.actions.clashes import (
    is_twin,
    meanwhile_in,
    name_of_holder,
    refuse_clash,
    refuse_holder,
    taken_sentence,
    vacated_by,
)
from app.duties.actions.spots import Spot, Terms, lock_account
from app.duties.models import Assignment
from app.duties.queries.assignments import relieved_by
from app.duties.rules.assigning import Span, may_undo, refuse_backwards, refuse_early_end
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Position, Team

_DAY = timedelta(days=1)
_TOO_LATE = "This was written down too long ago to undo. End it instead, so that the record stays whole."


def assign(
    session: Session, spot: Spot, *, holder: Position | Team, terms: Terms, by: Actor, at: datetime
) -> Assignment:
    """Give a duty to a position or a team; the same form posted twice gives it once.

    What a vacant position holds in the same role ends the day before. Refuses a second primary at a time, a holder
    who would be their own backup, absurd hours, days that run backwards, an account that the place neither has nor
    shares, a closed position and a team without positions.
    """
    refuse_backwards(terms.span)
    lock_account(session, spot)
    refuse_holder(session, holder, spot=spot, terms=terms)
    meanwhile = meanwhile_in(session, spot, terms.span)
    if twin := next((each for each in meanwhile if is_twin(each, holder, terms)), None):
        return twin
    vacated = vacated_by(session, meanwhile, holder=holder, terms=terms, spot=spot)
    beside = [each for each in meanwhile if each not in vacated]
    refuse_clash(session, beside, holder=holder, terms=terms, spot=spot)
    for each in vacated:
        end_assignment(session, each, place=spot.place, last_on=terms.first_on - _DAY, by=by, at=at)
    made = _assignment(spot, holder, terms, at=at)
    session.add(made)
    session.flush()
    _note(
        session,
        Deed.ASSIGNMENT_MADE,
        made,
        spot.place,
        by=by,
        at=at,
        to=name_of_holder(holder),
        account=spot.account.handle,
    )
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
    lock_account(session, spot)
    open_again = Span(assignment.last_on + _DAY, None)
    others = [each for each in meanwhile_in(session, spot, open_again) if each.id != assignment.id]
    if assignment.is_primary and (other := next((each for each in others if each.is_primary), None)):
        raise Refused(taken_sentence(other))
    assignment.last_on, assignment.end_recorded_at = None, None
    session.flush()
    _note(session, Deed.ASSIGNMENT_RESUMED, assignment, spot.place, by=by, at=at)


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
