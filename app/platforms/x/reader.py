"""Profile, posts and mentions of an account on X; a count that does not come is a reason, never 0."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    POST_METRICS,
    PROFILE_METRICS,
    Identity,
    Malformed,
    MentionReading,
    Metric,
    PostReading,
    ProfileReading,
    Reach,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.x.calls import POST, USER, XCalls, x_calls
from app.platforms.x.trouble import NOT_X, problem_error, problems_in
from app.platforms.x.words import (
    POST_COUNTS,
    QUOTES,
    REFERENCES,
    REPLIED_TO,
    REPOSTED,
    USER_COUNTS,
    USER_FIELDS,
    under_any,
)

#: the most and the fewest that X gives at once
_PAGE, _LEAST = 100, 5
#: X refuses to look further back
_EARLIEST = datetime(2010, 11, 7, tzinfo=UTC)
_LONGEST_NOTE = 120
_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class XReader:
    """Reads one account at a time with the bearer token of a developer's app; keeps nothing between calls."""

    needs_token: ClassVar[bool] = True
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The account and its counts as everyone may see them."""
        answer, user = _user(x_calls(reach, limits=self.limits), identity)
        return ProfileReading(
            external_id=str(user["id"]),
            handle=str(user.get("username") or identity.handle),
            display_name=str(user.get("name") or identity.handle),
            read_at=now(),
            figures={metric: _count(user, USER_COUNTS[metric]) for metric in PROFILE_METRICS},
            raw=_raw(user),
            notes=_notes(answer, user, identity),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """Posts and replies from ``since``, newest first; reposts of others are not asked for, since they cost."""
        calls = x_calls(reach, limits=self.limits)
        own_id = _own_id(calls, identity)
        path = f"/2/users/{own_id}/tweets"
        return [_post(post, own_id, identity) for post in _paged(calls, path, since, exclude="retweets")]

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """Posts of others that name the account, newest first; X holds the latest 800."""
        calls = x_calls(reach, limits=self.limits)
        own_id = _own_id(calls, identity)
        return [
            _mention(post)
            for post in _paged(calls, f"/2/users/{own_id}/mentions", since)
            if str(post.get("author_id")) != own_id
        ]


def _own_id(calls: XCalls, identity: Identity) -> str:
    return identity.external_id or str(_user(calls, identity)[1]["id"])


def _user(calls: XCalls, identity: Identity) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The whole answer and the account in it: by its id where that is known, since names change hands."""
    calls.reach.meter.afford(USER, most=1)
    named = identity.external_id or f"by/username/{identity.handle.lstrip('@')}"
    answer = calls.ask(f"/2/users/{named}", {"user.fields": ",".join(USER_FIELDS)})
    user = answer.get("data")
    if user is None:
        raise problem_error(problems_in(answer))
    if not isinstance(user, Mapping) or not str(user.get("id") or "").isdecimal():
        raise Malformed(NOT_X)
    calls.reach.meter.count(USER)
    return answer, user


def _count(holder: Mapping[str, Any], names: tuple[str, ...]) -> Figure:
    """A count among the public ones; one that is withheld or left out is hidden, one that is no count is an error."""
    counts = holder.get("public_metrics")
    value = under_any(counts, names) if isinstance(counts, Mapping) else None
    if value is None:
        return Figure.missing(Reason.HIDDEN)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return Figure.missing(Reason.API_ERROR)
    return Figure.of(value)


def _raw(user: Mapping[str, Any]) -> dict[str, Any]:
    counts = user.get("public_metrics")
    plain = {name: user[name] for name in ("id", "username", "protected", "verified", "created_at") if name in user}
    return {**plain, "public_metrics": dict(counts) if isinstance(counts, Mapping) else None}


def _notes(answer: Mapping[str, Any], user: Mapping[str, Any], identity: Identity) -> tuple[str, ...]:
    notes = []
    handle = identity.handle.lstrip("@")
    name = str(user.get("username") or handle)
    if name.lower() != handle.lower():
        notes.append(f"The account is called @{name[:_LONGEST_NAME]} at X now, no longer @{handle}.")
    if user.get("protected") is True:
        notes.append("The account is protected: X shows its posts only to its followers.")
    if user.get("withheld"):
        notes.append("X withholds this account in some countries.")
    told = [str(problem.get("detail") or problem.get("title") or "") for problem in problems_in(answer)]
    notes.extend(f"X left something out: {words[:_LONGEST_NOTE]}" for words in told if words)
    return tuple(notes)


