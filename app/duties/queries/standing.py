"""What coverage rests on: who was given what, who stood where and when, what is asked for, what is not needed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access.rules import Scope
from app.accounts.models import AccountShare
from app.accounts.rules import AccountMode
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.duties.models import Assignment, DutyExemption
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import Requirement
from app.duties.rules.matrix import Given, Stay
from app.duties.rules.words import TELLING_RULES
from app.people.models import Incumbency, Person, Position, Team, TeamMember
from app.policies.queries import AdoptedRule, adopted_rules
from app.policies.rules.duties_asked import DutyAsked
from app.policies.rules.parameters import duties_asked, parse_parameters
from app.policies.rules.wording import sentence

#: the kind of rule that asks for duties
REQUIRED_KEY = "duty.required"

#: place, account and family: where an assignment stands
Spot = tuple[int, int, Family]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the policies in force ask for, by the place that adopted them, then by type of account and family."""

    by_adopter: Mapping[int, Mapping[tuple[AccountMode, Family], Sequence[Requirement]]]

    def at(self, place: Place) -> Mapping[tuple[AccountMode, Family], Sequence[Requirement]]:
        """What binds at a place: what it or a place above it adopted."""
        adopters = [self.by_adopter[step] for step in ids_in(place.path) if step in self.by_adopter]
        if len(adopters) == 1:
            return adopters[0]
        found: dict[tuple[AccountMode, Family], list[Requirement]] = {}
        for adopted in adopters:
            for spot, requirements in adopted.items():
                found.setdefault(spot, []).extend(requirements)
        return found


def asked_within(session: Session, *, within: Scope, on: date) -> Asked:
    """The duties that policies in force somewhere in the scope ask for on a day; one statement."""
    found: dict[int, dict[tuple[AccountMode, Family], list[Requirement]]] = {}
    read: dict[int, Sequence[DutyAsked]] = {}
    for adopted in adopted_rules(session, within=within, on=on):
        if adopted.rule.key != REQUIRED_KEY:
            continue
        if adopted.rule.id not in read:
            read[adopted.rule.id] = duties_asked(parse_parameters(REQUIRED_KEY, adopted.rule.parameters))
        for duty in read[adopted.rule.id]:
            requirement = _requirement(adopted, duty)
            for mode in duty.account_types:
                spot = (mode, requirement.family)
                found.setdefault(adopted.library_id, {}).setdefault(spot, []).append(requirement)
    return Asked(found)


def _requirement(adopted: AdoptedRule, duty: DutyAsked) -> Requirement:
    return Requirement(
        family=Family(duty.family),
        depth=duty.depth,
        hours=duty.hours,
        policy_code=adopted.policy.code,
        version_label=adopted.version.number,
        clause_number=adopted.clause.number,
        rule_id=adopted.rule.id,
    )


def manner_of(session: Session, *, within: Scope, on: date) -> dict[Family, str]:
    """How each family is to be carried out, as the policies in force say it in a few words; one statement."""
    found: dict[Family, str] = {}
    for adopted in adopted_rules(session, within=within, on=on):
        key = adopted.rule.key
        if key in TELLING_RULES:
            words = sentence(key, parse_parameters(key, adopted.rule.parameters))
            found.setdefault(TELLING_RULES[key], words.partition(":")[0].removesuffix("."))
    return found


def given_within(session: Session, *, within: Scope) -> dict[Spot, list[Given]]:
    """Every assignment that stands in a matrix of the scope, ended and coming ones too, by where it stands."""
    statement = (
        sa.select(
            Assignment.place_id,
            Assignment.account_id,
            Assignment.family,
            Assignment.id,
            Assignment.position_id,
            Assignment.team_id,
            sa.func.coalesce(Position.title, Team.name),
            Assignment.is_primary,
            Assignment.hours_per_week,
            Assignment.first_on,
            Assignment.last_on,
        )
        .outerjoin(
            Position,
            sa.and_(Position.consortium_id == Assignment.consortium_id, Position.id == Assignment.position_id),
        )
        .outerjoin(Team, sa.and_(Team.consortium_id == Assignment.consortium_id, Team.id == Assignment.team_id))
        .where(Assignment.consortium_id == within.consortium_id, _stands_in(within))
        .order_by(Assignment.is_primary.desc(), Assignment.first_on, Assignment.id)
    )
    found: dict[Spot, list[Given]] = defaultdict(list)
    for place_id, account_id, family, *rest in session.execute(statement):
        found[place_id, account_id, family].append(Given(*rest))
    return found


