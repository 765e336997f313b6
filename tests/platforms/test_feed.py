"""Feeds of our own making, served over real HTTP: formats, encodings, mistakes, discovery, and what is refused."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    Gone,
    Malformed,
    NotAllowed,
    PlatformError,
    PostReading,
    ProfileReading,
    RateLimited,
    Reach,
    SignInExpired,
    Unreachable,
)
from app.platforms.feed.reader import FeedReader
from app.platforms.guard import Limits
from app.platforms.markup import plain_text
from app.platforms.recognize import recognize
from tests.platforms.web_server import WebServer

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
READER = FeedReader(Limits(timeout=0.5, total=2.0, max_bytes=100_000, max_redirects=3))

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Eastside &amp; friends</title><link>https://library.example/</link>
<item><title>Café story time</title><link>/posts/2</link><guid isPermaLink="false">p2</guid>
<pubDate>Mon, 09 Nov 2026 10:00:00 -0600</pubDate><slash:comments>3</slash:comments>
<description>&lt;p&gt;Which floor?&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href="https://library.example/map"&gt;Map&lt;/a&gt;</description></item>
<item><title>Older</title><link>https://library.example/posts/1</link>
<pubDate>Sun, 08 Nov 2026 10:00:00 GMT</pubDate><enclosure url="https://library.example/a.mp3" type="audio/mpeg" length="1"/></item>
<item><title>Undated</title><link>https://library.example/posts/0</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Harlan</title><id>urn:harlan</id>
<entry><id>urn:1</id><title type="html">&lt;b&gt;New&lt;/b&gt; hours</title><link href="https://harlan.example/1"/>
<published>2026-11-01T09:00:00-05:00</published><updated>2026-11-02T09:00:00Z</updated>
<content type="html">&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;img src="/x.png"&gt;&lt;/p&gt;</content></entry>
<entry><id>urn:2</id><title>Updated only</title><link href="javascript:alert(1)"/><updated>2026-10-01T00:00:00Z</updated></entry>
</feed>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Millbrook",
    "items": [
        {
            "id": "a",
            "url": "/a",
            "title": "Hello",
            "content_html": "<p>Hi</p>",
            "date_published": "2026-11-03T10:00:00Z",
        },
        {"id": "b", "content_text": "2 < 3", "date_published": "2026-11-02T10:00:00+02:00"},
        {"id": "c", "content_text": "no date"},
        {"id": "d", "content_text": "bad date", "date_published": "last Tuesday"},
    ],
}

HTML = """<!doctype html><html><head><title>Blog</title>
<link rel="stylesheet" href="/style.css">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="Posts" href="../feed.xml?a=1&amp;b=2">
</head><body><p>Welcome</body></html>"""


UNDATED_OF_RSS = ("1 of 3 entries carry no date that can be read and are not counted.",)
UNDATED_OF_JSON = ("2 of 4 entries carry no date that can be read and are not counted.",)


def profile(url: str, *, allow_private: bool = True) -> ProfileReading:
    return READER.profile(Reach(allow_private=allow_private), recognize(url))


def posts(url: str, since: datetime = LONG_AGO) -> list[PostReading]:
    return READER.posts(Reach(allow_private=True), recognize(url), since)


def test_rss_is_read(web_server: WebServer) -> None:
    url = web_server.page("/feed", RSS.format(encoding="utf-8").encode(), "application/rss+xml")
    story, older = posts(url)
    assert story.external_id == "p2"
    assert story.url == f"{web_server.url}/posts/2"
    assert story.published_at == datetime(2026, 11, 9, 16, 0, tzinfo=UTC)
    assert story.text == "Café story time\nWhich floor?\nMap"
    assert (story.has_link, story.has_media, story.is_reply, story.is_repost) == (True, False, False, False)
    assert story.figures["comments"] == Figure.of(3)
    assert story.figures["reactions"] == Figure.missing(Reason.NOT_SUPPORTED)
    assert older.has_media
    assert older.figures["comments"] == Figure.missing(Reason.NOT_SUPPORTED)


def test_the_profile_tells_what_a_feed_cannot_know(web_server: WebServer) -> None:
    url = web_server.page("/feed", RSS.format(encoding="utf-8").encode(), "application/rss+xml")
    reading = profile(url)
    assert reading.display_name == "Eastside & friends"
    assert set(reading.figures.values()) == {Figure.missing(Reason.NOT_SUPPORTED)}
    assert reading.raw == {"feed_url": url, "version": "rss20", "entries": 3, "undated": 1}
    assert reading.notes == ("1 of 3 entries carry no date that can be read and are not counted.",)


def test_only_entries_from_the_date_on(web_server: WebServer) -> None:
    url = web_server.page("/feed", RSS.format(encoding="utf-8").encode(), "application/rss+xml")
    on_the_day = datetime(2026, 11, 9, 16, 0, tzinfo=UTC)
    assert [post.external_id for post in posts(url, on_the_day)] == ["p2"]
    assert posts(url, on_the_day + timedelta(seconds=1)) == []


def test_atom_is_read(web_server: WebServer) -> None:
    hours, updated = posts(web_server.page("/atom", ATOM.encode(), "application/atom+xml"))
    assert hours.published_at == datetime(2026, 11, 1, 14, 0, tzinfo=UTC)
    assert hours.text == "New hours\nOne\nTwo"
    assert hours.has_media
    assert updated.published_at == datetime(2026, 10, 1, tzinfo=UTC)
    assert updated.url == "", "an address that is no web address never reaches a page"


def test_a_json_feed_is_read(web_server: WebServer) -> None:
    url = web_server.page("/feed.json", json.dumps(JSON).encode(), "application/feed+json")
    hello, second = posts(url)
    assert (hello.text, hello.url) == ("Hello\nHi", f"{web_server.url}/a")
    assert second.text == "2 < 3"
    assert second.published_at == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert profile(url).raw["undated"] == 2


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", "application/rss+xml; charset=utf-8"),
        ("utf-16", "application/rss+xml"),
        ("iso-8859-1", "application/rss+xml"),
        ("windows-1252", "text/xml; charset=windows-1252"),
        ("iso-8859-1", "text/html"),
    ],
)
def test_encodings(web_server: WebServer, encoding: str, content_type: str) -> None:
    body = RSS.format(encoding=encoding).encode(encoding)
    assert posts(web_server.page("/feed", body, content_type))[0].text.startswith("Café story time")


def test_a_broken_feed_is_read_as_far_as_it_goes_and_says_so(web_server: WebServer) -> None:
    whole = RSS.format(encoding="utf-8")
    url = web_server.page("/feed", whole[: whole.index("<item><title>Undated")].encode(), "application/rss+xml")
    assert len(posts(url)) == 2
    assert profile(url).notes == ("The feed is not well formed; entries after the mistake may be missing.",)


def test_the_feed_is_found_from_the_page(web_server: WebServer) -> None:
    url = web_server.page("/news/", HTML.encode(), "text/html; charset=utf-8")
    web_server.page("/news", HTML.encode())
    web_server.page("/feed.xml?a=1&b=2", RSS.format(encoding="utf-8").encode(), "application/rss+xml")
    assert len(posts(url)) == 2
    assert profile(url).external_id == f"{web_server.url}/feed.xml?a=1&b=2"


def test_a_feed_named_by_a_page_passes_the_same_door(web_server: WebServer) -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="http://169.254.169.254/"></head></html>'
    with pytest.raises(NotAllowed):
        posts(web_server.page("/x", page.encode()))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<html><body>No feed here</body></html>",
        b'{"version": 1}',
        b"{",
        b"\x89PNG\r\n\x1a\n\0\0",
        b'<rss version="2.0"><channel><title>&#99999999999999;</title></channel></rss>',
    ],
)
def test_what_is_no_feed_is_malformed(web_server: WebServer, body: bytes) -> None:
    with pytest.raises(Malformed):
        posts(web_server.page("/x", body))


def test_a_page_that_names_itself_as_its_feed_is_asked_twice_and_left(web_server: WebServer) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/x"></head></html>'
    with pytest.raises(Malformed):
        posts(web_server.page("/x", page))
    assert len(web_server.asked) == 2


def test_a_feed_cannot_read_files_or_swell(web_server: WebServer) -> None:
    inside = '<rss version="2.0"><channel><title>T&e;</title></channel></rss>'
    outside = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>{inside}'
    assert profile(web_server.page("/outside", outside.encode(), "text/xml")).display_name == "T"
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    swelling = f'<?xml version="1.0"?><!DOCTYPE r [{levels}<!ENTITY e "&e8;">]>{inside}'
    assert len(profile(web_server.page("/swell", swelling.encode(), "text/xml")).display_name) < 1000


STATUSES: list[tuple[int, type[PlatformError]]] = [
    (404, Gone),
    (410, Gone),
    (401, SignInExpired),
    (403, Unreachable),
    (429, RateLimited),
    (500, Unreachable),
    (503, Unreachable),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_each_status_becomes_its_error(web_server: WebServer, status: int, expected: type[PlatformError]) -> None:
    with pytest.raises(expected):
        profile(web_server.page("/feed", b"", status=status))


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [("120", timedelta(seconds=120)), ("9" * 40, timedelta(days=7)), ("soon", None), ("", None)],
)
def test_a_rate_limit_says_until_when(web_server: WebServer, retry_after: str, wait: timedelta | None) -> None:
    with pytest.raises(RateLimited) as limit:
        profile(web_server.page("/feed", b"", status=429, Retry_After=retry_after))
    if wait is None:
        assert limit.value.until is None
    else:
        assert limit.value.until
        assert abs(limit.value.until - datetime.now(UTC) - wait) < timedelta(seconds=5)


def test_what_the_door_refuses_is_an_error_of_the_contract(web_server: WebServer) -> None:
    feed = web_server.page("/feed", RSS.format(encoding="utf-8").encode())
    with pytest.raises(NotAllowed):
        profile(feed, allow_private=False)
    with pytest.raises(Malformed, match="circles"):
        profile(web_server.redirect("/circle", "/circle"))
    with pytest.raises(Malformed, match="larger"):
        profile(web_server.page("/huge", b" " * 200_000))
    with pytest.raises(Unreachable, match="in time"):
        profile(web_server.trickle("/slow", pause=1.0))
    with pytest.raises(Unreachable, match="could not be reached"):
        profile(web_server.reset("/reset", times=1, then=web_server.pages["/feed"]))


@given(st.text())
def test_any_markup_becomes_plain_text(html: str) -> None:
    assert "\n\n" not in plain_text(html).text


@pytest.mark.parametrize("html", ["<![foo", "<!", "<a href='http://['>x", "&#x110000;", "<p>" * 500])
def test_broken_markup_is_borne(html: str) -> None:
    plain_text(html)
