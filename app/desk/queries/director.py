"""The home of a library, a system, or a consortium that is only looked at: standings first, then decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.consortia.models import Place
from app.desk.queries.lately import Lately, lately
from app.desk.queries.standing import PlaceStanding, Standing, standing_of
from app.duties.queries.coverage import coverage, summary_of
from app.duties.queries.load import incumbents_of
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import CellState
from app.duties.rules.matrix import Summary
from app.findings import queries as findings
from app.findings.models import Finding, FindingAction
from app.foundation.figures import Figure
from app.goals import queries as goals
from app.people.models import Person
from app.people.queries.reaching import places_with_role
from app.policies.models import Version
from app.policies.queries.uptake import Uptake, uptake_of

#: the curve beside each branch: interactions per 1,000 residents
CURVE = "K51"
_FIRST = 6


@dataclass(frozen=True, slots=True)
class Decisions:
    """The findings that have been open the longest, with what is being done about them and by whom."""

    findings: Sequence[Finding]
    #: how many are open in all
    open: int
    #: by position
    people: Mapping[int, Sequence[Person]]
    #: by finding, the latest first
    actions: Mapping[int, Sequence[FindingAction]]


@dataclass(frozen=True, slots=True)
class DirectorHome:
    """What a director sees of a place."""

    standing: Standing
    #: the parts to look at first
    first: Sequence[PlaceStanding]
    curves: Mapping[tuple[int, str], list[tuple[date, Figure]]]
    duties: Summary
    #: places with an account on which nobody answers questions though a policy asks for it
    unanswered: int
    decisions: Decisions
    #: what was issued and waits for the library's own decision
    undecided: Sequence[Version]
    lately: Lately
    has_policy: bool
    has_managers: bool
    has_goals: bool


def director_home(session: Session, place: Place, *, within: Scope, on: date) -> DirectorHome:
    """Gather it in a fixed number of statements, however many branches there are."""
    standing = standing_of(session, place, within=within, on=on)
    first = standing.parts[:_FIRST]
    matrix = coverage(session, within=within, on=on)
    uptake = uptake_of(session, within=within, on=on)
    managed = places_with_role(session, Role.BRANCH_MANAGER, within=within)
    return DirectorHome(
        standing=standing,
        first=first,
        curves=goals.curves_of(
            session, [part.place.id for part in first], [CURVE], within=within, last=standing.period.last
        ),
        duties=summary_of(matrix),
        unanswered=len({row.place.id for row in matrix if row.cells[Family.ANSWER].state is CellState.VACANT}),
        decisions=decisions_at(session, within=within, on=on),
        undecided=uptake.undecided_at(place),
        lately=lately(session, within=within, on=on),
        has_policy=_has_policy(uptake, standing),
        has_managers=any(part.place.id in managed for part in standing.parts),
        has_goals=standing.is_measured,
    )


def decisions_at(session: Session, *, within: Scope, on: date) -> Decisions:
    """What findings ask for at a place and below it; four statements."""
    whole = Scope(consortium_id=within.consortium_id)
    oldest = findings.oldest_open(session, within=within, most=_FIRST)
    actions = findings.actions_on(session, oldest, within=within)
    owners = {one.owner_id for one in oldest if one.owner_id is not None}
    owners |= {action.owner_id for each in actions.values() for action in each}
    return Decisions(
        findings=oldest,
        open=findings.count_open(session, within=within),
        people=incumbents_of(session, owners, within=whole, on=on),
        actions=actions,
    )


def _has_policy(uptake: Uptake, standing: Standing) -> bool:
    places = [standing.place, *(part.place for part in standing.parts)]
    return any(uptake.bound_at(place) for place in places)
