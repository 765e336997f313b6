"""The list of policies, and a version with its rules' standing in the margin."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import HasPath, anywhere, requires
from app.access.rules import Permission, Scope, may, may_somewhere
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind, ids_in
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.policies import queries
from app.policies.models import Adoption, Clause, Policy, Rule, Version
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.standings import Note, note_of_many, note_of_one
from app.policies.rules.states import Force, Severity, VersionState
from app.policies.rules.wording import sentence
from app.web.filters import plural

blueprint = Blueprint("policies", __name__, template_folder="../templates")


@dataclass(frozen=True)
class PolicyLine:
    """A policy in the list: the version that stands for it, and how its rules fare."""

    policy: Policy
    version: Version
    state: VersionState
    rules: int
    #: places where no rule fails, and places where one could be judged
    met: tuple[int, int] | None


@dataclass(frozen=True)
class RuleLine:
    """A rule in the margin: its words and how it stands here; no note beside a draft."""

    words: str
    is_advice: bool
    note: Note | None


@dataclass(frozen=True)
class ClauseLine:
    """A clause with what checks it."""

    clause: Clause
    rules: tuple[RuleLine, ...]


def place_asked(**_others: object) -> HasPath:
    """``at=`` for pages that show a policy at a place: ``?at=CODE``, else where the reader's first role is."""
    whole = Scope(consortium_id=current_actor().consortium_id)
    if code := request.args.get("at"):
        return consortia.get_place(db.session, code, within=whole)
    path = min((grant.path for grant in current_actor().grants), default="")
    if not path:
        return consortia.root_of(db.session, within=whole)
    return consortia.get_place_by_id(db.session, ids_in(path)[-1], within=whole)


def today() -> date:
    """The day that the pages of policies speak of."""
    return consortia.today_of(db.session, within=whole_consortium(), at=now())


@blueprint.get("/policies")
@requires(Permission.POLICIES_READ, at=anywhere)
def index() -> str:
    """Every policy of the consortium with its newest published version, or its draft for those who may see it."""
    lines = _lines(today())
    counts = Counter(line.state for line in lines)
    state, force = request.args.get("status", ""), request.args.get("force", "")
    shown = [line for line in lines if (not state or line.state == state) and (not force or line.policy.force == force)]
    root = consortia.root_of(db.session, within=whole_consortium())
    return render_template(
        "policies/index.html",
        lines=shown,
        total=len(lines),
        in_force=counts[VersionState.IN_FORCE],
        status_now=state,
        force=force,
        states=[("", "Any"), *((each.value, each.label) for each in VersionState if counts[each])],
        forces=[("", "Any"), *((each.value, each.label) for each in Force)],
        may_write=may(current_actor(), Permission.POLICIES_WRITE, root.path),
    )


def _may_see(version: Version) -> bool:
    """Is it in force or was it once? A draft is for those who write policies, and those who decide on them."""
    actor = current_actor()
    may_decide = may_somewhere(actor, Permission.POLICIES_WRITE) or may_somewhere(actor, Permission.POLICIES_ADOPT)
    return version.is_published or may_decide


def _lines(on: date) -> list[PolicyLine]:
    whole = whole_consortium()
    rules, met = queries.rules_by_version(db.session, within=whole), queries.places_met(db.session, within=whole)
    chosen: dict[int, Version] = {}
    for version in filter(_may_see, queries.versions_within(db.session, within=whole)):
        best = chosen.get(version.policy_id)
        if best is None or (version.is_published and not best.is_published):
            chosen[version.policy_id] = version
    lines = [
        PolicyLine(version.policy, version, version.state_on(on), rules.get(version.id, 0), met.get(version.id))
        for version in chosen.values()
    ]
    return sorted(lines, key=lambda line: (line.version.review_by_on or date.max, line.policy.code))


@blueprint.get("/policies/<string:code>")
@requires(Permission.POLICIES_READ, at=place_asked)
def show(code: str) -> str:
    """The version that binds this place, else the one that is issued, else the draft for those who may see it."""
    policy = queries.get_policy(db.session, code, within=whole_consortium())
    place = current_place()
    version = (
        queries.find_version_bound(db.session, policy, place, within=whole_consortium(), on=today())
        or queries.find_issued(db.session, policy, within=whole_consortium())
        or queries.versions_of(db.session, policy, within=whole_consortium())[0]
    )
    return _page(version, place)


@blueprint.get("/policies/<string:code>/v/<string:number>")
@requires(Permission.POLICIES_READ, at=place_asked)
def show_version(code: str, number: str) -> ResponseReturnValue:
    """One version, whatever became of it."""
    policy = queries.get_policy(db.session, code, within=whole_consortium())
    return _page(queries.get_version(db.session, policy, number, within=whole_consortium()), current_place())


