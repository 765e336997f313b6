"""The page of a place: what is known of it, and how each room sees it; counts, not lists, where it holds many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Permission, Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_serving
from app.accounts.queries.health import Completeness, completeness_of
from app.consortia import queries as consortia
from app.consortia.models import Closure, Place
from app.consortia.queries import PlaceEntry
from app.consortia.rules.hours import Week
from app.desk.queries.counting import accounts_below, folded
from app.desk.queries.standing import PlaceStanding, Standing, standing_of
from app.duties.queries.coverage import coverage, coverage_by_place, summary_of
from app.duties.queries.load import incumbents_of
from app.duties.rules.matrix import Summary
from app.findings import queries as findings
from app.findings.models import Finding
from app.goals import queries as goals
from app.goals.queries import Plan
from app.goals.rules import State
from app.people.models import Person, Position
from app.people.queries.staffing import Staffing, own_positions, staffing_of
from app.policies.queries.uptake import Uptake, uptake_of

_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A place directly below in the table: how it stands, and what it has at itself and below it."""

    standing: PlaceStanding
    #: None where the reader may not see them
    accounts: int | None
    gaps: int | None
    findings: int | None


@dataclass(frozen=True, slots=True)
class AccountsThere:
    """The accounts that serve the place itself, and how complete the figures are at it and below."""

    own: Sequence[Account]
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class DutiesThere:
    """How the duties stand at a place and below it, and how many lack somebody, by place."""

    summary: Summary
    gaps: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class GoalsThere:
    """The place's own goals, each with how it stood."""

    plans: Sequence[Plan]
    states: Mapping[int, State]


@dataclass(frozen=True, slots=True)
class FindingsThere:
    """The findings that have been open the longest, and how many are open, by place."""

    oldest: Sequence[Finding]
    open: int
    by_place: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PeopleThere:
    """The positions of the place itself with who is in them, and how many there are below."""

    own: Sequence[Position]
    incumbents: Mapping[int, Sequence[Person]]
    staffing: Staffing


@dataclass(frozen=True, slots=True)
class About:
    """A place as every room sees it; a block is None where the reader may not see it."""

    entry: PlaceEntry
    week: Week | None
    closures: Sequence[Closure]
    standing: Standing
    accounts: AccountsThere | None
    duties: DutiesThere | None
    goals: GoalsThere | None
    findings: FindingsThere | None
    people: PeopleThere | None
    policies: Uptake | None
    accounts_below: Mapping[int, int]

    def parts(self, shown: Sequence[PlaceStanding]) -> list[Part]:
        """Some of the places below, with their counts."""
        return [self._part(one) for one in shown]

    def _part(self, one: PlaceStanding) -> Part:
        key = one.place.id
        return Part(
            standing=one,
            accounts=self.accounts_below.get(key, 0) if self.accounts else None,
            gaps=self.duties.gaps.get(key, 0) if self.duties else None,
            findings=self.findings.by_place.get(key, 0) if self.findings else None,
        )


def about_place(session: Session, place: Place, *, within: Scope, on: date, may: Callable[[Permission], bool]) -> About:
    """Gather it in a fixed number of statements, however many places stand below; ``may`` answers for the reader."""
    whole = Scope(consortium_id=within.consortium_id)
    standing = standing_of(session, place, within=within, on=on)
    return About(
        entry=consortia.get_entry(session, place, within=within),
        week=consortia.hours_of(session, place, on=on, within=whole),
        closures=consortia.closures_of(session, place, within=whole),
        standing=standing,
        accounts=_accounts(session, place, within=within, on=on) if may(Permission.ACCOUNTS_READ) else None,
        duties=_duties(session, within=within, on=on) if may(Permission.DUTIES_READ) else None,
        goals=_goals(session, standing, within=within) if may(Permission.GOALS_READ) else None,
        findings=_findings(session, within=within) if may(Permission.FINDINGS_READ) else None,
        people=_people(session, place, within=within, on=on) if may(Permission.PEOPLE_READ) else None,
        policies=uptake_of(session, within=within, on=on) if may(Permission.POLICIES_READ) else None,
        accounts_below=accounts_below(session, within=within) if may(Permission.ACCOUNTS_READ) else {},
    )


def _accounts(session: Session, place: Place, *, within: Scope, on: date) -> AccountsThere:
    return AccountsThere(
        own=accounts_serving(session, place, within=within),
        completeness=completeness_of(session, within=within, on=on),
    )


def _duties(session: Session, *, within: Scope, on: date) -> DutiesThere:
    rows = coverage(session, within=within, on=on)
    by_place = coverage_by_place(rows)
    gaps = folded({one.place.id: one.summary.gaps for one in by_place}, (one.place for one in by_place))
    return DutiesThere(summary_of(rows), gaps)


def _goals(session: Session, standing: Standing, *, within: Scope) -> GoalsThere:
    plans = goals.plan_of(session, standing.place, within=within, on=standing.on)
    ids = [plan.goal.id for plan in plans]
    return GoalsThere(plans, goals.goal_standings_of(session, ids, within=within, period=standing.period))


def _findings(session: Session, *, within: Scope) -> FindingsThere:
    counts = findings.open_by_place(session, within=within)
    places = consortia.places_by_id(session, counts, within=within)
    return FindingsThere(
        oldest=findings.oldest_open(session, within=within, most=_FINDINGS),
        open=sum(counts.values()),
        by_place=folded(counts, places.values()),
    )


def _people(session: Session, place: Place, *, within: Scope, on: date) -> PeopleThere:
    own = own_positions(session, place, within=within, on=on)
    return PeopleThere(
        own=own,
        incumbents=incumbents_of(session, [position.id for position in own], within=within, on=on),
        staffing=staffing_of(session, within=within, on=on),
    )
