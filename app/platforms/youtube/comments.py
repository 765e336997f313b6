"""Comments of others under a channel's videos, as mentions.

YouTube shows comments to an API key; a sign-in would have to be one that may also delete them, and such is not asked for.
An answer below a comment that is older than the days asked for is not found.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.platforms.contract import MOST_POSTS, MentionReading, NotShown
from app.platforms.youtube.calls import YouTubeCalls
from app.platforms.youtube.values import instant, items_of, part

_PAGE = 100  # the most that YouTube gives at once


def said_by_others(calls: YouTubeCalls, channel_id: str, since: datetime) -> list[MentionReading]:
    """What others wrote from ``since`` under any video of the channel, newest first.

    Raises NotShown where comments are turned off, or a sign-in asks for them.
    """
    if calls.reach.is_signed_in:
        raise NotShown("YouTube shows comments to an API key, not to a sign-in that may only read.")
    said = [
        mention
        for thread in _threads(calls, channel_id, since)
        for mention in _mentions(calls, thread, channel_id)
        if mention.at >= since
    ]
    return sorted(said, key=lambda mention: (mention.at, mention.external_id), reverse=True)[:MOST_POSTS]


def _threads(calls: YouTubeCalls, channel_id: str, since: datetime) -> Iterator[Mapping[str, Any]]:
    """Those begun from ``since``: to the first page that is all older."""
    params = {"part": "snippet,replies", "allThreadsRelatedToChannelId": channel_id, "order": "time"}
    for page in _pages(calls, "commentThreads", params):
        recent = [thread for thread in page if instant(_first(thread).get("publishedAt")) >= since]
        yield from recent
        if not recent:
            return


def _mentions(calls: YouTubeCalls, thread: Mapping[str, Any], channel_id: str) -> Iterator[MentionReading]:
    thread_id = str(thread["id"])
    about = part(thread, "snippet")
    video_id = str(about.get("videoId") or "")
    told = items_of({"items": part(thread, "replies").get("comments") or []})
    total = about.get("totalReplyCount")
    if isinstance(total, int) and total > len(told):  # a thread tells only some of them
        pages = _pages(calls, "comments", {"part": "snippet", "parentId": thread_id})
        told = [reply for page in pages for reply in page]
    yield from _said(thread_id, _first(thread), channel_id, video_id=video_id, above=video_id or None)
    for reply in told:
        yield from _said(str(reply["id"]), part(reply, "snippet"), channel_id, video_id=video_id, above=thread_id)


def _first(thread: Mapping[str, Any]) -> Mapping[str, Any]:
    return part(part(part(thread, "snippet"), "topLevelComment"), "snippet")


def _said(
    comment_id: str, snippet: Mapping[str, Any], channel_id: str, *, video_id: str, above: str | None
) -> Iterator[MentionReading]:
    """The comment, unless it is the channel's own."""
    author = part(snippet, "authorChannelId").get("value")
    if author == channel_id:
        return
    yield MentionReading(
        external_id=comment_id,
        at=instant(snippet.get("publishedAt")),
        kind="reply",
        # where YouTube names nobody, one of the comment's own, so that no two people become one
        author_id=str(author) if author else f"unknown-{comment_id}",
        text=str(snippet.get("textDisplay") or ""),
        url=f"https://www.youtube.com/watch?v={video_id}&lc={comment_id}" if video_id else None,
        in_reply_to_id=above,
    )


def _pages(calls: YouTubeCalls, what: str, params: Mapping[str, str]) -> Iterator[list[Mapping[str, Any]]]:
    """Page by page what was not seen yet: to the last page, or one that is all known, or to the bound."""
    seen: set[str] = set()
    asked: dict[str, str | int] = {**params, "textFormat": "plainText", "maxResults": _PAGE}
    while len(seen) < MOST_POSTS:
        answer = calls.ask(what, **asked)
        fresh = {str(item["id"]): item for item in items_of(answer) if str(item["id"]) not in seen}
        if not fresh:
            return
        yield list(fresh.values())
        seen.update(fresh)
        token = answer.get("nextPageToken")
        if not token:
            return
        asked["pageToken"] = str(token)
