"""Keeping checks: one row a rule, place and quarter; for a rule of a day, one row for as long as its result lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.findings.models import Check
from app.findings.rules.judging import Judgement, PlaceSeen
from app.foundation.ids import new_id
from app.foundation.periods import Period
from app.policies.models import Rule
from app.policies.rules.states import Result

#: the check that now stands for a rule at a place
KeptChecks = dict[tuple[int, int], int]
_Spot = tuple[int, int]
_Known = tuple[int, date, date, Result]


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule at one place, with what the check found; ``is_daily``: as it stands on a day."""

    rule: Rule
    place: PlaceSeen
    period: Period
    is_daily: bool
    judgement: Judgement


def keep(session: Session, judged: Sequence[Judged], *, within: Scope, on: date, at: datetime) -> KeptChecks:
    """Write every check, over the one of the same days where there is one; three statements at any size."""
    known = _known(session, {each.rule.id for each in judged}, within=within)
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    kept: KeptChecks = {}
    for each in judged:
        spot = (each.rule.id, each.place.place_id)
        row = _row(each, at=at)
        if same := _same(known.get(spot, ()), each, on=on):
            check_id, first_on, last_on, _ = same
            if each.is_daily:
                row |= {"period_first_on": min(first_on, each.period.first), "period_last_on": max(last_on, on)}
            changed.append({**row, "id": check_id})
            kept[spot] = check_id
        else:
            kept[spot] = new_id()
            where = {"consortium_id": within.consortium_id, "rule_id": spot[0], "place_id": spot[1]}
            added.append({**row, **where, "id": kept[spot]})
    if changed:
        session.execute(sa.update(Check), changed)
    if added:
        session.execute(sa.insert(Check), added)
    return kept


def _known(session: Session, rule_ids: set[int], *, within: Scope) -> dict[_Spot, list[_Known]]:
    """Every check of these rules by rule and place, the newest first."""
    statement = (
        sa.select(Check.rule_id, Check.place_id, Check.id, Check.period_first_on, Check.period_last_on, Check.result)
        .where(Check.consortium_id == within.consortium_id, Check.rule_id.in_(sorted(rule_ids)))
        .order_by(Check.period_last_on.desc(), Check.id)
    )
    found: dict[_Spot, list[_Known]] = {}
    for rule_id, place_id, check_id, first_on, last_on, result in session.execute(statement):
        found.setdefault((rule_id, place_id), []).append((check_id, first_on, last_on, result))
    return found


def _same(known: Sequence[_Known], each: Judged, *, on: date) -> _Known | None:
    """The row to write over: of the same days, or (a rule of a day) the newest while its result lasts."""
    if each.is_daily and known and known[0][3] is each.judgement.result and known[0][1] <= on:
        return known[0]
    days = (each.period.first, each.period.last)
    return next((row for row in known if (row[1], row[2]) == days), None)


def _row(each: Judged, *, at: datetime) -> dict[str, Any]:
    """What changes from check to check: keys are left out, since writing one makes SQLite look through its referrers."""
    judgement = each.judgement
    return {
        "period_first_on": each.period.first,
        "period_last_on": each.period.last,
        "result": judgement.result,
        "cases": judgement.cases,
        "measured": judgement.measured,
        "evidence": judgement.evidence[:300],
        "rows_used": {
            "rows": [
                {"account_id": row.account_id, "label": row.label, "words": row.words, "family": row.family}
                | ({"post_id": row.post_id} if row.post_id else {})
                for row in judgement.rows
            ]
        },
        "checked_at": at,
    }
