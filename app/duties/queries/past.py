"""Everyone who held, holds or will hold one duty on one account."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_in_cell
from app.duties.queries.standing import members_of_teams, stays_of, stays_within
from app.duties.rules.catalogue import Family
from app.duties.rules.matrix import Given, holder_on


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment with who stood in it on the day looked at, or on the last (or first) of its own days."""

    assignment: Assignment
    title: str
    #: None while the position is vacant
    person_name: str | None
    #: the first day on which nobody was in it, where somebody is no longer
    vacant_since: date | None

    def runs(self, on: date) -> bool:
        """Does it hold that day?"""
        return self.assignment.first_on <= on and (self.assignment.last_on is None or self.assignment.last_on >= on)

    def is_left_open(self, on: date) -> bool:
        """Does a position hold it that day, without end, that nobody is in?"""
        is_open = self.assignment.position_id is not None and self.assignment.last_on is None
        return is_open and self.person_name is None and self.assignment.first_on < on


def held_in_cell(
    session: Session, place: Place, account: Account, family: Family, *, within: Scope, on: date
) -> list[Held]:
    """All of a cell's assignments, newest first; four statements."""
    stays = stays_within(session, within=within)
    members = members_of_teams(session, within=within)
    found = []
    for each in assignments_in_cell(session, place, account, family, within=within):
        given = _given(each)
        last = on if each.last_on is None else min(on, each.last_on)
        holder = holder_on(given, stays_of(given, stays, members), on=max(each.first_on, last))
        name = holder.person_name if holder else None
        found.append(Held(each, given.title, name, holder.since if holder and name is None else None))
    return found


def _given(each: Assignment) -> Given:
    title = each.team.name if each.team else each.position.title if each.position else ""
    return Given(
        each.id,
        each.position_id,
        each.team_id,
        title,
        each.is_primary,
        each.hours_per_week,
        each.first_on,
        each.last_on,
    )
