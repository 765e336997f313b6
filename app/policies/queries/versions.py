"""Policies, their versions, clauses and rules."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.foundation.errors import NotFound
from app.policies.models import Adoption, Clause, Policy, Rule, Version
from app.policies.queries.adopted import binding


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
        .where(Version.policy_id == policy.id, *binding(on), Place.id.in_(ids_in(place.path)))
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
