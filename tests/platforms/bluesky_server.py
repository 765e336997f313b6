"""A fake Bluesky on real HTTP: accounts, their posts, who spoke to them, app passwords, and faults on demand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from app.platforms.contract import Reach
from app.platforms.recognize import recognize
from tests.platforms.api_server import ApiServer, Asked, Told, running
from tests.platforms.lexicons import Lexicons, check_posted

PASSWORD = "abcd-efgh-ijkl-mnop"
LIBRARY = recognize("https://bsky.app/profile/news.citylibrary.org")
_SESSION = "eyJ-session-of-"
_CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae"


@dataclass(slots=True)
class BlueskyServer:
    """The running fake and its state."""

    api: ApiServer
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: entries of each account's feed and of its notifications, oldest first
    feeds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notifications: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: accounts that the index does not hold yet
    unindexed: set[str] = field(default_factory=set)
    #: what a sign-in says of where the account lives
    did_doc: dict[str, Any] | None = None
    #: hand out a cursor for ever
    is_endless: bool = False
    _made: int = 0

    @property
    def base_url(self) -> str:
        return self.api.base_url

    def account(self, handle: str, did: str = "", **changes: Any) -> str:
        """A new account; its DID."""
        did = did or f"did:plc:{len(self.profiles):024}"
        self.profiles[did] = {"did": did, "handle": handle, "displayName": handle.title(), **changes}
        self.profiles[did].setdefault("createdAt", "2024-02-06T17:00:00.000Z")
        self.feeds[did], self.notifications[did] = [], []
        return did

    def post(self, did: str, text: str, *, at: datetime | None = None, reply_to: str | None = None, **more: Any) -> str:
        """A post of the account, with anything further of its view or ``record``; its address in the protocol."""
        view = self._view(did, text, at=at, reply_to=reply_to, **more)
        self.feeds[did].append({"post": view})
        return str(view["uri"])

    def repost(self, did: str, of: str, text: str = "", *, at: datetime | None = None) -> None:
        """The account passes on a post of another one, or of its own."""
        moment = _written(at)
        by = {"did": did, "handle": self.profiles[did]["handle"]}
        view = self._view(of, text, at=at, likeCount=99)
        reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "indexedAt": moment}
        self.feeds[did].append({"post": view, "reason": reason})

    def speak(self, did: str, reason: str, text: str, *, by: str, at: datetime | None = None, **more: Any) -> str:
        """Another account names, answers, quotes or likes; the address of what it said."""
        view = self._view(by, text, at=at, **more)
        told = {name: view[name] for name in ("uri", "cid", "author", "record", "indexedAt")}
        self.notifications[did].append({**told, "reason": reason, "isRead": False})
        return str(view["uri"])

    def respond(self, asked: Asked) -> Told:
        """The answer of a healthy Bluesky."""
        method = asked.path.rpartition(".")[2]
        return self._session(asked) if method == "createSession" else self._answer(method, asked)

    def _answer(self, method: str, asked: Asked) -> Told:
        given = asked.headers.get("authorization")
        signed_in = given.removeprefix(f"Bearer {_SESSION}") if given else None
        if signed_in is not None and signed_in not in self.profiles:
            return _error(400, "InvalidToken", "Bad token")
        if method == "listNotifications":
            return self._notified(asked, signed_in)
        did = self._did(asked.query["actor"])
        if did is None or did in self.unindexed:
            return _error(400, "InvalidRequest", "Profile not found")
        if method == "getProfile":
            counts = {"postsCount": len(self.feeds[did]), "followersCount": 0, "followsCount": 0}
            return Told(counts | self.profiles[did])
        return self._page(asked, "feed", self.feeds[did])

    def _notified(self, asked: Asked, signed_in: str | None) -> Told:
        if signed_in is None:
            return _error(401, "AuthMissing", "Authentication Required")
        reasons = parse_qs(asked.raw_query).get("reasons")
        kept = self.notifications[signed_in]
        return self._page(asked, "notifications", [it for it in kept if not reasons or it["reason"] in reasons])

    def _session(self, asked: Asked) -> Told:
        check_posted(asked.posted)
        given = json.loads(asked.posted)
        did = self._did(given["identifier"])
        if did is None or given["password"] != PASSWORD:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        session = {"did": did, "handle": self.profiles[did]["handle"], "accessJwt": _SESSION + did, "refreshJwt": "r"}
        return Told(session | ({"didDoc": self.did_doc} if self.did_doc else {}))

    def _did(self, actor: str) -> str | None:
        named = {profile["handle"]: did for did, profile in self.profiles.items()}
        return actor if actor in self.profiles else named.get(actor)

    def _page(self, asked: Asked, name: str, kept: list[dict[str, Any]]) -> Told:
        size, first = int(asked.query.get("limit", 50)), int(asked.query.get("cursor", 0))
        newest_first = kept[::-1]
        answer: dict[str, Any] = {name: newest_first[first : first + size]}
        if first + size < len(kept) or self.is_endless:
            answer["cursor"] = str(first + size)
        return Told(answer)

    def _view(
        self, did: str, text: str, *, at: datetime | None, reply_to: str | None = None, **more: Any
    ) -> dict[str, Any]:
        self._made += 1
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": _written(at), **more.pop("record", {})}
        if reply_to:
            record["reply"] = {"root": {"uri": reply_to, "cid": _CID}, "parent": {"uri": reply_to, "cid": _CID}}
        handle = self.profiles[did]["handle"] if did in self.profiles else "reader.example"
        counts = {"likeCount": 0, "replyCount": 0, "repostCount": 0, "quoteCount": 0}
        return {
            "uri": f"at://{did}/app.bsky.feed.post/3k{self._made:011}",
            "cid": _CID,
            "author": {"did": did, "handle": handle},
            "record": record,
            "indexedAt": _written(at),
            **counts,
            **more,
        }


def pictures(*alternatives: str) -> dict[str, Any]:
    """An embed of pictures with these alternative texts, as a view shows it."""
    at = "https://cdn.bsky.app/img/1@jpeg"
    images = [{"thumb": at, "fullsize": at, "alt": text} for text in alternatives]
    return {"$type": "app.bsky.embed.images#view", "images": images}


def page_link() -> dict[str, Any]:
    """An embed that leads to a page."""
    external = {"uri": "https://library.example/hours", "title": "Hours", "description": ""}
    return {"$type": "app.bsky.embed.external#view", "external": external}


def _written(at: datetime | None) -> str:
    moment = at or datetime.now(UTC) - timedelta(seconds=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _error(status: int, name: str, message: str) -> Told:
    return Told({"error": name, "message": message}, status)


@contextmanager
def running_bluesky() -> Iterator[BlueskyServer]:
    """A fake Bluesky; afterwards every question to it and every answer of its own must have kept the lexicons."""
    api = ApiServer(Lexicons(), lambda words: _error(400, "InvalidRequest", words))
    server = BlueskyServer(api)
    api.respond = server.respond
    with running(api):
        yield server
    assert api.broken == []
    assert api.refused == []


@pytest.fixture
def bluesky() -> Iterator[BlueskyServer]:
    """A fake Bluesky with nobody on it."""
    with running_bluesky() as server:
        yield server


@pytest.fixture
def bluesky_id(bluesky: BlueskyServer) -> str:
    """The DID of the library's account there."""
    return bluesky.account(LIBRARY.handle)


def reach(server: BlueskyServer, **changes: Any) -> Reach:
    """The way to the fake, as anyone."""
    return Reach(**{"base_url": server.base_url, "allow_private": True, **changes})


def signed_in(server: BlueskyServer) -> Reach:
    """The way to the fake, with the app password."""
    return reach(server, token=PASSWORD)
