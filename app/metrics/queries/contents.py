"""Counting what posts are made of, account by account, from readings and tags."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.metrics.models import Post, PostTag
from app.metrics.rules.contents import Contents
from app.metrics.rules.tags import TagKind

_VIDEOS = ("video", "live")
_Tags = Mapping[tuple[TagKind, str, bool], int]


def contents_by_account(
    session: Session, *, within: Scope, first_at: datetime, end_at: datetime
) -> dict[int, Contents]:
    """The posts of each account of the consortium between two instants; two statements."""
    period = (
        Post.consortium_id == within.consortium_id,
        Post.published_at >= first_at,
        Post.published_at < end_at,
        Post.is_repost.is_(False),
        Post.gone_at.is_(None),
    )
    tags = _tags(session, within, period)
    rows = session.execute(
        sa.select(
            Post.account_id,
            sa.func.count(),
            sa.func.count().filter(Post.is_reply.is_(False)),
            sa.func.count().filter(Post.has_media.is_(True)),
            sa.func.count().filter(Post.images.is_not(None)),
            sa.func.coalesce(sa.func.sum(Post.images), 0),
            sa.func.coalesce(sa.func.sum(Post.images_with_alt), 0),
        )
        .where(*period)
        .group_by(Post.account_id)
        .order_by(Post.account_id)
    )
    return {
        account_id: _contents(tags[account_id], (posts, own, media), (told, int(images or 0), int(described or 0)))
        for account_id, posts, own, media, told, images, described in rows
    }


def _tags(
    session: Session, within: Scope, period: tuple[sa.ColumnElement[bool], ...]
) -> Mapping[int, Counter[tuple[TagKind, str, bool]]]:
    """Tags by account: kind, value, and whether the platform told of the post's pictures itself."""
    is_told = Post.images.is_not(None)
    rows = session.execute(
        sa.select(Post.account_id, PostTag.kind, PostTag.value, is_told, sa.func.count())
        .join(Post, sa.and_(Post.consortium_id == PostTag.consortium_id, Post.id == PostTag.post_id))
        .where(
            PostTag.consortium_id == within.consortium_id,
            PostTag.kind.in_([TagKind.TOPIC, TagKind.FORMAT, TagKind.ALT_TEXT, TagKind.CAPTIONS]),
            *period,
            sa.or_(PostTag.kind != TagKind.TOPIC, Post.is_reply.is_(False)),
        )
        .group_by(Post.account_id, PostTag.kind, PostTag.value, is_told)
        .order_by(Post.account_id, PostTag.kind, PostTag.value)
    )
    found: dict[int, Counter[tuple[TagKind, str, bool]]] = defaultdict(Counter)
    for account_id, kind, value, told, count in rows:
        found[account_id][kind, value, bool(told)] += count
    return found


def _contents(tags: _Tags, posts: tuple[int, int, int], pictures: tuple[int, int, int]) -> Contents:
    everything, own, media = posts
    told, images, described = pictures
    counts = {kind: Counter[str]() for kind in TagKind}
    for (kind, value, _), count in tags.items():
        counts[kind][value] += count
    ticks = Counter(
        {value: count for (kind, value, is_told), count in tags.items() if kind is TagKind.ALT_TEXT and not is_told}
    )
    videos, captions = sum(counts[TagKind.FORMAT][value] for value in _VIDEOS), counts[TagKind.CAPTIONS]
    return Contents(
        posts=everything,
        own=own,
        with_media=media,
        topics=counts[TagKind.TOPIC],
        pictures=max(media - videos, told + ticks.total(), 0),
        pictures_told=told + ticks.total(),
        images=images + ticks.total(),
        images_described=described + ticks["present"],
        videos=max(videos, captions.total()),
        videos_told=captions.total(),
        videos_speaking=captions["present"] + captions["missing"],
        videos_captioned=captions["present"],
    )
