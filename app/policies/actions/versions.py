"""Putting a version in force: checked move by move, from a day on, after which its words never change."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.policies import queries
from app.policies.models import Version
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.states import VersionState, may_move
from app.policies.rules.wording import StatedRule, contradiction
from app.web.filters import day

_PATH = (VersionState.IN_REVIEW, VersionState.APPROVED, VersionState.IN_FORCE)


@dataclass(frozen=True, slots=True)
class Issue:
    """From which day a version is in force, and by which day it is looked at again."""

    in_force_on: date
    review_by_on: date


def publish(session: Session, version: Version, issue: Issue, *, by: Actor, at: datetime) -> None:
    """Issue a version to the members; the one before it ends the day before.

    Refuses a version that is published, that contradicts itself, that would not begin after the one before it, and a
    review that is not later than the start.
    """
    within = Scope(version.consortium_id)
    queries.policy_for_change(session, version.policy_id, within=within)
    if version.is_published:
        raise Refused(f"Version {version.number} is published already. Begin a new version to change it.")
    if issue.review_by_on <= issue.in_force_on:
        raise Refused("Choose a day for the review that is later than the start.", field="review_by_on")
    rules = queries.rules_of(session, version, within=within)
    if sentence := contradiction(StatedRule(rule.key, parse_parameters(rule.key, rule.parameters)) for rule in rules):
        raise Refused(sentence)
    before = queries.find_issued(session, version.policy, within=within)
    if before is not None and before.in_force_on is not None and issue.in_force_on <= before.in_force_on:
        raise Refused(
            f"Version {before.number} is in force from {day(before.in_force_on)}. Choose a later day.",
            field="in_force_on",
        )
    _move(version)
    version.in_force_on, version.review_by_on, version.published_at = issue.in_force_on, issue.review_by_on, at
    if before is not None:
        before.state, before.ended_on = VersionState.REPLACED, issue.in_force_on - timedelta(days=1)
    session.flush()
    detail = {"policy": version.policy.code, "version": version.number, "in_force_on": issue.in_force_on}
    record(session, Deed.POLICY_PUBLISHED, version, by=by, at=at, detail=detail)


def _move(version: Version) -> None:
    """From where it stands to in force, one legal move after the other."""
    start = _PATH.index(version.state) + 1 if version.state in _PATH else 0
    for step in _PATH[start:]:
        if not may_move(version.state, to=step):
            raise Refused(f"A version that is {version.state.label.lower()} cannot be put in force.")
        version.state = step
