"""Reading findings and checks, and the rows of evidence that checks are made from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.findings.models import Check, Finding, FindingAction
from app.findings.rules.states import FindingState
from app.foundation.errors import NotFound
from app.people.models import Position
from app.policies.models import Clause, Policy, Rule, Version
from app.policies.rules.catalogue import Window, rule_kinds
from app.policies.rules.states import Result


def count_open(session: Session, *, within: Scope) -> int:
    """How many findings of the scope's place and all below it are open."""
    statement = (
        sa.select(sa.func.count(Finding.id))
        .join(Finding.place)
        .where(
            Finding.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Finding.state == FindingState.OPEN,
        )
    )
    return session.scalars(statement).one()


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What a list of findings is narrowed to; None does not narrow."""

    #: as the URL writes it, such as sm-4
    policy: str | None = None
    #: True: a next step is set and not done yet; False: none is
    has_action: bool | None = None
    closed_since: date | None = None


def findings_at(
    session: Session,
    *,
    within: Scope,
    state: FindingState,
    narrowed: FindingFilter | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Finding]:
    """Findings of the scope in a state, with place, check and rule; the longest open first, the latest put right first."""
    order = (Finding.opened_on,) if state is FindingState.OPEN else (Finding.closed_on.desc(),)
    statement = _findings(within).where(Finding.state == state, *_narrowed(narrowed or FindingFilter()))
    return session.scalars(statement.order_by(*order, Place.path, Finding.id).limit(limit).offset(offset or None)).all()


def count_findings(
    session: Session, *, within: Scope, state: FindingState, narrowed: FindingFilter | None = None
) -> tuple[int, int]:
    """How many findings of the scope are in a state, and at how many places."""
    statement = (
        _findings(within)
        .with_only_columns(sa.func.count(Finding.id), sa.func.count(Finding.place_id.distinct()))
        .where(Finding.state == state, *_narrowed(narrowed or FindingFilter()))
    )
    findings, places = session.execute(statement).one()
    return int(findings), int(places)


def _narrowed(wanted: FindingFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.policy is not None:
        conditions.append(sa.func.replace(sa.func.lower(Policy.code), " ", "-") == wanted.policy)
    if wanted.closed_since is not None:
        conditions.append(Finding.closed_on >= wanted.closed_since)
    if wanted.has_action is not None:
        acted = sa.exists().where(
            FindingAction.consortium_id == Finding.consortium_id,
            FindingAction.finding_id == Finding.id,
            FindingAction.done_on.is_(None),
        )
        conditions.append(acted if wanted.has_action else sa.not_(acted))
    return conditions


def oldest_open(session: Session, *, within: Scope, most: int) -> Sequence[Finding]:
    """The findings of the scope that have been open the longest, with place, check and rule."""
    statement = _findings(within).where(Finding.state == FindingState.OPEN)
    return session.scalars(statement.order_by(Finding.opened_on, Place.path, Finding.id).limit(most)).all()


def opened_since(session: Session, *, within: Scope, since: date, on: date, most: int) -> Sequence[Finding]:
    """Open findings of the scope that were opened after ``since``, up to a day; the latest first."""
    statement = _findings(within).where(
        Finding.state == FindingState.OPEN, Finding.opened_on > since, Finding.opened_on <= on
    )
    return session.scalars(statement.order_by(Finding.opened_on.desc(), Place.path, Finding.id).limit(most)).all()


def put_right_since(session: Session, *, within: Scope, since: date, most: int) -> Sequence[Finding]:
    """Findings of the scope that were put right after ``since``; the latest first."""
    statement = _findings(within).where(Finding.state == FindingState.PUT_RIGHT, Finding.closed_on > since)
    return session.scalars(statement.order_by(Finding.closed_on.desc(), Place.path, Finding.id).limit(most)).all()


def open_by_place(session: Session, *, within: Scope) -> dict[int, int]:
    """How many findings are open at each place of the scope, by place id; places without one are left out."""
    statement = (
        sa.select(Finding.place_id, sa.func.count(Finding.id))
        .join(Finding.place)
        .where(
            Finding.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Finding.state == FindingState.OPEN,
        )
        .group_by(Finding.place_id)
        .order_by(Finding.place_id)
    )
    return dict(session.execute(statement).all())


def get_finding(session: Session, finding_id: int, *, within: Scope) -> Finding:
    """The finding with this id; NotFound outside the scope."""
    if found := session.scalars(_findings(within).where(Finding.id == finding_id)).one_or_none():
        return found
    raise NotFound("There is no such finding here.")


def _findings(within: Scope) -> sa.Select[Finding]:
    return (
        sa.select(Finding)
        .join(Finding.place)
        .join(Finding.check)
        .join(Finding.rule)
        .join(Rule.clause)
        .join(Rule.version)
        .join(Version.policy)
        .outerjoin(Position, sa.and_(Position.consortium_id == Finding.consortium_id, Position.id == Finding.owner_id))
        .where(
            Finding.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Check.consortium_id == within.consortium_id,
            Rule.consortium_id == within.consortium_id,
            Clause.consortium_id == within.consortium_id,
            Version.consortium_id == within.consortium_id,
            Policy.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(
            contains_eager(Finding.place),
            contains_eager(Finding.check),
            contains_eager(Finding.owner),
            contains_eager(Finding.rule).contains_eager(Rule.clause),
            contains_eager(Finding.rule).contains_eager(Rule.version).contains_eager(Version.policy),
        )
    )


def open_findings(session: Session, *, within: Scope) -> dict[tuple[int, int], Finding]:
    """Every open finding of the scope's consortium by rule and place, without what belongs to it."""
    statement = sa.select(Finding).where(
        Finding.consortium_id == within.consortium_id, Finding.state == FindingState.OPEN
    )
    return {(each.rule_id, each.place_id): each for each in session.scalars(statement.order_by(Finding.id))}


