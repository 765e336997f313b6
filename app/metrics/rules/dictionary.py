"""The metric dictionary: what each daily figure means, where it comes from and whether places may be compared by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_SEED = Path(__file__).resolve().parents[3] / "seeds" / "metrics.yaml"
#: the C parser, where PyYAML was built with it, reads a catalogue ten times faster; each process reads it at its start
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class Metric(StrEnum):
    """The common metrics: one column each of an account's row for a day."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"
    POSTS = "posts"
    REPLIES = "replies"
    ASKS = "asks"
    BROADCASTS = "broadcasts"
    REACTIONS = "reactions"
    COMMENTS = "comments"
    SHARES = "shares"
    VIEWS = "views"
    REACH = "reach"
    LINK_CLICKS = "link_clicks"
    MENTIONS = "mentions"
    QUESTIONS_DUE = "questions_due"
    QUESTIONS_IN_TIME = "questions_in_time"

    @property
    def is_stock(self) -> bool:
        """Is it a level read at the end of a period, rather than a count that adds up?"""
        return self in STOCKS

    @property
    def label(self) -> str:
        """The words on screen."""
        return definition_of(self).label


class FurtherMetric(StrEnum):
    """What only some platforms tell: kept as rows of their own, shown and exported, and part of no KPI."""

    NEW_FOLLOWS = "new_follows"
    NEW_FOLLOWS_ORGANIC = "new_follows_organic"
    NEW_FOLLOWS_PAID = "new_follows_paid"
    NEW_FOLLOWS_INVITED = "new_follows_invited"
    UNFOLLOWS = "unfollows"
    NET_FOLLOWS = "net_follows"
    PROFILE_VIEWS = "profile_views"
    VISITORS = "visitors"
    ENGAGEMENTS = "engagements"
    CLICKS = "clicks"
    SAVES = "saves"
    VIDEO_VIEWS = "video_views"
    MEDIA_VIEWS = "media_views"
    LINK_SHARES = "link_shares"
    DETAIL_VIEWS = "detail_views"
    HASHTAG_CLICKS = "hashtag_clicks"
    PERMALINK_CLICKS = "permalink_clicks"

    @property
    def label(self) -> str:
        """The words on screen."""
        return definition_of(self).label

    @property
    def may_fall(self) -> bool:
        """Is it a change, which may be below zero?"""
        return self is FurtherMetric.NET_FOLLOWS


def metric_named(name: str) -> Metric | FurtherMetric:
    """The metric of the day's columns, or of those beside them, by its name; ValueError where there is none."""
    return Metric(name) if name in set(Metric) else FurtherMetric(name)


#: read at the end of a period, never summed
STOCKS = frozenset({Metric.FOLLOWERS, Metric.FOLLOWING})
#: summed over the days of a period
FLOWS = frozenset(Metric) - STOCKS


class Source(StrEnum):
    """Who or what wrote a figure."""

    PULL = "pull"
    IMPORT = "import"
    BY_HAND = "by_hand"
    COMPUTED = "computed"
    DEMO = "demo"

    @property
    def label(self) -> str:
        """The words a reader sees beside the figure."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    Source.PULL: "Pulled from the platform",
    Source.IMPORT: "Imported from a file",
    Source.BY_HAND: "Entered by hand",
    Source.COMPUTED: "Computed here",
    Source.DEMO: "Made up for the demo",
}


class Kind(StrEnum):
    """How a metric behaves over time."""

    STOCK = "stock"
    FLOW = "flow"


class Store(StrEnum):
    """Where a metric's figures are kept: a column of the day's row, or a row of their own."""

    WIDE = "wide"
    NARROW = "narrow"


class Counted(StrEnum):
    """What a source counts under a figure's name, where sources differ: what differs is never one series."""

    #: what the posts of the day had got when they were last read
    OF_POSTS = "posts"
    #: what came on the day, to posts of any day
    OF_DAY = "day"
    IMPRESSIONS_OF_POSTS = "impressions of posts"
    IMPRESSIONS_OF_DAY = "impressions of the day"

    @property
    def label(self) -> str:
        """Within a sentence."""
        return _COUNTED_LABELS[self]


