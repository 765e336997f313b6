"""The families of duties and the catalogue of duties, read once from ``seeds/duties.yaml``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from app.foundation.errors import NotFound

_CATALOGUE = Path(__file__).resolve().parents[3] / "seeds" / "duties.yaml"


class Family(StrEnum):
    """The rows of the coverage matrix; every duty belongs to one."""

    LISTEN = "listen"
    POST = "post"
    FOLLOW = "follow"
    ANSWER = "answer"
    CRITICS = "critics"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return _FAMILY_LABELS[self]


_FAMILY_LABELS = {
    Family.LISTEN: "Listen",
    Family.POST: "Post",
    Family.FOLLOW: "Follow and connect",
    Family.ANSWER: "Answer questions",
    Family.CRITICS: "Respond to critics",
    Family.OTHER: "Other",
}

#: The duty a family is known by: what a cell of the matrix assigns unless somebody names another.
_LEAD_DUTIES = {
    Family.LISTEN: "D01",
    Family.POST: "D04",
    Family.FOLLOW: "D07",
    Family.ANSWER: "D10",
    Family.CRITICS: "D14",
    Family.OTHER: "D22",
}


class Training(StrEnum):
    """What somebody must have learned before they carry out a duty."""

    WRITING = "writing"
    REFERENCE = "reference"
    MODERATION_LAW = "moderation_law"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    SECURITY = "security"
    PHOTO_VIDEO = "photo_video"
    ANALYTICS = "analytics"
    CRISIS = "crisis"
    DE_ESCALATION = "de_escalation"
    RECORDS = "records"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return _TRAINING_LABELS.get(self, self.value.replace("_", " ").capitalize())


_TRAINING_LABELS = {
    Training.REFERENCE: "Reference interview",
    Training.PHOTO_VIDEO: "Photo and video",
    Training.DE_ESCALATION: "De-escalation",
}


class CoverageNeed(StrEnum):
    """How a duty must be covered, where no policy says otherwise."""

    OPEN_HOURS_WITH_BACKUP = "open_hours_with_backup"
    OPEN_HOURS = "open_hours"
    BACKUP = "backup"
    REACHABLE_ALWAYS = "reachable_always"
    TWO_OWNERS = "two_owners"
    NONE = "none"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return _COVERAGE_LABELS[self]


_COVERAGE_LABELS = {
    CoverageNeed.OPEN_HOURS_WITH_BACKUP: "Every open day, with a backup",
    CoverageNeed.OPEN_HOURS: "Every open day",
    CoverageNeed.BACKUP: "With a backup",
    CoverageNeed.REACHABLE_ALWAYS: "Reachable day and night",
    CoverageNeed.TWO_OWNERS: "Two owners",
    CoverageNeed.NONE: "One person",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """A unit of work from the catalogue; hours are typical hours a week for one to three active accounts."""

    code: str
    name: str
    family: Family
    #: one sentence, as a job description says it
    wording: str
    hours_low: Decimal
    hours_high: Decimal
    needs: tuple[Training, ...]
    #: an essential function of a job (in the ADA's sense) unless somebody decides otherwise
    is_essential: bool
    #: codes of duties that the same person may not hold on the same account; each names the other
    apart_from: tuple[str, ...]
    #: what must be kept apart, in words
    separation: str
    coverage: CoverageNeed


@cache
def load_duties() -> Mapping[str, Duty]:
    """Every duty by its code, in the order of the catalogue."""
    rows = yaml.safe_load(_CATALOGUE.read_text(encoding="utf-8"))
    return MappingProxyType({row["code"]: _duty(row) for row in rows})


def get_duty(code: str) -> Duty:
    """The duty with this code; NotFound where the catalogue has none."""
    duty = load_duties().get(code)
    if duty is None:
        raise NotFound(f"There is no duty called {code}.")
    return duty


def duties_of(family: Family) -> list[Duty]:
    """The duties of a family, in the order of the catalogue."""
    return [duty for duty in load_duties().values() if duty.family is family]


def lead_duty(family: Family) -> Duty:
    """The duty a family is known by: what a cell of the matrix assigns unless somebody names another."""
    return get_duty(_LEAD_DUTIES[family])


def separation_conflicts(codes: Iterable[str]) -> list[str]:
    """Why one person may not hold all these duties on one account: a sentence for each pair kept apart."""
    held = [get_duty(code) for code in sorted(set(codes))]
    return [
        f"The same person cannot hold “{first.name}” and “{second.name}” on one account. "
        "The second person may come from another branch, a partner library or the consortium."
        for first, second in combinations(held, 2)
        if second.code in first.apart_from
    ]


def _duty(row: Mapping[str, Any]) -> Duty:
    low, high = row["hours"]
    return Duty(
        code=row["code"],
        name=row["name"],
        family=Family(row["family"]),
        wording=row["wording"],
        hours_low=Decimal(str(low)),
        hours_high=Decimal(str(high)),
        needs=tuple(Training(need) for need in row["needs"]),
        is_essential=row["essential"],
        apart_from=tuple(row["apart_from"]),
        separation=row["separation"],
        coverage=CoverageNeed(row["coverage"]),
    )
