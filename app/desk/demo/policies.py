"""The demo's policies: issued by the consortium, decided on by each library's board, day by day in their order."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.desk.demo.cast import SLUG, read_seed
from app.desk.demo.stage import Stage
from app.policies import queries
from app.policies.actions.adoptions import Vote, adopt, decline
from app.policies.actions.drafts import ClauseEdit, RuleEdit, draft_from_template, draft_next, revise_clause
from app.policies.actions.versions import Issue, publish
from app.policies.importers import get_policy_template
from app.policies.models import Version
from app.policies.rules.states import Force


def write_policies(stage: Stage) -> None:
    """Every policy with its versions and what the boards decided."""
    for policy in read_seed("policies")["policies"]:
        before: Version | None = None
        for row in policy["versions"]:
            before = _write_version(stage, policy, row, before)


def _write_version(stage: Stage, policy: Mapping[str, Any], row: Mapping[str, Any], before: Version | None) -> Version:
    at = stage.calendar.at(stage.calendar.day(row["drafted"]))
    template = get_policy_template(policy["template"])
    if before is None:
        version = draft_from_template(
            stage.session,
            template,
            issued_by=stage.places[SLUG],
            code=policy["code"],
            title=template.title,
            force=Force(policy["force"]),
            by=stage.by,
            at=at,
        )
    else:
        version = draft_next(stage.session, before.policy, summary=row["summary"], by=stage.by, at=at)
    version.summary = row["summary"]
    for number, changes in row.get("changes", {}).items():
        _revise(stage, version, number, changes, row)
    day = stage.calendar.day
    first = day(row["in_force"])
    issue = Issue(in_force_on=first, review_by_on=first + timedelta(days=row["review"] - row["in_force"]))
    publish(stage.session, version, issue, by=stage.by, at=stage.calendar.at(day(row["published"])))
    _decide(stage, version, row)
    return version


def _revise(
    stage: Stage, version: Version, number: int, changes: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any]
) -> None:
    clause = queries.get_clause(stage.session, version, number, within=stage.within)
    rules = {rule.key: rule for rule in queries.rules_of(stage.session, version, within=stage.within)}
    edits = {key: RuleEdit(raw, rules[key].severity, rules[key].grace_days) for key, raw in changes.items()}
    at = stage.calendar.at(stage.calendar.day(row["drafted"]))
    edit = ClauseEdit(clause.title, clause.body, edits)
    revise_clause(stage.session, version, clause, edit, by=stage.by, at=at)


def _decide(stage: Stage, version: Version, row: Mapping[str, Any]) -> None:
    day = stage.calendar.day
    for code, (decided, binds, words) in row.get("adopted", {}).items():
        vote = Vote(day(decided), words)
        at = stage.calendar.at(day(decided))
        adopt(stage.session, version, stage.places[code], vote, in_force_on=day(binds), by=stage.by, at=at)
    for code, (decided, words) in row.get("declined", {}).items():
        at = stage.calendar.at(day(decided))
        decline(stage.session, version, stage.places[code], Vote(day(decided), words), by=stage.by, at=at)
