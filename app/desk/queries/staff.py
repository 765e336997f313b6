"""One's own desk: the duties one holds, what the policies of the place say, what the place works towards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import AccountRequest
from app.accounts.queries.requests import requests_of
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.desk.queries.check_in import asked_of_held
from app.desk.queries.kpis import KpiSeen, kpis_seen
from app.desk.queries.standing import Standing, standing_of
from app.desk.rules import concerns
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_held
from app.duties.queries.load import PositionLoad, load_of_positions
from app.duties.queries.standing import manner_of
from app.duties.rules.catalogue import Family
from app.findings import queries as findings
from app.findings.models import Finding
from app.metrics.queries.check_in import Asked
from app.people.queries.persons import get_person
from app.people.queries.positions import incumbencies_of
from app.policies.queries import AdoptedRule, adopted_rules

_MOST = 50
_MOST_ASKED = 5


@dataclass(frozen=True, slots=True)
class StaffHome:
    """What somebody finds on their own desk."""

    standing: Standing
    held: Sequence[Assignment]
    loads: Sequence[PositionLoad]
    #: of the duties held, by id
    places: Mapping[int, Place]
    #: how each family is to be carried out, in a few words of a policy
    manner: Mapping[Family, str]
    #: one rule of each policy in force here, the newest policy first
    policies: Sequence[AdoptedRule]
    kpis: Sequence[KpiSeen]
    #: open findings that concern a duty one holds
    findings: Sequence[Finding]
    #: what the weekly check-in asks of the accounts of these duties
    check_in: Sequence[Asked]
    #: accounts one asked for, the newest first
    asked: Sequence[AccountRequest]


def staff_home(session: Session, place: Place, actor: Actor, *, within: Scope, on: date) -> StaffHome:
    """Gather it in a fixed number of statements."""
    whole = Scope(consortium_id=within.consortium_id)
    person = get_person(session, actor.person_id or 0, within=whole)
    stays = incumbencies_of(session, person, within=whole)
    positions = [
        stay.position for stay in stays if stay.first_on <= on and (stay.last_on is None or stay.last_on >= on)
    ]
    held = assignments_held(session, [position.id for position in positions], within=whole, on=on)
    standing = standing_of(session, place, within=within, on=on)
    families = {each.family for each in held}
    return StaffHome(
        standing=standing,
        held=held,
        loads=load_of_positions(session, positions, within=whole, on=on),
        places=consortia.places_by_id(session, {each.place_id for each in held}, within=whole),
        manner=manner_of(session, within=within, on=on),
        policies=_policies(adopted_rules(session, within=within, on=on)),
        kpis=kpis_seen(session, standing, within=within),
        findings=[
            one for one in findings.oldest_open(session, within=within, most=_MOST) if concerns(one.rule.key, families)
        ],
        check_in=asked_of_held(session, held, within=whole, on=on),
        asked=requests_of(session, person.id, within=whole, most=_MOST_ASKED),
    )


def _policies(rules: Sequence[AdoptedRule]) -> list[AdoptedRule]:
    found = {rule.policy.id: rule for rule in rules}
    return sorted(found.values(), key=lambda rule: (-rule.in_force_on.toordinal(), rule.policy.code))