_COUNTED_LABELS = {
    Counted.OF_POSTS: "what the posts of the day had got when they were last read",
    Counted.OF_DAY: "what came on the day to whatever was there",
    Counted.IMPRESSIONS_OF_POSTS: "impressions of the posts of the day, which Meta counted before it counted views",
    Counted.IMPRESSIONS_OF_DAY: "impressions on the day, which Meta counted before it counted views",
}


#: the source of what a person wrote, by hand or in a file of our own: how the platform counted cannot be told of it
DESK_LOG = "desk_log"


@dataclass(frozen=True, slots=True)
class Making:
    """How one source makes a figure, from a day on; version 1 holds since ever."""

    version: int
    sentence: str
    #: the field of the platform's answer, or the column of its file; "" where the figure is counted by us
    field: str = ""
    #: None: since ever
    from_on: date | None = None
    #: why the version before no longer holds
    why: str = ""
    #: None where every source counts the same, or where it cannot be told
    counts: Counted | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of the dictionary.

    ``makings`` tells for each platform that is pulled, each of the files that platforms export (by the export's name)
    and ``desk_log`` how the figure is made, oldest version first. A platform that is not named gives a pull nothing of it.
    """

    name: str
    label: str
    gloss: str
    unit: str
    kind: Kind
    store: Store
    formula: str
    is_comparable: bool
    comparison_note: str
    makings: Mapping[str, tuple[Making, ...]]

    def making_on(self, source: str, day: date) -> Making | None:
        """How a source made the figure of a day; None where it does not offer it."""
        begun = [making for making in self.makings.get(source, ()) if making.from_on is None or making.from_on <= day]
        return begun[-1] if begun else None


def read_definitions(document: Mapping[str, Any]) -> tuple[Definition, ...]:
    """Turn the parsed dictionary file into definitions; a field missing or misspelled is a bug and raises."""
    return tuple(_definition(entry) for entry in document["metrics"])


def _definition(entry: Mapping[str, Any]) -> Definition:
    return Definition(
        name=entry["name"],
        label=entry["label"],
        gloss=entry["gloss"],
        unit=entry["unit"],
        kind=Kind(entry["kind"]),
        store=Store(entry["store"]),
        formula=entry["formula"],
        is_comparable=entry["comparable"],
        comparison_note=entry["comparison_note"],
        makings={source: _makings(written) for source, written in entry["per_platform"].items()},
    )


def _makings(written: str | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> tuple[Making, ...]:
    """A sentence, a sentence with its field, or several versions of both, the first without a day."""
    if isinstance(written, str):
        return (Making(1, written),)
    versions = [written] if isinstance(written, Mapping) else written
    made = tuple(
        Making(
            number,
            entry["sentence"],
            entry.get("field", ""),
            entry.get("from"),
            entry.get("why", ""),
            Counted(entry["counts"]) if "counts" in entry else None,
        )
        for number, entry in enumerate(versions, start=1)
    )
    if any(
        (making.from_on is None) is not (making.version == 1) or bool(making.why) is (making.version == 1)
        for making in made
    ):
        raise ValueError("The first version holds since ever; each later one has the day it began and why.")
    return made


@cache
def dictionary() -> Mapping[str, Definition]:
    """Every definition by its name, in the order of the file, read once a process."""
    document = yaml.load(_SEED.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both loaders are safe
    return {definition.name: definition for definition in read_definitions(document)}


def definition_of(metric: Metric | FurtherMetric) -> Definition:
    """The dictionary's entry for a metric."""
    return dictionary()[metric.value]


def offered_by(platform: str) -> frozenset[Metric]:
    """The common metrics that a platform (or ``desk_log``) can give; for the rest the reason is "not offered"."""
    return frozenset(metric for metric in Metric if platform in definition_of(metric).makings)
