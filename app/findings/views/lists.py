"""The findings of a place: what is not met, what was put right, and every rule that binds there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.models import Place
from app.consortia.queries import settings_of, today_of
from app.consortia.rules.places import PlaceKind
from app.duties.queries.load import incumbents_of
from app.findings import queries
from app.findings.actions.checking import ask_for_check, grace_until
from app.findings.models import Finding, FindingAction
from app.findings.queries import FindingFilter
from app.findings.rules.states import FindingState
from app.findings.rules.words import HOW_WE_COUNT
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.periods import Period
from app.goals.queries import values_a_year_before
from app.people.guard import place_in_path
from app.policies.models import Rule
from app.policies.queries import AdoptedRule, adopted_rules, standings_at, tallies_within
from app.policies.rules.catalogue import ParameterType, Unit, get_kind
from app.policies.rules.parameters import number, parse_parameters
from app.policies.rules.standings import Note, note_of_many, note_of_one
from app.policies.rules.states import Severity
from app.policies.rules.wording import sentence
from app.web.charts import bullet
from app.web.exports import csv_response
from app.web.filters import join_and, plural
from app.web.paging import page_asked

blueprint = Blueprint("findings", __name__, template_folder="../templates")

_SHOWN_ONCE = 50
_CSV_HEADER = (
    "Place", "Code", "Finding", "State", "Opened on", "Put right on", "Clause", "Evidence", "Cases", "Owner", "To pass",
)  # fmt: skip
_PUT_RIGHT_DAYS = 90
_QUARTERS = 4
_LEAST_PLACES = 2
#: so many findings are told in full; more become lines of a table, each with its own page
_IN_FULL = 6
_OPEN = "open"
_TABS = {_OPEN: FindingState.OPEN, "put-right": FindingState.PUT_RIGHT}
_HAS_ACTION = {"set": True, "unset": False}
#: rules and the KPIs that measure the same, so that a finding can be set beside its figure of a year ago
_MEASURED_BY = {"posts.broadcast_max_pct": "K14", "response.min_rate_pct": "K28"}
#: below this part of what is asked for, the band of the chart is dark
_POOR = 0.75


@dataclass(frozen=True)
class FindingLine:
    """A finding as pages show it."""

    finding: Finding
    code: str
    word: str
    words: str
    how: str
    #: the bullet graph; None where the rule has no single figure
    chart: str | None
    #: what the same figure was a year before, in words; empty where nobody knows
    a_year_ago: str
    actions: Sequence[FindingAction]

    @property
    def next_step(self) -> FindingAction | None:
        """The latest action that is not done yet."""
        return next((action for action in self.actions if action.done_on is None), None)


@dataclass(frozen=True)
class RuleLine:
    """A rule that binds here, with how it stands."""

    adopted: AdoptedRule
    words: str
    is_advice: bool
    note: Note


def lines_of(findings: Sequence[Finding], *, on: date) -> list[FindingLine]:
    """Findings with their state, their age and their picture, and the same figure a year before where it is known."""
    actions = queries.actions_on(db.session, findings, within=current_scope())
    asked = {finding.id: measure for finding in findings if (measure := _measure(finding))}
    before = values_a_year_before(db.session, list(asked.values()), within=whole_consortium())
    prior = {finding_id: before.get(measure) for finding_id, measure in asked.items()}
    return [_line(each, actions.get(each.id, ()), on=on, prior=prior.get(each.id)) for each in findings]


def _measure(finding: Finding) -> tuple[int, str, Period] | None:
    definition, check = _MEASURED_BY.get(finding.rule.key), finding.check
    return (finding.place_id, definition, Period(check.period_first_on, check.period_last_on)) if definition else None


def _line(finding: Finding, actions: Sequence[FindingAction], *, on: date, prior: float | None) -> FindingLine:
    rule = finding.rule
    code, word = _state(finding, on=on)
    parameters = parse_parameters(rule.key, rule.parameters)
    words, how, chart = sentence(rule.key, parameters), HOW_WE_COUNT[rule.key], _chart(finding, rule, prior)
    return FindingLine(finding, code, word, words, how, chart, "" if prior is None else f"{prior:.0f}%", actions)


def _state(finding: Finding, *, on: date) -> tuple[str, str]:
    if finding.state is FindingState.PUT_RIGHT:
        return "pass", finding.state.label
    until = grace_until(finding.rule, finding)
    age = max((on - finding.opened_on).days, 0)
    words = "since today" if age == 0 else plural(age, "day", "days")
    return ("at_risk", f"At risk, {words}") if until and on <= until else ("fail", f"Not met, {words}")


def _chart(finding: Finding, rule: Rule, prior: float | None) -> str | None:
    measured, parameter = finding.check.measured, get_kind(rule.key).parameters[0]
    if measured is None:
        return None
    if rule.key == "duty.required":
        return bullet(measured, target=100, maximum=100, unit="%", label="Duties held as asked for")
    if parameter.type is ParameterType.FLAG:
        return bullet(measured, target=100, maximum=100, unit="%", label=get_kind(rule.key).title)
    bound = number(parse_parameters(rule.key, rule.parameters), parameter.name)
    is_share, low = parameter.unit is Unit.PERCENT, parameter.name == "maximum"
    return bullet(
        measured,
        target=bound,
        maximum=100 if is_share else None,
        unit="%" if is_share else "",
        label=get_kind(rule.key).title,
        prior=prior,
        low=low,
        bands=[bound, (bound + 100) / 2] if is_share and low else [bound * _POOR, bound] if is_share else [],
    )


@blueprint.get("/at/<string:place>/findings")
@requires(Permission.FINDINGS_READ, at=place_in_path)
def index(place: str) -> str:
    """What is not met here and below, the longest first; or what was put right; or every rule."""
    on = today_of(db.session, within=current_scope(), at=now())
    show = request.args.get("show", _OPEN)
    chosen = _TABS.get(show)
    wanted = _filter(chosen, on)
    rules = _rules(current_place(), on)
    total = _count(chosen, wanted)[0] if chosen else 0
    page = page_asked(total)
    asked: dict[str, Any] = request.args.to_dict()
    lines = _page_of(chosen, wanted, page, on) if chosen else []
    return render_template(
        "findings/index.html",
        place=current_place(),
        show=show if chosen else "all",
        sentence=_sentence(_count(FindingState.OPEN, FindingFilter()), rules),
        checked_at=queries.last_checked_at(db.session, within=current_scope()),
        zone=settings_of(db.session, within=current_scope()).time_zone,
        tabs=_tabs(place, show if chosen else "all", on, len(rules)),
        lines=lines,
        names=names_of({line.finding.owner_id for line in lines if line.finding.owner_id}, on=on),
        total=total,
        page=page,
        page_size=_SHOWN_ONCE,
        url_of_page=lambda n: url_for("findings.index", place=place, **asked | {"page": n}),
        is_filtered=wanted != _filter(chosen, on, asked={}),
        is_long=total > _IN_FULL,
        policies=_policies(rules),
        wanted=wanted,
        rules=rules,
        quarters=queries.met_by_period(db.session, within=current_scope(), most=_QUARTERS),
        may_act=may_here(Permission.FINDINGS_ACT),
    )


def _filter(state: FindingState | None, on: date, asked: Mapping[str, str] | None = None) -> FindingFilter:
    """What the address asks for; what it does not know does not narrow."""
    asked = request.args if asked is None else asked
    return FindingFilter(
        policy=asked.get("policy") or None,
        has_action=_HAS_ACTION.get(asked.get("action", "")),
        closed_since=on - timedelta(days=_PUT_RIGHT_DAYS) if state is FindingState.PUT_RIGHT else None,
    )


def _count(state: FindingState, wanted: FindingFilter) -> tuple[int, int]:
    return queries.count_findings(db.session, within=current_scope(), state=state, narrowed=wanted)


def _page_of(state: FindingState, wanted: FindingFilter, page: int, on: date) -> list[FindingLine]:
    found = queries.findings_at(
        db.session,
        within=current_scope(),
        state=state,
        narrowed=wanted,
        limit=_SHOWN_ONCE,
        offset=(page - 1) * _SHOWN_ONCE,
    )
    return lines_of(found, on=on)


def _tabs(place: str, show: str, on: date, rules: int) -> list[tuple[str, str, int, bool, str]]:
    opened = _count(FindingState.OPEN, FindingFilter())[0]
    mended = _count(FindingState.PUT_RIGHT, _filter(FindingState.PUT_RIGHT, on, asked={}))[0]
    tabs = [
        ("Open", _OPEN, opened, "waiting"),
        (f"Put right, last {_PUT_RIGHT_DAYS} days", "put-right", mended, "put right"),
        (f"All {plural(rules, 'rule', 'rules')}", "all", 0, ""),
    ]
    return [
        (words, url_for("findings.index", place=place, show=name), count, show == name, counted)
        for words, name, count, counted in tabs
    ]


def _policies(rules: Sequence[RuleLine]) -> list[tuple[str, str]]:
    """The policies whose rules bind here, for the filter to choose from."""
    found = {line.adopted.policy.slug: f"{line.adopted.policy.code} {line.adopted.policy.title}" for line in rules}
    return [("", "All"), *sorted(found.items())]


@blueprint.post("/at/<string:place>/findings/check")
@requires(Permission.FINDINGS_ACT, at=place_in_path)
def check_again(place: str) -> ResponseReturnValue:
    """Have a worker check every rule now, not tonight."""
    ask_for_check(db.session, within=whole_consortium(), at=now())
    db.session.commit()
    flash("The rules are being checked. Look again in a minute.", "ok")
    return redirect(url_for("findings.index", place=place))


def names_of(position_ids: set[int], *, on: date) -> dict[int, str]:
    """Who is in each of these positions that day; a vacant one is left out."""
    people = incumbents_of(db.session, position_ids, within=whole_consortium(), on=on)
    return {position_id: join_and(person.name for person in held) for position_id, held in people.items() if held}


def _rules(place: Place, on: date) -> list[RuleLine]:
    """Every rule that binds here, once, with how it stands at this place or over those below it."""
    adopted = {each.rule.id: each for each in adopted_rules(db.session, within=current_scope(), on=on)}
    if place.kind is PlaceKind.BRANCH:
        here = standings_at(db.session, place, within=current_scope())
        notes = {
            rule_id: note_of_one(
                each.result, each.evidence, on=on, grace_until=each.grace_until, finding_id=each.finding_id
            )
            for rule_id, each in here.items()
        }
    else:
        tallies = tallies_within(db.session, within=current_scope(), on=on)
        notes = {rule_id: note_of_many(tally) for rule_id, tally in tallies.items()}
    lines = [
        RuleLine(
            each,
            sentence(each.rule.key, parse_parameters(each.rule.key, each.rule.parameters)),
            each.rule.severity is Severity.ADVISED,
            notes.get(rule_id, note_of_many(None)),
        )
        for rule_id, each in adopted.items()
    ]
    return sorted(lines, key=lambda line: (line.adopted.policy.code, line.adopted.clause.number, line.adopted.rule.key))


def _sentence(opened: tuple[int, int], rules: Sequence[RuleLine]) -> str:
    if not rules:
        return "No rule binds here yet."
    met = sum(line.note.code == "pass" for line in rules)
    unknown = sum(line.note.code == "not_measurable" for line in rules)
    findings, places = opened
    failing = "Nothing is open" if not findings else f"{plural(findings, 'finding is', 'findings are')} open"
    where = f" at {places} places" if places >= _LEAST_PLACES else ""
    rest = f", {unknown} cannot be checked" if unknown else ""
    return f"{failing}{where}. {met} of {plural(len(rules), 'rule is', 'rules are')} met{rest}."


@blueprint.get("/at/<string:place>/findings.csv")
@requires(Permission.FINDINGS_READ, at=place_in_path)
def index_csv(place: str) -> Response:
    """Every finding here and below, open and put right."""
    findings = [
        finding
        for state in FindingState
        for finding in queries.findings_at(db.session, within=current_scope(), state=state)
    ]
    rows = (
        (
            finding.place.name,
            finding.place.code,
            finding.title,
            finding.state.label,
            finding.opened_on,
            finding.closed_on,
            f"{finding.rule.version.policy.code} {finding.rule.clause.number}",
            finding.check.evidence,
            finding.check.cases,
            finding.owner.title if finding.owner else "Nobody",
            finding.to_pass,
        )
        for finding in findings
    )
    return csv_response(f"findings-{place}.csv", _CSV_HEADER, rows)
