"""Whatever a server answers, a reader gives a reading or one of the contract's errors: never anything else."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.platforms.catalogue import platforms
from app.platforms.contract import Identity, InsightsReader, Listener, PlatformError, Reach
from app.platforms.readers import reader_for
from tests.platforms.api_server import ApiServer, Asked, Told, running

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PULLED = sorted(platform.name for platform in platforms() if platform.is_pulled)
AT = "2026-11-01T10:00:00Z"

#: a healthy answer to each question, by a part of its path; what is left out is told by the last
_MASTODON = {
    "id": "7", "acct": "library", "followers_count": 1, "statuses_count": 2, "last_status_at": AT, "moved": {"acct": "x"},
    "pleroma": {"hide_followers_count": False},
}  # fmt: skip
_STATUS = {
    "id": "9", "created_at": AT, "content": "<p>Hi <a href='x'>x</a></p>", "reblog": None, "in_reply_to_id": "3",
    "media_attachments": [{"type": "image", "description": "x"}], "favourites_count": 1, "visibility": "public",
    "account": {"id": "8"}, "url": "https://a.example/1",
}  # fmt: skip
_TWEET = {
    "id": "9", "text": "Hi", "created_at": AT, "author_id": "8", "conversation_id": "3", "in_reply_to_user_id": "7",
    "public_metrics": {"like_count": 1, "repost_count": 2}, "entities": {"urls": [{"url": "x"}], "mentions": [{"start": 0}]},
    "referenced_tweets": [{"type": "replied_to", "id": "3"}], "attachments": {"media_keys": ["3_1"]},
}  # fmt: skip
_SKEET = {
    "uri": "at://did:plc:x/app.bsky.feed.post/3k", "cid": "bafyreib2rxk3", "author": {"did": "did:plc:x", "handle": "x.y"},
    "record": {"text": "Hi", "createdAt": AT, "reply": {"parent": {"uri": "at://did:plc:x/a/1"}},
               "facets": [{"features": [{"$type": "app.bsky.richtext.facet#link"}]}]},
    "embed": {"$type": "app.bsky.embed.images#view", "images": [{"alt": "x"}], "media": {"items": [{"alt": ""}]}},
    "indexedAt": AT, "likeCount": 1, "repostCount": 2, "quoteCount": 3,
}  # fmt: skip
_FEED = "<rss version='2.0'><channel><title>T</title><item><guid>1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"
_VIDEO = {
    "id": "v1", "snippet": {"title": "Hi", "publishedAt": AT, "description": "http://x"},
    "statistics": {"likeCount": "1", "commentCount": "2"}, "contentDetails": {"videoId": "v1", "videoPublishedAt": AT,
    "relatedPlaylists": {"uploads": "UU1"}}, "kind": "youtube#channel",
}  # fmt: skip
_SAID = {
    "id": "c1",
    "snippet": {"publishedAt": AT, "authorChannelId": {"value": "UC2"}, "textDisplay": "Hi", "videoId": "v1"},
}
_THREAD = {
    "id": "c1", "replies": {"comments": [_SAID]},
    "snippet": {"publishedAt": AT, "videoId": "v1", "totalReplyCount": 2, "topLevelComment": _SAID},
}  # fmt: skip
_REPORT = {
    "columnHeaders": [{"name": "day"}, {"name": "views"}, {"name": "subscribersGained"}], "rows": [["2026-11-02", 3, 1.0]],
}  # fmt: skip
_GRAPH = {
    "id": "12", "name": "City", "username": "city", "followers_count": 3, "instagram_business_account": {"id": "13"},
    "data": [{"id": "12_1", "created_time": AT, "timestamp": AT, "message": "Hi", "access_token": "T", "name": "page_follows",
              "values": [{"value": 3, "end_time": AT}], "total_value": {"value": 2}}],
    "paging": {"cursors": {"after": "a"}}, "error": {"code": 190},
}  # fmt: skip
HEALTHY: dict[str, dict[str, Any]] = {
    "mastodon": {"statuses": [_STATUS], "notifications": [{"id": "1", "created_at": AT, "status": _STATUS}], "": _MASTODON},
    "x": {
        "username": {"data": {"id": "7", "username": "city", "public_metrics": {"followers_count": 1}}, "errors": [{"type": "x"}]},
        "": {"data": [_TWEET], "meta": {"next_token": "n"}},
    },
    "bluesky": {
        "createSession": {"did": "did:plc:x", "handle": "x.y", "accessJwt": "a", "refreshJwt": "r", "didDoc": {"id": "did:plc:x", "service": []}},
        "getProfile": {"did": "did:plc:x", "handle": "x.y", "followersCount": 1},
        "getAuthorFeed": {"feed": [{"post": _SKEET, "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "indexedAt": AT}}], "cursor": "c"},
        "": {"notifications": [{**_SKEET, "reason": "mention"}], "cursor": "c"},
    },
    "youtube": {"reports": _REPORT, "omment": {"items": [_THREAD], "nextPageToken": "n"}, "": {"items": [_VIDEO], "nextPageToken": "n"}},
    "blog": {"": {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "url": "/1", "date_published": AT}]}},
}  # fmt: skip
IDENTITIES = {
    "mastodon": "https://a.example/@library",
    "x": "https://x.com/city",
    "bluesky": "https://bsky.app/profile/x.y",
    "youtube": "https://www.youtube.com/@city",
    "facebook": "https://www.facebook.com/city",
    "instagram": "https://www.instagram.com/city/",
}

_plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**400), 10**400), st.floats(), st.text(max_size=8),
    st.sampled_from([AT, "at://x", "did:plc:x", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "<p>", "http://[", "\ud800", "1e999"]),
)  # fmt: skip
_any = st.recursive(
    _plain,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in inner:
        yield from _places(entry, (*at, key))


def _with(value: Any, place: tuple[Any, ...], other: Any) -> Any:
    if not place:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _with(value[place[0]], place[1:], other)
    return copy


@st.composite
def _spoiled(draw: st.DrawFn, healthy: Any) -> bytes:
    """A healthy answer with something else in one or two places, or any bytes at all."""
    match draw(st.integers(0, 9)):
        case 0:
            return draw(st.binary(max_size=40))
        case 1:
            whole = _written(healthy)
            return whole[: draw(st.integers(0, len(whole)))]
    if isinstance(healthy, str):
        at = draw(st.integers(0, len(healthy)))
        pieces = st.sampled_from(
            ["<!DOCTYPE", "<![CDATA[", "&#x110000;", "<gml:pos>1</gml:pos>", "</item>", "<link href='http://['>"]
        )
        return (healthy[:at] + draw(pieces | st.text(max_size=6)) + healthy[at:]).encode(errors="replace")
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(list(_places(healthy))))
        healthy = _with(healthy, place, draw(_any))
    return _written(healthy)


def _written(healthy: Any) -> bytes:
    return healthy.encode() if isinstance(healthy, str) else json.dumps(healthy).encode()


class Anything:
    """A platform that describes nothing."""

    def check_request(self, target: str) -> None:
        """Every question is one."""

    def check_answer(self, target: str, status: int, body: object) -> None:
        """Every answer is one."""


@pytest.fixture(scope="module")
def server() -> Iterator[ApiServer]:
    with running(ApiServer(Anything(), lambda _: Told())) as server:
        yield server


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a server answers in one example."""

    bodies: dict[str, bytes]
    status: int
    headers: dict[str, str]

    def __call__(self, asked: Asked) -> Told:
        body = next(body for part, body in self.bodies.items() if part in asked.path)
        return Told(body, self.status, self.headers)


