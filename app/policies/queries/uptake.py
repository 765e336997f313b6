"""Reading how policies are taken up: what is issued, what each library decided about it, and what is due for review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.policies.models import Adoption, Version
from app.policies.queries.versions import versions_within
from app.policies.rules.states import VersionState


@dataclass(frozen=True, slots=True)
class Uptake:
    """The newest published version of each policy, and where somebody decided about it."""

    #: the earliest review first
    issued: Sequence[Version]
    #: (place, version) of every decision, declined ones too
    decided: frozenset[tuple[int, int]]
    #: (place, policy) of what binds on the day
    bound: frozenset[tuple[int, int]]

    def for_place(self, place: Place) -> list[Version]:
        """What was issued to a place: by itself or by a place above it."""
        above = ids_in(place.path)
        return [version for version in self.issued if version.policy.issued_by_id in above]

    def undecided_at(self, place: Place) -> list[Version]:
        """What was issued to a place and waits for its decision, the earliest review first."""
        above = ids_in(place.path)
        return [
            version
            for version in self.for_place(place)
            if not any((step, version.id) in self.decided for step in above)
        ]

    def bound_at(self, place: Place) -> list[Version]:
        """Policies of which some version binds a place, each by its newest published version."""
        above = ids_in(place.path)
        return [
            version
            for version in self.for_place(place)
            if any((step, version.policy_id) in self.bound for step in above)
        ]


def uptake_of(session: Session, *, within: Scope, on: date) -> Uptake:
    """What the consortium issued and what its places decided, as it stands on a day; two statements."""
    whole = Scope(consortium_id=within.consortium_id)
    issued: dict[int, Version] = {}
    for version in versions_within(session, within=whole):
        if version.is_published:
            issued.setdefault(version.policy_id, version)
    alive = [version for version in issued.values() if version.state_on(on) in _ALIVE]
    rows = session.execute(
        sa.select(Adoption.place_id, Adoption.version_id, Adoption.policy_id, Adoption.in_force_on, Adoption.ended_on)
        .where(Adoption.consortium_id == within.consortium_id)
        .order_by(Adoption.place_id, Adoption.id)
    ).all()
    return Uptake(
        issued=sorted(alive, key=lambda each: (each.review_by_on or date.max, each.policy.code)),
        decided=frozenset((row.place_id, row.version_id) for row in rows),
        bound=frozenset(
            (row.place_id, row.policy_id)
            for row in rows
            if row.in_force_on is not None and row.in_force_on <= on and (row.ended_on is None or row.ended_on >= on)
        ),
    )


_ALIVE = (VersionState.IN_FORCE, VersionState.APPROVED)
