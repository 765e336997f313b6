"""Holding every rule in force against every place it binds, once, and writing down what follows from it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask_afresh
from app.consortia.queries import root_for_change
from app.findings import queries
from app.findings.actions.writing import Judged, KeptChecks, keep
from app.findings.checks.gather import Evidence, asked, gather
from app.findings.checks.register import judge
from app.findings.models import Finding
from app.findings.rules.judging import cannot_say
from app.findings.rules.states import FindingState
from app.foundation.ids import new_id
from app.foundation.periods import Period
from app.history.actions import record
from app.history.rules import Deed
from app.policies.actions.standings import Standing, note_standings
from app.policies.models import Rule
from app.policies.queries import AdoptedRule, adopted_rules
from app.policies.rules.states import Result, Severity
from app.web.filters import day

#: the kind of background work that checks a consortium's rules
CHECK = "findings.check"


@dataclass(slots=True)
class Outcome:
    """What a run of the checks came to."""

    results: Counter[Result] = field(default_factory=Counter)
    opened: int = 0
    put_right: int = 0
    still_open: int = 0

    @property
    def checks(self) -> int:
        """Rules times the places they bind."""
        return sum(self.results.values())


def ask_for_check(session: Session, *, within: Scope, at: datetime) -> None:
    """Have a worker check the whole consortium; one that waits already is enough, one that runs is followed by another."""
    ask_afresh(session, CHECK, {}, consortium_id=within.consortium_id, at=at, key=CHECK)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Every rule in force held against every place it binds, as of a day; nothing is written yet."""

    judged: Sequence[Judged]
    evidence: Evidence
    at: datetime


def check_rules(session: Session, *, within: Scope, on: date, by: Actor, at: datetime) -> Outcome:
    """Check the whole consortium as of a day, in the caller's transaction; twice the same day changes nothing."""
    root_for_change(session, within=within)
    return keep_verdicts(session, judge_rules(session, within=within, on=on, at=at), within=within, by=by)


def judge_rules(session: Session, *, within: Scope, on: date, at: datetime) -> Verdicts:
    """Hold every rule in force on a day against the evidence; reads only. ``at`` is when the reading began."""
    whole = Scope(within.consortium_id)
    rules = adopted_rules(session, within=whole, on=on)
    evidence = gather(session, rules, within=whole, on=on)
    return Verdicts([each for adopted in rules for each in _judge(adopted, evidence)], evidence, at)


def keep_verdicts(session: Session, verdicts: Verdicts, *, within: Scope, by: Actor) -> Outcome:
    """Write the checks down and let findings follow from them.

    A required rule that is not met opens a finding, or keeps one open; a rule met again, or no longer in force, puts it
    right. What cannot be checked leaves a finding as it is. Advice that is not met shows in the margin only.
    """
    root = root_for_change(session, within=within)
    whole, judged, at, on = Scope(within.consortium_id), verdicts.judged, verdicts.at, verdicts.evidence.on
    kept = keep(session, judged, within=whole, on=on, at=at)
    outcome = Outcome(Counter(each.judgement.result for each in judged))
    findings = _follow(session, judged, kept, outcome, evidence=verdicts.evidence, within=whole)
    note_standings(session, _standings(judged, findings), within=whole, at=at)
    detail = {"on": on, "checks": outcome.checks, "opened": outcome.opened, "put_right": outcome.put_right}
    record(session, Deed.FINDINGS_CHECKED, root, by=by, at=at, detail=detail)
    return outcome


def _judge(adopted: AdoptedRule, evidence: Evidence) -> Iterable[Judged]:
    rule = asked(adopted, evidence)
    for place in evidence.places.get(adopted.library_id, ()):
        if rule is None:
            first = max(adopted.in_force_on, evidence.quarter.last + timedelta(days=1))
            words = f"In force here since {day(adopted.in_force_on)}; no whole month to judge yet."
            yield Judged(
                adopted.rule, place, Period(first, max(first, evidence.on)), is_daily=True, judgement=cannot_say(words)
            )
        else:
            is_daily = rule.period.first == rule.period.last == evidence.on
            yield Judged(adopted.rule, place, rule.period, is_daily, judge(rule, place))


