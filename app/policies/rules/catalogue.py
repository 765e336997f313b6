"""The catalogue of rules a clause can carry, read once from ``seeds/rules.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from app.foundation.errors import NotFound

_CATALOGUE = Path(__file__).resolve().parents[3] / "seeds" / "rules.yaml"


class ParameterType(StrEnum):
    """What kind of value fills a blank."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    FLAG = "flag"
    CHOICE = "choice"
    DUTIES = "duties"


class Unit(StrEnum):
    """What a number counts."""

    NONE = "none"
    PERCENT = "percent"
    MINUTES = "minutes"
    HOURS = "hours"
    POSTS = "posts"
    CHECKS = "checks"
    PEOPLE = "people"
    ACCOUNTS = "accounts"
    DAYS = "days"
    MONTHS = "months"


class Stricter(StrEnum):
    """Which way a changed value asks more of a library."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "none"


class Window(StrEnum):
    """The stretch of days a rule is judged over."""

    DAY = "day"
    QUARTER = "quarter"


class RuleFamily(StrEnum):
    """The check module that judges a rule."""

    DUTIES = "duties"
    LISTENING = "listening"
    RESPONSE = "response"
    CRITICS = "critics"
    POSTING = "posting"
    CONTENTS = "contents"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One blank of a rule's sentence; ``minimum`` and ``maximum`` are in ``unit`` and are allowed values."""

    name: str
    label: str
    type: ParameterType
    unit: Unit
    stricter: Stricter
    default: int | float | bool | str | None = None
    minimum: float | None = None
    maximum: float | None = None
    #: value as text, with its words; for a choice or a flag only
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A kind of rule: its words, its blanks, and what it is judged on."""

    key: str
    title: str
    #: words with one blank a parameter, such as "At least {minimum} a week."
    sentence: str
    parameters: tuple[Parameter, ...]
    #: the records it is judged on: duties, check_ins, hours, questions, cases, posts, tags or accounts
    evidence: str
    #: fewer cases than this cannot be judged
    min_n: int
    family: RuleFamily
    window: Window


@cache
def rule_kinds() -> Mapping[str, RuleKind]:
    """Every kind by its key, in the order of the catalogue."""
    rows = yaml.safe_load(_CATALOGUE.read_text(encoding="utf-8"))
    return MappingProxyType({row["key"]: _kind(row) for row in rows})


def find_kind(key: str) -> RuleKind | None:
    """The kind with this key, or None."""
    return rule_kinds().get(key)


def get_kind(key: str) -> RuleKind:
    """The kind with this key; NotFound where the catalogue has none."""
    kind = find_kind(key)
    if kind is None:
        raise NotFound(f"There is no rule called {key}.")
    return kind


def _kind(row: Mapping[str, Any]) -> RuleKind:
    return RuleKind(
        key=row["key"],
        title=row["title"],
        sentence=row["sentence"],
        parameters=tuple(_parameter(blank) for blank in row["parameters"]),
        evidence=row["evidence"],
        min_n=row["min_n"],
        family=RuleFamily(row["family"]),
        window=Window(row["window"]),
    )


def _parameter(row: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=row["name"],
        label=row["label"],
        type=ParameterType(row["type"]),
        unit=Unit(row["unit"]),
        stricter=Stricter(row["stricter"]),
        default=row.get("default"),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        choices=MappingProxyType(dict(row.get("choices", {}))),
    )
