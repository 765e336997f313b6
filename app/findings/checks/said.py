"""The posts of a period with what is said of them, for a consortium at once: what the checks of contents read."""

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.findings.rules.seen import PostSeen
from app.foundation.clock import local_day
from app.metrics.models import Post, PostTag
from app.metrics.rules.tags import TagKind

_KINDS = (
    TagKind.FORMAT,
    TagKind.CONSENT,
    TagKind.RIGHTS,
    TagKind.APPROVAL,
    TagKind.AI_USE,
    TagKind.ALT_TEXT,
    TagKind.CAPTIONS,
)
#: so much of a post is read: more than is shown of one
_BEGINNING = 100


def posts_said_of(
    session: Session, *, within: Scope, first_at: datetime, end_at: datetime, zone: str
) -> dict[int, tuple[PostSeen, ...]]:
    """The posts of each account between two instants, the newest first, reposts of others left out; two statements."""
    period = (
        Post.consortium_id == within.consortium_id,
        Post.is_repost.is_(False),
        Post.gone_at.is_(None),
        Post.published_at >= first_at,
        Post.published_at < end_at,
    )
    tags = _tags(session, within, period)
    rows = session.execute(
        sa.select(
            Post.account_id,
            Post.id,
            Post.published_at,
            sa.func.substr(Post.text, 1, _BEGINNING),
            Post.is_reply,
            Post.has_media,
            Post.images,
            Post.images_with_alt,
        )
        .where(*period)
        .order_by(Post.account_id, Post.published_at.desc(), Post.id)
    )
    found: dict[int, list[PostSeen]] = defaultdict(list)
    for account_id, post_id, at, text, is_reply, has_media, images, described in rows:
        day, words, said = local_day(at, zone), " ".join(text.split()), tags.get(post_id, {})
        found[account_id].append(PostSeen(post_id, day, words, is_reply, has_media, images, described, said))
    return {account_id: tuple(posts) for account_id, posts in found.items()}


def _tags(session: Session, within: Scope, period: tuple[sa.ColumnElement[bool], ...]) -> dict[int, dict[TagKind, str]]:
    rows = session.execute(
        sa.select(PostTag.post_id, PostTag.kind, PostTag.value)
        .join(Post, sa.and_(Post.consortium_id == PostTag.consortium_id, Post.id == PostTag.post_id))
        .where(PostTag.consortium_id == within.consortium_id, PostTag.kind.in_(_KINDS), *period)
        .order_by(PostTag.post_id)
    )
    found: dict[int, dict[TagKind, str]] = defaultdict(dict)
    for post_id, kind, value in rows:
        found[post_id][kind] = value
    return found