def _paged(calls: XCalls, path: str, since: datetime, **more: str) -> Iterator[Mapping[str, Any]]:
    """Posts from ``since`` on, page by page: to the last page, or one that is all known or older, or to the bound.

    A page is no larger than what may still be spent.
    """
    start = max(since, _EARLIEST).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    params: dict[str, str | int] = {"start_time": start, **more}
    seen: set[str] = set()
    while len(seen) < MOST_POSTS:
        params["max_results"] = calls.reach.meter.afford(POST, most=_PAGE, least=_LEAST)
        answer = calls.ask_for_posts(path, params)
        fresh = [post for post in _listed(answer) if str(post["id"]) not in seen]
        recent = [post for post in fresh if _instant(post) >= since]
        yield from recent[: MOST_POSTS - len(seen)]
        seen.update(str(post["id"]) for post in fresh)
        meta = answer.get("meta")
        token = meta.get("next_token") if isinstance(meta, Mapping) else None
        if not recent or not token:
            return
        params["pagination_token"] = str(token)


def _listed(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    posts = answer.get("data")
    if posts is None:
        problems = problems_in(answer)
        if problems:
            raise problem_error(problems)
        if not isinstance(answer.get("meta"), Mapping):
            raise Malformed(NOT_X)
        return []
    if not isinstance(posts, list):
        raise Malformed(NOT_X)
    for post in posts:
        if not isinstance(post, Mapping) or not post.get("id"):
            raise Malformed(NOT_X)
    return posts


def _instant(post: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(str(post.get("created_at")))
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(NOT_X) from error


def _post(post: Mapping[str, Any], own_id: str, identity: Identity) -> PostReading:
    post_id = str(post["id"])
    reply_to = _referenced(post, frozenset({REPLIED_TO}))
    is_repost = _referenced(post, REPOSTED) is not None
    is_reply = reply_to is not None or _is_in_thread(post)
    attachments = post.get("attachments")
    return PostReading(
        external_id=post_id,
        url=f"https://x.com/{identity.handle.lstrip('@')}/status/{post_id}",
        published_at=_instant(post),
        text=str(post.get("text") or ""),
        is_reply=is_reply,
        is_repost=is_repost,
        in_reply_to_own=is_reply and _answers_itself(post, own_id),
        has_media=isinstance(attachments, Mapping) and bool(attachments.get("media_keys")),
        has_link=bool(_entities(post, "urls")),
        figures={metric: _post_figure(post, metric, is_repost) for metric in POST_METRICS},
        in_reply_to_id=reply_to,
    )


def _referenced(post: Mapping[str, Any], kinds: frozenset[str]) -> str | None:
    references = under_any(post, REFERENCES)
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, Mapping) and reference.get("type") in kinds:
            return str(reference.get("id"))
    return None


def _is_in_thread(post: Mapping[str, Any]) -> bool:
    """Does it stand below another post? The new vocabulary names only the thread's first one."""
    root = post.get("conversation_id")
    return root is not None and str(root) != str(post["id"])


def _answers_itself(post: Mapping[str, Any], own_id: str) -> bool:
    """Does the account go on with its own thread? Where X does not say whom it answers, an answer begins with a name."""
    answered = post.get("in_reply_to_user_id")
    if answered is not None:
        return str(answered) == own_id
    return not any(isinstance(name, Mapping) and name.get("start") == 0 for name in _entities(post, "mentions"))


def _entities(post: Mapping[str, Any], kind: str) -> list[Any]:
    entities = post.get("entities")
    found = entities.get(kind) if isinstance(entities, Mapping) else None
    return found if isinstance(found, list) else []


def _post_figure(post: Mapping[str, Any], metric: Metric, is_repost: bool) -> Figure:  # noqa: FBT001 - what the post is
    if metric not in POST_COUNTS:
        return Figure.missing(Reason.NOT_SUPPORTED)
    if is_repost:
        return Figure.missing(Reason.NOT_OWNED)  # what it counts was earned by someone else's post
    figure = _count(post, POST_COUNTS[metric])
    if metric is Metric.SHARES and figure.value is not None:
        quotes = _count(post, QUOTES)  # a sum of which a part is missing is missing
        return quotes if quotes.value is None else Figure.of(figure.value + quotes.value)
    return figure


def _mention(post: Mapping[str, Any]) -> MentionReading:
    reply_to = _referenced(post, frozenset({REPLIED_TO}))
    post_id = str(post["id"])
    return MentionReading(
        external_id=post_id,
        at=_instant(post),
        kind="reply" if reply_to is not None or _is_in_thread(post) else "mention",
        author_id=str(post.get("author_id") or ""),
        text=str(post.get("text") or ""),
        url=f"https://x.com/i/web/status/{post_id}",
        in_reply_to_id=reply_to,
    )
