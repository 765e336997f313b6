"""Asking for an account's posts: counts, comments and statistics of a whole page of posts in one question.

Meta fails the whole question for one field, metric or permission that it refuses, so what it refuses is taken out and
the rest is asked for again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.foundation.figures import Reason
from app.platforms.contract import MOST_POSTS, Malformed, PlatformError
from app.platforms.meta.calls import GraphCalls
from app.platforms.meta.trouble import (
    NOT_META,
    FieldUnknown,
    MetricUnknown,
    NotEnoughPeople,
    OlderThanStatistics,
    PermissionMissing,
)
from app.platforms.meta.values import id_of, instant

Item = Mapping[str, Any]
#: the most posts whose statistics are asked for one by one
_MOST_ALONE = 100
_FIELD_NAME = re.compile(r"\w+")
_REFUSALS = (FieldUnknown, MetricUnknown, PermissionMissing, NotEnoughPeople, OlderThanStatistics)


@dataclass(frozen=True, slots=True)
class Wording:
    """How one platform of Meta names its posts and what is asked of them."""

    edge: str
    #: the field that tells when it was published
    time: str
    fields: tuple[str, ...]
    comments: str
    metrics: tuple[str, ...]
    comments_permission: str
    statistics_permission: str
    #: the field of a comment that holds its words
    comment_text: str
    #: the field that holds the address of a post, and whether comments have one too
    link: str
    has_comment_links: bool
    #: posts of one question; with all that is asked of each, more is often too much
    at_once: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be asked of posts with this token: less each time that Meta refuses a part."""

    wording: Wording
    fields: tuple[str, ...]
    metrics: tuple[str, ...]
    withdrawn: frozenset[str] = frozenset()
    has_comments: bool = True
    #: one of the posts has no statistics, which fails the question for all: each is asked for its own
    is_alone: bool = False

    @property
    def words(self) -> str:
        """The fields as the question names them."""
        comments = (self.wording.comments,) if self.has_comments else ()
        insights = (_insights(self.metrics),) if self.metrics and not self.is_alone else ()
        return ",".join((*self.fields, *comments, *insights))

    def has(self, name: str) -> bool:
        """Is this field of a post asked for?"""
        return any(_name(asked) == name for asked in self.fields)

    def without_field(self, error: FieldUnknown) -> "Asked":
        """Without the field that Meta does not know, and what is asked for with it.

        Raises Malformed where it is none of ours, or needed.
        """
        kept = tuple(asked for asked in self.fields if error.field not in _FIELD_NAME.findall(asked))
        if error.field in {"id", self.wording.time}:
            raise Malformed(NOT_META) from error
        if len(kept) < len(self.fields):
            return replace(self, fields=kept)
        if self.has_comments and error.field in _FIELD_NAME.findall(self.wording.comments):
            return replace(self, has_comments=False)
        raise Malformed(NOT_META) from error

    def without_part(self, error: PermissionMissing) -> "Asked":
        """Without the part for which the permission is missing, statistics first where Meta does not say which."""
        if self.metrics and error.permission in {"", self.wording.statistics_permission}:
            return replace(self, metrics=())
        if self.has_comments and error.permission in {"", self.wording.comments_permission}:
            return replace(self, has_comments=False)
        raise error


@dataclass(slots=True)
class Stream:
    """An account's own posts from an instant on, newest first, and what could be asked of them."""

    owner_id: str
    asked: Asked
    items: list[Item] = field(default_factory=list)
    #: why a post has no statistics, by its id
    reasons: dict[str, Reason] = field(default_factory=dict)


def read_stream(calls: GraphCalls, owner_id: str, wording: Wording, since: datetime) -> Stream:
    """The posts from ``since``, read once a pull: posts and mentions are both made of them."""
    key = f"meta.stream {owner_id} {since.isoformat()}"
    if key not in calls.reach.kept:
        stream = Stream(owner_id, Asked(wording, wording.fields, wording.metrics))
        stream.items = list(recent(_pages(calls, stream), since, time=wording.time))
        if stream.asked.is_alone:
            stream.items = [_with_statistics(calls, stream, number, item) for number, item in enumerate(stream.items)]
        calls.reach.kept[key] = stream
    found: Stream = calls.reach.kept[key]
    return found


def recent(pages: Iterator[list[Item]], since: datetime, *, time: str) -> Iterator[Item]:
    """Items from ``since``: to the first page that is all older, or all known, or to the bound."""
    seen: set[str] = set()
    for listed in pages:
        fresh = [item for item in listed if id_of(item.get("id")) not in seen]
        newer = [item for item in fresh if instant(item.get(time)) >= since]
        yield from newer[: MOST_POSTS - len(seen)]
        seen.update(id_of(item.get("id")) for item in fresh)
        if not newer or len(seen) >= MOST_POSTS:
            return


def _pages(calls: GraphCalls, stream: Stream) -> Iterator[list[Item]]:
    wording = stream.asked.wording
    path = f"{stream.owner_id}/{wording.edge}"
    while True:
        try:
            yield from calls.pages(path, {"fields": stream.asked.words, "limit": wording.at_once})
        except _REFUSALS as error:
            # from the first page again: what was read is known by its id
            stream.asked = _less(calls, path, stream.asked, error)
            continue
        return


def _less(calls: GraphCalls, path: str, asked: Asked, error: PlatformError) -> Asked:
    if isinstance(error, FieldUnknown):
        return asked.without_field(error)
    if isinstance(error, PermissionMissing):
        return asked.without_part(error)
    if not asked.metrics or asked.is_alone:
        raise error
    if not isinstance(error, MetricUnknown):
        return replace(asked, is_alone=True)
    alive = tuple(metric for metric in asked.metrics if _is_alive(calls, path, metric))
    if alive == asked.metrics:
        return replace(asked, is_alone=True)  # each is offered of some post and not of every one
    return replace(asked, metrics=alive, withdrawn=asked.withdrawn | (set(asked.metrics) - set(alive)))


def _is_alive(calls: GraphCalls, path: str, metric: str) -> bool:
    """Does Meta still offer this metric of a post? It fails the whole question for one that it does not."""
    try:
        calls.ask(path, {"fields": f"id,{_insights((metric,))}", "limit": 1})
    except MetricUnknown:
        return False
    except (NotEnoughPeople, OlderThanStatistics):
        return True
    return True


def _with_statistics(calls: GraphCalls, stream: Stream, number: int, item: Item) -> Item:
    item_id = id_of(item.get("id"))
    if number >= _MOST_ALONE:
        return item
    try:
        return {**item, "insights": calls.ask(f"{item_id}/insights", {"metric": ",".join(stream.asked.metrics)})}
    except (MetricUnknown, NotEnoughPeople, OlderThanStatistics) as error:
        # one that is not offered of this post only, since it is of others
        is_unknown = isinstance(error, MetricUnknown)
        stream.reasons[item_id] = Reason.NOT_SUPPORTED if is_unknown else error.reason
        return item


def _insights(metrics: tuple[str, ...]) -> str:
    return f"insights.metric({','.join(metrics)})"


def _name(asked: str) -> str:
    return asked.partition("{")[0].partition(".")[0]
