"""What libraries decided about a policy."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.policies.models import Adoption, Policy, Version
from app.policies.queries.adopted import touches


def adoptions_of(session: Session, policy: Policy, *, within: Scope) -> Sequence[Adoption]:
    """What the libraries of the scope decided about a policy, with place and version, newest decision first."""
    statement = (
        sa.select(Adoption)
        .join(Adoption.place)
        .join(Adoption.version)
        .where(
            Adoption.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Version.consortium_id == within.consortium_id,
            Adoption.policy_id == policy.id,
            touches(within),
        )
        .options(contains_eager(Adoption.place), contains_eager(Adoption.version))
        .order_by(Adoption.decided_on.desc(), Place.name, Adoption.recorded_at.desc(), Adoption.id)
    )
    return session.scalars(statement).all()


def find_adoption_bound(session: Session, policy: Policy, place: Place, *, within: Scope) -> Adoption | None:
    """The adoption at this very place that has no end yet, with its version."""
    statement = (
        sa.select(Adoption)
        .join(Adoption.version)
        .where(
            Adoption.consortium_id == within.consortium_id,
            Version.consortium_id == within.consortium_id,
            Adoption.policy_id == policy.id,
            Adoption.place_id == place.id,
            Adoption.in_force_on.is_not(None),
            Adoption.ended_on.is_(None),
        )
        .options(contains_eager(Adoption.version))
    )
    return session.scalars(statement).one_or_none()
