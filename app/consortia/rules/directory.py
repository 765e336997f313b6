"""What the survey says of libraries and outlets, what the tree holds, and the plan that joins the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.consortia.rules.places import BranchType, PlaceKind, Population
from app.foundation.imports import Change, Counts


class SurveyFile(StrEnum):
    """The two files of the survey that a directory is made of."""

    LIBRARIES = "libraries"
    OUTLETS = "outlets"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"libraries": "First file (libraries)", "outlets": "Second file (outlets)"}[self.value]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is left out, and why, in a sentence; the line counts the heading as line 1."""

    file: SurveyFile
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class SurveyLibrary:
    """An administrative entity, as the first file tells it; None is what the file does not say."""

    line: int
    fscs_key: str
    name: str
    state_id: str | None
    city: str
    population: int | None
    fiscal_year_start_month: int | None
    #: the last day of the year the figures are for
    period_ends_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class SurveyOutlet:
    """A service point, as the second file tells it."""

    line: int
    fscs_key: str
    sequence: str
    name: str
    branch_type: BranchType
    city: str
    locale: str | None
    #: for good; the last day of its library's reporting period, since the survey tells no nearer one
    closed_on: date | None

    @property
    def code(self) -> str:
        """Its place's code: key and sequence."""
        return f"{self.fscs_key}-{self.sequence}"


@dataclass(frozen=True, slots=True)
class Directory:
    """Both files, read: the rows that can go in, and the problems of those that cannot."""

    libraries: tuple[SurveyLibrary, ...]
    outlets: tuple[SurveyOutlet, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class SurveyPlace:
    """A library or a branch with everything the survey can say about it."""

    kind: PlaceKind
    code: str
    fscs_key: str
    sequence: str | None
    name: str
    population: Population | None
    closed_on: date | None
    city: str
    state_id: str | None = None
    fiscal_year_start_month: int | None = None
    branch_type: BranchType | None = None
    locale: str | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """What the survey knows it by; the code may have been chosen by a person."""
        return (self.fscs_key, self.sequence)


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of the survey as it stands in the tree now."""

    place_id: int
    values: SurveyPlace


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """One place of the import: what it would be afterwards; ``place_id`` None where it is new."""

    change: Change
    values: SurveyPlace
    place_id: int | None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, and the rows it would leave out; nothing is written until it is applied."""

    consortium_id: int
    directory: Directory
    places: tuple[PlannedPlace, ...]
    problems: tuple[RowProblem, ...]

    def counts(self, kind: PlaceKind) -> Counts:
        """The counts of libraries or of branches."""
        return Counts.of(planned.change for planned in self.places if planned.values.kind == kind)

    @property
    def changes(self) -> int:
        """How many places would be written."""
        return sum(planned.change != Change.SAME for planned in self.places)


@dataclass(frozen=True, slots=True)
class Tree:
    """What an import needs to know of the consortium as it stands."""

    consortium_id: int
    places: tuple[KnownPlace, ...]
    #: every code in use
    codes: frozenset[str]
    #: open branches that the survey has no key for, by their library's key
    unlisted: Mapping[str, int]
