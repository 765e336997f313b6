"""Writing a version: from a template, after the one before it, and clause by clause; only while it is a draft."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.policies import queries
from app.policies.models import Clause, Policy, Rule, Version
from app.policies.rules.catalogue import get_kind
from app.policies.rules.parameters import field_of, parse_parameters, to_json
from app.policies.rules.states import Force, Severity, VersionState
from app.policies.rules.templates import PolicyTemplate, TemplateRule
from app.policies.rules.wording import StatedRule, contradiction

_CODE = re.compile(r"[A-Z0-9]+( [A-Z0-9]+)*", re.ASCII)
_LONGEST_CODE = 20
_FIRST_NUMBER = "1.0"


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """What a rule of a draft shall say; ``raw`` holds parameters as a form sends them."""

    raw: Mapping[str, object]
    severity: Severity
    grace_days: int


@dataclass(frozen=True, slots=True)
class ClauseEdit:
    """What a clause of a draft shall say; ``rules`` is by the rule's key, one left out stays as it is."""

    title: str
    body: str
    rules: Mapping[str, RuleEdit] = field(default_factory=dict)


def draft_from_template(
    session: Session,
    template: PolicyTemplate,
    *,
    issued_by: Place,
    code: str,
    title: str,
    force: Force,
    by: Actor,
    at: datetime,
) -> Version:
    """Begin a policy with a draft in the template's words; refuses a code that is taken or cannot stand on a spine."""
    spine = " ".join(code.upper().split())
    if len(spine) > _LONGEST_CODE or not _CODE.fullmatch(spine):
        raise Refused("A code is letters and digits, at most 20 characters, such as SM 4.", field="code")
    if queries.find_policy(session, spine.lower().replace(" ", "-"), within=Scope(issued_by.consortium_id)):
        raise Refused(f"There is a policy {spine} already. Choose another code.", field="code")
    policy = Policy(
        id=new_id(),
        consortium_id=issued_by.consortium_id,
        code=spine,
        title=title,
        force=force,
        issued_by_id=issued_by.id,
        template=template.template,
    )
    session.add(policy)
    session.flush()
    version = _new_version(session, policy, number=_FIRST_NUMBER, summary=template.summary, at=at)
    for clause in template.clauses:
        _add_clause(session, version, (clause.number, clause.title, clause.body), map(_edit_of, clause.rules))
    _note(session, version, policy, by=by, at=at, template=template.template)
    return queries.get_version(session, policy, version.number, within=Scope(policy.consortium_id))


def draft_next(session: Session, policy: Policy, *, summary: str, by: Actor, at: datetime) -> Version:
    """Begin the next version with the words of the newest published one; refuses a second draft beside the first."""
    within = Scope(policy.consortium_id)
    queries.policy_for_change(session, policy.id, within=within)
    if draft := queries.find_draft(session, policy, within=within):
        raise Refused(f"Version {draft.number} is being written already. Finish that one first.")
    issued = queries.find_issued(session, policy, within=within)
    if issued is None:
        raise Refused(f"{policy.code} has no published version to begin from.")
    version = _new_version(session, policy, number=_number_after(issued.number), summary=summary, at=at)
    rules = queries.rules_of(session, issued, within=within)
    for clause in queries.clauses_of(session, issued, within=within):
        copies = [
            (rule.key, rule.parameters, rule.severity, rule.grace_days) for rule in rules if rule.clause_id == clause.id
        ]
        _add_clause(session, version, (clause.number, clause.title, clause.body), copies)
    _note(session, version, policy, by=by, at=at, after=issued.number)
    return queries.get_version(session, policy, version.number, within=within)


def revise_clause(
    session: Session, version: Version, clause: Clause, edit: ClauseEdit, *, by: Actor, at: datetime
) -> None:
    """Change a clause's words and its rules' parameters while the version is a draft.

    Refuses a version that is no draft, parameters out of their limits (at their field) and rules that would then
    contradict each other.
    """
    if version.state is not VersionState.DRAFT:
        raise Refused(f"Version {version.number} is no draft. Begin a new version to change it.")
    rules = queries.rules_of(session, version, within=Scope(version.consortium_id))
    revised = {rule.id: _parsed(rule.key, edit.rules[rule.key]) for rule in rules if rule.key in edit.rules}
    stated = [StatedRule(rule.key, parse_parameters(rule.key, revised.get(rule.id, rule.parameters))) for rule in rules]
    if sentence := contradiction(stated):
        raise Refused(sentence)
    clause.title, clause.body = edit.title, edit.body
    for rule in rules:
        if rule.id in revised:
            rule.parameters = revised[rule.id]
            rule.severity, rule.grace_days = edit.rules[rule.key].severity, edit.rules[rule.key].grace_days
    session.flush()
    _note(session, version, version.policy, by=by, at=at, clause=clause.number)


def _parsed(key: str, edit: RuleEdit) -> dict[str, object]:
    try:
        return to_json(parse_parameters(key, edit.raw))
    except Refused as refusal:
        raise Refused(str(refusal), field=field_of(key, refusal.field) if refusal.field else None) from refusal


def _new_version(session: Session, policy: Policy, *, number: str, summary: str, at: datetime) -> Version:
    version = Version(
        id=new_id(),
        consortium_id=policy.consortium_id,
        policy_id=policy.id,
        number=number,
        state=VersionState.DRAFT,
        summary=summary,
        drafted_at=at,
    )
    session.add(version)
    session.flush()
    return version


def _number_after(number: str) -> str:
    """1.0 is followed by 1.1, 1.9 by 1.10."""
    major, _, minor = number.partition(".")
    return f"{major}.{int(minor or 0) + 1}"


_RuleRow = tuple[str, Mapping[str, object], Severity, int]


def _edit_of(rule: TemplateRule) -> _RuleRow:
    return rule.key, to_json(rule.parameters), rule.severity, rule.grace_days


def _add_clause(session: Session, version: Version, words: tuple[int, str, str], rules: Iterable[_RuleRow]) -> None:
    number, title, body = words
    clause = Clause(
        id=new_id(),
        consortium_id=version.consortium_id,
        version_id=version.id,
        number=number,
        title=title,
        body=body,
    )
    session.add(clause)
    session.flush()
    for key, parameters, severity, grace_days in rules:
        session.add(
            Rule(
                consortium_id=version.consortium_id,
                version_id=version.id,
                clause_id=clause.id,
                key=get_kind(key).key,
                parameters=dict(parameters),
                severity=severity,
                grace_days=grace_days,
            )
        )
    session.flush()


def _note(session: Session, version: Version, policy: Policy, *, by: Actor, at: datetime, **detail: object) -> None:
    detail = {"policy": policy.code, "version": version.number, **detail}
    record(session, Deed.POLICY_DRAFTED, version, by=by, at=at, detail=detail)
