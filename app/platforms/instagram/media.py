"""From what Instagram says of media and comments to readings; what it leaves out is a reason, never 0."""

from collections.abc import Iterator
from datetime import datetime

from app.foundation.figures import Figure, Reason
from app.platforms.contract import MentionReading, PostReading
from app.platforms.instagram.words import IMAGE, MEDIA_COUNTS, PER_MEDIA, STORY
from app.platforms.meta.comments import Comment, all_missing, has_link, own_answers, said_by_others
from app.platforms.meta.insights import totals
from app.platforms.meta.stream import Item, Stream
from app.platforms.meta.values import count, entries, id_of, instant, part, text_of


def posts_of(stream: Stream, since: datetime) -> Iterator[PostReading]:
    """The profile's media, and what it answered under them from ``since``; stories are left out."""
    for item in _media(stream):
        yield _post(item, stream)
        yield from own_answers(_comments(item), stream, since)


def comments_of(stream: Stream, since: datetime) -> Iterator[MentionReading]:
    """What others wrote under the profile's media from ``since``."""
    for item in _media(stream):
        yield from said_by_others(_comments(item), stream, since)


def _media(stream: Stream) -> Iterator[Item]:
    return (item for item in stream.items if item.get("media_product_type") != STORY)


def _post(item: Item, stream: Stream) -> PostReading:
    caption = text_of(item.get("caption"))
    images, images_with_alt = _images(item, stream)
    return PostReading(
        external_id=id_of(item.get("id")),
        url=text_of(item.get("permalink")),
        published_at=instant(item.get("timestamp")),
        text=caption,
        is_reply=False,
        is_repost=False,
        in_reply_to_own=False,
        has_media=True,
        has_link=has_link(caption),
        figures=all_missing(Reason.NOT_SUPPORTED)
        | {metric: count(item.get(name)) for metric, name in MEDIA_COUNTS.items()}
        | _statistics(item, stream),
        images=images,
        images_with_alt=images_with_alt,
    )


def _images(item: Item, stream: Stream) -> tuple[int, int]:
    """How many pictures, and how many of them with alternative text; none where Instagram does not tell the texts."""
    if not stream.asked.has("alt_text"):
        return 0, 0
    shown = entries(item, "children") or [item]
    images = [entry for entry in shown if entry.get("media_type") == IMAGE]
    return len(images), sum(bool(text_of(image.get("alt_text")).strip()) for image in images)


def _statistics(item: Item, stream: Stream) -> dict[str, Figure]:
    found = totals(part(item, "insights")) if entries(item, "insights") else {}
    return {metric: count(found.get(name), absent=_why_none(name, item, stream)) for metric, name in PER_MEDIA.items()}


def _why_none(name: str, item: Item, stream: Stream) -> Reason:
    if name in stream.asked.withdrawn:
        return Reason.WITHDRAWN
    if not stream.asked.metrics:
        return Reason.HIDDEN  # the token lacks the permission
    return stream.reasons.get(id_of(item.get("id")), Reason.NOT_COLLECTED)


def _comments(item: Item) -> Iterator[Comment]:
    """Comments and the replies to them, each with the id of what it stands under."""
    for comment in entries(item, "comments"):
        yield Comment(comment, id_of(item.get("id")), item)
        for reply in entries(comment, "replies"):
            yield Comment(reply, id_of(comment.get("id")), item)
