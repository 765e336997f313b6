"""Who plays in the demo and where: ``seeds/demo`` as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.access.rules import Role
from app.consortia.rules import BranchType, PopulationMethod, slug_of

_SEEDS = Path(__file__).resolve().parents[3] / "seeds" / "demo"
SLUG = "three-rivers"
#: the usual hours hold from the register's beginning
_HOURS_SINCE = -720


@dataclass(frozen=True, slots=True)
class Renovation:
    """A closure, in days from the end of the last whole quarter."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Former:
    """What a branch was until a day: its name, or the number of its residents."""

    until: int
    name: str | None = None
    residents: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Since when a branch is closed for good, and why: a reason, or the code of the branch that took it in."""

    since: int
    reason: str = ""
    into: str | None = None


@dataclass(frozen=True, slots=True)
class BranchCast:
    """A service point and the platforms on which it has an account of its own."""

    name: str
    code: str
    residents: int
    method: PopulationMethod
    type: BranchType
    locale: str
    platforms: tuple[str, ...]
    closed: Renovation | None
    former: Former | None
    gone: Gone | None


@dataclass(frozen=True, slots=True)
class LibraryCast:
    """A member with its service points; ``shared`` names, by platform, the branches its own account speaks for."""

    name: str
    code: str
    fscs_key: str
    isil: str | None
    city: str
    fiscal_year_start_month: int | None
    #: the day it came in; None for those who were there from the beginning
    joined: int | None
    platforms: tuple[str, ...]
    shared: Mapping[str, tuple[str, ...]]
    branches: tuple[BranchCast, ...]

    @property
    def residents(self) -> int:
        """Those of its branches together."""
        return sum(branch.residents for branch in self.branches)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person with whom the demo is entered."""

    address: str
    name: str
    role: Role
    at: str

    @property
    def email(self) -> str:
        """The whole address."""
        return f"{self.address}@{SLUG}.example"


@dataclass(frozen=True, slots=True)
class PositionCast:
    """A job slot of the story; ``until`` is its holder's last day, in days from the end of the last whole quarter.

    ``before`` held it until two years ago; ``leaves`` is a last day that is still to come, in days after the demo's own.
    """

    title: str
    contracted: Decimal
    agreed: Decimal
    person: str | None
    until: int | None
    before: str | None = None
    leaves: int | None = None


@dataclass(frozen=True, slots=True)
class RoleCast:
    """A role that somebody holds beside those of a position."""

    person: str
    role: Role
    at: str


@dataclass(frozen=True, slots=True)
class TeamCast:
    """A named set of positions at a place."""

    name: str
    positions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everything in ``places.yaml`` and ``people.yaml``."""

    name: str
    time_zone: str
    libraries: tuple[LibraryCast, ...]
    sign_ins: tuple[SignIn, ...]
    positions: Mapping[str, tuple[PositionCast, ...]]
    teams: Mapping[str, TeamCast]
    roles: tuple[RoleCast, ...]
    no_address: frozenset[str]
    #: hours of the week at a branch, or by size, each with the day since when they hold
    hours: Mapping[str, tuple[tuple[int, str], ...]]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def read_seed(name: str) -> Mapping[str, Any]:
    """A file of ``seeds/demo``; a mistake in it is a bug and rises."""
    document: Mapping[str, Any] = yaml.safe_load((_SEEDS / f"{name}.yaml").read_text(encoding="utf-8"))
    return document


@cache
def cast() -> Cast:
    """The demo's places and people."""
    places, people = read_seed("places"), read_seed("people")
    return Cast(
        name=places["consortium"]["name"],
        time_zone=places["consortium"]["time_zone"],
        libraries=tuple(_library(entry) for entry in places["libraries"]),
        sign_ins=tuple(
            SignIn(entry["address"], entry["name"], Role(entry["role"]), entry["at"]) for entry in people["sign_ins"]
        ),
        positions={code: tuple(_position(row) for row in rows) for code, rows in people["positions"].items()},
        teams={code: TeamCast(row["name"], tuple(row["positions"])) for code, row in people["teams"].items()},
        roles=tuple(RoleCast(row["person"], Role(row["role"]), row["at"]) for row in people["roles"]),
        no_address=frozenset(people["no_address"]),
        hours=_hours(places["hours"]),
        first_names=tuple(people["first_names"]),
        last_names=tuple(people["last_names"]),
    )


def _hours(entry: Mapping[str, Any]) -> Mapping[str, tuple[tuple[int, str], ...]]:
    usual = {size: ((_HOURS_SINCE, week),) for size, week in entry["usual"].items()}
    named = {code: rows for code, rows in entry.items() if code != "usual"}
    return usual | {code: tuple((row["since"], row["week"]) for row in rows) for code, rows in named.items()}


def _library(entry: Mapping[str, Any]) -> LibraryCast:
    branches = tuple(_branch(row, library=entry) for row in entry["branches"])
    return LibraryCast(
        name=entry["name"],
        code=entry["code"],
        fscs_key=entry["fscs_key"],
        isil=entry.get("isil"),
        city=entry["city"],
        fiscal_year_start_month=entry.get("fiscal_year_start_month"),
        joined=entry.get("joined"),
        platforms=tuple(entry.get("platforms", ())),
        shared={platform: tuple(codes) for platform, codes in entry.get("shared", {}).items()},
        branches=branches,
    )


def _branch(row: Mapping[str, Any], *, library: Mapping[str, Any]) -> BranchCast:
    code = slug_of(row["name"])
    return BranchCast(
        name=row["name"],
        code=f"{code}-main" if code == library["code"] else code,
        residents=row["residents"],
        method=PopulationMethod(row.get("method", PopulationMethod.CARDHOLDERS)),
        type=BranchType(row.get("type", BranchType.BRANCH)),
        locale=row.get("locale", library["locale"]),
        platforms=tuple(row.get("platforms", ())),
        closed=Renovation(**row["closed"]) if "closed" in row else None,
        former=Former(**row["former"]) if "former" in row else None,
        gone=Gone(**row["gone"]) if "gone" in row else None,
    )


def _position(row: Mapping[str, Any]) -> PositionCast:
    return PositionCast(
        title=row["title"],
        contracted=Decimal(str(row["contracted"])),
        agreed=Decimal(str(row["agreed"])),
        person=row.get("person"),
        until=row.get("until"),
        before=row.get("before"),
        leaves=row.get("leaves"),
    )
