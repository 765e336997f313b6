"""Reading policies: the list, a version with its clauses and rules, who adopted what, and what binds where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.foundation.errors import NotFound
from app.policies.models import Adoption, Clause, Policy, Rule, RuleStanding, Version
from app.policies.rules.standings import Tally
from app.policies.rules.states import AdoptionDecision, Result


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
        .where(Rule.consortium_id == within.consortium_id, *_binding(on), _touches(within))
        .order_by(Place.path, Policy.code, Clause.number, Rule.key)
    )
    return [
        AdoptedRule(rule, clause, version, policy, library_id, path, in_force_on or on)
        for rule, clause, version, policy, library_id, path, in_force_on in session.execute(statement)
    ]


def _binding(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Adoption.decision != AdoptionDecision.DECLINED,
        Adoption.in_force_on <= on,
        sa.or_(Adoption.ended_on.is_(None), Adoption.ended_on >= on),
    )


def _touches(within: Scope) -> sa.ColumnElement[bool]:
    """Adopted by a place of the scope, or by one above it."""
    below = Place.path.startswith(within.path, autoescape=True)
    return sa.or_(below, Place.id.in_(ids_in(within.path)))


def find_policy(session: Session, slug: str, *, within: Scope) -> Policy | None:
    """The policy whose code a URL writes so."""
    written = sa.func.replace(sa.func.lower(Policy.code), " ", "-")
    statement = sa.select(Policy).where(Policy.consortium_id == within.consortium_id, written == slug)
    return session.scalars(statement).one_or_none()


def get_policy(session: Session, slug: str, *, within: Scope) -> Policy:
    """The policy whose code a URL writes so; NotFound where the consortium has none."""
    if policy := find_policy(session, slug, within=within):
        return policy
    raise NotFound("There is no such policy here.")


def policy_for_change(session: Session, policy_id: int, *, within: Scope) -> Policy:
    """The policy, locked until the transaction ends: two changes of it follow each other."""
    statement = sa.select(Policy).where(Policy.consortium_id == within.consortium_id, Policy.id == policy_id)
    return session.scalars(statement.with_for_update()).one()


def versions_within(session: Session, *, within: Scope) -> Sequence[Version]:
    """Every version of every policy of the consortium with its policy, by policy, newest first."""
    return session.scalars(_versions(within).order_by(Policy.code, Version.drafted_at.desc(), Version.id.desc())).all()


def versions_of(session: Session, policy: Policy, *, within: Scope) -> Sequence[Version]:
    """The versions of a policy with it, newest first."""
    newest = (Version.drafted_at.desc(), Version.id.desc())
    return session.scalars(_versions(within).where(Version.policy_id == policy.id).order_by(*newest)).all()


def get_version(session: Session, policy: Policy, number: str, *, within: Scope) -> Version:
    """The version with this number, with its policy; NotFound where there is none."""
    statement = _versions(within).where(Version.policy_id == policy.id, Version.number == number)
    if found := session.scalars(statement).one_or_none():
        return found
    raise NotFound(f"{policy.code} has no version {number}.")


def find_draft(session: Session, policy: Policy, *, within: Scope) -> Version | None:
    """The version that is being written, with its policy."""
    versions = versions_of(session, policy, within=within)
    return next((version for version in versions if version.is_open), None)


def get_draft(session: Session, policy: Policy, *, within: Scope) -> Version:
    """The version that is being written; NotFound where nobody writes one."""
    if draft := find_draft(session, policy, within=within):
        return draft
    raise NotFound(f"{policy.code} has no draft.")


def find_issued(session: Session, policy: Policy, *, within: Scope) -> Version | None:
    """The newest published version, with its policy: what libraries may adopt."""
    versions = versions_of(session, policy, within=within)
    return next((version for version in versions if version.is_published), None)


def find_version_bound(session: Session, policy: Policy, place: Place, *, within: Scope, on: date) -> Version | None:
    """The version that binds a place on a day, through what it or a place above it adopted."""
    statement = (
        _versions(within)
        .join(Adoption, sa.and_(Adoption.consortium_id == Version.consortium_id, Adoption.version_id == Version.id))
        .join(Place, sa.and_(Place.consortium_id == Adoption.consortium_id, Place.id == Adoption.place_id))
        .where(Version.policy_id == policy.id, *_binding(on), Place.id.in_(ids_in(place.path)))
        .order_by(Place.path.desc(), Adoption.in_force_on.desc())
    )
    return session.scalars(statement.limit(1)).one_or_none()


def _versions(within: Scope) -> sa.Select[Version]:
    return (
        sa.select(Version)
        .join(Version.policy)
        .where(Version.consortium_id == within.consortium_id, Policy.consortium_id == within.consortium_id)
        .options(contains_eager(Version.policy))
    )


def clauses_of(session: Session, version: Version, *, within: Scope) -> Sequence[Clause]:
    """The clauses of a version, in their order."""
    statement = sa.select(Clause).where(Clause.consortium_id == within.consortium_id, Clause.version_id == version.id)
    return session.scalars(statement.order_by(Clause.number)).all()


def get_clause(session: Session, version: Version, number: int, *, within: Scope) -> Clause:
    """One clause of a version; NotFound where it has no such number."""
    for clause in clauses_of(session, version, within=within):
        if clause.number == number:
            return clause
    raise NotFound(f"The version has no clause {number}.")


def rules_of(session: Session, version: Version, *, within: Scope) -> Sequence[Rule]:
    """The rules of a version, in the order they were written."""
    statement = sa.select(Rule).where(Rule.consortium_id == within.consortium_id, Rule.version_id == version.id)
    return session.scalars(statement.order_by(Rule.clause_id, Rule.id)).all()


def rules_by_version(session: Session, *, within: Scope) -> dict[int, int]:
    """How many rules each version of the consortium has."""
    statement = (
        sa.select(Rule.version_id, sa.func.count(Rule.id).label("rules"))
        .where(Rule.consortium_id == within.consortium_id)
        .group_by(Rule.version_id)
        .order_by(Rule.version_id)
    )
    return {row.version_id: row.rules for row in session.execute(statement)}


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
            _touches(within),
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
