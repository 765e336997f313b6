"""Google's alerts: pages on which Google found a library's words, as mentions; nothing that the library published.

An alert is an Atom feed whose links lead through Google and carry the hit in bold. The same page may be told twice, of
two alerts or on two days, so a mention goes by the page's own address.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    PROFILE_METRICS,
    Identity,
    Malformed,
    MentionReading,
    PostReading,
    ProfileReading,
    Reach,
)
from app.platforms.feed.entries import Entry, Feed, feed_at
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.markup import plain_text

_TITLE = "Google Alert - "
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class AlertsReader:
    """Reads one alert at a time; keeps nothing but the feed of a pull, and that in the pull's own reach."""

    needs_token: ClassVar[bool] = False
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The words that the alert looks for; it counts nothing."""
        feed = self._feed(reach, identity)
        return ProfileReading(
            external_id=identity.handle,
            handle=identity.handle,
            display_name=feed.title.removeprefix(_TITLE).strip() or identity.handle,
            read_at=now(),
            figures={metric: Figure.missing(Reason.NOT_SUPPORTED) for metric in PROFILE_METRICS},
            raw={"feed_url": feed.url, "title": feed.title, "entries": len(feed.entries)},
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """None: what an alert finds was written by others."""
        del reach, identity, since
        return []

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """The pages found at or after ``since``, each once, newest first; Google gives only the latest."""
        dated = [
            (entry.published_at, entry)
            for entry in self._feed(reach, identity).entries
            if entry.published_at and entry.published_at >= since
        ]
        found: dict[str, MentionReading] = {}
        for at, entry in sorted(dated, key=lambda pair: pair[0]):  # the first time that a page was told counts
            mention = _mention(entry, at)
            found.setdefault(mention.external_id, mention)
        return sorted(found.values(), key=lambda mention: mention.at, reverse=True)[:MOST_POSTS]

    def _feed(self, reach: Reach, identity: Identity) -> Feed:
        feed = feed_at(reach.base_url or identity.url, reach, limits=self.limits)
        if not feed.version.startswith("atom"):
            raise Malformed("This is no feed of Google's alerts.")
        return feed


def _mention(entry: Entry, at: datetime) -> MentionReading:
    address = _page_behind(entry.url)
    words = (entry.title, plain_text(entry.html).text)
    return MentionReading(
        external_id=_short(address or entry.external_id),
        at=at,
        kind="alert",
        author_id=_site(address),
        text="\n".join(part for part in words if part),
        url=address or None,
    )


def _page_behind(address: str) -> str:
    """The page that Google's link leads to; a link that leads nowhere on the web is none."""
    try:
        parts = urlsplit(address)
        if parts.path != "/url" or "google" not in (parts.hostname or "").split("."):
            return address
        target = parse_qs(parts.query).get("url", parse_qs(parts.query).get("q", [""]))[0]
        return target if urlsplit(target).scheme in {"http", "https"} and urlsplit(target).hostname else ""
    except ValueError:
        return ""


def _site(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_ID else sha256(name.encode(errors="replace")).hexdigest()
