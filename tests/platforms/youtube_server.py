"""A fake of YouTube on real HTTP: channels, their uploads, what these gathered, who commented, and days' statistics."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.platforms.api_server import ApiServer, Asked, Told, running
from tests.platforms.openapi import youtube_description

KEY = "AIza-key"
SIGNED_IN = "ya29.signed-in"
#: a thread tells at most so many of its answers
_TOLD_REPLIES = 2


@dataclass(slots=True)
class YouTubeServer:
    """The running fake and its state."""

    api: ApiServer
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, list[str]] = field(default_factory=dict)
    #: by channel, the newest first
    threads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: by the comment they stand below
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: by day, what the statistics tell
    days: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return self.api.base_url

    def channel(self, handle: str, *, has_uploads: bool = True, **statistics: Any) -> str:
        """A new channel; its id."""
        channel_id = f"UC{len(self.channels):022}"
        playlist = f"UU{channel_id[2:]}"
        counts = {
            "viewCount": "0",
            "subscriberCount": "0",
            "hiddenSubscriberCount": False,
            "videoCount": "0",
            **statistics,
        }
        self.channels[channel_id] = {
            "kind": "youtube#channel",
            "id": channel_id,
            "snippet": {"title": handle.title(), "customUrl": f"@{handle.lower()}"},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": playlist}},
            "statistics": {name: value for name, value in counts.items() if value is not None},
        }
        if has_uploads:
            self.uploads[playlist] = []
        return channel_id

    def video(
        self, channel_id: str, title: str, *, at: datetime | None = None, about: str = "", **statistics: Any
    ) -> str:
        """A new upload; its id. A statistic that is None is left out."""
        video_id = f"v{len(self.videos):010}"
        at = at or datetime.now(UTC) - timedelta(seconds=1)
        counts = {"viewCount": "0", "likeCount": "0", "favoriteCount": "0", "commentCount": "0", **statistics}
        self.videos[video_id] = {
            "kind": "youtube#video",
            "id": video_id,
            "snippet": {"title": title, "description": about, "publishedAt": at.strftime("%Y-%m-%dT%H:%M:%SZ")},
            "statistics": {name: value for name, value in counts.items() if value is not None},
        }
        self.uploads[f"UU{channel_id[2:]}"].insert(0, video_id)
        return video_id

    def comment(
        self, channel_id: str, author: str, text: str, *, at: datetime | None = None, below: str | None = None
    ) -> str:
        """A comment under a video of the channel, or below another comment; its id."""
        comment_id = f"c{sum(map(len, (*self.threads.values(), *self.replies.values())))}"
        at = at or datetime.now(UTC) - timedelta(seconds=1)
        said = {"authorChannelId": {"value": author}, "textDisplay": text}
        comment = {"id": comment_id, "snippet": {**said, "publishedAt": at.strftime("%Y-%m-%dT%H:%M:%SZ")}}
        if below is not None:
            self.replies.setdefault(below, []).append(comment)
        else:
            about = {"channelId": channel_id, "videoId": "v0000000000", "topLevelComment": comment}
            self.threads.setdefault(channel_id, []).insert(0, {"id": comment_id, "snippet": about})
        return comment_id

    def respond(self, asked: Asked) -> Told:
        """The answer of a healthy YouTube."""
        if asked.path.endswith("/reports"):
            return self._report(asked)
        if asked.headers.get("x-goog-api-key") != KEY:
            return error(400, "badRequest", details=["API_KEY_INVALID"])
        what = asked.path.rpartition("/")[2]
        if what == "channels":
            return self._channels(asked)
        if what == "videos":
            ids = asked.query["id"].split(",")
            return Told(
                {"kind": "youtube#videoListResponse", "items": [self.videos[i] for i in ids if i in self.videos]}
            )
        return self._comments(asked) if what.startswith("comment") else self._uploads(asked)

    def _comments(self, asked: Asked) -> Told:
        if "parentId" in asked.query:
            return _page(asked, self.replies.get(asked.query["parentId"], []), "youtube#commentListResponse")
        kept = [self._thread(thread) for thread in self.threads.get(asked.query["allThreadsRelatedToChannelId"], [])]
        return _page(asked, kept, "youtube#commentThreadListResponse")

    def _thread(self, thread: dict[str, Any]) -> dict[str, Any]:
        replies = self.replies.get(thread["id"], [])
        told = {"replies": {"comments": replies[:_TOLD_REPLIES]}} if replies else {}
        return {**thread, **told, "snippet": {**thread["snippet"], "totalReplyCount": len(replies)}}

    def _report(self, asked: Asked) -> Told:
        if asked.headers.get("authorization") != f"Bearer {SIGNED_IN}":
            return error(401, "authError")
        names = ["day", *asked.query["metrics"].split(",")]
        kinds = ["DIMENSION", *["METRIC"] * (len(names) - 1)]
        headers = [{"name": name, "columnType": kind} for name, kind in zip(names, kinds, strict=True)]
        days = [day for day in sorted(self.days) if asked.query["startDate"] <= day <= asked.query["endDate"]]
        rows = [[day, *(self.days[day].get(name, 0) for name in names[1:])] for day in days]
        return Told(
            {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, **({"rows": rows} if rows else {})}
        )

    def _channels(self, asked: Asked) -> Told:
        handle = asked.query.get("forHandle", "").lower()
        found = [
            channel
            for channel in self.channels.values()
            if channel["id"] == asked.query.get("id") or (handle and channel["snippet"]["customUrl"] == handle)
        ]
        # an empty list is left out
        return Told({"kind": "youtube#channelListResponse", **({"items": found} if found else {})})

    def _uploads(self, asked: Asked) -> Told:
        kept = self.uploads.get(asked.query["playlistId"])
        if kept is None:
            return error(404, "playlistNotFound")
        first, size = int(asked.query.get("pageToken", "0")), int(asked.query["maxResults"])
        items = [
            {
                "id": f"i{video_id}",
                "contentDetails": {"videoId": video_id, "videoPublishedAt": self._published(video_id)},
            }
            for video_id in kept[first : first + size]
        ]
        more = {"nextPageToken": str(first + size)} if first + size < len(kept) else {}
        return Told({"kind": "youtube#playlistItemListResponse", "items": items, **more})

    def _published(self, video_id: str) -> str:
        return str(self.videos[video_id]["snippet"]["publishedAt"])


def _page(asked: Asked, kept: list[dict[str, Any]], kind: str) -> Told:
    first, size = int(asked.query.get("pageToken", "0")), int(asked.query["maxResults"])
    more = {"nextPageToken": str(first + size)} if first + size < len(kept) else {}
    return Told({"kind": kind, "items": kept[first : first + size], **more})


def error(status: int, *reasons: str, details: list[str] | None = None) -> Told:
    """An error as Google words it."""
    listed = [{"domain": "youtube", "reason": reason, "message": "no"} for reason in reasons]
    more = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason} for reason in details or ()]
    return Told({"error": {"code": status, "message": "no", "errors": listed, "details": more}}, status)


@contextmanager
def running_youtube() -> Iterator[YouTubeServer]:
    """A fake YouTube; afterwards every request and answer must have kept the description."""
    api = ApiServer(youtube_description(), lambda _words: error(400, "invalidParameter"))
    server = YouTubeServer(api)
    api.respond = server.respond
    with running(api):
        yield server
    assert (api.refused, api.broken) == ([], [])
