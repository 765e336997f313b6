"""Kinds of places, types of branches, how a population was estimated, codes, and the order of the tree."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from app.foundation.errors import Refused


class PlaceKind(StrEnum):
    """What a place is; the order is from the top of the tree down."""

    CONSORTIUM = "consortium"
    SYSTEM = "system"
    LIBRARY = "library"
    BRANCH = "branch"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.value.capitalize()

    @property
    def plural(self) -> str:
        """As in "12 libraries"."""
        return {"library": "libraries", "branch": "branches", "consortium": "consortia"}.get(self.value, "systems")


class BranchType(StrEnum):
    """Outlet types of the Public Libraries Survey (item 709)."""

    CENTRAL = "CE"
    BRANCH = "BR"
    BOOKMOBILE = "BS"
    BOOKS_BY_MAIL = "BM"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"CE": "Central", "BR": "Branch", "BS": "Bookmobile", "BM": "Books by mail"}[self.value]


class PopulationMethod(StrEnum):
    """How the population served was found; everything but the official figure is an estimate."""

    OFFICIAL = "official_lsa"
    CENSUS = "census_catchment"
    CARDHOLDERS = "cardholder_share"
    VISITS = "visit_share"
    STATED = "stated"

    @property
    def label(self) -> str:
        """As on screen."""
        return _METHOD_LABELS[self]


_METHOD_LABELS = {
    PopulationMethod.OFFICIAL: "Legal service area, from the survey",
    PopulationMethod.CENSUS: "Estimated from the census catchment",
    PopulationMethod.CARDHOLDERS: "Estimated from the share of cardholders",
    PopulationMethod.VISITS: "Estimated from the share of visits",
    PopulationMethod.STATED: "Stated by the library",
}


def slug_of(name: str) -> str:
    """A code from a name: "St. Mary's" becomes "st-marys"; "place" where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", ""))[:60].strip("-") or "place"


_HOLDS: dict[PlaceKind, frozenset[PlaceKind]] = {
    PlaceKind.CONSORTIUM: frozenset({PlaceKind.SYSTEM, PlaceKind.LIBRARY}),
    PlaceKind.SYSTEM: frozenset({PlaceKind.LIBRARY}),
    PlaceKind.LIBRARY: frozenset({PlaceKind.BRANCH}),
    PlaceKind.BRANCH: frozenset(),
}


def may_hold(parent: PlaceKind, child: PlaceKind) -> bool:
    """May a place of one kind stand directly below a place of the other?"""
    return child in _HOLDS[parent]


@dataclass(frozen=True, slots=True)
class Population:
    """Residents served, how the number was found, and the year it is for."""

    residents: int
    method: PopulationMethod
    year: int | None = None


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What only a library has: its identifiers, town and fiscal year."""

    fscs_key: str | None = None
    state_id: str | None = None
    isil: str | None = None
    city: str = ""
    fiscal_year_start_month: int | None = None
    #: False: other members do not see the library's name
    shares_name: bool = True


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """What only a service point has: its type, identifiers, town and locale."""

    branch_type: BranchType = BranchType.BRANCH
    fscs_key: str | None = None
    fscs_sequence: str | None = None
    city: str = ""
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What may be known of a place besides its name; only the details of its own kind are kept."""

    population: Population | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    library: LibraryFacts = field(default_factory=LibraryFacts)
    branch: BranchFacts = field(default_factory=BranchFacts)


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", re.ASCII)
_LONGEST = 60


def slug_problem(slug: str) -> str | None:
    """Why this cannot be a consortium's slug, in a sentence; None where it can."""
    if len(slug) <= _LONGEST and _SLUG.fullmatch(slug):
        return None
    return (
        f"A slug is lower-case letters, digits and single hyphens, at most {_LONGEST} characters, such as three-rivers."
    )


#: words that stand where a code does in the addresses of pages
_TAKEN_BY_PAGES = frozenset({"import"})


def code_problem(code: str) -> str | None:
    """Why this cannot be a place's code, in a sentence; None where it can."""
    if code in _TAKEN_BY_PAGES:
        return f"The code {code} is the address of a page. Choose another one."
    if len(code) <= _LONGEST and _CODE.fullmatch(code):
        return None
    return f"A code is letters, digits and single hyphens, at most {_LONGEST} characters, such as WI0001-002."


def ids_in(path: str) -> tuple[int, ...]:
    """The ids a path is made of, from the root down to the place itself."""
    return tuple(int(part) for part in path.split("/") if part)


class _Node(Protocol):
    id: int
    parent_id: int | None
    name: str


_AnyNode = TypeVar("_AnyNode", bound=_Node)


def in_tree_order(nodes: Iterable[_AnyNode]) -> list[_AnyNode]:
    """Each node before what stands below it, neighbors by name; a node whose parent is not among them is a top."""
    by_name = sorted(nodes, key=lambda node: (node.name.casefold(), node.id))
    here = {node.id for node in by_name}
    below: dict[int | None, list[_AnyNode]] = defaultdict(list)
    for node in by_name:
        below[node.parent_id if node.parent_id in here else None].append(node)
    ordered: list[_AnyNode] = []
    waiting = below[None][::-1]
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(below[node.id][::-1])
    return ordered


class _Named(Protocol):
    code: str
    name: str


_AnyNamed = TypeVar("_AnyNamed", bound=_Named)
_MOST_TOLD = 5


def find_named(places: Iterable[_AnyNamed], words: str, *, field: str) -> _AnyNamed:
    """The one of these places that a person means: by code, by name, or by a part of the name that only it has.

    Refuses words that fit none of them, and words that fit several, naming them.
    """
    wanted, offered = words.casefold().strip(), list(places)
    for fits in (
        [each for each in offered if each.code.casefold() == wanted],
        [each for each in offered if each.name.casefold() == wanted],
        [each for each in offered if wanted and wanted in each.name.casefold()],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            told = ", ".join(f"{each.name} ({each.code})" for each in fits[:_MOST_TOLD])
            raise Refused(f"This fits several: {told}. Write the code of one.", field=field)
    raise Refused(f"“{words}” fits none of the places it may be. Write its name or its code.", field=field)
