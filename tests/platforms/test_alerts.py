"""Google's alerts, served over real HTTP: each page once, under its own address, and nothing that is not a web page."""

import html
from datetime import UTC, date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.importers.platform import Wanted, read_account
from app.metrics.rules.pulls import InsightsWanted
from app.platforms.contract import Gone, Malformed, MentionReading, ProfileReading, Reach
from app.platforms.feed.alerts import AlertsReader
from app.platforms.guard import Limits
from app.platforms.recognize import recognize
from tests.platforms.web_server import WebServer

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
READER = AlertsReader(Limits(timeout=0.5, total=2.0, max_bytes=100_000, max_redirects=3))
ALERT = recognize("https://www.google.com/alerts/feeds/01234567890123456789/9876543210987654321")

Hit = tuple[str, str, str]


def feed_of(*hits: Hit, title: str = "Google Alert - Eastside Library") -> bytes:
    """The feed as Google writes it: ``hits`` are number, address of the page and day in November."""
    entries = "".join(
        f"<entry><id>tag:google.com,2013:googlealerts/feed:{number}</id>"
        f'<title type="html">New hours at &lt;b&gt;Eastside Library&lt;/b&gt;</title>'
        f'<link href="{html.escape(leading_to(page))}"></link>'
        f"<published>2026-11-{day}T10:00:00Z</published><updated>2026-11-{day}T10:00:00Z</updated>"
        f'<content type="html">The &lt;b&gt;library&lt;/b&gt; opens at nine&amp;nbsp;...</content>'
        f"<author><name></name></author></entry>"
        for number, page, day in hits
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:idx="urn:atom-extension:indexing"><id>tag:google.com,2005:reader/user/01234567890123456789/state/com.google'
        f"/alerts/9876543210987654321</id><title>{title}</title>"
        f'<link href="https://www.google.com/alerts/feeds/1/2" rel="self"></link>'
        f"<updated>2026-11-09T10:00:00Z</updated>{entries}</feed>"
    ).encode()


def leading_to(page: str) -> str:
    """Google's own address on the way to a page."""
    return f"https://www.google.com/url?rct=j&sa=t&url={quote(page, safe=':/')}&ct=ga&cd=CAIyGjA&usg=AOvVaw0"


def mentions(server: WebServer, body: bytes, since: datetime = LONG_AGO) -> list[MentionReading]:
    return READER.mentions(reach(server, body), ALERT, since)


def reach(server: WebServer, body: bytes) -> Reach:
    return Reach(base_url=server.page("/alert", body, "text/xml; charset=UTF-8"), allow_private=True)


def profile(server: WebServer, body: bytes) -> ProfileReading:
    return READER.profile(reach(server, body), ALERT)


def test_an_alert_has_the_name_of_its_words_and_counts_nothing(web_server: WebServer) -> None:
    reading = profile(web_server, feed_of(("1", "https://news.example/a", "09")))
    assert reading.display_name == "Eastside Library"
    assert reading.handle == ALERT.handle
    assert set(reading.figures.values()) == {Figure.missing(Reason.NOT_SUPPORTED)}


def test_a_hit_is_a_mention_of_the_library_and_no_post_of_it(web_server: WebServer) -> None:
    body = feed_of(("1", "https://www.news.example/2026/hours?id=7", "09"))
    (mention,) = mentions(web_server, body)
    assert mention == MentionReading(
        external_id="https://www.news.example/2026/hours?id=7",
        at=datetime(2026, 11, 9, 10, tzinfo=UTC),
        kind="alert",
        author_id="news.example",
        text="New hours at Eastside Library\nThe library opens at nine ...",
        url="https://www.news.example/2026/hours?id=7",
    )
    assert READER.posts(reach(web_server, body), ALERT, LONG_AGO) == []


def test_a_page_told_twice_counts_once_on_the_day_of_the_first(web_server: WebServer) -> None:
    hits = (
        ("3", "https://news.example/a", "09"),
        ("2", "https://news.example/a", "08"),
        ("2", "https://b.example/", "07"),
    )
    found = mentions(web_server, feed_of(*hits))
    assert [(mention.url, mention.at.day) for mention in found] == [("https://news.example/a", 8)]


def test_newest_first_and_no_further_back_than_asked(web_server: WebServer) -> None:
    body = feed_of(
        ("1", "https://a.example/", "07"), ("2", "https://b.example/", "09"), ("3", "https://c.example/", "08")
    )
    since = datetime(2026, 11, 8, 10, tzinfo=UTC)
    assert [mention.url for mention in mentions(web_server, body, since)] == [
        "https://b.example/",
        "https://c.example/",
    ]


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "//a.example/", "", "http://["]
)
def test_what_leads_to_no_web_page_has_no_address(web_server: WebServer, page: str) -> None:
    (mention,) = mentions(web_server, feed_of(("1", page, "09")))
    assert mention.url is None
    assert mention.external_id == "tag:google.com,2013:googlealerts/feed:1"


def test_an_endless_address_has_a_short_id_of_its_own(web_server: WebServer) -> None:
    long, other = f"https://a.example/{'x' * 900}", f"https://a.example/{'x' * 900}y"
    ids = {mention.external_id for mention in mentions(web_server, feed_of(("1", long, "09"), ("2", other, "09")))}
    assert len(ids) == 2
    assert max(map(len, ids)) <= 200


def test_one_pull_asks_once(web_server: WebServer) -> None:
    one_pull = reach(web_server, feed_of(("1", "https://a.example/", "09")))
    READER.profile(one_pull, ALERT)
    READER.mentions(one_pull, ALERT, LONG_AGO)
    assert len(web_server.asked) == 1


def test_an_alert_without_hits_is_no_error(web_server: WebServer) -> None:
    assert mentions(web_server, feed_of()) == []


def test_what_is_no_alert_and_one_that_was_deleted(web_server: WebServer) -> None:
    with pytest.raises(Malformed):
        profile(web_server, b"<html><body>Sign in</body></html>")
    with pytest.raises(Malformed, match="no feed of Google"):
        profile(web_server, b'<rss version="2.0"><channel><title>News</title></channel></rss>')
    with pytest.raises(Gone):
        READER.profile(Reach(base_url=f"{web_server.url}/deleted", allow_private=True), ALERT)


def covered(server: WebServer, body: bytes, *, was_pulled_before: bool) -> tuple[int, int] | None:
    """The first and last day of November that a pull on the 10th counts."""
    window = Period(date(2026, 11, 2), date(2026, 11, 10))
    wanted = Wanted(window, ZoneInfo("UTC"), was_pulled_before, LONG_AGO, InsightsWanted())
    pulled = read_account(READER, reach(server, body), ALERT, wanted)
    assert pulled.mentions is not None
    return (pulled.window.first.day, pulled.window.last.day) if pulled.window else None


def test_days_before_the_alert_was_made_are_not_counted_as_days_without_mentions(web_server: WebServer) -> None:
    some, none = feed_of(("2", "https://b.example/", "09"), ("1", "https://a.example/", "07")), feed_of()
    assert covered(web_server, some, was_pulled_before=False) == (7, 10)
    assert covered(web_server, some, was_pulled_before=True) == (8, 10), "the 7th was counted when the feed held more"
    assert covered(web_server, none, was_pulled_before=False) == (10, 10)
    assert covered(web_server, none, was_pulled_before=True) == (2, 10)
