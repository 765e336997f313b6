"""A channel and its uploads; counts come as text, and one that is hidden or turned off is a reason, never 0."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    POST_METRICS,
    Gone,
    Identity,
    Malformed,
    Metric,
    NotAllowed,
    PostReading,
    ProfileReading,
    Reach,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.youtube.calls import NOT_YOUTUBE, YouTubeCalls, youtube_calls, youtube_client

_PAGE = 50  # the most that YouTube gives at once, and the most ids of one question
_WEB_ADDRESS = re.compile(r"https?://\S")
_POST_COUNTS = {Metric.REACTIONS: "likeCount", Metric.COMMENTS: "commentCount", Metric.VIEWS: "viewCount"}
#: no count of anything is longer
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class YouTubeReader:
    """Reads one channel at a time with an API key; keeps nothing between calls."""

    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The channel and its counts; YouTube rounds the subscribers of a channel to three digits."""
        with youtube_client(reach, limits=self.limits) as client:
            channel = _channel(youtube_calls(reach, client), identity)
        snippet, counts = _part(channel, "snippet"), _part(channel, "statistics")
        followers = Figure.missing(Reason.HIDDEN) if _is_hidden(counts) else _count(counts, "subscriberCount")
        return ProfileReading(
            external_id=str(channel["id"]),
            handle=str(snippet.get("customUrl") or identity.handle),
            display_name=str(snippet.get("title") or identity.handle),
            read_at=now(),
            figures={
                Metric.FOLLOWERS: followers,
                Metric.FOLLOWING: Figure.missing(Reason.NOT_SUPPORTED),
                Metric.POSTS_TOTAL: _count(counts, "videoCount"),
            },
            raw={"id": channel["id"], "statistics": {name: counts[name] for name in sorted(counts)}},
            notes=("The channel hides how many subscribe to it.",) if _is_hidden(counts) else (),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """The channel's videos published from ``since``, newest first, with what they have gathered until now."""
        with youtube_client(reach, limits=self.limits) as client:
            calls = youtube_calls(reach, client)
            uploads = _uploads(_channel(calls, identity))
            ids = list(_recent_ids(calls, uploads, since)) if uploads else []
            videos = [
                video for start in range(0, len(ids), _PAGE) for video in _videos(calls, ids[start : start + _PAGE])
            ]
        posts = [_post(video) for video in videos]
        return sorted((post for post in posts if post.published_at >= since), key=_newest_first)[:MOST_POSTS]


def _newest_first(post: PostReading) -> tuple[float, str]:
    return -post.published_at.timestamp(), post.external_id


def _channel(calls: YouTubeCalls, identity: Identity) -> Mapping[str, Any]:
    answer = calls.ask("channels", part="snippet,statistics,contentDetails", **_which(identity))
    # Of a channel that is not there YouTube says nothing at all: the list is left out.
    items = _items(answer)
    if not items:
        raise Gone("YouTube has no such channel.")
    return items[0]


def _which(identity: Identity) -> dict[str, str]:
    """How the Data API names the channel of this address."""
    if identity.external_id or identity.handle.startswith("UC"):
        return {"id": identity.external_id or identity.handle}
    if "/user/" in identity.url:
        return {"forUsername": identity.handle}
    if "/c/" in identity.url:
        raise NotAllowed("YouTube finds no channel by an address of this old kind. Register the one with its @handle.")
    return {"forHandle": identity.handle}


def _uploads(channel: Mapping[str, Any]) -> str:
    """The playlist that holds whatever the channel uploaded."""
    return str(_part(_part(channel, "contentDetails"), "relatedPlaylists").get("uploads") or "")


def _recent_ids(calls: YouTubeCalls, playlist: str, since: datetime) -> Iterator[str]:
    """Ids of uploads from ``since``: to the first page that is all older, or all known, or to the bound."""
    seen: set[str] = set()
    params: dict[str, str | int] = {"part": "contentDetails", "playlistId": playlist, "maxResults": _PAGE}
    while len(seen) < MOST_POSTS:
        try:
            answer = calls.ask("playlistItems", **params)
        except Gone:
            return  # a channel that never uploaded anything has no such playlist
        listed = [_part(item, "contentDetails") for item in _items(answer)]
        fresh = [details for details in listed if details.get("videoId") and str(details["videoId"]) not in seen]
        recent = [details for details in fresh if _is_recent(details, since)]
        yield from (str(details["videoId"]) for details in recent)
        seen.update(str(details["videoId"]) for details in fresh)
        token = answer.get("nextPageToken")
        if not recent or not token:
            return
        params["pageToken"] = str(token)


def _is_recent(details: Mapping[str, Any], since: datetime) -> bool:
    """A video without a day is private or gone; the question for its counts leaves it out."""
    return bool(details.get("videoPublishedAt")) and _instant(details["videoPublishedAt"]) >= since


def _videos(calls: YouTubeCalls, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    return _items(calls.ask("videos", part="snippet,statistics", id=",".join(ids), maxResults=_PAGE))


def _items(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = answer.get("items", [])
    if not isinstance(items, list) or not all(isinstance(item, Mapping) and item.get("id") for item in items):
        raise Malformed(NOT_YOUTUBE)
    return items


def _part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = holder.get(name)
    return part if isinstance(part, Mapping) else {}


def _is_hidden(counts: Mapping[str, Any]) -> bool:
    return counts.get("hiddenSubscriberCount") is True


def _count(counts: Mapping[str, Any], name: str) -> Figure:
    """A count that comes as text of digits; one left out is hidden, such as likes that the channel does not show."""
    value = counts.get(name)
    if value is None:
        return Figure.missing(Reason.HIDDEN)
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        return Figure.missing(Reason.API_ERROR)
    return Figure.of(int(text))


def _post(video: Mapping[str, Any]) -> PostReading:
    snippet, counts = _part(video, "snippet"), _part(video, "statistics")
    title, description = str(snippet.get("title") or ""), str(snippet.get("description") or "")
    return PostReading(
        external_id=str(video["id"]),
        url=f"https://www.youtube.com/watch?v={video['id']}",
        published_at=_instant(snippet.get("publishedAt")),
        text="\n".join(part for part in (title, description) if part),
        is_reply=False,
        is_repost=False,
        in_reply_to_own=False,
        has_media=True,
        has_link=bool(_WEB_ADDRESS.search(description)),
        figures={
            metric: _count(counts, _POST_COUNTS[metric])
            if metric in _POST_COUNTS
            else Figure.missing(Reason.NOT_SUPPORTED)
            for metric in POST_METRICS
        },
    )


def _instant(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(NOT_YOUTUBE) from error
