"""Profile, posts and mentions of an account on Bluesky; a count that does not come is a reason, never 0.

Profile and posts are shown to everyone; mentions only to the account itself, signed in with an app password. Bluesky's
index is filled a little later than the account's own server: an account it does not hold yet is no error of ours.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from atproto_client.client.raw import ClientRaw
from atproto_client.models.app.bsky.actor import get_profile
from atproto_client.models.app.bsky.feed import get_author_feed
from atproto_client.models.app.bsky.notification import list_notifications

from app.foundation.clock import now
from app.platforms.bluesky.calls import asked, bluesky_client
from app.platforms.bluesky.posts import count, instant, listed_as, listed_at, part, post_in, web_address
from app.platforms.bluesky.trouble import NOT_BLUESKY
from app.platforms.contract import (
    MOST_POSTS,
    Identity,
    Malformed,
    MentionReading,
    Metric,
    PostReading,
    ProfileReading,
    Reach,
    SignInExpired,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits

_PAGE = 100  # the most that Bluesky gives at once
#: a page may be empty and have another after it, so pages are bounded too
_MOST_PAGES = 2 * MOST_POSTS // _PAGE
_COUNTS = {
    Metric.FOLLOWERS: "followersCount",
    Metric.FOLLOWING: "followsCount",
    Metric.POSTS_TOTAL: "postsCount",
}
_SPOKE_TO_US = ("mention", "reply", "quote")
_UNCONFIRMED = "handle.invalid"
_RAW = ("did", "handle", "createdAt", "indexedAt", *_COUNTS.values())

Page = Callable[[str | None], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BlueskyReader:
    """Reads one account at a time; keeps nothing but the session of a pull, and that in the pull's own reach."""

    needs_token: ClassVar[bool] = True
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The account and its counts; with an app password, also proof that it still signs in."""
        profile = self._profile(reach, identity)
        handle = str(profile.get("handle") or "")
        return ProfileReading(
            external_id=str(profile["did"]),
            handle=identity.handle if handle in {"", _UNCONFIRMED} else handle,
            display_name=str(profile.get("displayName") or identity.handle),
            read_at=now(),
            figures={metric: count(profile, name) for metric, name in _COUNTS.items()},
            raw={name: _plain(profile[name]) for name in _RAW if name in profile},
            notes=_notes(profile),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """Posts, replies and reposts from ``since``, newest first."""
        own_id = self._own_id(reach, identity)
        client = self._client(reach, identity)

        def page(cursor: str | None) -> Mapping[str, Any]:
            params = get_author_feed.Params(actor=own_id, cursor=cursor, limit=_PAGE)
            return asked(client, "app.bsky.feed.getAuthorFeed", params)

        items = _paged(page, "feed", since, name=listed_as, at=listed_at)
        posts = [post_in(item, own_id=own_id) for item in items]
        return sorted(posts, key=lambda post: post.published_at, reverse=True)

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """Who named, answered or quoted the account, newest first; needs an app password."""
        if not reach.token:
            raise SignInExpired("Mentions are shown only to a signed-in account.")
        client = self._client(reach, identity)

        def page(cursor: str | None) -> Mapping[str, Any]:
            params = list_notifications.Params(cursor=cursor, limit=_PAGE, reasons=list(_SPOKE_TO_US))
            return asked(client, "app.bsky.notification.listNotifications", params)

        items = _paged(page, "notifications", since, name=_told_as, at=_told_at)
        # an older server does not know how to tell of some kinds only
        return [_mention(item) for item in items if item.get("reason") in _SPOKE_TO_US]

    def _client(self, reach: Reach, identity: Identity) -> ClientRaw:
        return bluesky_client(reach, identity, limits=self.limits)

    def _own_id(self, reach: Reach, identity: Identity) -> str:
        return identity.external_id or str(self._profile(reach, identity)["did"])

    def _profile(self, reach: Reach, identity: Identity) -> Mapping[str, Any]:
        who = identity.external_id or identity.handle.lstrip("@")
        profile = asked(self._client(reach, identity), "app.bsky.actor.getProfile", get_profile.Params(actor=who))
        if not isinstance(profile.get("did"), str) or not profile["did"].startswith("did:"):
            raise Malformed(NOT_BLUESKY)
        return profile


def _notes(profile: Mapping[str, Any]) -> tuple[str, ...]:
    if profile.get("handle") == _UNCONFIRMED:
        return (
            "Bluesky cannot confirm the account's handle: the record at its domain is gone or names another account.",
        )
    return ()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _paged(
    page: Page,
    listed: str,
    since: datetime,
    *,
    name: Callable[[Mapping[str, Any]], str],
    at: Callable[[Mapping[str, Any]], datetime],
) -> Iterator[Mapping[str, Any]]:
    """Entries from ``since`` on, page by page: to the last page, or one that is all known or older, or to the bounds."""
    seen: set[str] = set()
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        answer = page(cursor)
        items = _items(answer, listed)
        fresh = {name(item): item for item in items if name(item) not in seen}
        recent = [item for item in fresh.values() if at(item) >= since]
        yield from recent[: MOST_POSTS - len(seen)]
        seen.update(fresh)
        before, cursor = cursor, _cursor(answer)
        if cursor in {None, before} or (items and not recent) or len(seen) >= MOST_POSTS:
            return


def _items(answer: Mapping[str, Any], listed: str) -> list[Mapping[str, Any]]:
    items = answer.get(listed)
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise Malformed(NOT_BLUESKY)
    return items


def _cursor(answer: Mapping[str, Any]) -> str | None:
    cursor = answer.get("cursor")
    return cursor if isinstance(cursor, str) and cursor else None


def _told_as(item: Mapping[str, Any]) -> str:
    uri = str(item.get("uri") or "")
    if not uri.startswith("at://"):
        raise Malformed(NOT_BLUESKY)
    return uri


def _told_at(item: Mapping[str, Any]) -> datetime:
    """When the account was told; the author's own clock may say anything."""
    at = instant(item.get("indexedAt"))
    if at is None:
        raise Malformed(NOT_BLUESKY)
    return at


def _mention(item: Mapping[str, Any]) -> MentionReading:
    record = part(item, "record")
    parent = part(record, "reply", "parent").get("uri")
    return MentionReading(
        external_id=_told_as(item),
        at=_told_at(item),
        kind=str(item["reason"]),
        author_id=str(part(item, "author").get("did") or ""),
        text=str(record.get("text") or ""),
        url=web_address(_told_as(item)),
        in_reply_to_id=None if parent is None else str(parent),
    )
