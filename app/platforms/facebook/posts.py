"""From what Facebook says of posts and comments to readings; what it leaves out is a reason, never 0."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.foundation.figures import Figure, Reason
from app.platforms.contract import MentionReading, Metric, PostReading
from app.platforms.facebook.words import CLICKS_BY_KIND, LINK_CLICKS, LINKS, MEDIA, PER_POST
from app.platforms.meta.comments import Comment, all_missing, has_link, own_answers, said_by_others
from app.platforms.meta.insights import totals
from app.platforms.meta.stream import Item, Stream
from app.platforms.meta.values import count, entries, id_of, instant, part, text_of


def posts_of(stream: Stream, since: datetime, *, otherwise: Reason) -> Iterator[PostReading]:
    """The page's posts, and what it answered under them from ``since``.

    ``otherwise`` is why a post has no statistics where Facebook gives no reason.
    """
    for item in stream.items:
        yield _post(item, stream, otherwise)
        yield from own_answers(_comments(item), stream, since)


def comments_of(stream: Stream, since: datetime) -> Iterator[MentionReading]:
    """What others wrote under the page's posts from ``since``."""
    for item in stream.items:
        yield from said_by_others(_comments(item), stream, since)


def _post(item: Item, stream: Stream, otherwise: Reason) -> PostReading:
    message = text_of(item.get("message")) or text_of(item.get("story"))
    kinds = {text_of(entry.get("media_type") or entry.get("type")) for entry in entries(item, "attachments")}
    is_repost = _passes_on(item, stream.owner_id)
    return PostReading(
        external_id=id_of(item.get("id")),
        url=text_of(item.get("permalink_url")),
        published_at=instant(item.get("created_time")),
        text=message,
        is_reply=False,
        is_repost=is_repost,
        in_reply_to_own=False,
        has_media=bool(kinds & MEDIA),
        has_link=bool(kinds & LINKS) or has_link(message),
        # what a repost counts was earned by someone else's post
        figures=all_missing(Reason.NOT_OWNED)
        if is_repost
        else _counts(item, stream) | _statistics(item, stream, otherwise),
    )


def _passes_on(item: Item, page_id: str) -> bool:
    """Is it somebody else's post, passed on without a word of our own? A post's id begins with its owner's."""
    parent = text_of(item.get("parent_id"))
    return bool(parent) and not parent.startswith(f"{page_id}_") and not text_of(item.get("message")).strip()


def _counts(item: Item, stream: Stream) -> dict[str, Figure]:
    """What stands under the post."""
    # asked for, Facebook leaves shares out of a post that nobody shared
    nobody_shared = stream.asked.has("shares") and "shares" not in item
    return {
        Metric.REACTIONS: count(part(part(item, "reactions"), "summary").get("total_count")),
        Metric.COMMENTS: count(part(part(item, "comments"), "summary").get("total_count")),
        Metric.SHARES: Figure.of(0) if nobody_shared else count(part(item, "shares").get("count")),
    }


def _statistics(item: Item, stream: Stream, otherwise: Reason) -> dict[str, Figure]:
    """What Facebook's statistics say of the post."""
    found = totals(part(item, "insights")) if entries(item, "insights") else {}
    clicks = found.get(CLICKS_BY_KIND)
    if isinstance(clicks, Mapping):
        found[CLICKS_BY_KIND] = clicks.get(LINK_CLICKS, 0)  # a kind that nobody clicked is left out
    return {
        metric: count(found.get(name), absent=_why_none(name, item, stream) or otherwise)
        for metric, name in PER_POST.items()
    }


def _why_none(name: str, item: Item, stream: Stream) -> Reason | None:
    if name in stream.asked.withdrawn:
        return Reason.WITHDRAWN
    if not stream.asked.metrics:
        return Reason.HIDDEN  # the token lacks the permission
    if "/reel/" in text_of(item.get("permalink_url")):
        return Reason.NOT_SUPPORTED
    return stream.reasons.get(id_of(item.get("id")))


def _comments(item: Item) -> list[Comment]:
    """Each with the comment, else the post, that it stands under."""
    return [
        Comment(comment, id_of(part(comment, "parent").get("id") or item.get("id")), item)
        for comment in entries(item, "comments")
    ]
