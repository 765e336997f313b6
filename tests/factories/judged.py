"""A small world held against a policy: a template in force, days of figures, a duty held, and a run of the checks."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.duties.models import Assignment
from app.duties.rules.catalogue import Family
from app.findings.actions.checking import Outcome, check_rules
from app.findings.models import Check, Finding
from app.metrics.models import DailyFigure, Run
from app.metrics.rules.dictionary import Source
from app.metrics.rules.runs import RunKind, RunState
from app.people.models import Position
from app.policies.actions import adoptions, drafts, versions
from app.policies.importers import get_policy_template
from app.policies.models import Rule
from app.policies.rules.states import Force
from tests.factories.world import AT, SINCE, World

ON = date(2026, 11, 9)
FIRST, LAST = date(2026, 8, 1), date(2026, 10, 31)


def bind(session: Session, world: World, template: str = "T05", *, from_on: date = date(2026, 1, 1)) -> None:
    """Put a template in force and let the library adopt it."""
    words = get_policy_template(template)
    version = drafts.draft_from_template(
        session,
        words,
        issued_by=world.root,
        code=words.code,
        title=words.title,
        force=Force.REQUIRED,
        by=world.machine,
        at=AT,
    )
    versions.publish(session, version, versions.Issue(from_on, date(2027, 1, 1)), by=world.machine, at=AT)
    adoptions.adopt(
        session, version, world.library, adoptions.Vote(from_on), in_force_on=from_on, by=world.machine, at=AT
    )
    session.commit()


def figures(session: Session, account: Account, *, posts: int, broadcasts: int, days: int = 92) -> None:
    """The same counts every day from the first of August on."""
    run = Run(
        consortium_id=account.consortium_id,
        account_id=account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=AT,
    )
    session.add(run)
    session.flush()
    for step in range(days):
        session.add(
            DailyFigure(
                consortium_id=account.consortium_id,
                account_id=account.id,
                day=FIRST + timedelta(days=step),
                run_id=run.id,
                source=Source.PULL,
                posts=posts,
                broadcasts=broadcasts,
            )
        )
    session.commit()


def hold(session: Session, world: World, position: Position, family: Family, *, is_primary: bool = True) -> Assignment:
    assignment = Assignment(
        consortium_id=world.consortium.id,
        place_id=world.east.id,
        account_id=world.account.id,
        family=family,
        position_id=position.id,
        is_primary=is_primary,
        hours_per_week=1,
        recorded_at=AT,
        first_on=SINCE,
    )
    session.add(assignment)
    session.commit()
    return assignment


def check(session: Session, world: World, *, on: date = ON) -> Outcome:
    outcome = check_rules(session, within=Scope(world.consortium.id), on=on, by=world.machine, at=AT)
    session.commit()
    return outcome


def result_of(session: Session, world: World, key: str, place_id: int | None = None) -> Check:
    statement = sa.select(Check).join(Rule, Rule.id == Check.rule_id)
    return session.scalars(statement.where(Rule.key == key, Check.place_id == (place_id or world.east.id))).one()


def finding_of(session: Session, world: World, key: str) -> Finding:
    statement = sa.select(Finding).join(Rule, Rule.id == Finding.rule_id)
    return session.scalars(statement.where(Rule.key == key, Finding.place_id == world.east.id)).one()
