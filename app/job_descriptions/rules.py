"""A job description as plain values: its clauses, hours, shares of time, and what the policies allow and forbid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.duties.rules.catalogue import Family
from app.duties.rules.load import share_of_time

_NO_HOURS = Decimal(0)
#: this document is part 4 of the description; its duties are clause 2
_DUTIES_CLAUSE = "4.2"


@dataclass(frozen=True, slots=True)
class HeldOn:
    """A family of duties held on one account; ``team`` names the team it is held with, "" where it is held alone."""

    family: Family
    #: the platform's name, and the place's where it is not the position's own
    account: str
    is_primary: bool
    #: who is primary, where this is the backup
    backup_for: str
    hours_per_week: Decimal
    team: str = ""


@dataclass(frozen=True, slots=True)
class DutyClause:
    """One family of duties as a numbered clause."""

    number: str
    family: Family
    wording: str
    as_primary: tuple[str, ...]
    #: such as "Tom Beckett (Instagram)"
    as_backup: tuple[str, ...]
    #: the position's own hours; those of a team are the team's
    hours: Decimal
    #: percent of the contract; None where the contract's hours are not stated, or too few
    share: int | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What a clause of a policy in force says about a duty, and where it says so, such as "SM 4, clause 3"."""

    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Applying:
    """A policy in force where the position is."""

    code: str
    title: str
    version: str


@dataclass(frozen=True, slots=True)
class Document:
    """Part 4 of a position's job description, on a day."""

    position_id: int
    title: str
    place: str
    library: str
    on: date
    #: who is in the position; empty while it is vacant
    holders: tuple[str, ...]
    #: the title and name of the line manager; "" where none is stated
    reports_to: str
    contracted_hours: Decimal | None
    agreed_hours: Decimal | None
    purpose: str
    clauses: tuple[DutyClause, ...]
    limits: tuple[Limit, ...]
    policies: tuple[Applying, ...]

    @property
    def total_hours(self) -> Decimal:
        """Hours a week of every clause."""
        return sum((clause.hours for clause in self.clauses), _NO_HOURS)

    @property
    def total_share(self) -> int | None:
        """All of these duties as a percent of the contract."""
        return share(self.total_hours, self.contracted_hours)


def share(hours: Decimal, contracted: Decimal | None) -> int | None:
    """Percent of the contract; None where its hours are not stated or fewer than the duties take."""
    if not contracted or hours > contracted:
        return None
    if not hours:
        return 0
    return share_of_time(hours, contracted_hours=contracted)


def clause_of(
    number: int, family: Family, held: Sequence[HeldOn], *, wording: str, contracted: Decimal | None
) -> DutyClause:
    """One clause from everything the position holds of a family, in the order given."""
    hours = sum((each.hours_per_week for each in held if not each.team), _NO_HOURS)
    return DutyClause(
        number=f"{_DUTIES_CLAUSE}.{number}",
        family=family,
        wording=wording,
        as_primary=_accounts([each for each in held if each.is_primary]),
        as_backup=_backups([each for each in held if not each.is_primary]),
        hours=hours,
        share=share(hours, contracted),
    )


def _accounts(held: Iterable[HeldOn]) -> tuple[str, ...]:
    """Each account; those that a team holds together, with its name once."""
    by_team: dict[str, list[str]] = {}
    for each in held:
        by_team.setdefault(each.team, []).append(each.account)
    return tuple(words for team, accounts in by_team.items() for words in _with(team, accounts))


def _with(team: str, accounts: list[str]) -> list[str]:
    if not team:
        return accounts
    return [f"{', '.join(accounts)} ({'all ' if len(accounts) > 1 else ''}with {team})"]


def _backups(held: Sequence[HeldOn]) -> tuple[str, ...]:
    """Each primary once with their accounts, such as "Tom Beckett (Instagram, Mastodon)"."""
    by_primary: dict[str, list[HeldOn]] = {}
    for each in held:
        by_primary.setdefault(each.backup_for, []).append(each)
    told = {primary: ", ".join(_accounts(of)) for primary, of in by_primary.items()}
    return tuple(f"{primary} ({accounts})" if primary else accounts for primary, accounts in told.items())


def purpose_or_usual(purpose: str, *, place: str) -> str:
    """What the job is for, in the words agreed for it or in the usual ones."""
    return purpose.strip() or (
        f"The post holder listens to the public and speaks with it on behalf of {place}, so that somebody who asks the "
        "library something online is answered as surely as at the desk."
    )
