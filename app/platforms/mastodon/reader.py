"""Profile, posts and mentions of an account on a server that speaks Mastodon's interface, with or without a token.

Known oddities are met here: counts may be hidden (negative, or said to be hidden in an extension), may stay 0, or be
missing; a server may answer the same page again for ever.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from mastodon import Mastodon

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    POST_METRICS,
    Gone,
    Identity,
    Malformed,
    MentionReading,
    Metric,
    PostReading,
    ProfileReading,
    Reach,
    SignInExpired,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits, guarded_session
from app.platforms.markup import plain_text
from app.platforms.mastodon.trouble import NOT_MASTODON, asked

_PAGE = 40  # the most that Mastodon gives at once
_PRIVATE = "direct"
_KEPT = "mastodon"
_PICTURES = {"image", "gifv"}
_COUNTS = {
    Metric.FOLLOWERS: ("followers_count", "hide_followers_count"),
    Metric.FOLLOWING: ("following_count", "hide_follows_count"),
    Metric.POSTS_TOTAL: ("statuses_count", None),
}
_POST_COUNTS = {
    Metric.REACTIONS: "favourites_count",
    Metric.COMMENTS: "replies_count",
    Metric.SHARES: "reblogs_count",
}


@dataclass(frozen=True, slots=True)
class MastodonReader:
    """Reads one server at a time; keeps nothing but the account of a pull, and that in the pull's own reach."""

    needs_token: ClassVar[bool] = True
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The account and its counts; with a token, also proof that the token still signs in."""
        reach.kept.pop(_KEPT, None)  # a reading is of now
        account = self._account(self._client(reach, identity), reach, identity)
        _refuse_if_closed(account)
        return ProfileReading(
            external_id=str(account["id"]),
            handle=str(account["acct"]),
            display_name=str(account.get("display_name") or account["acct"]),
            read_at=now(),
            figures={metric: _profile_figure(account, *names) for metric, names in _COUNTS.items()},
            raw=_raw(account),
            notes=_notes(account),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """Posts, replies and boosts from ``since``, newest first; private messages are never read."""
        client = self._client(reach, identity)
        own_id = str(self._account(client, reach, identity)["id"])

        def page(before: str | None) -> Any:
            return client.account_statuses(own_id, limit=_PAGE, max_id=before)

        return [
            _post(status, own_id=own_id)
            for status in _paged(client, page, since)
            if status.get("visibility") != _PRIVATE
        ]

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """Who spoke to the account, newest first; needs a token. Never complete: servers drop notifications."""
        if not reach.token:
            raise SignInExpired("Mentions are shown only to a signed-in account.")
        client = self._client(reach, identity)

        def page(before: str | None) -> Any:
            return client.notifications(types=["mention"], limit=_PAGE, max_id=before)

        self._account(client, reach, identity)  # another account's token would tell what was said to that one
        # a server that does not know ``types`` tells of favourites and follows too
        return [_mention(told) for told in _paged(client, page, since) if told.get("type") == "mention"]

    def _client(self, reach: Reach, identity: Identity) -> Mastodon:
        client = Mastodon(
            api_base_url=reach.base_url or identity.base_url,
            session=guarded_session(allow_private=reach.allow_private, limits=self.limits),
            version_check_mode="none",
            ratelimit_method="throw",
            request_timeout=self.limits.timeout,
        )
        # Set afterwards: the constructor takes a token that is a file's name for the file, and would send its text.
        client.access_token = _usable(reach.token)
        return client

    def _account(self, client: Mastodon, reach: Reach, identity: Identity) -> Mapping[str, Any]:
        """The account itself, asked for once a pull; refuses another account's token, and another account of this name."""
        account = reach.kept.get(_KEPT)
        if account is None:
            user = identity.handle.lstrip("@").split("@")[0]
            account = _signed_in(client, user) if reach.token else _looked_up(client, user)
            reach.kept[_KEPT] = account
        if identity.external_id and str(account["id"]) != identity.external_id:
            raise Gone(
                "The server has another account of this name now. If it is the library's too, retire this one and "
                "register it again: its figures begin anew."
            )
        checked: Mapping[str, Any] = account
        return checked


def _signed_in(client: Mastodon, user: str) -> Mapping[str, Any]:
    account = _checked(asked(client, client.account_verify_credentials))
    acct = str(account["acct"])
    if acct.lower() != user.lower():
        raise SignInExpired(f"The token is of @{acct[:60]}, not of @{user}. Sign in as @{user}.")
    return account


def _looked_up(client: Mastodon, user: str) -> Mapping[str, Any]:
    return _checked(asked(client, lambda: client.account_lookup(user)))


def _usable(token: str | None) -> str | None:
    if token is None:
        return None
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SignInExpired("The stored token is not one that a server could have given.")
    return token


def _checked(account: Any) -> Mapping[str, Any]:
    if not isinstance(account, Mapping) or not account.get("id") or not account.get("acct"):
        raise Malformed(NOT_MASTODON)
    return account


def _refuse_if_closed(account: Mapping[str, Any]) -> None:
    if account.get("suspended"):
        raise Gone("The server has suspended this account.")


