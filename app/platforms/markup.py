"""From a platform's HTML to plain text, and the links in it that lead away."""

from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

_KEPT_TAGS = {"a", "p", "br", "div", "li", "blockquote", "h1", "h2", "h3", "h4", "img", "video", "audio"}
_KEPT_ATTRIBUTES = {"a": {"href", "class"}}
_BREAKING_TAGS = _KEPT_TAGS - {"a", "img", "video", "audio"}
_MEDIA_TAGS = {"img", "video", "audio"}
#: links that Mastodon's servers make of names and tags: they stay inside
_INNER_LINK_CLASSES = {"mention", "hashtag", "u-url"}


@dataclass(frozen=True, slots=True)
class PlainText:
    """The words of a piece of HTML and what it carries."""

    text: str
    #: addresses of links that are no mention and no hashtag, in order
    links: tuple[str, ...]
    has_media: bool


def plain_text(html: str) -> PlainText:
    """The text with a line for each paragraph; scripts, styles and comments are dropped with what is in them."""
    collector = _Collector()
    # Cleaned first: Python's parser stops with an assertion at some broken declarations, a cleaned text has none.
    collector.feed(nh3.clean(html, tags=_KEPT_TAGS, attributes=_KEPT_ATTRIBUTES, link_rel=None))
    collector.close()
    lines = (" ".join(line.split()) for line in "".join(collector.pieces).split("\n"))
    return PlainText("\n".join(line for line in lines if line), tuple(collector.links), collector.has_media)


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.has_media = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BREAKING_TAGS:
            self.pieces.append("\n")
        if tag in _MEDIA_TAGS:
            self.has_media = True
        if tag == "a" and given.get("href") and not _INNER_LINK_CLASSES & set((given.get("class") or "").split()):
            self.links.append(str(given["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING_TAGS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
