"""A channel and its uploads; counts come as text, and one that is hidden or turned off is a reason, never 0."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    POST_METRICS,
    DayReading,
    Gone,
    Identity,
    MentionReading,
    Metric,
    NotAllowed,
    PostReading,
    ProfileReading,
    Reach,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.youtube.calls import YouTubeCalls, youtube_calls, youtube_client
from app.platforms.youtube.comments import said_by_others
from app.platforms.youtube.statistics import days_of
from app.platforms.youtube.values import count, instant, items_of, part

_PAGE = 50  # the most that YouTube gives at once, and the most ids of one question
_WEB_ADDRESS = re.compile(r"https?://\S")
_POST_COUNTS = {Metric.REACTIONS: "likeCount", Metric.COMMENTS: "commentCount", Metric.VIEWS: "viewCount"}


@dataclass(frozen=True, slots=True)
class YouTubeReader:
    """Reads one channel at a time; keeps nothing between calls."""

    needs_token: ClassVar[bool] = True
    needs_sign_in: ClassVar[bool] = True
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The channel and its counts; YouTube rounds the subscribers of a channel to three digits."""
        with youtube_client(reach, limits=self.limits) as client:
            channel = _channel(youtube_calls(reach, client), identity)
        snippet, counts = part(channel, "snippet"), part(channel, "statistics")
        followers = Figure.missing(Reason.HIDDEN) if _is_hidden(counts) else count(counts, "subscriberCount")
        return ProfileReading(
            external_id=str(channel["id"]),
            handle=str(snippet.get("customUrl") or identity.handle),
            display_name=str(snippet.get("title") or identity.handle),
            read_at=now(),
            figures={
                Metric.FOLLOWERS: followers,
                Metric.FOLLOWING: Figure.missing(Reason.NOT_SUPPORTED),
                Metric.POSTS_TOTAL: count(counts, "videoCount"),
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

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """What others wrote under the channel's videos, newest first; raises NotShown where comments are turned off."""
        with youtube_client(reach, limits=self.limits) as client:
            calls = youtube_calls(reach, client)
            own_id = identity.external_id or str(_channel(calls, identity)["id"])
            return said_by_others(calls, own_id, since)

    def insights(self, reach: Reach, identity: Identity, first: date, last: date) -> list[DayReading]:
        """The days from ``first`` to ``last`` by YouTube's own statistics; only of a channel that signed in."""
        with youtube_client(reach, limits=self.limits) as client:
            calls = youtube_calls(reach, client)
            own_id = identity.external_id or str(_channel(calls, identity)["id"])
            return days_of(calls, own_id, first, last)


def _newest_first(post: PostReading) -> tuple[float, str]:
    return -post.published_at.timestamp(), post.external_id


def _channel(calls: YouTubeCalls, identity: Identity) -> Mapping[str, Any]:
    answer = calls.ask("channels", part="snippet,statistics,contentDetails", **_which(identity))
    # Of a channel that is not there YouTube says nothing at all: the list is left out.
    items = items_of(answer)
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
    return str(part(part(channel, "contentDetails"), "relatedPlaylists").get("uploads") or "")


def _recent_ids(calls: YouTubeCalls, playlist: str, since: datetime) -> Iterator[str]:
    """Ids of uploads from ``since``: to the first page that is all older, or all known, or to the bound."""
    seen: set[str] = set()
    params: dict[str, str | int] = {"part": "contentDetails", "playlistId": playlist, "maxResults": _PAGE}
    while len(seen) < MOST_POSTS:
        try:
            answer = calls.ask("playlistItems", **params)
        except Gone:
            return  # a channel that never uploaded anything has no such playlist
        listed = [part(item, "contentDetails") for item in items_of(answer)]
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
    return bool(details.get("videoPublishedAt")) and instant(details["videoPublishedAt"]) >= since


def _videos(calls: YouTubeCalls, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    return items_of(calls.ask("videos", part="snippet,statistics", id=",".join(ids), maxResults=_PAGE))


def _is_hidden(counts: Mapping[str, Any]) -> bool:
    return counts.get("hiddenSubscriberCount") is True


def _post(video: Mapping[str, Any]) -> PostReading:
    snippet, counts = part(video, "snippet"), part(video, "statistics")
    title, description = str(snippet.get("title") or ""), str(snippet.get("description") or "")
    return PostReading(
        external_id=str(video["id"]),
        url=f"https://www.youtube.com/watch?v={video['id']}",
        published_at=instant(snippet.get("publishedAt")),
        text="\n".join(words for words in (title, description) if words),
        is_reply=False,
        is_repost=False,
        in_reply_to_own=False,
        has_media=True,
        has_link=bool(_WEB_ADDRESS.search(description)),
        figures={
            metric: count(counts, _POST_COUNTS[metric])
            if metric in _POST_COUNTS
            else Figure.missing(Reason.NOT_SUPPORTED)
            for metric in POST_METRICS
        },
    )
