"""The rules that bind: those of versions that libraries adopted."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.policies.models import Adoption, Clause, Policy, Rule, Version
from app.policies.rules.states import AdoptionDecision


@dataclass(frozen=True, slots=True)
class AdoptedRule:
    """A rule that binds a library and all its branches, with the words it comes from."""

    rule: Rule
    clause: Clause
    version: Version
    policy: Policy
    library_id: int
    library_path: str
    #: first day on which the version bound there
    in_force_on: date

    @property
    def label(self) -> str:
        """Where it is written, such as "SM 4, clause 3"."""
        return f"{self.policy.code}, clause {self.clause.number}"


def adopted_rules(session: Session, *, within: Scope, on: date) -> list[AdoptedRule]:
    """The rules that bind somewhere in the scope on a day: those of versions its libraries adopted; one statement.

    For a scope below a library, what the library adopted binds. Ordered by library, policy, clause and rule.
    """
    statement = (
        sa.select(Rule, Clause, Version, Policy, Adoption.place_id, Place.path, Adoption.in_force_on)
        .join(Clause, sa.and_(Clause.consortium_id == Rule.consortium_id, Clause.id == Rule.clause_id))
        .join(Version, sa.and_(Version.consortium_id == Rule.consortium_id, Version.id == Rule.version_id))
        .join(Policy, sa.and_(Policy.consortium_id == Version.consortium_id, Policy.id == Version.policy_id))
        .join(Adoption, sa.and_(Adoption.consortium_id == Version.consortium_id, Adoption.version_id == Version.id))
        .join(Place, sa.and_(Place.consortium_id == Adoption.consortium_id, Place.id == Adoption.place_id))
        .where(Rule.consortium_id == within.consortium_id, *binding(on), touches(within))
        .order_by(Place.path, Policy.code, Clause.number, Rule.key)
    )
    return [
        AdoptedRule(rule, clause, version, policy, library_id, path, in_force_on or on)
        for rule, clause, version, policy, library_id, path, in_force_on in session.execute(statement)
    ]


def binding(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """What makes an adoption bind on a day: not declined, begun, not ended."""
    return (
        Adoption.decision != AdoptionDecision.DECLINED,
        Adoption.in_force_on <= on,
        sa.or_(Adoption.ended_on.is_(None), Adoption.ended_on >= on),
    )


def touches(within: Scope) -> sa.ColumnElement[bool]:
    """Adopted by a place of the scope, or by one above it."""
    below = Place.path.startswith(within.path, autoescape=True)
    return sa.or_(below, Place.id.in_(ids_in(within.path)))
