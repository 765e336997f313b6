"""Feeds of the wild, served over real HTTP: wrong types and encodings, packed files, old versions, ids and dates."""

import gzip
import json

import pytest

from app.platforms.contract import Malformed, Reach
from app.platforms.feed.reader import FeedReader
from app.platforms.recognize import recognize
from tests.platforms.test_feed import ATOM, JSON, LONG_AGO, READER, RSS, UNDATED_OF_JSON, UNDATED_OF_RSS, posts, profile
from tests.platforms.web_server import WebServer


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/plain", "application/octet-stream", "application/json", ""]
)
def test_the_type_that_a_server_names_is_not_believed(web_server: WebServer, content_type: str) -> None:
    for number, body in enumerate((RSS.format(encoding="utf-8"), ATOM, json.dumps(JSON))):
        url = web_server.page(f"/{number}", body.encode(), content_type)
        assert len(posts(url)) == 2
        assert profile(url).notes in {(), UNDATED_OF_RSS, UNDATED_OF_JSON}


def test_another_encoding_than_the_declared_one(web_server: WebServer) -> None:
    body = RSS.format(encoding="utf-8").replace("Café", "Café – “now”").encode("windows-1252")
    url = web_server.page("/feed", body, "application/rss+xml; charset=utf-8")
    assert posts(url)[0].text.startswith("Café – “now” story time")


@pytest.mark.parametrize("text", [RSS.format(encoding="utf-8"), ATOM, json.dumps(JSON)])
def test_a_byte_order_mark_and_a_packed_file(web_server: WebServer, text: str) -> None:
    marked = b"\xef\xbb\xbf" + text.encode()
    assert len(posts(web_server.page("/marked", marked))) == 2
    assert len(posts(web_server.page("/packed.gz", gzip.compress(marked), "application/gzip"))) == 2
    assert len(posts(web_server.page("/sent-packed", gzip.compress(marked), Content_Encoding="gzip"))) == 2


def test_a_packed_file_that_swells_or_breaks_off_is_left(web_server: WebServer) -> None:
    with pytest.raises(Malformed, match="larger"):
        posts(web_server.page("/bomb.gz", gzip.compress(b" " * 5_000_000)))
    with pytest.raises(Malformed):
        posts(web_server.page("/broken.gz", b"\x1f\x8b" + b"\xff" * 30))


RSS_091 = """<?xml version="1.0"?><rss version="0.91"><channel><title>Old</title><link>https://library.example/</link>
<description>d</description><item><title>Undated</title><link>https://library.example/1</link></item></channel></rss>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://library.example/"><title>RDF</title></channel>
<item rdf:about="https://library.example/1"><title>Dated</title><link>https://library.example/1</link>
<dc:date>2026-11-05T09:00:00+01:00</dc:date></item></rdf:RDF>"""


def test_old_versions_of_rss(web_server: WebServer) -> None:
    old = web_server.page("/old", RSS_091.encode())
    assert (profile(old).raw["version"], posts(old)) == ("rss091u", [])
    assert "carry no date" in profile(old).notes[0]
    (dated,) = posts(web_server.page("/rdf", RDF.encode()))
    assert (dated.external_id, dated.published_at.hour) == ("https://library.example/1", 8)


def rss_of(*items: str) -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>T</title>{entries}</channel></rss>'.encode()


def on(day: int, rest: str) -> str:
    return f"{rest}<pubDate>Mon, {day:02} Nov 2026 10:00:00 GMT</pubDate>"


def test_entries_without_an_id_are_told_apart_and_stay_who_they_are(web_server: WebServer) -> None:
    items = on(3, "<title>Same</title>"), on(2, "<title>Same</title>"), on(1, "<link>/1</link>")
    first = posts(web_server.page("/feed", rss_of(*items)))
    assert len({post.external_id for post in first}) == 3
    again = posts(web_server.page("/feed", rss_of(on(4, "<title>New</title>"), *items)))
    assert [post.external_id for post in again[1:]] == [post.external_id for post in first]


def test_an_id_that_comes_twice_is_one_entry(web_server: WebServer) -> None:
    items = on(3, "<guid>a</guid><title>In News</title>"), on(3, "<guid>a</guid><title>In Events</title>")
    assert [post.text for post in posts(web_server.page("/feed", rss_of(*items)))] == ["In News"]


def test_an_entry_of_a_day_to_come_waits(web_server: WebServer) -> None:
    later = "<title>Soon</title><pubDate>Mon, 01 Jan 2091 10:00:00 GMT</pubDate>"
    url = web_server.page("/feed", rss_of(later, on(3, "<title>Now</title>")))
    assert [post.text for post in posts(url)] == ["Now"]
    assert profile(url).notes == ("1 of 2 entries are dated in the future and are counted then.",)


def test_names_of_characters_that_xml_does_not_know(web_server: WebServer) -> None:
    url = web_server.page("/feed", rss_of(on(3, "<title>Story&nbsp;time &mdash; caf&eacute;</title>")))
    assert posts(url)[0].text == "Story time — café"


def test_relative_addresses_follow_the_feed_and_its_base(web_server: WebServer) -> None:
    based = ATOM.replace("<feed ", '<feed xml:base="https://harlan.example/news/" ').replace(
        'href="https://harlan.example/1"', 'href="../1"'
    )
    assert posts(web_server.page("/feed", based.encode()))[0].url == "https://harlan.example/1"
    assert posts(web_server.page("/a/feed", rss_of(on(3, "<link>1</link>"))))[0].url == f"{web_server.url}/a/1"


def test_a_feed_without_entries_is_a_feed(web_server: WebServer) -> None:
    for number, body in enumerate((rss_of(), b'{"version": "https://jsonfeed.org/version/1", "items": []}')):
        url = web_server.page(f"/{number}", body)
        assert posts(url) == []
        assert profile(url).raw["entries"] == 0


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_both_versions_of_json_feed_and_their_oddities(web_server: WebServer, version: str) -> None:
    items: list[object] = [
        {"id": 7, "external_url": "https://other.example/", "content_text": "a", "date_modified": "2026-11-04"},
        {"id": "x", "title": None, "content_html": 5, "date_published": "2026-11-03T10:00:00Z", "attachments": [{}]},
        {"date_published": "2026-11-02T10:00:00Z", "url": "javascript:alert(1)"},
        "no entry",
        {},
    ]
    body = {"version": f"https://jsonfeed.org/version/{version}", "title": 3, "items": items}
    url = web_server.page("/feed.json", json.dumps(body).encode())
    pointing, media, bare = posts(url)
    assert (pointing.external_id, pointing.url) == ("7", "https://other.example/")
    assert (media.has_media, media.text) == (True, "5")
    assert bare.url == ""


def test_one_pull_asks_for_a_feed_once(web_server: WebServer) -> None:
    one_pull, blog = Reach(allow_private=True), recognize(web_server.page("/feed", rss_of()))
    READER.profile(one_pull, blog)
    READER.posts(one_pull, blog, LONG_AGO)
    assert len(web_server.asked) == 1


def test_a_feed_that_would_be_read_for_minutes_is_refused(web_server: WebServer) -> None:
    url = web_server.page("/feed", b"<rss version='2.0'><channel>" + b"<a>" * 120_000)
    with pytest.raises(Malformed, match="100,000 tags"):
        FeedReader().profile(Reach(allow_private=True), recognize(url))
