"""A fake X on real HTTP, in either vocabulary: accounts, posts and mentions, and faults on demand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.platforms.api_server import ApiServer, Asked, Told, running
from tests.platforms.openapi import x_description

TOKEN = "AAAA-bearer"
_OLD_NAMES = {
    "post_count": "tweet_count",
    "repost_count": "retweet_count",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "referenced_posts": "referenced_tweets",
}
_ALWAYS = {"id", "text", "name", "username", "edit_history_post_ids"}
_UNASKED_IN_NEW = {"author_id"}
_PAGE_AT_MOST = 100


@dataclass(slots=True)
class XServer:
    """The running fake and its state, kept in the words of the new vocabulary."""

    api: ApiServer
    vocabulary: str
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mentions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: problems that stand beside the data of every answer
    beside: list[dict[str, Any]] = field(default_factory=list)
    #: hand out a page's token for ever
    is_endless: bool = False

    @property
    def base_url(self) -> str:
        return self.api.base_url

    def account(self, username: str, **changes: Any) -> str:
        """A new account; its id."""
        user_id = str(1000 + len(self.users))
        counts = {"followers_count": 0, "following_count": 0, "post_count": 0, "listed_count": 0, "like_count": 0}
        plain = {"id": user_id, "name": username.title(), "username": username, "public_metrics": counts}
        self.users[username] = {**plain, "protected": False, "created_at": "2012-03-04T05:06:07.000Z", **changes}
        self.posts[user_id], self.mentions[user_id] = [], []
        return user_id

    def count(self, username: str, **counts: int) -> None:
        """The account's public counts are these."""
        self.users[username]["public_metrics"].update(counts)

    def post(self, user_id: str, text: str, *, at: datetime | None = None, to: str = "posts", **more: Any) -> str:
        """A post of the account (or, ``to`` mentions, one that names it); newest last. Its id."""
        kept: list[dict[str, Any]] = getattr(self, to)[user_id]
        post_id = str(5000 + sum(map(len, (*self.posts.values(), *self.mentions.values()))))
        at = at or datetime.now(UTC) - timedelta(seconds=1)
        kept.append(
            {
                "id": post_id,
                "text": text,
                "author_id": user_id if to == "posts" else "77",
                "conversation_id": post_id,
                "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "edit_history_post_ids": [post_id],
                "public_metrics": post_counts(),
                **more,
            }
        )
        return post_id

    def respond(self, asked: Asked) -> Told:
        """The answer of a healthy X."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            # the description knows neither this status nor this type of problem, and X answers with them
            body = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
            return Told(body, 401, is_described=False)
        *_, before, last = asked.path.split("/")
        if before == "username":
            return self._user(last, asked)
        if before == "users":
            return self._user(next((name for name, user in self.users.items() if user["id"] == last), last), asked)
        kept = (self.posts if last == "tweets" else self.mentions).get(before, [])
        return self._page(kept, asked)

    def problem(self, kind: str, detail: str, **more: Any) -> dict[str, Any]:
        """One problem in the words of the vocabulary."""
        host = "https://api.twitter.com" if self.vocabulary == "old" else "https://api.x.com"
        about = {"parameter": "username", "value": "x", "resource_id": "x", "resource_type": "user", "section": "data"}
        return {"type": f"{host}/2/problems/{kind}", "title": kind.title(), "detail": detail, **about, **more}

    def _user(self, username: str, asked: Asked) -> Told:
        user = next((user for name, user in self.users.items() if name.lower() == username.lower()), None)
        if user is None:
            return Told({"errors": [self.problem("resource-not-found", f"Could not find user {username}.")]})
        return self._told({"data": self._worded(user, asked, "user.fields")})

    def _page(self, kept: list[dict[str, Any]], asked: Asked) -> Told:
        start = datetime.fromisoformat(asked.query["start_time"])
        wanted = [post for post in reversed(kept) if datetime.fromisoformat(post["created_at"]) >= start]
        if asked.query.get("exclude") == "retweets":
            wanted = [post for post in wanted if not _is_repost(post)]
        size = int(asked.query["max_results"])
        first = int(asked.query.get("pagination_token", "p" * 15 + "0")[15:])
        page = wanted[first : first + size]
        name = "tweet.fields" if self.vocabulary == "old" else "post.fields"
        meta: dict[str, Any] = {"result_count": len(page)}
        if first + size < len(wanted) or self.is_endless:
            meta["next_token"] = f"{'p' * 15}{first + size}"
        answer: dict[str, Any] = {"meta": meta}
        if page:
            answer["data"] = [self._worded(post, asked, name) for post in page]
        return self._told(answer)

    def _told(self, answer: dict[str, Any]) -> Told:
        return Told({**answer, "errors": self.beside} if self.beside else answer)

    def _worded(self, thing: Mapping[str, Any], asked: Asked, parameter: str) -> dict[str, Any]:
        """Only what was asked for, and in the vocabulary's names."""
        names = set(asked.query.get(parameter, "").split(","))
        is_old = self.vocabulary == "old"
        unasked = _ALWAYS if is_old else _ALWAYS | _UNASKED_IN_NEW
        told = {}
        for name, value in thing.items():
            word = _OLD_NAMES.get(name, name) if is_old else name
            if name in unasked or word in names:
                told[word] = _in_old_names(value) if is_old and name == "public_metrics" else value
        return told


def post_counts(**counts: int) -> dict[str, int]:
    """Public counts of a post, zero where not told."""
    names = ("repost_count", "reply_count", "like_count", "quote_count", "bookmark_count", "impression_count")
    return {name: counts.get(name, 0) for name in names}


def _in_old_names(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {_OLD_NAMES.get(name, name): value for name, value in counts.items()}


def _is_repost(post: Mapping[str, Any]) -> bool:
    return any(entry["type"] == "retweeted" for entry in post.get("referenced_posts", ()))


@contextmanager
def running_x(vocabulary: str) -> Iterator[XServer]:
    """A fake X; afterwards every answer of its own must have kept the description."""

    def refuse(words: str) -> Told:
        problem = {"type": "https://api.twitter.com/2/problems/invalid-request", "title": "Invalid Request"}
        return Told({**problem, "detail": words, "errors": [{"message": words}]}, 400)

    api = ApiServer(x_description(vocabulary), refuse)
    server = XServer(api, vocabulary)
    api.respond = server.respond
    with running(api):
        yield server
    assert not api.broken, "\n".join(api.broken)
