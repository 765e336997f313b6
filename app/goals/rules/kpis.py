"""The KPI catalogue: what each measure means, how it is computed, which way is better and when it is too small."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.foundation.errors import NotFound
from app.goals.rules.states import Direction

_SEED = Path(__file__).resolve().parents[3] / "seeds" / "kpis.yaml"


class Stage(StrEnum):
    """How far from the work to its effect a KPI measures (AMEC's Integrated Evaluation Framework, and governance)."""

    INPUT = "input"
    OUTPUT = "output"
    OUT_TAKE = "out_take"
    OUTCOME = "outcome"
    IMPACT = "impact"
    GOVERNANCE = "governance"

    @property
    def label(self) -> str:
        """The words on screen."""
        return _STAGE_LABELS[self]


_STAGE_LABELS = {
    Stage.INPUT: "What we put in",
    Stage.OUTPUT: "What we put out",
    Stage.OUT_TAKE: "What people take from it",
    Stage.OUTCOME: "What people do with it",
    Stage.IMPACT: "What changes for the community",
    Stage.GOVERNANCE: "How well it is run",
}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One entry of the catalogue.

    ``unit`` follows the number on a page; a unit that begins with "%" makes differences points. ``cases`` is what n
    counts, in the plural. ``minimum_n`` is 0 where counting cases has no meaning. ``direction`` is None for a figure
    that stands beside others and takes no target. ``counter_kpi`` is to be read beside it, against gaming.
    """

    id: str
    name: str
    definition: str
    formula: str
    unit: str
    direction: Direction | None
    stage: Stage
    inputs: tuple[str, ...]
    minimum_n: int
    cases: str
    pitfalls: str
    counter_kpi: str | None
    is_available: bool

    @property
    def may_have_target(self) -> bool:
        """Can this release compute it, and has it a better and a worse side?"""
        return self.is_available and self.direction is not None


def read_kpis(document: Mapping[str, Any]) -> tuple[Kpi, ...]:
    """Turn the parsed catalogue file into KPIs; a field missing or misspelled is a bug and raises."""
    return tuple(_kpi(entry) for entry in document["kpis"])


def _kpi(entry: Mapping[str, Any]) -> Kpi:
    return Kpi(
        id=entry["id"],
        name=entry["name"],
        definition=entry["definition"],
        formula=entry["formula"],
        unit=entry["unit"],
        direction=Direction(entry["direction"]) if entry["direction"] else None,
        stage=Stage(entry["stage"]),
        inputs=tuple(entry["inputs"]),
        minimum_n=entry["minimum_n"],
        cases=entry["cases"],
        pitfalls=entry["pitfalls"],
        counter_kpi=entry["counter_kpi"],
        is_available=entry["available"],
    )


@cache
def catalogue() -> Mapping[str, Kpi]:
    """Every KPI by its id, in the order of the file, read once a process."""
    document = yaml.safe_load(_SEED.read_text(encoding="utf-8"))
    return {kpi.id: kpi for kpi in read_kpis(document)}


def available_kpis() -> list[Kpi]:
    """The KPIs this release computes, in the order of the catalogue."""
    return [kpi for kpi in catalogue().values() if kpi.is_available]


def get_kpi(kpi_id: str) -> Kpi:
    """The KPI of this id; raises NotFound."""
    try:
        return catalogue()[kpi_id]
    except KeyError:
        raise NotFound(f"There is no KPI “{kpi_id}”.") from None
