"""How each rule stands at each place, noted by the checks of the room above; not a deed of a person."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.policies.models import RuleStanding
from app.policies.rules.states import Result

#: how many ids one statement names
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule at one place, as its last check found it; fields as in the table."""

    rule_id: int
    place_id: int
    result: Result
    evidence: str
    cases: int | None
    period_first_on: date
    period_last_on: date
    grace_until: date | None
    finding_id: int | None


#: keys are left out of updates: writing one makes SQLite look through its referrers
_CHANGING = tuple(each.name for each in fields(Standing) if each.name not in {"rule_id", "place_id"})


def note_standings(session: Session, standings: Iterable[Standing], *, within: Scope, at: datetime) -> None:
    """Make these the standings of the whole consortium: written, updated, and the others dropped.

    The caller holds the consortium's root locked, so that two checks follow each other.
    """
    known = {
        (rule_id, place_id): standing_id
        for standing_id, rule_id, place_id in session.execute(
            sa.select(RuleStanding.id, RuleStanding.rule_id, RuleStanding.place_id)
            .where(RuleStanding.consortium_id == within.consortium_id)
            .order_by(RuleStanding.id)
        )
    }
    added, changed = [], []
    for standing in standings:
        row = {**{name: getattr(standing, name) for name in _CHANGING}, "noted_at": at}
        where = {"rule_id": standing.rule_id, "place_id": standing.place_id}
        standing_id = known.pop((standing.rule_id, standing.place_id), None)
        if standing_id is None:
            added.append({**row, **where, "consortium_id": within.consortium_id})
        else:
            changed.append({**row, "id": standing_id})
    if changed:
        session.execute(sa.update(RuleStanding), changed)
    if added:
        session.execute(sa.insert(RuleStanding), added)
    _drop(session, list(known.values()), within=within)


def _drop(session: Session, ids: list[int], *, within: Scope) -> None:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        session.execute(
            sa.delete(RuleStanding).where(
                RuleStanding.consortium_id == within.consortium_id,
                RuleStanding.id.in_(ids[start : start + _MOST_AT_ONCE]),
            )
        )