def _page(version: Version, place: Place) -> str:
    on, whole = today(), whole_consortium()
    policy = version.policy
    if not _may_see(version):
        raise NotFound(f"{policy.code} has no version in force.")
    issued = queries.find_issued(db.session, policy, within=whole)
    notes = _notes(version, place, on=on) if version.is_published else {}
    lines = _clause_lines(version, notes)
    adoptions = queries.adoptions_of(db.session, policy, within=current_scope())
    return render_template(
        "policies/show.html",
        policy=policy,
        version=version,
        state=version.state_on(on),
        place=place,
        lines=lines,
        failing=[note for note in notes.values() if note.code in {"fail", "at_risk"}],
        rules=sum(len(line.rules) for line in lines),
        versions=list(filter(_may_see, queries.versions_of(db.session, policy, within=whole))),
        today=on,
        issued=issued,
        owner=_owner(version),
        applies_to=_applies_to(version, adoptions, place, on=on),
        adoptions=adoptions,
        libraries=_undecided(policy, issued, place),
        may_write=may_write(),
        may_adopt=place.kind is PlaceKind.LIBRARY and may_here(Permission.POLICIES_ADOPT),
    )


def _owner(version: Version) -> str:
    """Who put the version in force; the place that issues the policy, where nobody did yet or it came with the demo."""
    whole = whole_consortium()
    publisher = queries.find_publisher(db.session, version, within=whole)
    return publisher or consortia.get_place_by_id(db.session, version.policy.issued_by_id, within=whole).name


def _applies_to(version: Version, adoptions: Sequence[Adoption], place: Place, *, on: date) -> str:
    """Whom the version binds on a day, as far as the place and all below it go."""
    bound = {each.place_id for each in adoptions if each.version_id == version.id and each.is_binding(on)}
    scope = Scope(place.consortium_id, place.id, place.path)
    if place.kind in (PlaceKind.CONSORTIUM, PlaceKind.SYSTEM):
        libraries = [each for each in consortia.libraries_of(db.session, within=scope) if each.is_open(on)]
        return f"{sum(each.id in bound for each in libraries)} of {plural(len(libraries), 'library', 'libraries')}"
    if not bound.intersection(ids_in(place.path)):
        return "Nobody here"
    if place.kind is PlaceKind.BRANCH:
        return place.name
    branches = [each for each in consortia.branches_of(db.session, within=scope) if each.is_open(on)]
    return f"{place.name}, {plural(len(branches), 'branch', 'branches')}"


def may_write() -> bool:
    """May the reader write policies? Only for the whole consortium, so only at its root."""
    root = consortia.root_of(db.session, within=whole_consortium())
    return may(current_actor(), Permission.POLICIES_WRITE, root.path)


def _undecided(policy: Policy, issued: Version | None, place: Place) -> list[Place]:
    """Libraries at or below this place whose decision on the issued version the reader may record."""
    if issued is None:
        return []
    scope = Scope(place.consortium_id, place.id, place.path)
    decided = {
        adoption.place_id
        for adoption in queries.adoptions_of(db.session, policy, within=scope)
        if adoption.version_id == issued.id
    }
    return [
        library
        for library in consortia.libraries_of(db.session, within=scope)
        if library.id not in decided and may(current_actor(), Permission.POLICIES_ADOPT, library.path)
    ]


def _notes(version: Version, place: Place, *, on: date) -> dict[int, Note]:
    rules = queries.rules_of(db.session, version, within=whole_consortium())
    if place.kind is PlaceKind.BRANCH:
        at_branch = queries.standings_at(db.session, place, within=whole_consortium())
        return {
            rule.id: note_of_one(
                known.result, known.evidence, on=on, grace_until=known.grace_until, finding_id=known.finding_id
            )
            if (known := at_branch.get(rule.id))
            else note_of_many(None)
            for rule in rules
        }
    tallies = queries.tallies_within(db.session, within=current_scope(), on=on)
    return {rule.id: note_of_many(tallies.get(rule.id)) for rule in rules}


def _clause_lines(version: Version, notes: dict[int, Note]) -> list[ClauseLine]:
    rules = queries.rules_of(db.session, version, within=whole_consortium())
    return [
        ClauseLine(clause, tuple(_rule_line(rule, notes.get(rule.id)) for rule in rules if rule.clause_id == clause.id))
        for clause in queries.clauses_of(db.session, version, within=whole_consortium())
    ]


def _rule_line(rule: Rule, note: Note | None) -> RuleLine:
    words = sentence(rule.key, parse_parameters(rule.key, rule.parameters))
    return RuleLine(words, rule.severity is Severity.ADVISED, note)
