"""From what Facebook says of posts and comments to readings; what it leaves out is a reason, never 0."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from app.foundation.figures import Figure, Reason
from app.platforms.contract import POST_METRICS, MentionReading, Metric, PostReading
from app.platforms.facebook.words import CLICKS_BY_KIND, LINK_CLICKS, LINKS, MEDIA, PER_POST
from app.platforms.meta.insights import totals
from app.platforms.meta.stream import Item, Stream
from app.platforms.meta.values import count, entries, id_of, instant, part, text_of

_WEB_ADDRESS = re.compile(r"https?://\S")


def posts_of(stream: Stream, since: datetime, *, otherwise: Reason) -> Iterator[PostReading]:
    """The page's posts, and what it answered under them from ``since``.

    ``otherwise`` is why a post has no statistics where Facebook gives no reason.
    """
    for item in stream.items:
        yield _post(item, stream, otherwise)
        for comment in _own_answers(item, stream.owner_id):
            if instant(comment.get("created_time")) >= since:
                yield _answer(comment, item)


def comments_of(stream: Stream, since: datetime) -> Iterator[MentionReading]:
    """What others wrote under the page's posts from ``since``."""
    for item in stream.items:
        for comment in entries(item, "comments"):
            if author_of(comment) != stream.owner_id and instant(comment.get("created_time")) >= since:
                yield mention_of(comment, "reply", above=_above(comment, item))


def mention_of(entry: Item, kind: str, *, above: str | None = None) -> MentionReading:
    """Somebody's comment or post, as one who spoke to the page."""
    return MentionReading(
        external_id=id_of(entry.get("id")),
        at=instant(entry.get("created_time")),
        kind=kind,
        author_id=author_of(entry),
        text=text_of(entry.get("message")),
        url=text_of(entry.get("permalink_url")) or None,
        in_reply_to_id=above,
    )


def author_of(entry: Item) -> str:
    """The author's id, which Facebook seldom tells; else one of the entry's own, so that no two people become one."""
    author = part(entry, "from").get("id")
    return id_of(author) if author else f"unknown-{id_of(entry.get('id'))}"


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
        has_link=bool(kinds & LINKS or _WEB_ADDRESS.search(message)),
        # what a repost counts was earned by someone else's post
        figures=_all(Reason.NOT_OWNED) if is_repost else _counts(item, stream) | _statistics(item, stream, otherwise),
    )


def _answer(comment: Item, item: Item) -> PostReading:
    message = text_of(comment.get("message"))
    return PostReading(
        external_id=id_of(comment.get("id")),
        url=text_of(comment.get("permalink_url")),
        published_at=instant(comment.get("created_time")),
        text=message,
        is_reply=True,
        is_repost=False,
        in_reply_to_own=False,
        has_media=False,
        has_link=bool(_WEB_ADDRESS.search(message)),
        figures=_all(Reason.NOT_SUPPORTED),
        in_reply_to_id=_above(comment, item),
    )


def _passes_on(item: Item, page_id: str) -> bool:
    """Is it somebody else's post, passed on without a word of our own? A post's id begins with its owner's."""
    parent = text_of(item.get("parent_id"))
    return bool(parent) and not parent.startswith(f"{page_id}_") and not text_of(item.get("message")).strip()


def _all(reason: Reason) -> dict[str, Figure]:
    return dict.fromkeys(POST_METRICS, Figure.missing(reason))


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


def _own_answers(item: Item, page_id: str) -> Iterator[Item]:
    """What the page wrote under a post after somebody else; a first comment of its own answers nobody."""
    is_answer = False
    for comment in sorted(entries(item, "comments"), key=lambda entry: instant(entry.get("created_time"))):
        if author_of(comment) != page_id:
            is_answer = True
        elif is_answer:
            yield comment


def _above(comment: Item, item: Item) -> str:
    """The comment, else the post, that a comment stands under."""
    return id_of(part(comment, "parent").get("id") or item.get("id"))