def stays_within(session: Session, *, within: Scope) -> dict[int, list[Stay]]:
    """Who is or was in each position that holds a duty in the scope, alone or in a team, by position, oldest first."""
    statement = (
        sa.select(Incumbency.position_id, Person.id, Person.name, Incumbency.first_on, Incumbency.last_on)
        .join(Person, sa.and_(Person.consortium_id == Incumbency.consortium_id, Person.id == Incumbency.person_id))
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Incumbency.position_id.in_(_positions_with_duties(within)),
        )
        .order_by(Incumbency.position_id, Incumbency.first_on, Incumbency.id)
    )
    found: dict[int, list[Stay]] = defaultdict(list)
    for position_id, person_id, name, first_on, last_on in session.execute(statement):
        found[position_id].append(Stay(person_id, name, first_on, last_on))
    return found


def members_of_teams(session: Session, *, within: Scope) -> dict[int, list[int]]:
    """Position ids of each team that holds a duty in the scope, by team id."""
    statement = (
        sa.select(TeamMember.team_id, TeamMember.position_id)
        .where(
            TeamMember.consortium_id == within.consortium_id,
            TeamMember.team_id.in_(_holding(Assignment.team_id, within)),
        )
        .order_by(TeamMember.team_id, TeamMember.position_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for team_id, position_id in session.execute(statement):
        found[team_id].append(position_id)
    return found


def stays_of(given: Given, stays: Mapping[int, Sequence[Stay]], members: Mapping[int, Iterable[int]]) -> Sequence[Stay]:
    """Who is or was in the position, or in any position of the team, that an assignment was given to."""
    if given.position_id is not None:
        return stays.get(given.position_id, ())
    team = members.get(given.team_id, ()) if given.team_id is not None else ()
    return [stay for position_id in team for stay in stays.get(position_id, ())]


def exemptions_within(session: Session, *, within: Scope, on: date) -> dict[Spot, str]:
    """Why a duty is not needed on a day, by where it would stand."""
    rows = session.execute(
        sa.select(DutyExemption.place_id, DutyExemption.account_id, DutyExemption.family, DutyExemption.reason)
        .join(Place, sa.and_(Place.consortium_id == DutyExemption.consortium_id, Place.id == DutyExemption.place_id))
        .where(
            DutyExemption.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            DutyExemption.first_on <= on,
            sa.or_(DutyExemption.last_on.is_(None), DutyExemption.last_on >= on),
        )
        .order_by(DutyExemption.first_on, DutyExemption.id)
    )
    return {(place_id, account_id, family): reason for place_id, account_id, family, reason in rows}


def _stands_in(within: Scope) -> sa.ColumnElement[bool]:
    """Given at a place of the scope, or at the owner of an account that a place of the scope shares."""
    places = sa.select(Place.id).where(
        Place.consortium_id == within.consortium_id, Place.path.startswith(within.path, autoescape=True)
    )
    shared = sa.select(AccountShare.account_id).where(
        AccountShare.consortium_id == within.consortium_id, AccountShare.place_id.in_(places)
    )
    return sa.or_(Assignment.place_id.in_(places), Assignment.account_id.in_(shared))


def _holding(column: InstrumentedAttribute[int | None], within: Scope) -> sa.Select[int | None]:
    return sa.select(column).where(
        Assignment.consortium_id == within.consortium_id, column.is_not(None), _stands_in(within)
    )


def _positions_with_duties(within: Scope) -> sa.CompoundSelect[int | None]:
    in_teams = sa.select(TeamMember.position_id).where(
        TeamMember.consortium_id == within.consortium_id,
        TeamMember.team_id.in_(_holding(Assignment.team_id, within)),
    )
    return sa.union(_holding(Assignment.position_id, within), in_teams)
