"""From what Instagram says of media and comments to readings; what it leaves out is a reason, never 0."""

import re
from collections.abc import Iterator
from datetime import datetime

from app.foundation.figures import Figure, Reason
from app.platforms.contract import POST_METRICS, MentionReading, PostReading
from app.platforms.instagram.words import IMAGE, MEDIA_COUNTS, PER_MEDIA, STORY
from app.platforms.meta.insights import totals
from app.platforms.meta.stream import Item, Stream
from app.platforms.meta.values import count, entries, id_of, instant, part, text_of

_WEB_ADDRESS = re.compile(r"https?://\S")


def posts_of(stream: Stream, since: datetime) -> Iterator[PostReading]:
    """The profile's media, and what it answered under them from ``since``; stories are left out."""
    for item in _media(stream):
        yield _post(item, stream)
        for comment, above in _own_answers(item, stream.owner_id):
            if instant(comment.get("timestamp")) >= since:
                yield _answer(comment, above, item)


def comments_of(stream: Stream, since: datetime) -> Iterator[MentionReading]:
    """What others wrote under the profile's media from ``since``."""
    for item in _media(stream):
        for comment, above in _comments(item):
            if author_of(comment) != stream.owner_id and instant(comment.get("timestamp")) >= since:
                yield mention_of(comment, "reply", text="text", above=above)


def mention_of(entry: Item, kind: str, *, text: str, above: str | None = None) -> MentionReading:
    """Somebody's comment or post, as one who spoke to the profile; ``text`` is the field that holds the words."""
    return MentionReading(
        external_id=id_of(entry.get("id")),
        at=instant(entry.get("timestamp")),
        kind=kind,
        author_id=author_of(entry),
        text=text_of(entry.get(text)),
        url=text_of(entry.get("permalink")) or None,
        in_reply_to_id=above,
    )


def author_of(entry: Item) -> str:
    """The author's id, where Instagram tells it; else one of the entry's own, so that no two people become one."""
    author = part(entry, "from").get("id") or part(entry, "owner").get("id")
    return id_of(author) if author else f"unknown-{id_of(entry.get('id'))}"


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
        has_link=bool(_WEB_ADDRESS.search(caption)),
        figures=_none()
        | {metric: count(item.get(name)) for metric, name in MEDIA_COUNTS.items()}
        | _statistics(item, stream),
        images=images,
        images_with_alt=images_with_alt,
    )


def _answer(comment: Item, above: str, item: Item) -> PostReading:
    text = text_of(comment.get("text"))
    return PostReading(
        external_id=id_of(comment.get("id")),
        url=text_of(item.get("permalink")),
        published_at=instant(comment.get("timestamp")),
        text=text,
        is_reply=True,
        is_repost=False,
        in_reply_to_own=False,
        has_media=False,
        has_link=bool(_WEB_ADDRESS.search(text)),
        figures=_none(),
        in_reply_to_id=above,
    )


def _none() -> dict[str, Figure]:
    return dict.fromkeys(POST_METRICS, Figure.missing(Reason.NOT_SUPPORTED))


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


def _comments(item: Item) -> list[tuple[Item, str]]:
    """Comments and the replies to them, oldest first, each with the id of what it stands under."""
    found: list[tuple[Item, str]] = []
    for comment in entries(item, "comments"):
        comment_id = id_of(comment.get("id"))
        found.append((comment, id_of(item.get("id"))))
        found.extend((reply, comment_id) for reply in entries(comment, "replies"))
    return sorted(found, key=lambda entry: instant(entry[0].get("timestamp")))


def _own_answers(item: Item, owner_id: str) -> Iterator[tuple[Item, str]]:
    """What the profile wrote under one of its media after somebody else; a first comment of its own answers nobody."""
    is_answer = False
    for comment, above in _comments(item):
        if author_of(comment) != owner_id:
            is_answer = True
        elif is_answer:
            yield comment, above
