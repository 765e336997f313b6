"""How far a new consortium is: each step by what is there, so that nothing is remembered beside the data."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.rules import PlaceKind
from app.foundation.database import TenantRow
from app.goals.models import Goal
from app.people.models import Person
from app.policies.models import Policy, Version


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What a consortium has so far, and which step is next, counted from 1."""

    libraries: int
    branches: int
    #: policies that were begun, and of those the ones that were put in force
    drafted: int
    published: int
    goals: int
    accounts: int
    people: int

    @property
    def at(self) -> int:
        """The first step that is not done; one more than there are when all are."""
        done = (True, self.libraries > 0, self.published > 0, self.goals > 0)
        return next((number for number, is_done in enumerate(done, start=1) if not is_done), len(done) + 1)


def first_steps_of(session: Session, *, within: Scope) -> FirstSteps:
    """Count what is there; one statement a kind."""
    kinds = dict(
        session.execute(
            sa.select(Place.kind, sa.func.count())
            .where(Place.consortium_id == within.consortium_id)
            .group_by(Place.kind)
            .order_by(Place.kind)
        ).all()
    )
    published = session.scalar(
        sa.select(sa.func.count(Version.policy_id.distinct())).where(
            Version.consortium_id == within.consortium_id, Version.published_at.is_not(None)
        )
    )
    return FirstSteps(
        libraries=kinds.get(PlaceKind.LIBRARY, 0),
        branches=kinds.get(PlaceKind.BRANCH, 0),
        drafted=_count(session, Policy, within),
        published=published or 0,
        goals=_count(session, Goal, within),
        accounts=_count(session, Account, within),
        people=_count(session, Person, within),
    )


def _count(session: Session, table: type[TenantRow], within: Scope) -> int:
    statement = sa.select(sa.func.count(table.id)).where(table.consortium_id == within.consortium_id)
    return session.scalar(statement) or 0
