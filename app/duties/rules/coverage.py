"""Coverage of one duty on one account on one day: what is required, who holds it, and the gap in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.duties.rules.catalogue import Family
from app.policies.rules.duties_asked import Depth, DutyHours


class CellState(StrEnum):
    """How a cell of the coverage matrix stands."""

    COVERED = "covered"
    BACKUP_ONLY = "backup_only"
    NOT_QUALIFIED = "not_qualified"
    VACANT = "vacant"
    NOT_REQUIRED = "not_required"

    @property
    def label(self) -> str:
        """The words of the matrix's key; a cell itself says more (:func:`gap_in_words`)."""
        return _CELL_LABELS[self]

    @property
    def is_gap(self) -> bool:
        """Is somebody missing here?"""
        return self in {CellState.BACKUP_ONLY, CellState.NOT_QUALIFIED, CellState.VACANT}


_CELL_LABELS = {
    CellState.COVERED: "Covered",
    CellState.BACKUP_ONLY: "No backup",
    CellState.NOT_QUALIFIED: "Not qualified yet",
    CellState.VACANT: "Nobody",
    CellState.NOT_REQUIRED: "Not needed",
}

_NOBODY = {
    Family.LISTEN: "Nobody listens",
    Family.POST: "Nobody posts",
    Family.FOLLOW: "Nobody follows",
    Family.ANSWER: "Nobody answers",
    Family.CRITICS: "Nobody responds",
    Family.OTHER: "Nobody does this",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the policies in force ask for in one cell, and which clause says so."""

    family: Family
    depth: Depth
    hours: DutyHours
    #: the policy's spine label, such as "SM 4"
    policy_code: str
    version_label: str
    clause_number: int
    rule_id: int

    @property
    def needs_backup(self) -> bool:
        """Must a second person stand ready?"""
        return self.depth is Depth.PRIMARY_AND_BACKUP


@dataclass(frozen=True, slots=True)
class Holder:
    """A position (or, with ``position_id`` None, a team) that holds the duty, with who is in it on the day, or nobody.

    ``since`` is the first day on which it stood as it does now: with this person, or empty. An assignment that has
    ended may be given as an empty holder from the day after its end, so that a gap can say since when.
    """

    position_id: int | None
    title: str
    #: the incumbent, or the team's own name; None while the position is empty
    person_name: str | None
    is_primary: bool
    hours_per_week: Decimal
    since: date
    #: has the training the duty needs
    is_qualified: bool = True
    #: who is in it on the day: two for a shared job, several for a team
    person_ids: tuple[int, ...] = ()
    assignment_id: int | None = None
    team_id: int | None = None


def judge_cell(requirement: Requirement | None, holders: Sequence[Holder], *, on: date) -> CellState:
    """How the cell stands on a day.

    Vacant: nobody stands as primary or backup. Backup only: of a primary (always needed) and a backup (where the
    policy asks for one), one is missing and the other is there; the words say which. What no policy asks for is not
    required, unless somebody holds it all the same.
    """
    held = present(holders, on=on)
    if not held:
        return CellState.VACANT if requirement else CellState.NOT_REQUIRED
    if requirement is None:
        return CellState.COVERED
    primaries = [holder for holder in held if holder.is_primary]
    backups = [holder for holder in held if not holder.is_primary]
    if not primaries or (requirement.needs_backup and not backups):
        return CellState.BACKUP_ONLY
    needed = [primaries, backups] if requirement.needs_backup else [primaries]
    if any(not any(holder.is_qualified for holder in group) for group in needed):
        return CellState.NOT_QUALIFIED
    return CellState.COVERED


def gap_in_words(requirement: Requirement | None, holders: Sequence[Holder], *, on: date) -> str | None:
    """The sentence a cell shows, such as "Nobody answers since Oct 4"; None where it is covered."""
    state = judge_cell(requirement, holders, on=on)
    if requirement is None:
        return "Not needed" if state is CellState.NOT_REQUIRED else None
    if state is CellState.NOT_QUALIFIED:
        return state.label
    return _missing_in_words(requirement, holders, state=state, on=on) if state.is_gap else None


def _missing_in_words(requirement: Requirement, holders: Sequence[Holder], *, state: CellState, on: date) -> str:
    if state is CellState.VACANT:
        since = _empty_since(holders, on=on)
        return _with_date(_NOBODY[requirement.family], since, requirement, asked="someone", on=on)
    has_primary = any(holder.is_primary for holder in present(holders, on=on))
    missing = [holder for holder in holders if holder.is_primary is not has_primary]
    words = "No backup" if has_primary else "No primary"
    return _with_date(words, _empty_since(missing, on=on), requirement, asked="one", on=on)


def _with_date(words: str, since: date | None, requirement: Requirement, *, asked: str, on: date) -> str:
    if since is None:
        return f"{words}. {requirement.policy_code} asks for {asked}"
    year = "" if since.year == on.year else f", {since.year}"
    return f"{words} since {since:%b} {since.day}{year}"


def present(holders: Iterable[Holder], *, on: date) -> list[Holder]:
    """The holders with somebody in them on the day."""
    return [holder for holder in holders if holder.person_name is not None and holder.since <= on]


def _empty_since(holders: Iterable[Holder], *, on: date) -> date | None:
    return max((holder.since for holder in holders if holder.person_name is None and holder.since <= on), default=None)