def lines_of_rules(session: Session, rule_ids: Iterable[int], *, within: Scope) -> dict[int, tuple[int, str]]:
    """The policy and the catalogue's key of each of these rules: what stays when a new version replaces one."""
    statement = (
        sa.select(Rule.id, Version.policy_id, Rule.key)
        .join(Rule.version)
        .where(
            Rule.consortium_id == within.consortium_id,
            Version.consortium_id == within.consortium_id,
            Rule.id.in_(sorted(rule_ids)),
        )
        .order_by(Rule.id)
    )
    return {rule_id: (policy_id, key) for rule_id, policy_id, key in session.execute(statement)}


def actions_on(session: Session, findings: Iterable[Finding], *, within: Scope) -> dict[int, list[FindingAction]]:
    """What people will do about each of these findings, by finding, with the owner's position; the latest first."""
    statement = (
        sa.select(FindingAction)
        .join(FindingAction.owner)
        .where(
            FindingAction.consortium_id == within.consortium_id,
            Position.consortium_id == within.consortium_id,
            FindingAction.finding_id.in_([finding.id for finding in findings]),
        )
        .options(contains_eager(FindingAction.owner))
        .order_by(FindingAction.set_at.desc(), FindingAction.id.desc())
    )
    found: dict[int, list[FindingAction]] = defaultdict(list)
    for action in session.scalars(statement):
        found[action.finding_id].append(action)
    return found


def get_action(session: Session, action_id: int, finding: Finding, *, within: Scope) -> FindingAction:
    """One action of the finding; NotFound where it belongs to another."""
    for action in actions_on(session, [finding], within=within).get(finding.id, []):
        if action.id == action_id:
            return action
    raise NotFound("There is no such action here.")


def checks_of(session: Session, finding: Finding, *, within: Scope, most: int) -> Sequence[Check]:
    """How the finding's rule was found at its place, newest first."""
    statement = (
        sa.select(Check)
        .where(
            Check.consortium_id == within.consortium_id,
            Check.rule_id == finding.rule_id,
            Check.place_id == finding.place_id,
        )
        .order_by(Check.period_last_on.desc(), Check.id)
        .limit(most)
    )
    return session.scalars(statement).all()


def last_checked_at(session: Session, *, within: Scope) -> datetime | None:
    """When the consortium's rules were last checked; None where they never were."""
    statement = sa.select(sa.func.max(Check.checked_at)).where(Check.consortium_id == within.consortium_id)
    return session.scalars(statement).one()


def met_by_period(session: Session, *, within: Scope, most: int) -> list[tuple[date, int, int]]:
    """By last day of the quarter: checks met, of those that could be judged; newest first."""
    statement = (
        sa.select(
            Check.period_last_on,
            sa.func.sum(sa.case((Check.result == Result.PASS, 1), else_=0)),
            sa.func.count(Check.id),
        )
        .join(Check.place)
        .where(
            Check.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Check.result.in_([Result.PASS, Result.FAIL]),
            Check.rule_id.in_(_quarterly(within)),
        )
        .group_by(Check.period_last_on)
        .order_by(Check.period_last_on.desc())
        .limit(most)
    )
    return [(last_on, int(met), int(of)) for last_on, met, of in session.execute(statement)]


def _quarterly(within: Scope) -> sa.Select[int]:
    """Rules judged over a quarter: those judged on a day have periods of their own."""
    keys = [kind.key for kind in rule_kinds().values() if kind.window is Window.QUARTER]
    return sa.select(Rule.id).where(Rule.consortium_id == within.consortium_id, Rule.key.in_(keys))