def _follow(
    session: Session,
    judged: Sequence[Judged],
    kept: KeptChecks,
    outcome: Outcome,
    *,
    evidence: Evidence,
    within: Scope,
) -> dict[tuple[int, int], Finding]:
    """Open, keep open and put right; the findings that are open afterwards, by rule and place."""
    open_now = queries.open_findings(session, within=within)
    _hand_on(session, open_now, judged, within=within)
    before = dict(open_now)
    for each in judged:
        key = (each.rule.id, each.place.place_id)
        finding = before.pop(key, None)
        result = each.judgement.result
        if result is Result.FAIL and each.rule.severity is Severity.REQUIRED:
            if finding is None:
                finding = open_now[key] = _opened(each, kept, evidence, within)
                session.add(finding)
                outcome.opened += 1
            _tell(finding, each, kept)
            finding.owner_id = evidence.owners.get(each.place.place_id)
        elif finding is not None and result is not Result.NOT_MEASURABLE:
            _put_right(finding, outcome, on=evidence.on)
            del open_now[key]
    for key, finding in before.items():
        _put_right(finding, outcome, on=evidence.on)
        del open_now[key]
    outcome.still_open = len(open_now)
    session.flush()
    return open_now


def _hand_on(
    session: Session, open_now: dict[tuple[int, int], Finding], judged: Sequence[Judged], *, within: Scope
) -> None:
    """Give an open finding to the rule that replaced its own in a new version: the failure is as old as before."""
    judged_now = {(each.rule.id, each.place.place_id) for each in judged}
    orphaned = [finding for spot, finding in open_now.items() if spot not in judged_now]
    if not orphaned:
        return
    rules = {finding.rule_id for finding in orphaned} | {each.rule.id for each in judged}
    lines = queries.lines_of_rules(session, rules, within=within)
    heirs = {(lines[rule_id], place_id): rule_id for rule_id, place_id in judged_now}
    for finding in orphaned:
        heir = heirs.get((lines[finding.rule_id], finding.place_id))
        if heir is not None and (heir, finding.place_id) not in open_now:
            del open_now[finding.rule_id, finding.place_id]
            finding.rule_id = heir
            open_now[heir, finding.place_id] = finding


def _opened(each: Judged, kept: KeptChecks, evidence: Evidence, within: Scope) -> Finding:
    since = each.judgement.since
    return Finding(
        id=new_id(),
        consortium_id=within.consortium_id,
        rule_id=each.rule.id,
        place_id=each.place.place_id,
        check_id=kept[each.rule.id, each.place.place_id],
        state=FindingState.OPEN,
        title="",
        opened_on=min(since, evidence.on) if since else evidence.on,
    )


def _tell(finding: Finding, each: Judged, kept: KeptChecks) -> None:
    told = (kept[each.rule.id, each.place.place_id], each.judgement.title[:300], each.judgement.to_pass[:300])
    if told != (finding.check_id, finding.title, finding.to_pass):
        finding.check_id, finding.title, finding.to_pass = told


def _put_right(finding: Finding, outcome: Outcome, *, on: date) -> None:
    finding.state, finding.closed_on = FindingState.PUT_RIGHT, max(on, finding.opened_on)
    outcome.put_right += 1


def _standings(judged: Sequence[Judged], findings: dict[tuple[int, int], Finding]) -> Iterable[Standing]:
    for each in judged:
        finding = findings.get((each.rule.id, each.place.place_id))
        fails = each.judgement.result is Result.FAIL
        yield Standing(
            rule_id=each.rule.id,
            place_id=each.place.place_id,
            result=each.judgement.result,
            evidence=each.judgement.evidence[:300],
            cases=each.judgement.cases,
            period_first_on=each.period.first,
            period_last_on=each.period.last,
            grace_until=grace_until(each.rule, finding) if fails and finding else None,
            finding_id=finding.id if finding else None,
        )


def grace_until(rule: Rule, finding: Finding) -> date | None:
    """The last day on which the failure shows as At risk; None for a rule without grace."""
    return finding.opened_on + timedelta(days=rule.grace_days) if rule.grace_days else None
