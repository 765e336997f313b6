"""One post of Bluesky and what it carries, from the plain data of an answer."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.foundation.figures import Figure, Reason
from app.platforms.bluesky.trouble import NOT_BLUESKY
from app.platforms.contract import POST_METRICS, Malformed, Metric, PostReading

#: quotes pass a post on as reposts do
_COUNTS: Mapping[Metric, tuple[str, ...]] = {
    Metric.REACTIONS: ("likeCount",),
    Metric.COMMENTS: ("replyCount",),
    Metric.SHARES: ("repostCount", "quoteCount"),
}
_REPOST = "#reasonRepost"
_LINK = "app.bsky.richtext.facet#link"


def count(holder: Mapping[str, Any], name: str) -> Figure:
    """A count; one that is left out is hidden, one that is no count is an error."""
    value = holder.get(name)
    if value is None:
        return Figure.missing(Reason.HIDDEN)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return Figure.missing(Reason.API_ERROR)
    return Figure.of(value)


def instant(value: Any) -> datetime | None:
    """A time in UTC; None for what is no time."""
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def part(holder: Any, *names: str) -> Mapping[str, Any]:
    """What stands under these names, one inside the other; empty where it is nothing of the kind."""
    for name in names:
        holder = holder.get(name) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else {}


def entries(holder: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The entries of a list; those of another shape are passed over."""
    found = holder.get(name)
    return (entry for entry in found if isinstance(entry, Mapping)) if isinstance(found, list) else iter(())


def listed_at(item: Mapping[str, Any]) -> datetime:
    """Where an entry of a feed stands in time: a repost when it was made, a post when it was published.

    The author's clock may say anything, so a post is never later than when Bluesky first saw it.
    """
    reason = part(item, "reason")
    if _is_repost(reason) and (at := instant(reason.get("indexedAt"))):
        return at
    post = part(item, "post")
    said, seen = instant(part(post, "record").get("createdAt")), instant(post.get("indexedAt"))
    at = min(said, seen) if said and seen else said or seen
    if at is None:
        raise Malformed(NOT_BLUESKY)
    return at


def listed_as(item: Mapping[str, Any]) -> str:
    """What tells one entry of a feed from another: a repost is not the post, even where it is one's own."""
    post_uri = str(part(item, "post").get("uri") or "")
    if not post_uri.startswith("at://"):
        raise Malformed(NOT_BLUESKY)
    reason = part(item, "reason")
    return str(reason.get("uri") or f"{post_uri}#repost") if _is_repost(reason) else post_uri


def post_in(item: Mapping[str, Any], *, own_id: str) -> PostReading:
    """An entry of the account's feed as a reading."""
    post = part(item, "post")
    record = part(post, "record")
    is_repost = _is_repost(part(item, "reason")) or part(post, "author").get("did") != own_id
    parent = part(record, "reply", "parent").get("uri")
    carried = list(_embeds(post, record))
    alternatives = [image.get("alt") for embed in carried for image in _images(embed)]
    return PostReading(
        external_id=listed_as(item),
        url=web_address(str(post["uri"]), part(post, "author").get("handle")),
        published_at=listed_at(item),
        text=str(record.get("text") or ""),
        is_reply=parent is not None,
        is_repost=is_repost,
        in_reply_to_own=parent is not None and str(parent).startswith(f"at://{own_id}/"),
        has_media=bool(alternatives) or any("playlist" in embed or "video" in embed for embed in carried),
        has_link=any("external" in embed for embed in carried) or _links(record),
        figures={metric: _figure(post, metric, is_repost) for metric in POST_METRICS},
        in_reply_to_id=None if parent is None else str(parent),
        images=len(alternatives),
        images_with_alt=sum(isinstance(text, str) and bool(text.strip()) for text in alternatives),
    )


def web_address(uri: str, handle: Any = None) -> str:
    """Where people read a post, from its address in the protocol (at://who/what/which)."""
    author, _, rest = uri.removeprefix("at://").partition("/")
    # a handle that cannot be confirmed any more is called handle.invalid, which leads nowhere
    name = handle if isinstance(handle, str) and handle and handle != "handle.invalid" else author
    return f"https://bsky.app/profile/{name}/post/{rest.rpartition('/')[2]}"


def _is_repost(reason: Mapping[str, Any]) -> bool:
    return str(reason.get("$type") or "").endswith(_REPOST)


def _embeds(post: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a post carries: as shown, else as written; beside a quote it stands one level deeper."""
    embed = part(post, "embed") or part(record, "embed")
    yield embed
    yield part(embed, "media")


def _images(embed: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The pictures of the two kinds of embed that carry them."""
    yield from entries(embed, "images")
    yield from entries(embed, "items")


def _links(record: Mapping[str, Any]) -> bool:
    return any(
        feature.get("$type") == _LINK for facet in entries(record, "facets") for feature in entries(facet, "features")
    )


def _figure(post: Mapping[str, Any], metric: Metric, is_repost: bool) -> Figure:  # noqa: FBT001 - what the post is
    if metric not in _COUNTS:
        return Figure.missing(Reason.NOT_SUPPORTED)
    if is_repost:
        return Figure.missing(Reason.NOT_OWNED)  # what it counts was earned by someone else's post
    figures = [count(post, name) for name in _COUNTS[metric]]
    missing = next((figure for figure in figures if figure.value is None), None)  # of a sum, a part would mislead
    return missing or Figure.of(sum(figure.value or 0 for figure in figures))
