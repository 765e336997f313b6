"""What the address of a list of posts says: how it is narrowed, and how that is written down again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from app.metrics.queries.tagged import NONE_YET, PostFilter, PostKind
from app.metrics.rules.runs import RunKind
from app.metrics.rules.tags import CHOICES, LONGEST_TAG, SUBJECTS, Planned, TagKind, words_of
from app.platforms.catalogue import platforms
from app.web.narrowing import chosen, number_in, period_of

UNTAGGED = "untagged"
_LONGEST_SEARCH = 100
_YES_NO = {"yes": True, "no": False}
#: what of an address belongs to the filter
KEPT = ("q", "platform", "account", "from", "to", "kind", "origin", "media", "tag")


def narrowed(args: "MultiDict[str, str]", *, today: date, zone: ZoneInfo) -> PostFilter:
    """The filter that an address asks for; words that are none of ours narrow nothing."""
    period = period_of(args, today=today)
    tags = args.getlist("tag")
    return PostFilter(
        since=datetime.combine(period.first, time(), zone),
        until=datetime.combine(period.last + timedelta(days=1), time(), zone),
        platform=next((each.name for each in platforms() if each.name == args.get("platform")), None),
        account_id=number_in(args.get("account", "")),
        kind=chosen(PostKind, args.get("kind")),
        origin=chosen(RunKind, args.get("origin")),
        has_media=_YES_NO.get(args.get("media", "")),
        is_untagged=UNTAGGED in tags,
        tags=dict(found for tag in tags if (found := split_tag(tag))),
        words=" ".join(args.get("q", "")[:_LONGEST_SEARCH].replace("\x00", "").split()),
    )


def kept(args: "MultiDict[str, str]") -> dict[str, Any]:
    """What the address keeps from page to page."""
    return {name: given for name in KEPT if (given := [text for text in args.getlist(name) if text])}


def split_tag(tag: str) -> tuple[TagKind, str] | None:
    """Such as "topic:Events" as kind and value; "topic:-" is a post without a topic."""
    name, _, value = tag.partition(":")
    kind = chosen(TagKind, name)
    value = value.replace("\x00", "")[:LONGEST_TAG]
    if kind is None or not value or (kind in CHOICES and value not in {*CHOICES[kind], NONE_YET}):
        return None
    return kind, value


def tag_choices(
    topics: Sequence[Planned], used: Mapping[TagKind, Sequence[str]], ticks: Sequence[TagKind]
) -> list[tuple[str, str]]:
    """Every tag that a list can be narrowed to, each with its words."""
    choices = [("", "Any"), (UNTAGGED, "No tag yet")]
    for kind in (*SUBJECTS, *ticks):
        if kind is not TagKind.FORMAT:
            choices.append((f"{kind.value}:{NONE_YET}", f"No {kind.label.lower()}"))
        choices += [
            (f"{kind.value}:{value}", f"{kind.label}: {words_of(kind, value)}")
            for value in values_of(kind, topics, used)
        ]
    return choices


def values_of(kind: TagKind, topics: Sequence[Planned], used: Mapping[TagKind, Sequence[str]]) -> list[str]:
    """The values a kind may have: its closed list, the topics, or the words used before."""
    if kind in CHOICES:
        return list(CHOICES[kind])
    listed = [topic.name for topic in topics] if kind is TagKind.TOPIC else []
    return listed + [value for value in used.get(kind, ()) if value not in listed]
