"""Making a document from the duties a position holds, who is in it, and the policies in force where it is."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_held, primaries_beside
from app.duties.queries.load import incumbents_of
from app.duties.rules.catalogue import Family, lead_duty
from app.job_descriptions.rules import Applying, Document, DutyClause, HeldOn, Limit, clause_of, purpose_or_usual
from app.people.models import Position
from app.people.queries.positions import get_position
from app.platforms.catalogue import get_platform
from app.policies.queries import AdoptedRule, adopted_rules
from app.policies.rules.catalogue import RuleFamily, get_kind
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.wording import sentence

#: which duties a family of rules limits; what ``duty.required`` asks of the library is no limit of a person
_LIMITS = {
    RuleFamily.LISTENING: Family.LISTEN,
    RuleFamily.RESPONSE: Family.ANSWER,
    RuleFamily.CRITICS: Family.CRITICS,
    RuleFamily.POSTING: Family.POST,
    RuleFamily.CONTENTS: Family.POST,
}


def document_of(session: Session, position: Position, *, within: Scope, on: date) -> Document:
    """Part 4 of a position's job description as it reads on a day; a dozen statements."""
    here = Scope(position.consortium_id, position.place_id, position.place.path)
    clauses = _clauses(session, position, within=within, on=on)
    rules = adopted_rules(session, within=here, on=on)
    families = {clause.family for clause in clauses}
    incumbents = incumbents_of(session, [position.id], within=within, on=on).get(position.id, ())
    return Document(
        position_id=position.id,
        title=position.title,
        place=position.place.name,
        library=_library(session, position.place, within=within),
        on=on,
        holders=tuple(person.name for person in incumbents),
        reports_to=_manager(session, position, within=within, on=on),
        contracted_hours=position.contracted_hours,
        agreed_hours=position.agreed_hours,
        purpose=purpose_or_usual(position.purpose, place=position.place.name),
        clauses=clauses,
        limits=tuple(_limit(rule) for rule in rules if _LIMITS.get(get_kind(rule.rule.key).family) in families),
        policies=_policies(rules) if clauses else (),
    )


def _clauses(session: Session, position: Position, *, within: Scope, on: date) -> tuple[DutyClause, ...]:
    held = assignments_held(session, [position.id], within=within, on=on)
    primaries = primaries_beside(session, [each for each in held if not each.is_primary], within=within, on=on)
    places = consortia.places_by_id(session, {each.place_id for each in held}, within=within)
    by_family: dict[Family, list[HeldOn]] = {}
    for each in held:
        by_family.setdefault(each.family, []).append(
            HeldOn(
                family=each.family,
                account=_account(each, places[each.place_id], position),
                is_primary=each.is_primary,
                backup_for=primaries.get(each.id, ""),
                hours_per_week=each.hours_per_week,
                team=each.team.name if each.team else "",
            )
        )
    return tuple(
        clause_of(
            number,
            family,
            by_family[family],
            wording=lead_duty(family).wording,
            contracted=position.contracted_hours,
        )
        for number, family in enumerate((family for family in Family if family in by_family), start=1)
    )


def _account(assignment: Assignment, place: Place, position: Position) -> str:
    label = get_platform(assignment.account.platform).label
    return label if place.id == position.place_id else f"{label} of {place.name}"


def _limit(rule: AdoptedRule) -> Limit:
    key = rule.rule.key
    return Limit(sentence(key, parse_parameters(key, rule.rule.parameters)), rule.label)


def _policies(rules: Sequence[AdoptedRule]) -> tuple[Applying, ...]:
    found = {rule.policy.id: Applying(rule.policy.code, rule.policy.title, rule.version.number) for rule in rules}
    return tuple(sorted(found.values(), key=lambda policy: policy.code))


def _library(session: Session, place: Place, *, within: Scope) -> str:
    """The library around a branch; "" for a position at a library or above one."""
    above = consortia.ancestors_of(session, place, within=within)
    return next((step.name for step in above if step.kind is PlaceKind.LIBRARY), "")


def _manager(session: Session, position: Position, *, within: Scope, on: date) -> str:
    """The line manager's name, or the title while that position is vacant."""
    if position.reports_to_id is None:
        return ""
    above = get_position(session, position.reports_to_id, within=within)
    names = [person.name for person in incumbents_of(session, [above.id], within=within, on=on).get(above.id, ())]
    return f"{' and '.join(names)}, {above.title}" if names else above.title
