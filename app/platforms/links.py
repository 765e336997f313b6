"""Proof from the outside: the links of a page, what a profile names, and what a domain says of a handle."""

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import nh3

from app.platforms.contract import Gone, Malformed
from app.platforms.guard import Limits
from app.platforms.pages import fetched

#: a page of a library's site, not a download
_LIMITS = Limits(timeout=10.0, total=20.0, max_bytes=2_000_000)
_SMALL = Limits(timeout=10.0, total=15.0, max_bytes=200_000)
_LONGEST_DID = 300


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page, its address made whole, and whether rel=me is said of it."""

    url: str
    is_me: bool


def links_of_page(url: str, *, allow_private: bool) -> list[Link]:
    """The links of the page at this address; raises a PlatformError where there is no page."""
    page = fetched(url, allow_private=allow_private, limits=_LIMITS)
    return links_in(page.content.decode("utf-8", "replace"), base=page.url)


def names_of_mastodon(base_url: str, handle: str, *, allow_private: bool) -> list[Link]:
    """What a profile on a Mastodon server names in its fields, as rel=me where the server verified that it links back.

    Raises a PlatformError.
    """
    query = urlencode({"acct": handle.removeprefix("@").split("@")[0]})
    page = fetched(f"{base_url}/api/v1/accounts/lookup?{query}", allow_private=allow_private, limits=_SMALL)
    try:
        told = json.loads(page.content)
    except (ValueError, RecursionError) as error:
        raise Malformed("The profile cannot be read.") from error
    fields = told.get("fields") if isinstance(told, dict) else None
    named = [one for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
    return [
        Link(link.url, is_me=bool(one.get("verified_at")))
        for one in named
        if isinstance(one.get("value"), str)
        for link in links_in(one["value"], base=base_url)
    ]


def did_of(domain: str, *, allow_private: bool, scheme: str = "https") -> str | None:
    """Which account on Bluesky a domain says it is, None where it says nothing; raises a PlatformError."""
    try:
        page = fetched(f"{scheme}://{domain}/.well-known/atproto-did", allow_private=allow_private, limits=_SMALL)
    except Gone:
        return None
    said = page.content.decode("utf-8", "replace").strip()
    return said if said.startswith("did:") and len(said) <= _LONGEST_DID else None


def links_in(html: str, *, base: str) -> list[Link]:
    """Every link of a piece of HTML to http or https, in order; scripts and comments hold none."""
    collector = _Collector()
    # Cleaned first: Python's parser stops with an assertion at some broken declarations, a cleaned text has none.
    attributes = {"a": {"href", "rel"}, "link": {"href", "rel"}}
    collector.feed(nh3.clean(html, tags={"a", "link"}, attributes=attributes, link_rel=None))
    collector.close()
    found = []
    for href, rel in collector.links:
        if (url := _whole(base, href)) is not None:
            found.append(Link(url, "me" in rel.lower().split()))
    return found


def _whole(base: str, href: str) -> str | None:
    try:
        url = urljoin(base, href)
        return url if urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"a", "link"} and given.get("href"):
            self.links.append((str(given["href"]), given.get("rel") or ""))