def _profile_figure(account: Mapping[str, Any], name: str, hidden_by: str | None) -> Figure:
    # Pleroma and its kin say in a corner of their own that a count is hidden, and then give 0.
    extension = account.get("pleroma")
    if hidden_by and isinstance(extension, Mapping) and extension.get(hidden_by):
        return Figure.missing(Reason.HIDDEN)
    if name == "statuses_count" and account.get(name) == 0 and account.get("last_status_at"):
        return Figure.missing(Reason.NOT_SUPPORTED)  # it has posted and counts 0: this server does not count
    return _count(account.get(name))


def _count(value: Any) -> Figure:
    if not isinstance(value, int):  # Mastodon.py makes None of what is no number
        return Figure.missing(Reason.NOT_SUPPORTED)
    if value < 0:
        return Figure.missing(Reason.HIDDEN)
    return Figure.of(value)


def _raw(account: Mapping[str, Any]) -> dict[str, Any]:
    names = ("acct", "url", "followers_count", "following_count", "statuses_count", "last_status_at", "bot", "locked")
    return {name: _plain(account[name]) for name in names if name in account}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _notes(account: Mapping[str, Any]) -> tuple[str, ...]:
    moved = account.get("moved")
    if isinstance(moved, Mapping):
        return (f"The account has moved to {moved.get('url') or moved.get('acct')}.",)
    return ()


def _paged(client: Mastodon, page: Callable[[str | None], Any], since: datetime) -> Iterator[Mapping[str, Any]]:
    """Items from ``since`` on, page by page: to the first page that is all older, or all known, or to the bound."""
    seen: set[str] = set()
    before: str | None = None
    while len(seen) < MOST_POSTS:
        items = _listed(asked(client, partial(page, before)))
        fresh = [item for item in items if str(item["id"]) not in seen]
        recent = [item for item in fresh if item["created_at"] >= since]
        yield from recent[: MOST_POSTS - len(seen)]
        if not recent:
            return
        seen.update(str(item["id"]) for item in fresh)
        before = str(fresh[-1]["id"])


def _listed(items: Any) -> list[Mapping[str, Any]]:
    if not isinstance(items, list):
        raise Malformed(NOT_MASTODON)
    for item in items:
        if not isinstance(item, Mapping) or not item.get("id") or not isinstance(item.get("created_at"), datetime):
            raise Malformed(NOT_MASTODON)
    return items


def _post(status: Mapping[str, Any], *, own_id: str) -> PostReading:
    reblog = status.get("reblog")
    content = plain_text(str(status.get("content") or ""))
    reply_to = status.get("in_reply_to_id")
    alternatives = _alternatives(status)
    return PostReading(
        external_id=str(status["id"]),
        url=_web_address(status.get("url") or status.get("uri")),
        published_at=status["created_at"].astimezone(UTC),
        text=content.text,
        is_reply=reply_to is not None,
        is_repost=reblog is not None,
        in_reply_to_own=reply_to is not None and str(status.get("in_reply_to_account_id")) == own_id,
        has_media=bool(status.get("media_attachments")),
        has_link=bool(content.links),
        figures={metric: _post_figure(status, metric) for metric in POST_METRICS},
        in_reply_to_id=None if reply_to is None else str(reply_to),
        images=len(alternatives),
        images_with_alt=sum(isinstance(text, str) and bool(text.strip()) for text in alternatives),
    )


def _alternatives(status: Mapping[str, Any]) -> list[Any]:
    """The alternative text of each picture, None where it has none."""
    attached = status.get("media_attachments")
    media = [entry for entry in attached if isinstance(entry, Mapping)] if isinstance(attached, list) else []
    return [entry.get("description") for entry in media if entry.get("type") in _PICTURES]


def _web_address(value: Any) -> str:
    """An http or https address, else nothing: a server's link ends up on a page of ours."""
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else ""


def _post_figure(status: Mapping[str, Any], metric: Metric) -> Figure:
    if metric not in _POST_COUNTS:
        return Figure.missing(Reason.NOT_SUPPORTED)
    if status.get("reblog") is not None:
        return Figure.missing(Reason.NOT_OWNED)  # what it counts was earned by someone else's post
    return _count(status.get(_POST_COUNTS[metric]))


def _mention(notification: Mapping[str, Any]) -> MentionReading:
    status = notification.get("status")
    if not isinstance(status, Mapping):
        status = {}
    author = notification.get("account")
    reply_to = status.get("in_reply_to_id")
    is_private = status.get("visibility") == _PRIVATE
    return MentionReading(
        external_id=str(status.get("id") or notification["id"]),
        at=notification["created_at"].astimezone(UTC),
        kind="mention" if reply_to is None else "reply",
        author_id=str(author.get("id") or "") if isinstance(author, Mapping) else "",
        # a message meant for two is not copied into a report
        text=None if is_private else plain_text(str(status.get("content") or "")).text,
        url=None if is_private else _web_address(status.get("url")) or None,
        in_reply_to_id=None if reply_to is None else str(reply_to),
    )
