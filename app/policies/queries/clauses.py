"""The clauses that bind a place, found by what they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.policies.models import Adoption, Clause, Policy, Version
from app.policies.queries.adopted import binding, touches


@dataclass(frozen=True, slots=True)
class BindingClause:
    """A clause of a version that is in force somewhere."""

    clause: Clause
    version: Version
    policy: Policy


def clauses_about(
    session: Session, words: Sequence[str], *, phrases: Sequence[str], within: Scope, on: date
) -> list[BindingClause]:
    """The clauses that bind in the scope on a day; by policy and number.

    Those whose title names one of the words, or whose text holds one of the phrases.
    """
    statement = (
        sa.select(Clause, Version, Policy)
        .join(Version, sa.and_(Version.consortium_id == Clause.consortium_id, Version.id == Clause.version_id))
        .join(Policy, sa.and_(Policy.consortium_id == Version.consortium_id, Policy.id == Version.policy_id))
        .join(Adoption, sa.and_(Adoption.consortium_id == Version.consortium_id, Adoption.version_id == Version.id))
        .join(Place, sa.and_(Place.consortium_id == Adoption.consortium_id, Place.id == Adoption.place_id))
        .where(
            Clause.consortium_id == within.consortium_id,
            *binding(on),
            touches(within),
            sa.or_(
                *(Clause.title.icontains(word, autoescape=True) for word in words),
                *(Clause.body.icontains(phrase, autoescape=True) for phrase in phrases),
            ),
        )
        .order_by(Policy.code, Clause.number, Clause.id)
    )
    found = {
        clause.id: BindingClause(clause, version, policy) for clause, version, policy in session.execute(statement)
    }
    return list(found.values())
