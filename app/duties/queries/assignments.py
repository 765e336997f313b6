"""Assignments one by one: those of a cell, of a position or a team, and the one that is to change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.duties.models import Assignment, DutyExemption
from app.duties.queries.load import incumbents_of
from app.duties.rules.catalogue import Family
from app.foundation.errors import NotFound
from app.people.models import Person, Position, Team, TeamMember


def find_assignment(session: Session, assignment_id: int, *, within: Scope) -> Assignment | None:
    """The assignment with this id, with account and holder; None outside the scope."""
    return session.scalars(_assignments(within).where(Assignment.id == assignment_id)).one_or_none()


def get_assignment(session: Session, assignment_id: int, *, within: Scope) -> Assignment:
    """The assignment with this id, with account and holder; NotFound outside the scope."""
    found = find_assignment(session, assignment_id, within=within)
    if found is None:
        raise NotFound("There is no such assignment here.")
    return found


def assignments_in_cell(
    session: Session, place: Place, account: Account, family: Family, *, within: Scope
) -> Sequence[Assignment]:
    """Everything that was, is or will be given in one cell of a place's matrix, newest first, the primary before its backup."""
    statement = _assignments(within).where(
        Assignment.place_id == place.id, Assignment.account_id == account.id, Assignment.family == family
    )
    newest = (Assignment.first_on.desc(), Assignment.is_primary.desc(), Assignment.id.desc())
    return session.scalars(statement.order_by(None).order_by(*newest)).all()


def relieved_by(session: Session, assignment: Assignment, *, within: Scope) -> Sequence[Assignment]:
    """What ended for an assignment, in the same deed and the day before it began, because its position was vacant."""
    return session.scalars(
        _assignments(within).where(
            Assignment.place_id == assignment.place_id,
            Assignment.account_id == assignment.account_id,
            Assignment.family == assignment.family,
            Assignment.is_primary == assignment.is_primary,
            Assignment.last_on == assignment.first_on - timedelta(days=1),
            Assignment.end_recorded_at == assignment.recorded_at,
        )
    ).all()


def assignments_held(session: Session, position_ids: Iterable[int], *, within: Scope, on: date) -> Sequence[Assignment]:
    """What positions hold on a day, alone or through a team, by account, then family, primary first."""
    ids = sorted(set(position_ids))
    teams = sa.select(TeamMember.team_id).where(
        TeamMember.consortium_id == within.consortium_id, TeamMember.position_id.in_(ids)
    )
    return session.scalars(
        _assignments(within).where(
            sa.or_(Assignment.position_id.in_(ids), Assignment.team_id.in_(teams)),
            Assignment.first_on <= on,
            sa.or_(Assignment.last_on.is_(None), Assignment.last_on >= on),
        )
    ).all()


def primaries_beside(session: Session, backups: Sequence[Assignment], *, within: Scope, on: date) -> dict[int, str]:
    """Who is primary beside each of some backup assignments on a day, by the backup's id; two statements.

    The primary of a shared account may stand at its owner's. A vacant position goes by its title.
    """
    statement = _assignments(within).where(
        Assignment.account_id.in_({each.account_id for each in backups}),
        Assignment.is_primary,
        Assignment.first_on <= on,
        sa.or_(Assignment.last_on.is_(None), Assignment.last_on >= on),
    )
    primaries = session.scalars(statement).all()
    ids = [each.position_id for each in primaries if each.position_id is not None]
    people = incumbents_of(session, ids, within=within, on=on)
    names = {(each.place_id, each.account_id, each.family): _holder_name(each, people) for each in primaries}
    found = {}
    for each in backups:
        owner = (each.account.place_id, each.account_id, each.family)
        found[each.id] = names.get((each.place_id, each.account_id, each.family)) or names.get(owner) or ""
    return found


def _holder_name(assignment: Assignment, people: Mapping[int, Sequence[Person]]) -> str:
    if assignment.team is not None:
        return assignment.team.name
    if assignment.position is None:
        return ""
    names = [person.name for person in people.get(assignment.position.id, ())]
    return " and ".join(names) or assignment.position.title


def find_exemption(
    session: Session, place: Place, account: Account, family: Family, *, within: Scope, on: date
) -> DutyExemption | None:
    """The decision that a duty is not needed here on a day, or from a later one on."""
    return session.scalars(
        sa.select(DutyExemption)
        .where(
            DutyExemption.consortium_id == within.consortium_id,
            DutyExemption.place_id == place.id,
            DutyExemption.account_id == account.id,
            DutyExemption.family == family,
            sa.or_(DutyExemption.last_on.is_(None), DutyExemption.last_on >= on),
        )
        .order_by(DutyExemption.first_on, DutyExemption.id)
        .limit(1)
    ).one_or_none()


def _assignments(within: Scope) -> sa.Select[Assignment]:
    return (
        sa.select(Assignment)
        .join(Place, sa.and_(Place.consortium_id == Assignment.consortium_id, Place.id == Assignment.place_id))
        .join(Account, sa.and_(Account.consortium_id == Assignment.consortium_id, Account.id == Assignment.account_id))
        .outerjoin(
            Position,
            sa.and_(Position.consortium_id == Assignment.consortium_id, Position.id == Assignment.position_id),
        )
        .outerjoin(Team, sa.and_(Team.consortium_id == Assignment.consortium_id, Team.id == Assignment.team_id))
        .where(Assignment.consortium_id == within.consortium_id, Place.path.startswith(within.path, autoescape=True))
        .options(
            contains_eager(Assignment.account), contains_eager(Assignment.position), contains_eager(Assignment.team)
        )
        .order_by(Account.platform, Account.id, Assignment.family, Assignment.is_primary.desc(), Assignment.id)
    )
