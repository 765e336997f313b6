"""What can be reached by links: each role's pages, one for every route and kind of place, found from the home page."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup, SoupStrainer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.desk.demo.cast import SLUG, cast
from tests.views.security.addresses import address

_MOST_PAGES = 200
_HTML = "text/html"


@dataclass(frozen=True)
class Found:
    """A page that a role reaches by links, as the server sent it."""

    #: the endpoint, and the kind of place where the address names one
    key: str
    path: str
    linked_from: str
    status: int
    text: str

    @property
    def endpoint(self) -> str:
        """The route alone."""
        return self.key.split(" at a ")[0]


def walk(client: httpx.Client, routes: MapAdapter) -> list[Found]:
    """Every kind of page that links lead to from the home page; the first of each kind stands for all."""
    found: dict[str, Found] = {}
    waiting = deque([("/", "")])
    met: set[str] = set()
    while waiting and len(found) < _MOST_PAGES:
        path, linked_from = waiting.popleft()
        key = _key(path, routes)
        if key is None or key in met:
            continue
        met.add(key)
        reply = client.get(path, follow_redirects=False)
        if reply.is_redirect:
            waiting.appendleft((_local(path, reply.headers["Location"]), linked_from))
        elif reply.headers.get("Content-Type", "").startswith(_HTML):
            found[key] = Found(key, path, linked_from, reply.status_code, reply.text)
            waiting.extend((link, path) for link in links_of(found[key]))
    return list(found.values())


def typed(client: httpx.Client, routes: MapAdapter, pages: list[Found]) -> list[Found]:
    """Pages that no link leads to, with the names in their addresses filled from the links that there are."""
    values = _values_met(pages, routes)
    met, found = {page.endpoint for page in pages}, []
    for rule in routes.map.iter_rules():
        if rule.endpoint in met or "GET" not in (rule.methods or ()) or not rule.arguments <= set(values):
            continue
        path = address(rule, values)
        reply = client.get(path)
        if reply.status_code == httpx.codes.OK and reply.headers["Content-Type"].startswith(_HTML):
            found.append(Found(rule.endpoint, path, "nowhere", reply.status_code, reply.text))
    return found


def _values_met(pages: list[Found], routes: MapAdapter) -> dict[str, object]:
    values: dict[str, object] = {}
    for path in [page.path for page in pages] + [link for page in pages for link in links_of(page)]:
        with suppress(HTTPException):
            values = dict(routes.match(urlsplit(path).path, method="GET")[1]) | values
    return values


def problems_of(page: Found) -> Iterator[str]:
    """What every page owes its readers and a checker of accessibility does not see."""
    document = BeautifulSoup(page.text, "html.parser")
    if page.status != httpx.codes.OK:
        yield f"status {page.status}"
    if (count := len(document.find_all("h1"))) != 1:
        yield f"{count} headings of the first level"
    if not (document.title and document.title.get_text().strip().removesuffix("– Concordance").strip()):
        yield "no title of its own"
    drawings = [svg for svg in document.find_all("svg") if svg.get("aria-hidden") != "true"]
    if any(svg.get("role") != "img" or not str(svg.get("aria-label") or "").strip() for svg in drawings):
        yield "a chart without a name"
    # a meter stands beside its two numbers in words
    if any("meter" not in svg.get("class", ()) for svg in drawings) and not document.find("table"):
        yield "a chart without a table of its figures"


def _key(path: str, routes: MapAdapter) -> str | None:
    """None for what is not one of our pages."""
    try:
        endpoint, values = routes.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    kind = f" at a {_kind_of(values['place'])}" if "place" in values else ""
    return f"{endpoint}{kind}"


def _kind_of(code: str) -> str:
    if code == SLUG:
        return "consortium"
    return "library" if code in {library.code for library in cast().libraries} else "branch"


@cache
def links_of(page: Found) -> list[str]:
    """Where a page's links lead within this site, in their order; read once, as several tests follow them."""
    document = BeautifulSoup(page.text, "html.parser", parse_only=SoupStrainer("a"))
    return [_local(page.path, str(a["href"])) for a in document.select("a[href]") if _is_ours(str(a["href"]))]


def _is_ours(href: str) -> bool:
    parts = urlsplit(href)
    return not parts.scheme and not parts.netloc and not href.startswith("#")


def _local(base: str, href: str) -> str:
    parts = urlsplit(urldefrag(urljoin(base, href)).url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
