"""The matrix of a place on a day: who stood in each assignment, the cells, and their sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import CellState, Holder, Requirement, gap_in_words, judge_cell, present
from app.foundation.figures import Figure, Reason

#: the rows every matrix has; the family "other" joins them only where it is asked for or held
ROWS = (Family.LISTEN, Family.POST, Family.FOLLOW, Family.ANSWER, Family.CRITICS)
_DAY = timedelta(days=1)
_NO_HOURS = Decimal(0)
_TWO_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody in a position between two dates, both inside; ``last_on`` None while it lasts."""

    person_id: int
    name: str
    first_on: date
    last_on: date | None

    def covers(self, on: date) -> bool:
        """Were they in the position that day?"""
        return self.first_on <= on and (self.last_on is None or self.last_on >= on)


def stays_without(stays: Sequence[Stay], person_id: int | None, *, on: date) -> Sequence[Stay]:
    """The stays as they would be had one person left the day before ``on``; all of them where nobody is named."""
    if person_id is None:
        return stays
    last_on = on - _DAY
    return [
        replace(stay, last_on=last_on) if stay.person_id == person_id and stay.covers(on) else stay
        for stay in stays
        if stay.person_id != person_id or stay.first_on < on
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """An assignment as it was made: to a position or a team, between two dates."""

    assignment_id: int
    position_id: int | None
    team_id: int | None
    #: the position's title or the team's name
    title: str
    is_primary: bool
    hours_per_week: Decimal
    first_on: date
    last_on: date | None


def holder_on(given: Given, stays: Sequence[Stay], *, on: date) -> Holder | None:
    """Who stands in an assignment on a day; None before it begins, and once it ended where nobody ever stood in it.

    ``stays`` are those of the position, or of every position of the team. A team is named by its own name.
    """
    if given.first_on > on:
        return None
    is_over = given.last_on is not None and given.last_on < on
    here = [] if is_over else [stay for stay in stays if stay.covers(on)]
    if here:
        return _holder(given, here, since=max(given.first_on, min(stay.first_on for stay in here)))
    left_on = _left_on(given, stays, on=on)
    if left_on is not None:
        return _holder(given, (), since=left_on + _DAY)
    return None if is_over else _holder(given, (), since=given.first_on)


def _left_on(given: Given, stays: Iterable[Stay], *, on: date) -> date | None:
    """The last day before ``on`` on which somebody stood in the assignment."""
    lasts = [given.last_on or on] if given.last_on else []
    ends = (
        min([*lasts, *([stay.last_on] if stay.last_on else [])], default=on)
        for stay in stays
        if stay.first_on <= (given.last_on or on) and (stay.last_on is None or stay.last_on >= given.first_on)
    )
    return max((end for end in ends if end < on), default=None)


def _names(here: Sequence[Stay]) -> str:
    return here[0].name if len(here) == 1 else " and ".join(stay.name for stay in here)


def _holder(given: Given, here: Sequence[Stay], *, since: date) -> Holder:
    name = given.title if given.team_id is not None or not here else _names(here)
    return Holder(
        position_id=given.position_id,
        title=given.title,
        person_name=name if here else None,
        is_primary=given.is_primary,
        hours_per_week=given.hours_per_week,
        since=since,
        person_ids=tuple(stay.person_id for stay in here),
        assignment_id=given.assignment_id,
        team_id=given.team_id,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One family of duties on one account at one place on one day."""

    family: Family
    #: every rule in force that asks for it, the strictest first; empty where none does, or it is not needed here
    requirements: tuple[Requirement, ...]
    #: who holds it, and (``person_name`` None) who held it before
    holders: tuple[Holder, ...]
    #: why it is not needed here; None where nobody decided that
    exempt_because: str | None
    on: date
    state: CellState

    @property
    def requirement(self) -> Requirement | None:
        """What the cell is judged by."""
        return self.requirements[0] if self.requirements else None

    @property
    def words(self) -> str | None:
        """The gap as a sentence, such as "Nobody answers since Oct 4"; None where it is covered."""
        return gap_in_words(self.requirement, self.holders, on=self.on)

    @property
    def primaries(self) -> list[Holder]:
        """Who is there as primary; more than one only while a duty is handed over."""
        return [holder for holder in present(self.holders, on=self.on) if holder.is_primary]

    @property
    def backups(self) -> list[Holder]:
        """Who is there as backup."""
        return [holder for holder in present(self.holders, on=self.on) if not holder.is_primary]

    @property
    def hours_per_week(self) -> Decimal:
        """Hours a week of those who are there."""
        return sum((holder.hours_per_week for holder in present(self.holders, on=self.on)), _NO_HOURS)

    @property
    def people(self) -> int:
        """How many different people can carry it out that day."""
        return len({person for holder in present(self.holders, on=self.on) for person in holder.person_ids})


def cell_of(
    family: Family,
    requirements: Iterable[Requirement],
    holders: Sequence[Holder],
    *,
    exempt_because: str | None,
    on: date,
) -> Cell:
    """Judge one cell; what is exempt is not required, whatever the policies say."""
    asked = () if exempt_because else tuple(sorted(requirements, key=_strictest_first))
    state = judge_cell(asked[0] if asked else None, holders, on=on)
    return Cell(family, asked, tuple(holders), exempt_because, on, state)


def _strictest_first(requirement: Requirement) -> tuple[bool, str, int]:
    return not requirement.needs_backup, requirement.policy_code, requirement.clause_number


def holders_at(own: Sequence[Holder], owners: Sequence[Holder], *, on: date) -> list[Holder]:
    """Who holds a duty on a shared account at a place it serves: the place's own people, else those of its owner.

    The choice is made for primary and backup apart: a branch may add its own backup to the central team.
    """
    chosen: list[Holder] = []
    for is_primary in (True, False):
        here = [holder for holder in own if holder.is_primary is is_primary]
        above = [holder for holder in owners if holder.is_primary is is_primary]
        chosen += here if present(here, on=on) or not above else above
    return chosen


@dataclass(frozen=True, slots=True)
class Summary:
    """How many duties are asked for at a place and below, and how they stand; each counted once an account."""

    required: int = 0
    covered: int = 0
    #: somebody is there, a backup is asked for and missing
    no_backup: int = 0
    #: only the backup is there
    no_primary: int = 0
    not_qualified: int = 0
    vacant: int = 0
    #: fewer than two people can carry it out
    single: int = 0

    @property
    def gaps(self) -> int:
        """Duties where somebody is missing."""
        return self.required - self.covered

    @property
    def held_share(self) -> Figure:
        """Of the duties asked for, the percentage that somebody holds (KPI K02, as it stands on the day)."""
        return _percent(self.required - self.vacant - self.not_qualified, self.required)

    @property
    def single_share(self) -> Figure:
        """Of the duties asked for, the percentage that hangs on one person or nobody (KPI K03)."""
        return _percent(self.single, self.required)


def summarize(cells: Iterable[Cell]) -> Summary:
    """Count the cells that a policy asks for."""
    asked = [cell for cell in cells if cell.requirement is not None]
    states = [cell.state for cell in asked]
    half = [cell for cell in asked if cell.state is CellState.BACKUP_ONLY]
    no_backup = sum(bool(cell.primaries) for cell in half)
    return Summary(
        required=len(asked),
        covered=states.count(CellState.COVERED),
        no_backup=no_backup,
        no_primary=len(half) - no_backup,
        not_qualified=states.count(CellState.NOT_QUALIFIED),
        vacant=states.count(CellState.VACANT),
        single=sum(cell.people < _TWO_PEOPLE for cell in asked),
    )


def _percent(part: int, whole: int) -> Figure:
    return Figure.of(part / whole * 100, n=whole) if whole else Figure.missing(Reason.NO_CASES)
