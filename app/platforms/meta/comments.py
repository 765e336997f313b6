"""Comments under an account's own posts: what others say there are mentions, what the account answers are posts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from app.foundation.figures import Figure, Reason
from app.platforms.contract import MOST_POSTS, POST_METRICS, MentionReading, PostReading
from app.platforms.meta.stream import Item, Stream, Wording
from app.platforms.meta.values import id_of, instant, part, text_of

_WEB_ADDRESS = re.compile(r"https?://\S")
_Reading = TypeVar("_Reading", PostReading, MentionReading)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, the id of what it stands under, and the post that all of it stands under."""

    entry: Item
    above: str
    post: Item


def author_of(entry: Item) -> str:
    """The author's id, which Meta seldom tells; else one of the entry's own, so that no two people become one."""
    author = part(entry, "from").get("id") or part(entry, "owner").get("id")
    return id_of(author) if author else f"unknown-{id_of(entry.get('id'))}"


def mention_of(entry: Item, kind: str, wording: Wording, *, text: str = "", above: str | None = None) -> MentionReading:
    """Somebody's comment or post, as one who spoke to the account; ``text`` is the field of its words, if not a comment's."""
    return MentionReading(
        external_id=id_of(entry.get("id")),
        at=instant(entry.get(wording.time)),
        kind=kind,
        author_id=author_of(entry),
        text=text_of(entry.get(text or wording.comment_text)),
        url=text_of(entry.get(wording.link)) or None,
        in_reply_to_id=above,
    )


def said_by_others(comments: Iterable[Comment], stream: Stream, since: datetime) -> Iterator[MentionReading]:
    """What others wrote from ``since``."""
    wording = stream.asked.wording
    for comment in comments:
        if author_of(comment.entry) != stream.owner_id and instant(comment.entry.get(wording.time)) >= since:
            yield mention_of(comment.entry, "reply", wording, above=comment.above)


def own_answers(comments: Iterable[Comment], stream: Stream, since: datetime) -> Iterator[PostReading]:
    """What the account wrote under one post after somebody else; a first comment of its own answers nobody."""
    wording, is_answer = stream.asked.wording, False
    for comment in sorted(comments, key=lambda each: instant(each.entry.get(wording.time))):
        if author_of(comment.entry) != stream.owner_id:
            is_answer = True
        elif is_answer and instant(comment.entry.get(wording.time)) >= since:
            yield _answer(comment, wording)


def has_link(text: str) -> bool:
    """Does the text hold an address of the web?"""
    return bool(_WEB_ADDRESS.search(text))


def all_missing(reason: Reason) -> dict[str, Figure]:
    """A post's figures, none of them known."""
    return dict.fromkeys(POST_METRICS, Figure.missing(reason))


def newest_posts(posts: Iterable[PostReading]) -> list[PostReading]:
    """Newest first, as many as are read of one account."""
    return _newest(posts, "published_at")


def newest_mentions(mentions: Iterable[MentionReading]) -> list[MentionReading]:
    """Newest first, each once, as many as are read of one account."""
    return _newest({mention.external_id: mention for mention in mentions}.values(), "at")


def _newest(readings: Iterable[_Reading], time: str) -> list[_Reading]:
    return sorted(readings, key=attrgetter(time, "external_id"), reverse=True)[:MOST_POSTS]


def _answer(comment: Comment, wording: Wording) -> PostReading:
    text = text_of(comment.entry.get(wording.comment_text))
    return PostReading(
        external_id=id_of(comment.entry.get("id")),
        # Instagram has no address of a comment
        url=text_of((comment.entry if wording.has_comment_links else comment.post).get(wording.link)),
        published_at=instant(comment.entry.get(wording.time)),
        text=text,
        is_reply=True,
        is_repost=False,
        in_reply_to_own=False,
        has_media=False,
        has_link=has_link(text),
        figures=all_missing(Reason.NOT_SUPPORTED),
        in_reply_to_id=comment.above,
    )
