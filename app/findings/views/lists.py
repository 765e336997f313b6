"""The findings of a place: what is not met, what was put right, and every rule that binds there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request, url_for

from app.access.context import current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.models import Place
from app.consortia.queries import settings_of, today_of
from app.consortia.rules.places import PlaceKind
from app.duties.queries.load import incumbents_of
from app.findings import queries
from app.findings.actions.checking import grace_until
from app.findings.models import Finding, FindingAction
from app.findings.rules.states import FindingState
from app.findings.rules.words import HOW_WE_COUNT
from app.foundation.clock import now
from app.foundation.database import db
from app.people.guard import place_in_path
from app.policies.models import Rule
from app.policies.queries import AdoptedRule, adopted_rules, standings_at, tallies_within
from app.policies.rules.catalogue import Unit, get_kind
from app.policies.rules.parameters import number, parse_parameters
from app.policies.rules.standings import Note, note_of_many, note_of_one
from app.policies.rules.states import Severity
from app.policies.rules.wording import sentence
from app.web.charts import bullet
from app.web.exports import csv_response
from app.web.filters import join_and, plural

blueprint = Blueprint("findings", __name__, template_folder="../templates")

_SHOWN_ONCE = 50
_PUT_RIGHT_DAYS = 90
_QUARTERS = 4
_LEAST_PLACES = 2
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
    actions: Sequence[FindingAction]


@dataclass(frozen=True)
class RuleLine:
    """A rule that binds here, with how it stands."""

    adopted: AdoptedRule
    words: str
    is_advice: bool
    note: Note


def line_of(finding: Finding, actions: Sequence[FindingAction], *, on: date) -> FindingLine:
    """A finding with its state, its age and its picture."""
    rule = finding.rule
    code, word = _state(finding, on=on)
    parameters = parse_parameters(rule.key, rule.parameters)
    return FindingLine(
        finding, code, word, sentence(rule.key, parameters), HOW_WE_COUNT[rule.key], _chart(finding, rule), actions
    )


def _state(finding: Finding, *, on: date) -> tuple[str, str]:
    if finding.state is FindingState.PUT_RIGHT:
        return "pass", finding.state.label
    until = grace_until(finding.rule, finding)
    age = max((on - finding.opened_on).days, 0)
    words = "since today" if age == 0 else plural(age, "day", "days")
    return ("at_risk", f"At risk, {words}") if until and on <= until else ("fail", f"Not met, {words}")


def _chart(finding: Finding, rule: Rule) -> str | None:
    measured, parameter = finding.check.measured, get_kind(rule.key).parameters[0]
    if measured is None:
        return None
    if rule.key == "duty.required":
        return bullet(measured, target=100, maximum=100, unit="%", label="Duties held as asked for")
    bound = number(parse_parameters(rule.key, rule.parameters), parameter.name)
    is_share, low = parameter.unit is Unit.PERCENT, parameter.name == "maximum"
    return bullet(
        measured,
        target=bound,
        maximum=100 if is_share else None,
        unit="%" if is_share else "",
        label=get_kind(rule.key).title,
        low=low,
        bands=[bound, (bound + 100) / 2] if is_share and low else [bound * _POOR, bound] if is_share else [],
    )


@blueprint.get("/at/<string:place>/findings")
@requires(Permission.FINDINGS_READ, at=place_in_path)
def index(place: str) -> str:
    """What is not met here and below, the longest first; or what was put right; or every rule."""
    show = request.args.get("show", "open")
    on = today_of(db.session, within=current_scope(), at=now())
    open_ones = queries.findings_at(db.session, within=current_scope(), state=FindingState.OPEN)
    mended = _mended(on)
    rules = _rules(current_place(), on)
    tabs = [
        ("Open", "open", len(open_ones), "waiting"),
        (f"Put right, last {_PUT_RIGHT_DAYS} days", "put-right", len(mended), "put right"),
    ]
    shown = {"open": open_ones, "put-right": mended}.get(show, ())
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "findings/index.html",
        place=current_place(),
        show=show if show in {"open", "put-right"} else "all",
        sentence=_sentence(open_ones, rules),
        checked_at=queries.last_checked_at(db.session, within=current_scope()),
        zone=settings_of(db.session, within=current_scope()).time_zone,
        tabs=[
            (words, url_for("findings.index", place=place, show=name), count, show == name, counted)
            for words, name, count, counted in tabs
        ]
        + [
            (
                f"All {plural(len(rules), 'rule', 'rules')}",
                url_for("findings.index", place=place, show="all"),
                0,
                show == "all",
                "",
            )
        ],
        lines=_lines(shown[(page - 1) * _SHOWN_ONCE : page * _SHOWN_ONCE], on),
        names=names_of({finding.owner_id for finding in shown if finding.owner_id}, on=on),
        total=len(shown),
        page=page,
        page_size=_SHOWN_ONCE,
        url_of_page=lambda n: url_for("findings.index", place=place, show=show, page=n),
        rules=rules,
        quarters=queries.met_by_period(db.session, within=current_scope(), most=_QUARTERS),
        may_act=may_here(Permission.FINDINGS_ACT),
    )


def names_of(position_ids: set[int], *, on: date) -> dict[int, str]:
    """Who is in each of these positions that day; a vacant one is left out."""
    people = incumbents_of(db.session, position_ids, within=whole_consortium(), on=on)
    return {position_id: join_and(person.name for person in held) for position_id, held in people.items() if held}


def _mended(on: date) -> list[Finding]:
    found = queries.findings_at(db.session, within=current_scope(), state=FindingState.PUT_RIGHT)
    since = on - timedelta(days=_PUT_RIGHT_DAYS)
    return [finding for finding in found if finding.closed_on is not None and finding.closed_on >= since]


def _lines(findings: Sequence[Finding], on: date) -> list[FindingLine]:
    actions = queries.actions_on(db.session, findings, within=current_scope())
    return [line_of(finding, actions.get(finding.id, ()), on=on) for finding in findings]


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


def _sentence(open_ones: Sequence[Finding], rules: Sequence[RuleLine]) -> str:
    if not rules:
        return "No rule binds here yet."
    met = sum(line.note.code == "pass" for line in rules)
    unknown = sum(line.note.code == "not_measurable" for line in rules)
    failing = "Nothing is open" if not open_ones else f"{plural(len(open_ones), 'finding is', 'findings are')} open"
    places = len({finding.place_id for finding in open_ones})
    where = f" at {places} places" if places >= _LEAST_PLACES else ""
    rest = f", {unknown} cannot be checked" if unknown else ""
    return f"{failing}{where}. {met} of {plural(len(rules), 'rule is', 'rules are')} met{rest}."


@blueprint.get("/at/<string:place>/findings.csv")
@requires(Permission.FINDINGS_READ, at=place_in_path)
def index_csv(place: str) -> Response:
    """Every finding here and below, open and put right."""
    header = (
        "Place",
        "Code",
        "Finding",
        "State",
        "Opened on",
        "Put right on",
        "Clause",
        "Evidence",
        "Cases",
        "Owner",
        "To pass",
    )
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
    return csv_response(f"findings-{place}.csv", header, rows)
