"""A fake of Meta's Graph interface on real HTTP: pages, an Instagram profile behind one, statistics, refusals, faults."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.platforms.contract import Reach
from tests.platforms.api_server import ApiServer, Asked, Told, running
from tests.platforms.graph_description import GraphDescription, Wanted, wanted
from tests.platforms.graph_tokens import TokenDesk

TOKEN = "EAAG-page-token"
PERSONS_TOKEN = "EAAG-token-of-a-person"
_PACIFIC = ZoneInfo("America/Los_Angeles")
_DAY_LISTS = {
    "published_posts": "posts",
    "tagged": "tagged",
    "visitor_posts": "visitors",
    "media": "posts",
    "tags": "tagged",
}


@dataclass(slots=True)
class Node:
    """A page or an Instagram profile, and all that hangs on it."""

    kind: str
    facts: dict[str, Any]
    posts: list[dict[str, Any]] = field(default_factory=list)
    tagged: list[dict[str, Any]] = field(default_factory=list)
    visitors: list[dict[str, Any]] = field(default_factory=list)
    #: statistics of its own by metric and day
    daily: dict[str, dict[date, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class GraphServer:
    """The running fake and its state."""

    api: ApiServer = field(init=False)
    nodes: dict[str, Node] = field(default_factory=dict)
    #: whom a token speaks for: one page, or a person with pages
    tokens: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: metrics and fields that are gone
    withdrawn: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    #: edges and parts for which the token lacks the permission, and how Meta words it
    forbidden: dict[str, str] = field(default_factory=dict)
    #: statistics of one of the media are refused with this error
    refused_media: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: more of one page than this at once is too much; hand out the next page for ever
    most_at_once: int = 100
    is_endless: bool = False
    desk: TokenDesk = field(default_factory=TokenDesk)
    _made: int = 0

    @property
    def base_url(self) -> str:
        return self.api.base_url

    def kind_of(self, node_id: str) -> str | None:
        """The kind of a node, for the description."""
        if node_id in self.nodes:
            return self.nodes[node_id].kind
        if node_id == "debug_token":
            return "DebugToken"
        return "IGMedia" if any(node_id == post["id"] for post in self._all_posts("IGUser")) else None

    def page(self, username: str, /, *, token: str = TOKEN, **changes: Any) -> str:
        """A new page that this token speaks for; its id."""
        page_id = str(7000 + len(self.nodes))
        facts = {
            "id": page_id,
            "name": username.title(),
            "username": username,
            "link": f"https://www.facebook.com/{username}",
            "access_token": token,
            "followers_count": 0,
            "fan_count": 500,
            "is_published": True,
            **changes,
        }
        self.nodes[page_id] = Node("Page", {name: value for name, value in facts.items() if value is not None})
        self.tokens[token] = (page_id,)
        self.tokens[PERSONS_TOKEN] = (*self.tokens.get(PERSONS_TOKEN, ()), page_id)
        return page_id

    def profile(self, page_id: str, username: str, **changes: Any) -> str:
        """A new Instagram profile behind a page; its id."""
        own_id = str(17841400000000000 + len(self.nodes))
        counts = {"followers_count": 0, "follows_count": 0, "media_count": 0}
        facts = {"id": own_id, "username": username, "name": username.title(), **counts, **changes}
        self.nodes[own_id] = Node("IGUser", facts)
        self.nodes[page_id].facts["instagram_business_account"] = facts
        return own_id

    def made_id(self, prefix: str = "") -> str:
        """An id that nothing has yet."""
        self._made += 1
        return f"{prefix}{9000 + self._made}"

    def post(self, owner_id: str, text: str, *, at: datetime | None = None, to: str = "posts", **more: Any) -> str:
        """A post of the page or profile (or, ``to`` another list, one of others); newest last. Its id."""
        node = self.nodes[owner_id]
        is_page = node.kind == "Page"
        post_id = self.made_id(f"{owner_id}_" if is_page else "1799")
        plain = {"id": post_id, ("message" if is_page else "caption"): text}
        when = {("created_time" if is_page else "timestamp"): told(at or datetime.now(UTC) - timedelta(seconds=1))}
        counts = {"reactions": 0, "comments": []} if is_page else {"like_count": 0, "comments_count": 0, "comments": []}
        kept: list[dict[str, Any]] = getattr(node, to)
        kept.append({**plain, **when, **counts, **more})
        return post_id

    def comment(
        self, post_id: str, text: str, *, by: str | None = "4411", at: datetime | None = None, **more: Any
    ) -> str:
        """A comment under a post, or, ``under`` a comment, a reply to it; its id."""
        post = next(post for node in self.nodes.values() for post in node.posts if post["id"] == post_id)
        is_page = "created_time" in post
        when = told(at or datetime.now(UTC) - timedelta(seconds=1))
        comment_id = self.made_id(f"{post_id}_")
        under = more.pop("under", None)
        made: dict[str, Any] = {"id": comment_id, ("created_time" if is_page else "timestamp"): when}
        made |= {("message" if is_page else "text"): text, **more}
        if by is not None:
            made["from"] = {"id": by}
        if under and is_page:
            made["parent"] = {"id": under}
        if under and not is_page:
            next(comment for comment in post["comments"] if comment["id"] == under).setdefault("replies", []).append(
                made
            )
        else:
            post["comments"].append(made)
        return comment_id

    def respond(self, asked: Asked) -> Told:
        """The answer of a healthy Meta."""
        return self.desk.respond(asked) if asked.path.endswith("/debug_token") else self._of_nodes(asked)

    def _of_nodes(self, asked: Asked) -> Told:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return error("Invalid OAuth access token.", code=190, status=400)
        _, _, node_id, *edge = asked.path.split("/")
        try:
            if node_id == "me":
                return self._me(token, edge, asked)
            if self.kind_of(node_id) == "IGMedia":
                return self._of_media(node_id, asked)
            if node_id not in self.nodes or (token == PERSONS_TOKEN) or not self._may(token, node_id):
                return error("Unsupported get request. Object does not exist", code=100, error_subcode=33, status=400)
            return self._edge(node_id, edge[0], asked)
        except Refusal as refusal:
            return refusal.told

    def _may(self, token: str, node_id: str) -> bool:
        [page_id] = self.tokens[token]
        behind = self.nodes[page_id].facts.get("instagram_business_account", {}).get("id")
        return node_id in {page_id, behind}

    def _me(self, token: str, edge: list[str], asked: Asked) -> Told:
        is_person = token == PERSONS_TOKEN
        fields = wanted(asked.query["fields"])
        if not is_person:
            [page_id] = self.tokens[token]
            return Told(self._worded(self.nodes[page_id].facts, fields, "Page"))
        if edge != ["accounts"]:
            raise Refusal(
                _nonexisting(next(entry.name for entry in fields if entry.name not in {"id", "name"}), "User")
            )
        pages = [self._worded(self.nodes[page_id].facts, fields, "Page") for page_id in self.tokens[token]]
        return self._page(pages, asked)

    def _edge(self, node_id: str, edge: str, asked: Asked) -> Told:
        node = self.nodes[node_id]
        if edge in self.forbidden:
            raise Refusal(error(self.forbidden[edge], code=10, status=403))
        if edge == "insights":
            return Told({"data": self._insights(node, asked)})
        fields = wanted(asked.query["fields"])
        kind = "PagePost" if node.kind == "Page" else "IGMedia"
        kept = sorted(getattr(node, _DAY_LISTS[edge]), key=lambda post: (_when(post), post["id"]), reverse=True)
        if int(asked.query["limit"]) > self.most_at_once:
            raise Refusal(error("Please reduce the amount of data you're asking for, then retry", code=1, status=500))
        return self._page([self._worded(post, fields, kind) for post in kept], asked)

    def _page(self, items: list[dict[str, Any]], asked: Asked) -> Told:
        first, size = int(asked.query.get("after", "0")), int(asked.query["limit"])
        answer: dict[str, Any] = {"data": items[first : first + size]}
        if items:
            answer["paging"] = {"cursors": {"before": str(first), "after": str(first + size)}}
            if first + size < len(items) or self.is_endless:
                answer["paging"]["next"] = f"https://graph.facebook.com/next?after={first + size}"
        return Told(answer)

    def _worded(self, thing: Mapping[str, Any], fields: tuple[Wanted, ...], kind: str) -> dict[str, Any]:
        """Only what was asked for; refused as a whole for one field, metric or permission."""
        told_: dict[str, Any] = {"id": thing["id"]}
        for entry in fields:
            if entry.name in self.unknown:
                raise Refusal(_nonexisting(entry.name, kind))
            if entry.name in self.forbidden:
                raise Refusal(error(self.forbidden[entry.name], code=10, status=403))
            if entry.name == "insights":
                self._refuse_withdrawn(entry.given["metric"])
                if thing["id"] in self.refused_media:
                    raise Refusal(error(status=400, **self.refused_media[thing["id"]]))
                if "insights" in thing:
                    told_["insights"] = {"data": _lifetime(thing, entry.given["metric"])}
            elif entry.name in thing:
                told_[entry.name] = self._value(thing[entry.name], entry, kind)
        return told_

    def _value(self, value: Any, entry: Wanted, kind: str) -> Any:
        summary = {"summary": {"total_count": len(value) if isinstance(value, list) else value}}
        if entry.name == "reactions":
            return {"data": [], **summary}
        if entry.name in {"comments", "replies", "children"}:
            kept = value[::-1][: int(entry.given.get("limit", 25))]
            inside = [self._worded(item, entry.inside, "Comment") for item in kept]
            return {"data": inside, **(summary if "summary" in entry.given else {})}
        if entry.name == "attachments":
            return {"data": value}
        if entry.inside and isinstance(value, dict):
            return self._worded(value, entry.inside, kind)
        return value

    def _insights(self, node: Node, asked: Asked) -> list[dict[str, Any]]:
        self._refuse_withdrawn(asked.query["metric"])
        since, until = (_day(asked.query[name]) for name in ("since", "until"))
        if (until - since).days > (90 if node.kind == "Page" else 30):
            raise Refusal(
                error("(#100) There cannot be more than 90 days between since and until", code=100, status=400)
            )
        found = []
        for metric in asked.query["metric"].split(","):
            values = {day: value for day, value in sorted(node.daily.get(metric, {}).items()) if since <= day < until}
            if node.kind == "Page" and node.facts.get("fan_count", 0) < 100:
                continue
            if metric == "views" and asked.query.get("metric_type") != "total_value":
                raise Refusal(
                    error(
                        "(#100) The metric views should be specified with metric_type=total_value", code=100, status=400
                    )
                )
            entry: dict[str, Any] = {"name": metric, "period": "day", "id": f"{node.facts['id']}/insights/{metric}/day"}
            if asked.query.get("metric_type") == "total_value":
                found.append({**entry, "total_value": {"value": sum(values.values())}} if values else entry)
            else:
                found.append(
                    {
                        **entry,
                        "values": [{"value": value, "end_time": told(_end_of(day))} for day, value in values.items()],
                    }
                )
        return found

    def _of_media(self, media_id: str, asked: Asked) -> Told:
        self._refuse_withdrawn(asked.query["metric"])
        if media_id in self.refused_media:
            raise Refusal(error(status=400, **self.refused_media[media_id]))
        [post] = [post for post in self._all_posts("IGUser") if post["id"] == media_id]
        return Told({"data": _lifetime(post, asked.query["metric"])})

    def _all_posts(self, kind: str) -> Iterator[dict[str, Any]]:
        return (post for node in self.nodes.values() if node.kind == kind for post in node.posts)

    def _refuse_withdrawn(self, metrics: str) -> None:
        if self.withdrawn & set(metrics.split(",")):
            raise Refusal(error("(#100) The value must be a valid insights metric", code=100, status=400))


class Refusal(Exception):  # noqa: N818 - named for what it is
    """The whole question is refused."""

    def __init__(self, told_: Told) -> None:
        super().__init__()
        self.told = told_


def graph_reach(server: GraphServer, **changes: Any) -> Reach:
    """How the fake is reached, with the token of its first page."""
    return Reach(**{"base_url": server.base_url, "token": TOKEN, "allow_private": True, **changes})


def error(
    message: str = "An error", *, status: int = 400, headers: Mapping[str, str] | None = None, **more: Any
) -> Told:
    """An error as Meta words it."""
    words = {"message": message, "type": "OAuthException", "fbtrace_id": "Aabc", **more}
    return Told({"error": words}, status, headers or {})


def told(at: datetime) -> str:
    """A time as Meta writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=_PACIFIC)


def _day(text: str) -> date:
    return datetime.fromtimestamp(int(text), _PACIFIC).date() if text.isdecimal() else date.fromisoformat(text)


def _when(post: Mapping[str, Any]) -> str:
    return str(post.get("created_time") or post.get("timestamp"))


def _lifetime(post: Mapping[str, Any], metrics: str) -> list[dict[str, Any]]:
    values = post.get("insights", {})
    return [
        {"name": metric, "period": "lifetime", "values": [{"value": values[metric]}], "id": f"{post['id']}/{metric}"}
        for metric in metrics.split(",")
        if metric in values
    ]


def _nonexisting(name: str, kind: str) -> Told:
    return error(f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})", code=100, status=400)


@contextmanager
def running_graph() -> Iterator[GraphServer]:
    """A fake Meta; afterwards every question and every answer must have kept the description."""
    server = GraphServer()

    def refuse(words: str) -> Told:
        return error(f"(#100) {words}", code=100, status=400)

    server.api = ApiServer(GraphDescription.read(server.kind_of), refuse)  # type: ignore[arg-type]
    server.api.respond = server.respond
    with running(server.api):
        yield server
    assert server.api.broken == []
    assert server.api.refused == []
