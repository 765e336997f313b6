"""Bluesky as its lexicons word it: readings equal what is there, every page once, one session a pull."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.foundation.figures import Figure, Reason
from app.platforms.bluesky.reader import BlueskyReader
from app.platforms.contract import (
    MOST_POSTS,
    Identity,
    Reach,
)
from app.platforms.recognize import recognize
from tests.platforms import bluesky_server
from tests.platforms.bluesky_server import (
    LIBRARY,
    PASSWORD,
    BlueskyServer,
    page_link,
    pictures,
    reach,
    running_bluesky,
    signed_in,
)

bluesky, bluesky_id = bluesky_server.bluesky, bluesky_server.bluesky_id  # the fixtures

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READER = BlueskyReader()
PROFILE, FEED, TOLD = "getProfile", "getAuthorFeed", "listNotifications"


def a_pull(reach: Reach) -> None:
    READER.profile(reach, LIBRARY)
    READER.posts(reach, LIBRARY, LONG_AGO)
    READER.mentions(reach, LIBRARY, LONG_AGO)


def methods(server: BlueskyServer) -> list[str]:
    return [asked.path.rpartition(".")[2] for asked in server.api.asked]


def test_the_profile_counts_what_is_there_without_any_token(bluesky: BlueskyServer, bluesky_id: str) -> None:
    bluesky.profiles[bluesky_id].update(followersCount=1203, followsCount=88, displayName="City Library")
    bluesky.post(bluesky_id, "Hello")
    reading = READER.profile(reach(bluesky), LIBRARY)
    assert (reading.external_id, reading.handle, reading.display_name) == (bluesky_id, LIBRARY.handle, "City Library")
    assert {metric: figure.value for metric, figure in reading.figures.items()} == {
        "followers": 1203,
        "following": 88,
        "posts_total": 1,
    }
    assert reading.notes == ()
    json.dumps(dict(reading.raw))
    assert "authorization" not in bluesky.api.asked[0].headers


@pytest.mark.parametrize("did", ["did:plc:z72i7hdynmk6r22z27h6tvur", "did:web:citylibrary.org"])
def test_an_account_may_be_named_by_its_id_and_keeps_it_when_its_handle_changes(
    bluesky: BlueskyServer, did: str
) -> None:
    bluesky.account("new.citylibrary.org", did)
    assert READER.profile(reach(bluesky), recognize(f"https://bsky.app/profile/{did}")).handle == "new.citylibrary.org"
    known = Identity("bluesky", "old.citylibrary.org", "https://bsky.app/profile/old.citylibrary.org", external_id=did)
    assert READER.profile(reach(bluesky), known).handle == "new.citylibrary.org"
    assert READER.profile(signed_in(bluesky), known).handle == "new.citylibrary.org", "an app password goes on too"


def test_a_handle_that_cannot_be_confirmed_is_told(bluesky: BlueskyServer, bluesky_id: str) -> None:
    bluesky.profiles[bluesky_id]["handle"] = "handle.invalid"
    reading = READER.profile(reach(bluesky), Identity("bluesky", bluesky_id, "", external_id=bluesky_id))
    assert reading.handle == bluesky_id
    assert "cannot confirm" in reading.notes[0]


def test_posts_replies_threads_reposts_and_counts(bluesky: BlueskyServer, bluesky_id: str) -> None:
    counts = {"likeCount": 7, "replyCount": 4, "repostCount": 2, "quoteCount": 1}
    story = bluesky.post(bluesky_id, "Story time?", embed=page_link(), **counts)
    thread = bluesky.post(bluesky_id, "Bring a cushion", reply_to=story)
    answer = bluesky.post(bluesky_id, "The first floor", reply_to="at://did:plc:reader/app.bsky.feed.post/3kaaa")
    bluesky.repost(bluesky_id, "did:plc:friend", "Of a friend")
    bluesky.repost(bluesky_id, bluesky_id, "Our own once more")
    once_more, friends, replied, threaded, first = READER.posts(reach(bluesky), LIBRARY, LONG_AGO)
    assert [first.external_id, threaded.external_id, replied.external_id] == [story, thread, answer]
    assert first.url == f"https://bsky.app/profile/{LIBRARY.handle}/post/{story.rpartition('/')[2]}"
    assert [first.figures[name] for name in ("reactions", "comments", "shares")] == list(map(Figure.of, (7, 4, 3)))
    assert first.figures["views"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert (first.is_reply, first.has_link, first.has_media) == (False, True, False)
    assert (threaded.is_reply, threaded.in_reply_to_own, threaded.in_reply_to_id) == (True, True, story)
    assert (replied.is_reply, replied.in_reply_to_own) == (True, False)
    assert (friends.is_repost, once_more.is_repost, first.is_repost) == (True, True, False)
    assert friends.figures["reactions"] == Figure.missing(Reason.NOT_OWNED)
    assert len({once_more.external_id, friends.external_id, story}) == 3


def test_pictures_and_their_alternative_texts(bluesky: BlueskyServer, bluesky_id: str) -> None:
    quoted = {"uri": "at://did:plc:x/app.bsky.feed.post/3k", "notFound": True}
    quote = {"$type": "app.bsky.embed.record#view", "record": {"$type": "app.bsky.embed.record#viewNotFound", **quoted}}
    item = {"$type": "app.bsky.embed.gallery#viewImage", "alt": "A shelf", "aspectRatio": {"width": 4, "height": 3}}
    item |= {"thumbnail": "https://cdn.bsky.app/1", "fullsize": "https://cdn.bsky.app/2"}
    video = {"$type": "app.bsky.embed.video#view", "cid": "bafyreib2rxk3", "playlist": "https://v.bsky.app/x.m3u8"}
    bluesky.post(bluesky_id, "two", embed=pictures("A door", "  "))
    beside = {"$type": "app.bsky.embed.recordWithMedia#view", "record": quote, "media": pictures("A map")}
    bluesky.post(bluesky_id, "beside a quote", embed=beside)
    bluesky.post(bluesky_id, "gallery", embed={"$type": "app.bsky.embed.gallery#view", "items": [item]})
    bluesky.post(bluesky_id, "film", embed=video)
    bluesky.post(bluesky_id, "a quote", embed=quote)
    bluesky.post(bluesky_id, "of a kind not known yet", embed={"$type": "org.example.later", "things": []})
    told = [
        (post.images, post.images_with_alt, post.has_media) for post in READER.posts(reach(bluesky), LIBRARY, LONG_AGO)
    ]
    assert told[::-1] == [(2, 1, True), (1, 1, True), (1, 1, True), (0, 0, True), (0, 0, False), (0, 0, False)]


def test_a_link_inside_the_text_is_a_link_and_a_name_is_none(bluesky: BlueskyServer, bluesky_id: str) -> None:
    def facet(kind: str, **feature: str) -> dict[str, Any]:
        features = [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]
        return {"index": {"byteStart": 0, "byteEnd": 4}, "features": features}

    bluesky.post(bluesky_id, "Page", record={"facets": [facet("link", uri="https://library.example/")]})
    bluesky.post(
        bluesky_id, "Anna", record={"facets": [facet("mention", did="did:plc:anna"), facet("tag", tag="books")]}
    )
    assert [post.has_link for post in READER.posts(reach(bluesky), LIBRARY, LONG_AGO)] == [False, True]


def test_a_post_is_never_later_than_bluesky_first_saw_it(bluesky: BlueskyServer, bluesky_id: str) -> None:
    seen = datetime(2026, 11, 1, 10, tzinfo=UTC)
    bluesky.post(bluesky_id, "From the future", at=seen, record={"createdAt": "2031-01-01T00:00:00Z"})
    bluesky.post(bluesky_id, "Brought along", at=seen, record={"createdAt": "2025-05-01T10:00:00+02:00"})
    moments = [post.published_at for post in READER.posts(reach(bluesky), LIBRARY, LONG_AGO)]
    assert moments == [seen, datetime(2025, 5, 1, 8, tzinfo=UTC)]


def test_every_page_once_and_no_further_than_asked(bluesky: BlueskyServer, bluesky_id: str) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(230):
        bluesky.post(bluesky_id, str(number), at=start + timedelta(hours=number))
    posts = READER.posts(reach(bluesky), LIBRARY, LONG_AGO)
    assert [post.text for post in posts] == [str(number) for number in reversed(range(230))]
    bluesky.api.asked.clear()
    recent = READER.posts(reach(bluesky), LIBRARY, start + timedelta(hours=200))
    assert len(recent) == 30
    assert methods(bluesky).count(FEED) == 2, "the second page is all older"


def test_a_feed_that_never_ends_is_left(bluesky: BlueskyServer, bluesky_id: str) -> None:
    bluesky.is_endless = True
    bluesky.post(bluesky_id, "Hello")
    assert len(READER.posts(reach(bluesky), LIBRARY, LONG_AGO)) == 1
    assert methods(bluesky).count(FEED) <= 2 * MOST_POSTS // 100


def test_mentions_replies_and_quotes_are_told_apart_and_likes_left_out(bluesky: BlueskyServer, bluesky_id: str) -> None:
    ours = bluesky.post(bluesky_id, "Story time?")
    said = [
        bluesky.speak(bluesky_id, "mention", "@library thanks", by="did:plc:anna"),
        bluesky.speak(bluesky_id, "reply", "Which floor?", by="did:plc:ben", reply_to=ours),
        bluesky.speak(bluesky_id, "quote", "Go there", by="did:plc:cleo"),
    ]
    bluesky.speak(bluesky_id, "subscribed-post", "Something else", by="did:plc:dora")
    mentions = READER.mentions(signed_in(bluesky), LIBRARY, LONG_AGO)[::-1]
    assert [mention.kind for mention in mentions] == ["mention", "reply", "quote"]
    assert [mention.external_id for mention in mentions] == said
    assert [mention.author_id for mention in mentions] == ["did:plc:anna", "did:plc:ben", "did:plc:cleo"]
    assert [mention.in_reply_to_id for mention in mentions] == [None, ours, None]
    assert mentions[0].url == f"https://bsky.app/profile/did:plc:anna/post/{said[0].rpartition('/')[2]}"


def test_mentions_stop_at_the_day_asked_for(bluesky: BlueskyServer, bluesky_id: str) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(150):
        bluesky.speak(bluesky_id, "mention", str(number), by="did:plc:anna", at=start + timedelta(hours=number))
    assert len(READER.mentions(signed_in(bluesky), LIBRARY, start + timedelta(hours=20))) == 130


def test_one_session_serves_a_whole_pull(bluesky: BlueskyServer, bluesky_id: str) -> None:
    bluesky.post(bluesky_id, "Hello")
    one_pull = signed_in(bluesky)
    a_pull(one_pull)
    assert methods(bluesky).count("createSession") == 1
    assert PASSWORD not in repr(one_pull)
    READER.profile(signed_in(bluesky), LIBRARY)
    assert methods(bluesky).count("createSession") == 2, "another pull signs in by itself"


def test_a_session_moves_to_the_account_s_own_server(bluesky: BlueskyServer, bluesky_id: str) -> None:
    with running_bluesky() as home:
        home.account(LIBRARY.handle, bluesky_id, followersCount=5)
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": home.base_url}
        bluesky.did_doc = {"@context": ["https://www.w3.org/ns/did/v1"], "id": bluesky_id, "service": [service]}
        assert READER.profile(signed_in(bluesky), LIBRARY).figures["followers"] == Figure.of(5)
        assert methods(bluesky) == ["createSession"]
        assert methods(home) == [PROFILE]
