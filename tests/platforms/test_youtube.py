"""YouTube's Data API: readings equal what is there, quota is counted, and each fault becomes its error."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    CapReached,
    Gone,
    Identity,
    Malformed,
    Meter,
    NotAllowed,
    NotShown,
    PlatformError,
    RateLimited,
    Reach,
    SignInExpired,
    Unreachable,
)
from app.platforms.guard import Limits
from app.platforms.recognize import recognize
from app.platforms.youtube.reader import YouTubeReader
from tests.platforms.api_server import Told
from tests.platforms.web_server import WebServer
from tests.platforms.youtube_server import KEY, SIGNED_IN, YouTubeServer, error, running_youtube

LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
READER = YouTubeReader()
LIBRARY = recognize("https://www.youtube.com/@CityLibrary")


@pytest.fixture
def youtube() -> Iterator[YouTubeServer]:
    with running_youtube() as server:
        yield server


@pytest.fixture
def channel(youtube: YouTubeServer) -> str:
    return youtube.channel("CityLibrary", subscriberCount="12300", videoCount="41", viewCount="99999999999")


def reach(server: YouTubeServer, **changes: Any) -> Reach:
    return Reach(**{"base_url": server.base_url, "token": KEY, "allow_private": True, **changes})


def test_the_channel_is_found_by_handle_and_by_id(youtube: YouTubeServer, channel: str) -> None:
    by_id = recognize(f"https://www.youtube.com/channel/{channel}")
    for identity in (
        LIBRARY,
        by_id,
        Identity("youtube", "@gone", "https://www.youtube.com/@gone", external_id=channel),
    ):
        reading = READER.profile(reach(youtube), identity)
        assert reading.external_id == channel
        assert reading.figures == {
            "followers": Figure.of(12300),
            "following": Figure.missing(Reason.NOT_SUPPORTED),
            "posts_total": Figure.of(41),
        }
        json.dumps(dict(reading.raw))


def test_an_address_of_the_oldest_kind_cannot_be_looked_up(youtube: YouTubeServer) -> None:
    with pytest.raises(NotAllowed, match="@handle"):
        READER.profile(reach(youtube), recognize("https://www.youtube.com/c/CityLibrary"))
    assert youtube.api.asked == []


@pytest.mark.parametrize(
    ("statistics", "metric", "figure"),
    [
        ({"hiddenSubscriberCount": True, "subscriberCount": None}, "followers", Figure.missing(Reason.HIDDEN)),
        ({"hiddenSubscriberCount": True, "subscriberCount": "0"}, "followers", Figure.missing(Reason.HIDDEN)),
        ({"subscriberCount": None}, "followers", Figure.missing(Reason.HIDDEN)),
        ({"subscriberCount": "0"}, "followers", Figure.of(0)),
        ({"videoCount": None}, "posts_total", Figure.missing(Reason.HIDDEN)),
    ],
)
def test_a_hidden_count_is_a_reason(
    youtube: YouTubeServer, statistics: dict[str, Any], metric: str, figure: Figure
) -> None:
    youtube.channel("CityLibrary", **statistics)
    assert READER.profile(reach(youtube), LIBRARY).figures[metric] == figure


@pytest.mark.parametrize("count", [-1, "-1", "many", 1.5, "1e9", True, "9" * 400, "\u0663"])
def test_a_count_that_is_no_count_is_an_error(youtube: YouTubeServer, channel: str, count: object) -> None:
    youtube.api.fault(Told({"items": [{"id": channel, "statistics": {"subscriberCount": count}}]}))
    assert READER.profile(reach(youtube), LIBRARY).figures["followers"] == Figure.missing(Reason.API_ERROR)


def test_a_count_may_come_as_a_number(youtube: YouTubeServer, channel: str) -> None:
    youtube.api.fault(Told({"items": [{"id": channel, "statistics": {"subscriberCount": 7}}]}))
    assert READER.profile(reach(youtube), LIBRARY).figures["followers"] == Figure.of(7)


def test_videos_come_with_what_they_gathered(youtube: YouTubeServer, channel: str) -> None:
    story = youtube.video(
        channel, "Story time?", about="See https://library.example", likeCount="7", commentCount="2", viewCount="310"
    )
    quiet = youtube.video(channel, "Quiet", likeCount=None, commentCount=None)
    posts = READER.posts(reach(youtube), LIBRARY, LONG_AGO)
    assert {post.external_id for post in posts} == {story, quiet}
    by_id = {post.external_id: post for post in posts}
    assert {name: figure.value for name, figure in by_id[story].figures.items() if figure.is_known} == {
        "reactions": 7,
        "comments": 2,
        "views": 310,
    }
    assert by_id[story].text == "Story time?\nSee https://library.example"
    assert (by_id[story].has_link, by_id[quiet].has_link) == (True, False)
    assert by_id[quiet].figures["reactions"] == Figure.missing(Reason.HIDDEN)
    assert by_id[quiet].figures["shares"] == Figure.missing(Reason.NOT_SUPPORTED)


def test_batches_of_fifty_and_units_of_quota(youtube: YouTubeServer, channel: str) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    made = [youtube.video(channel, f"video {number}", at=start + timedelta(minutes=number)) for number in range(120)]
    meter = Meter()
    posts = READER.posts(reach(youtube, meter=meter), LIBRARY, LONG_AGO)
    assert [post.external_id for post in posts] == made[::-1]
    assert meter.reads == {"quota unit": 1 + 3 + 3}
    assert meter.spent == 0
    batches = [len(asked.query["id"].split(",")) for asked in youtube.api.asked if asked.path.endswith("videos")]
    assert batches == [50, 50, 20]


def test_older_videos_are_not_asked_for(youtube: YouTubeServer, channel: str) -> None:
    for number in range(120):
        youtube.video(channel, f"old {number}", at=datetime(2025, 1, 1, tzinfo=UTC))
    new = youtube.video(channel, "new")
    posts = READER.posts(reach(youtube), LIBRARY, datetime.now(UTC) - timedelta(days=8))
    assert [post.external_id for post in posts] == [new]
    assert len(youtube.api.asked) == 4


def test_a_video_that_went_meanwhile_is_left_out(youtube: YouTubeServer, channel: str) -> None:
    kept = youtube.video(channel, "kept")
    gone = youtube.video(channel, "gone")
    plain = youtube.respond

    def respond(asked: Any) -> Told:
        told = plain(asked)
        youtube.videos.pop(gone, None) if asked.path.endswith("playlistItems") else None
        return told

    youtube.api.respond = respond
    assert [post.external_id for post in READER.posts(reach(youtube), LIBRARY, LONG_AGO)] == [kept]


def test_a_channel_without_uploads_has_no_posts(youtube: YouTubeServer) -> None:
    youtube.channel("CityLibrary", has_uploads=False)
    assert READER.posts(reach(youtube), LIBRARY, LONG_AGO) == []


def test_a_page_that_never_ends_is_left(youtube: YouTubeServer, channel: str) -> None:
    item = {"id": "i", "contentDetails": {"videoId": "v1", "videoPublishedAt": "2026-11-01T10:00:00Z"}}
    youtube.api.fault(Told({"items": [item], "nextPageToken": "again"}), path="playlistItems", times=50)
    assert READER.posts(reach(youtube), LIBRARY, LONG_AGO) == []
    assert len(youtube.api.asked) == 4


FAULTS: list[tuple[Told, type[PlatformError]]] = [
    (error(403, "quotaExceeded"), RateLimited),
    (error(403, "rateLimitExceeded"), RateLimited),
    (Told(b"", 429), RateLimited),
    (error(400, "keyInvalid"), SignInExpired),
    (error(400, "badRequest", details=["API_KEY_INVALID"]), SignInExpired),
    (error(403, "accessNotConfigured"), SignInExpired),
    (error(403, "forbidden"), SignInExpired),
    (Told(b"<html>", 401), SignInExpired),
    (error(403, "channelClosed"), Gone),
    (error(403, "channelSuspended"), Gone),
    (error(404, "channelNotFound"), Gone),
    (error(500, "backendError"), Unreachable),
    (Told(b"", 503), Unreachable),
    (Told([1], 502), Unreachable),
    (error(200, "quotaExceeded"), RateLimited),
    (Told({"error": "no"}), Malformed),
    (Told(b""), Malformed),
    (Told(b'{"items": [{"id"'), Malformed),
    (Told(b"[" * 100_000), Malformed),
    (Told([]), Malformed),
    (Told({"items": "x"}), Malformed),
    (Told({"items": [7]}), Malformed),
    (Told({"items": [{}]}), Malformed),
    (Told({}), Gone),
    (Told({"items": []}), Gone),
    (Told(b"", 302, {"Location": "/youtube/v3/channels"}), Malformed),
]


@pytest.mark.parametrize(("told", "expected"), FAULTS)
def test_each_fault_becomes_its_error(youtube: YouTubeServer, told: Told, expected: type[PlatformError]) -> None:
    youtube.api.fault(told, times=9)
    with pytest.raises(expected) as failure:
        READER.profile(reach(youtube), LIBRARY)
    assert str(failure.value).endswith(".")
    assert KEY not in str(failure.value)


def test_the_key_goes_to_no_other_address_whoever_sends_us_there(youtube: YouTubeServer, web_server: WebServer) -> None:
    elsewhere = web_server.page("/elsewhere", b"{}")
    youtube.api.fault(Told(b"", 302, {"Location": elsewhere}), times=9)
    with pytest.raises(Malformed):
        READER.profile(reach(youtube), LIBRARY)
    assert web_server.asked == []


def test_used_up_quota_waits_for_midnight_in_california(youtube: YouTubeServer) -> None:
    youtube.api.fault(error(403, "quotaExceeded"))
    with pytest.raises(RateLimited) as limit:
        READER.profile(reach(youtube), LIBRARY)
    assert limit.value.until
    local = limit.value.until.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (local.hour, local.minute) == (0, 0)
    assert timedelta(0) < limit.value.until - datetime.now(UTC) <= timedelta(hours=25)


@pytest.mark.parametrize(("after", "seconds"), [("120", 120), ("999999999999", 86_400), ("soon", None)])
def test_a_wait_that_youtube_names(youtube: YouTubeServer, after: str, seconds: int | None) -> None:
    youtube.api.fault(Told(b"", 429, {"Retry-After": after}))
    with pytest.raises(RateLimited) as limit:
        READER.profile(reach(youtube), LIBRARY)
    if seconds is None:
        assert limit.value.until is None
    else:
        assert limit.value.until
        assert abs((limit.value.until - datetime.now(UTC)).total_seconds() - seconds) < 5


@pytest.mark.parametrize(("times", "works"), [(1, True), (2, False)])
def test_a_reset_connection_is_tried_once_more(
    youtube: YouTubeServer, channel: str, *, times: int, works: bool
) -> None:
    youtube.api.fault(Told(is_reset=True), times=times)
    if works:
        assert READER.profile(reach(youtube), LIBRARY).external_id == channel
    else:
        with pytest.raises(Unreachable):
            READER.profile(reach(youtube), LIBRARY)
    assert len(youtube.api.asked) == 2


@pytest.mark.parametrize("key", [None, "", "two words", "line\nbreak", "ключ"])
def test_without_a_usable_key_nothing_is_asked(youtube: YouTubeServer, key: str | None) -> None:
    with pytest.raises(SignInExpired):
        READER.profile(reach(youtube, token=key), LIBRARY)
    assert youtube.api.asked == []


def test_a_wrong_key_and_where_the_key_goes(youtube: YouTubeServer, channel: str) -> None:
    with pytest.raises(SignInExpired):
        READER.profile(reach(youtube, token="wrong"), LIBRARY)
    with pytest.raises(NotAllowed):
        READER.profile(reach(youtube, base_url="https://elsewhere.example"), LIBRARY)
    with pytest.raises(NotAllowed):
        READER.profile(reach(youtube, allow_private=False), LIBRARY)
    assert KEY not in str(youtube.api.asked[0].query)


def test_a_spent_allowance_asks_nothing(youtube: YouTubeServer, channel: str) -> None:
    with pytest.raises(CapReached):
        READER.profile(reach(youtube, meter=Meter(allowance=0)), LIBRARY)
    assert youtube.api.asked == []


def test_a_body_without_end_is_malformed(youtube: YouTubeServer) -> None:
    youtube.api.fault(Told(b" " * 20_000))
    with pytest.raises(Malformed, match="larger"):
        YouTubeReader(Limits(max_bytes=10_000)).profile(reach(youtube), LIBRARY)


def test_comments_of_others_are_mentions(youtube: YouTubeServer, channel: str) -> None:
    asked = youtube.comment(channel, "UCpatron", "When do you open?", at=datetime(2026, 11, 2, tzinfo=UTC))
    youtube.comment(channel, channel, "At nine", below=asked)
    more = [youtube.comment(channel, "UCother", f"Thanks {n}", below=asked) for n in range(3)]
    youtube.comment(channel, channel, "A first comment of our own")
    youtube.comment(channel, "UCpatron", "Old", at=datetime(2026, 1, 1, tzinfo=UTC))
    mentions = READER.mentions(reach(youtube), LIBRARY, datetime(2026, 11, 1, tzinfo=UTC))
    assert {mention.external_id for mention in mentions} == {asked, *more}
    [first] = [mention for mention in mentions if mention.external_id == asked]
    assert (first.kind, first.author_id, first.in_reply_to_id) == ("reply", "UCpatron", "v0000000000")
    assert first.url == f"https://www.youtube.com/watch?v=v0000000000&lc={asked}"
    assert {mention.in_reply_to_id for mention in mentions} == {"v0000000000", asked}


def test_many_comments_are_read_whole_and_turned_off_ones_are_hidden(youtube: YouTubeServer, channel: str) -> None:
    for number in range(130):
        youtube.comment(channel, "UCpatron", str(number))
    assert len(READER.mentions(reach(youtube), LIBRARY, LONG_AGO)) == 130
    youtube.api.fault(error(403, "commentsDisabled"), path="/commentThreads")
    with pytest.raises(NotShown, match="turned comments off"):
        READER.mentions(reach(youtube), LIBRARY, LONG_AGO)
    with pytest.raises(NotShown, match="API key"):
        READER.mentions(reach(youtube, is_signed_in=True), replace(LIBRARY, external_id=channel), LONG_AGO)


def test_who_signed_in_is_told_each_day(youtube: YouTubeServer, channel: str) -> None:
    youtube.days["2026-11-02"] = {"views": 310, "subscribersGained": 4, "subscribersLost": 1}
    youtube.days["2026-10-01"] = {"views": 1}
    known = replace(LIBRARY, external_id=channel)
    signed_in = reach(youtube, token=SIGNED_IN, is_signed_in=True)
    [day] = READER.insights(signed_in, known, date(2026, 11, 1), date(2026, 11, 3))
    assert (day.day, {name: figure.value for name, figure in day.figures.items()}) == (
        date(2026, 11, 2),
        {"views": 310, "new_follows": 4, "unfollows": 1},
    )
    assert READER.insights(signed_in, known, date(2020, 1, 1), date(2020, 1, 3)) == []
    youtube.api.fault(error(403, "insufficientPermissions"), path="/v2/reports")
    with pytest.raises(SignInExpired, match="does not reach so far"):
        READER.insights(signed_in, known, date(2026, 11, 1), date(2026, 11, 3))