@st.composite
def _whole(draw: st.DrawFn, platform: str) -> Whole:
    healthy = HEALTHY.get(platform, {"": _GRAPH if platform in {"facebook", "instagram"} else _FEED})
    spoiled = draw(st.sampled_from(sorted(healthy)))
    bodies = {part: draw(_spoiled(body)) if part == spoiled else _written(body) for part, body in healthy.items()}
    status = draw(st.sampled_from([200, 200, 200, 200, 400, 401, 403, 404, 429, 500, 503]))
    names = (
        "x-rate-limit-reset",
        "x-ratelimit-reset",
        "x-ratelimit-remaining",
        "ratelimit-reset",
        "retry-after",
        "date",
    )
    header = st.one_of(
        st.sampled_from(["9" * 30, "-1", "soon", "1e9", "NaN", AT]), st.text("0123456789-.:TZ", max_size=20)
    )
    return Whole(bodies, status, draw(st.dictionaries(st.sampled_from(names), header, max_size=3)))


@pytest.mark.parametrize("platform", PULLED)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_answer_is_a_reading_or_an_error_of_the_contract(
    server: ApiServer, platform: str, data: st.DataObject
) -> None:
    server.respond = data.draw(_whole(platform))
    reader = reader_for(platform)
    assert reader
    url = IDENTITIES.get(platform, server.base_url)
    identity = Identity(platform, "city", url, server.base_url)
    reach = Reach(base_url=server.base_url, token="AAAA-token", allow_private=True)
    readings: list[Any] = [lambda: reader.profile(reach, identity), lambda: reader.posts(reach, identity, LONG_AGO)]
    if isinstance(reader, Listener):
        readings.append(lambda: reader.mentions(reach, identity, LONG_AGO))
    if isinstance(reader, InsightsReader):
        readings.append(lambda: reader.insights(reach, identity, date(2026, 11, 1), date(2026, 11, 3)))
    for read in readings:
        with contextlib.suppress(PlatformError):
            read()
