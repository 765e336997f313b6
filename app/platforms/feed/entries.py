"""RSS, Atom and JSON Feed as one plain shape, and the feed behind a page that only names it.

Feeds of the wild are met here: another encoding than the one declared, another type than the one sent, packed files,
names of characters that XML does not know, entries without an id or twice with the same one.
"""

import calendar
import io
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from app.platforms.contract import Malformed, Reach
from app.platforms.guard import Limits
from app.platforms.markup import plain_text
from app.platforms.pages import Page, fetched
from app.platforms.texts import storable

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_JSON_FEED = "https://jsonfeed.org/version/"
_PACKED = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: each takes a reader of XML some tenths of a millisecond, the deeper the longer
_MOST_TAGS = 100_000
_BROKEN = "The feed is broken and cannot be read."
#: what feedparser lets through at impossible references, declarations and elements in places of no meaning
_TROUBLE = (ValueError, OverflowError, AssertionError, LookupError, AttributeError, TypeError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``external_id`` is told by the feed, or else made of what the entry says of itself."""

    external_id: str
    #: an http or https address, else empty
    url: str
    #: in UTC; None where the feed gives none that can be read
    published_at: datetime | None
    #: plain text
    title: str
    html: str
    has_enclosure: bool
    comments: int | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was found; no two entries have the same id."""

    url: str
    #: the format and its version: rss20, atom10, json11
    version: str
    #: plain text
    title: str
    entries: tuple[Entry, ...]
    #: it is not well formed, so entries may be missing
    is_broken: bool = False


def feed_at(url: str, reach: Reach, *, limits: Limits) -> Feed:
    """The feed at this address, or the one that the page there names; asked for once in a pull.

    Raises Malformed where there is none, and what ``fetched`` raises.
    """
    kept = reach.kept.get(f"feed {url}")
    if isinstance(kept, Feed):
        return kept
    feed, linked = _parsed(_page(url, reach, limits), limits)
    if feed is None and linked:
        feed, _ = _parsed(_page(linked, reach, limits), limits)
    if feed is None:
        raise Malformed("No feed was found at this address, nor a link to one.")
    reach.kept[f"feed {url}"] = feed = replace(feed, entries=_once(feed.entries))
    return feed


def _page(url: str, reach: Reach, limits: Limits) -> Page:
    return fetched(url, allow_private=reach.allow_private, limits=limits)


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry of each id: some feeds list an entry under two headings, some give all the same id."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.external_id, entry)
    return tuple(found.values())


def _parsed(page: Page, limits: Limits) -> tuple[Feed | None, str | None]:
    """The feed that this page is, or the address of the feed that it links to."""
    page = replace(page, content=_unpacked(page.content, limits))
    if page.content.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"{"):
        return _json_feed(page), None
    return _xml_feed(page)


def _unpacked(content: bytes, limits: Limits) -> bytes:
    """What a packed file holds, where a server sends one without saying so; bounded like every answer."""
    if not content.startswith(_PACKED):
        return content
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(content, limits.max_bytes + 1)
    except zlib.error as error:
        raise Malformed(_BROKEN) from error
    if len(unpacked) > limits.max_bytes:
        raise Malformed("The answer is larger than we accept.")
    return unpacked


def _xml_feed(page: Page) -> tuple[Feed | None, str | None]:
    parsed = _lenient(page)
    if not parsed.get("version"):  # nothing at all is parsed to nothing at all
        return None, _linked_feed(page, parsed)
    entries = tuple(_xml_entry(entry, page.url) for entry in parsed.entries if entry)
    is_broken = bool(parsed.bozo) and not isinstance(
        parsed.bozo_exception, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType
    )
    return Feed(page.url, str(parsed.version), _text(parsed.feed.get("title")), entries, is_broken), None


def _lenient(page: Page) -> Any:
    if page.content.count(b"<") > _MOST_TAGS:
        raise Malformed(f"The feed has more than {_MOST_TAGS:,} tags, which is more than we accept.")
    headers = {"content-type": page.content_type, "content-location": page.url}
    try:
        # Bytes would be taken for a file's name or an address first; a stream is only read.
        return feedparser.parse(io.BytesIO(page.content), response_headers=headers)
    except _TROUBLE as error:
        raise Malformed(_BROKEN) from error


def _linked_feed(page: Page, parsed: Any) -> str | None:
    """The first feed a page names in its head; feeds of comments come last, since they are not the library's words."""
    named = [
        link
        for link in parsed.feed.get("links", ())
        if link.get("rel") == "alternate" and link.get("type") in _FEED_TYPES and link.get("href")
    ]
    named.sort(key=lambda link: "comment" in f"{link.get('title', '')} {link['href']}".lower())
    return (_web_address(named[0]["href"], page.url) or None) if named else None


def _xml_entry(entry: Mapping[str, Any], base: str) -> Entry:
    contents = entry.get("content") or [{"value": entry.get("summary", "")}]
    url = _web_address(entry.get("link"), base)
    title = _text(entry.get("title"))
    comments = str(entry.get("slash_comments", ""))
    return Entry(
        external_id=_external_id(entry.get("id"), url, title, entry.get("published")),
        url=url,
        published_at=_instant(entry.get("published_parsed") or entry.get("updated_parsed")),
        title=title,
        html=str(contents[0].get("value") or ""),
        has_enclosure=bool(entry.get("enclosures")),
        comments=int(comments) if comments.isascii() and comments.isdecimal() else None,
    )


def _json_feed(page: Page) -> Feed | None:
    """The feed in JSON; see https://www.jsonfeed.org/version/1.1/."""
    try:
        data = storable(json.loads(page.content))
    except (ValueError, RecursionError):
        return None
    version = str(data.get("version", ""))
    items = data.get("items")
    if not version.startswith(_JSON_FEED) or not isinstance(items, list):
        return None
    entries = tuple(_json_entry(item, page.url) for item in items if isinstance(item, dict))
    return Feed(page.url, f"json{version.removeprefix(_JSON_FEED)}", _text(data.get("title")), entries)


def _json_entry(item: Mapping[str, Any], base: str) -> Entry:
    # an entry that only points elsewhere has no address of its own
    url = _web_address(item.get("url") or item.get("external_url"), base)
    title = _text(item.get("title"))
    return Entry(
        external_id=_external_id(item.get("id"), url, title, item.get("date_published")),
        url=url,
        published_at=_iso_instant(item.get("date_published")) or _iso_instant(item.get("date_modified")),
        title=title,
        html=str(item.get("content_html") or escape(str(item.get("content_text") or item.get("summary") or ""))),
        has_enclosure=bool(item.get("attachments") or item.get("image") or item.get("banner_image")),
        comments=None,
    )


def _text(value: Any) -> str:
    return plain_text(str(value or "")).text


def _web_address(value: Any, base: str) -> str:
    """An http or https address, else nothing: a feed's link ends up on a page of ours."""
    try:
        address = urljoin(base, str(value or ""))
    except ValueError:
        return ""
    return address if value and address.startswith(("http://", "https://")) else ""


def _external_id(given: Any, url: str, title: str, published: Any) -> str:
    """What the feed calls the entry, else its address, else a digest of what it says of itself."""
    return str(given or "") or url or sha256(f"{title}\n{published}".encode(errors="replace")).hexdigest()


def _instant(moment: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso_instant(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value).strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
