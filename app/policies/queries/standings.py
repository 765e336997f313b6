"""How rules stand at places, as the checks noted it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.policies.models import Rule, RuleStanding
from app.policies.rules.standings import Tally
from app.policies.rules.states import Result


def standings_at(session: Session, place: Place, *, within: Scope) -> dict[int, RuleStanding]:
    """How the rules that bind one place stand there, by rule id."""
    statement = (
        sa.select(RuleStanding)
        .where(RuleStanding.consortium_id == within.consortium_id, RuleStanding.place_id == place.id)
        .order_by(RuleStanding.rule_id)
    )
    return {standing.rule_id: standing for standing in session.scalars(statement)}


def tallies_within(session: Session, *, within: Scope, on: date) -> dict[int, Tally]:
    """At how many places of the scope each rule stands how, by rule id; one statement."""
    columns = (
        sa.func.sum(sa.case((condition, 1), else_=0))
        for condition in (
            RuleStanding.result == Result.PASS,
            _in_grace(on),
            sa.and_(RuleStanding.result == Result.FAIL, sa.not_(_in_grace(on))),
            RuleStanding.result == Result.NOT_MEASURABLE,
            RuleStanding.result == Result.NOT_APPLICABLE,
            RuleStanding.result == Result.WAIVED,
        )
    )
    statement = (
        sa.select(RuleStanding.rule_id, *columns)
        .join(Place, sa.and_(Place.consortium_id == RuleStanding.consortium_id, Place.id == RuleStanding.place_id))
        .where(
            RuleStanding.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .group_by(RuleStanding.rule_id)
        .order_by(RuleStanding.rule_id)
    )
    return {rule_id: Tally(*(int(count) for count in counts)) for rule_id, *counts in session.execute(statement)}


def _in_grace(on: date) -> sa.ColumnElement[bool]:
    has_time = sa.and_(RuleStanding.grace_until.is_not(None), RuleStanding.grace_until >= on)
    return sa.and_(RuleStanding.result == Result.FAIL, has_time)


def places_met(session: Session, *, within: Scope) -> dict[int, tuple[int, int]]:
    """By version: at how many places of the scope no rule fails, of how many where one could be judged."""
    judged = RuleStanding.result.in_([Result.PASS, Result.FAIL])
    each = (
        sa.select(
            Rule.version_id,
            RuleStanding.place_id,
            sa.func.max(sa.case((RuleStanding.result == Result.FAIL, 1), else_=0)).label("fails"),
        )
        .join(Rule, sa.and_(Rule.consortium_id == RuleStanding.consortium_id, Rule.id == RuleStanding.rule_id))
        .join(Place, sa.and_(Place.consortium_id == RuleStanding.consortium_id, Place.id == RuleStanding.place_id))
        .where(
            RuleStanding.consortium_id == within.consortium_id,
            judged,
            Place.path.startswith(within.path, autoescape=True),
        )
        .group_by(Rule.version_id, RuleStanding.place_id)
        .subquery()
    )
    statement = (
        sa.select(each.c.version_id, sa.func.sum(1 - each.c.fails), sa.func.count())
        .group_by(each.c.version_id)
        .order_by(each.c.version_id)
    )
    return {version_id: (int(met), int(of)) for version_id, met, of in session.execute(statement)}
