"""A blog by its feed: RSS, Atom or JSON Feed, found from the blog's page where that is what was pasted.

A feed tells what was published and nothing of who reads it: every count but a post's comments is missing. Entries
without a date cannot be counted in any period; they are left out and the profile reading says how many they are.
"""

import calendar
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    POST_METRICS,
    PROFILE_METRICS,
    Identity,
    Malformed,
    Metric,
    PostReading,
    ProfileReading,
    Reach,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.markup import plain_text
from app.platforms.pages import Page, fetched

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_JSON_FEED = "https://jsonfeed.org/version/"


@dataclass(frozen=True, slots=True)
class _Entry:
    external_id: str
    url: str
    published_at: datetime | None
    title: str
    html: str
    has_enclosure: bool
    comments: int | None


@dataclass(frozen=True, slots=True)
class _Feed:
    url: str
    #: the format and its version: rss20, atom10, json11
    version: str
    title: str
    entries: tuple[_Entry, ...]
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Reads one feed at a time; keeps nothing between calls."""

    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The feed's title, and that nothing of its readers is known."""
        feed = self._feed(reach, identity)
        return ProfileReading(
            external_id=feed.url,
            handle=identity.handle,
            display_name=feed.title or identity.handle,
            read_at=now(),
            figures={metric: Figure.missing(Reason.NOT_SUPPORTED) for metric in PROFILE_METRICS},
            raw={
                "feed_url": feed.url,
                "version": feed.version,
                "entries": len(feed.entries),
                "undated": _undated(feed),
            },
            notes=_notes(feed),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """The dated entries from ``since``, newest first; a feed holds only the latest, often ten."""
        posts = [
            _post(entry, entry.published_at)
            for entry in self._feed(reach, identity).entries
            if entry.published_at and entry.published_at >= since
        ]
        return sorted(posts, key=lambda post: post.published_at, reverse=True)[:MOST_POSTS]

    def _feed(self, reach: Reach, identity: Identity) -> _Feed:
        page = self._page(reach, reach.base_url or identity.url)
        feed, linked = _parsed(page)
        if feed is None and linked:
            feed, _ = _parsed(self._page(reach, linked))
        if feed is None:
            raise Malformed("No feed was found at this address, nor a link to one.")
        return feed

    def _page(self, reach: Reach, url: str) -> Page:
        return fetched(url, allow_private=reach.allow_private, limits=self.limits)


def _parsed(page: Page) -> tuple[_Feed | None, str | None]:
    """The feed that this page is, or the address of the feed that it links to."""
    if page.content.lstrip().startswith(b"{"):
        return _json_feed(page), None
    parsed = _lenient(page)
    if not parsed.get("version"):  # nothing at all is parsed to nothing at all
        return None, _linked_feed(page, parsed)
    entries = tuple(_xml_entry(entry, page.url) for entry in parsed.entries if entry)
    is_broken = bool(parsed.bozo) and not isinstance(parsed.bozo_exception, feedparser.CharacterEncodingOverride)
    return _Feed(page.url, str(parsed.version), _text(parsed.feed.get("title")), entries, is_broken), None


def _lenient(page: Page) -> Any:
    headers = {"content-type": page.content_type, "content-location": page.url}
    try:
        # Bytes would be taken for a file's name or an address first; a stream is only read.
        return feedparser.parse(io.BytesIO(page.content), response_headers=headers)
    except (ValueError, OverflowError, AssertionError) as error:
        # feedparser lets these through at impossible character references and declarations
        raise Malformed("The feed is broken and cannot be read.") from error


def _linked_feed(page: Page, parsed: Any) -> str | None:
    """The first feed a page names in its head; feeds of comments come last, since they are not the library's words."""
    named = [
        link
        for link in parsed.feed.get("links", ())
        if link.get("rel") == "alternate" and link.get("type") in _FEED_TYPES and link.get("href")
    ]
    named.sort(key=lambda link: "comment" in f"{link.get('title', '')} {link['href']}".lower())
    return urljoin(page.url, named[0]["href"]) if named else None


def _xml_entry(entry: Mapping[str, Any], base: str) -> _Entry:
    contents = entry.get("content") or [{"value": entry.get("summary", "")}]
    url = _web_address(entry.get("link"), base)
    title = _text(entry.get("title"))
    comments = str(entry.get("slash_comments", ""))
    return _Entry(
        external_id=_external_id(entry.get("id"), url, title, entry.get("published")),
        url=url,
        published_at=_instant(entry.get("published_parsed") or entry.get("updated_parsed")),
        title=title,
        html=str(contents[0].get("value") or ""),
        has_enclosure=bool(entry.get("enclosures")),
        comments=int(comments) if comments.isdecimal() else None,
    )


def _json_feed(page: Page) -> _Feed | None:
    """The feed in JSON; see https://www.jsonfeed.org/version/1.1/."""
    try:
        data = json.loads(page.content)
    except (ValueError, RecursionError):
        return None
    version = str(data.get("version", ""))
    items = data.get("items")
    if not version.startswith(_JSON_FEED) or not isinstance(items, list):
        return None
    entries = tuple(_json_entry(item, page.url) for item in items if isinstance(item, dict))
    return _Feed(page.url, f"json{version.removeprefix(_JSON_FEED)}", _text(data.get("title")), entries)


def _json_entry(item: Mapping[str, Any], base: str) -> _Entry:
    url = _web_address(item.get("url"), base)
    title = _text(item.get("title"))
    return _Entry(
        external_id=_external_id(item.get("id"), url, title, item.get("date_published")),
        url=url,
        published_at=_iso_instant(item.get("date_published")),
        title=title,
        html=str(item.get("content_html") or escape(str(item.get("content_text") or item.get("summary") or ""))),
        has_enclosure=bool(item.get("attachments") or item.get("image")),
        comments=None,
    )


def _post(entry: _Entry, published_at: datetime) -> PostReading:
    body = plain_text(entry.html)
    figures: dict[str, Figure] = {metric: Figure.missing(Reason.NOT_SUPPORTED) for metric in POST_METRICS}
    if entry.comments is not None:
        figures[Metric.COMMENTS] = Figure.of(entry.comments)
    return PostReading(
        external_id=entry.external_id,
        url=entry.url,
        published_at=published_at,
        text="\n".join(part for part in (entry.title, body.text) if part),
        is_reply=False,
        is_repost=False,
        in_reply_to_own=False,
        has_media=entry.has_enclosure or body.has_media,
        has_link=bool(body.links),
        figures=figures,
    )


def _undated(feed: _Feed) -> int:
    return sum(entry.published_at is None for entry in feed.entries)


def _notes(feed: _Feed) -> tuple[str, ...]:
    notes = []
    if undated := _undated(feed):
        notes.append(f"{undated} of {len(feed.entries)} entries carry no date that can be read and are not counted.")
    if feed.is_broken:
        notes.append("The feed is not well formed; entries after the mistake may be missing.")
    return tuple(notes)


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
    return str(given or "") or url or sha256(f"{title}\n{published}".encode()).hexdigest()


def _instant(moment: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso_instant(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
