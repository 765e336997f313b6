"""Posts of a place and below with what is said of them: listed, counted, and one of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from operator import eq, ge, lt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.metrics.models import Post, PostTag, Run
from app.metrics.rules.runs import RunKind
from app.metrics.rules.tags import TagKind

#: rows on a page
PAGE_SIZE = 50
#: rows of a download
_MOST_ROWS = 20_000
#: more words than these narrow nothing further
_MOST_WORDS = 6
#: ids asked for in one statement
_AT_ONCE = 1000
#: in a filter by a kind of tag: posts without one
NONE_YET = "-"


class PostKind(StrEnum):
    """What a post is beside others."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"post": "Post", "reply": "Reply to somebody", "repost": "Somebody else's, passed on"}[self.value]


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What a list of posts is narrowed to; None does not narrow."""

    since: datetime | None = None
    #: the first instant after the posts wanted
    until: datetime | None = None
    platform: str | None = None
    account_id: int | None = None
    kind: PostKind | None = None
    #: how it came in
    origin: RunKind | None = None
    has_media: bool | None = None
    is_untagged: bool = False
    #: by kind of tag: a value, or that there is none
    tags: Mapping[TagKind, str] = field(default_factory=dict)
    #: each must stand somewhere in the text
    words: str = ""


@dataclass(frozen=True, slots=True)
class PostCounts:
    """How many posts a filter leaves, and how many of those that are still there nobody has tagged."""

    total: int
    untagged: int
    there: int


@dataclass(frozen=True, slots=True)
class PostText:
    """What a post says, and when."""

    id: int
    published_at: datetime
    text: str


def posts_listed(session: Session, *, within: Scope, narrowed: PostFilter, number: int = 1) -> Sequence[Post]:
    """Page ``number`` of the posts, newest first, each with its account, its place and its run."""
    return session.scalars(_newest_first(within, narrowed).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()


def posts_for_download(session: Session, *, within: Scope, narrowed: PostFilter) -> Sequence[Post]:
    """The whole list, newest first; at most 20,000 of them."""
    return session.scalars(_newest_first(within, narrowed).limit(_MOST_ROWS)).all()


def count_posts(session: Session, *, within: Scope, narrowed: PostFilter) -> PostCounts:
    """How many there are, how many have no tag at all, and how many are not gone at their platform; one statement."""
    about = (Post.id, Post.gone_at, _has_a_tag(within).label("is_tagged"))
    ids = _posts(within, narrowed).with_only_columns(*about).subquery()
    is_there = ids.c.gone_at.is_(None)
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(is_there, sa.not_(ids.c.is_tagged)),
            sa.func.count().filter(is_there),
        ).select_from(ids)
    ).one()
    return PostCounts(*map(int, row))


def get_post(session: Session, post_id: int, *, within: Scope) -> Post:
    """The post with this id as it stands now, with its account, place and run; NotFound outside the scope."""
    statement = _newest_first(within, PostFilter()).where(Post.id == post_id).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("There is no such post here.")
    return found


def posts_for_tagging(session: Session, ids: Iterable[int], *, within: Scope) -> Sequence[Post]:
    """Those of these posts that are at the scope's place or below, newest first."""
    return session.scalars(_newest_first(within, PostFilter()).where(Post.id.in_(sorted(set(ids))))).all()


def tags_of(session: Session, post_ids: Sequence[int], *, within: Scope) -> dict[int, dict[TagKind, PostTag]]:
    """The tags of some posts, by post and kind."""
    found: dict[int, dict[TagKind, PostTag]] = defaultdict(dict)
    for start in range(0, len(post_ids), _AT_ONCE):
        tags = session.scalars(
            sa.select(PostTag)
            .where(
                PostTag.consortium_id == within.consortium_id,
                PostTag.post_id.in_(post_ids[start : start + _AT_ONCE]),
            )
            .order_by(PostTag.post_id, PostTag.kind)
            .execution_options(populate_existing=True)
        )
        for tag in tags:
            found[tag.post_id][tag.kind] = tag
    return found


def values_used(session: Session, kind: TagKind, *, within: Scope) -> Sequence[str]:
    """The words the consortium has used for a kind of tag, to be offered again."""
    return session.scalars(
        sa.select(PostTag.value)
        .where(PostTag.consortium_id == within.consortium_id, PostTag.kind == kind)
        .distinct()
        .order_by(PostTag.value)
        .limit(_AT_ONCE)
    ).all()


def texts_of(session: Session, *, within: Scope, since: datetime, holding: str) -> list[PostText]:
    """The words of the scope's own posts since an instant, newest first, that may hold a word.

    The database narrows roughly, and only for words it can fold; who asks looks closer.
    """
    statement = (
        _posts(within, PostFilter(since=since))
        .where(Post.is_repost.is_(False), Post.gone_at.is_(None))
        .with_only_columns(Post.id, Post.published_at, Post.text)
        .order_by(Post.published_at.desc(), Post.id.desc())
    )
    if holding.isascii():
        statement = statement.where(Post.text.icontains(holding, autoescape=True))
    return [PostText(*row) for row in session.execute(statement)]


def _newest_first(within: Scope, narrowed: PostFilter) -> sa.Select[Post]:
    return (
        _posts(within, narrowed)
        .options(contains_eager(Post.account).contains_eager(Account.place), contains_eager(Post.run))
        .order_by(Post.published_at.desc(), Post.id.desc())
    )


def _posts(within: Scope, narrowed: PostFilter) -> sa.Select[Post]:
    statement = (
        sa.select(Post)
        .join(Account, sa.and_(Account.consortium_id == Post.consortium_id, Account.id == Post.account_id))
        .join(Place, sa.and_(Place.consortium_id == Account.consortium_id, Place.id == Account.place_id))
        .join(Run, sa.and_(Run.consortium_id == Post.consortium_id, Run.id == Post.run_id))
        .where(
            Post.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Run.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
    )
    for condition in _conditions(within, narrowed):
        statement = statement.where(condition)
    return statement


def _conditions(within: Scope, narrowed: PostFilter) -> Iterable[sa.ColumnElement[bool]]:
    simple: tuple[tuple[Any, Callable[[Any, Any], sa.ColumnElement[bool]], Any], ...] = (
        (Post.published_at, ge, narrowed.since),
        (Post.published_at, lt, narrowed.until),
        (Account.platform, eq, narrowed.platform),
        (Post.account_id, eq, narrowed.account_id),
        (Run.kind, eq, narrowed.origin),
        (Post.has_media, eq, narrowed.has_media),
    )
    yield from (compare(column, wanted) for column, compare, wanted in simple if wanted is not None)
    if narrowed.kind is not None:
        yield Post.is_repost.is_(narrowed.kind is PostKind.REPOST)
    if narrowed.kind in {PostKind.POST, PostKind.REPLY}:
        yield Post.is_reply.is_(narrowed.kind is PostKind.REPLY)
    if narrowed.is_untagged:
        yield sa.not_(_has_a_tag(within))
        yield Post.gone_at.is_(None)
    for kind, value in narrowed.tags.items():
        yield _tagged(within, kind, value)
    for word in narrowed.words.split()[:_MOST_WORDS]:
        yield Post.text.icontains(word, autoescape=True)


def _tagged(within: Scope, kind: TagKind, value: str) -> sa.ColumnElement[bool]:
    mine = _has_a_tag(within).where(PostTag.kind == kind)
    if kind is TagKind.FORMAT and value != NONE_YET:
        return sa.or_(mine.where(PostTag.value == value), sa.and_(sa.not_(mine), _looks_like(value)))
    return sa.not_(mine) if value == NONE_YET else mine.where(PostTag.value == value)


def _looks_like(value: str) -> sa.ColumnElement[bool]:
    """The format that the reading suggests, as :func:`app.metrics.rules.tags.format_seen` has it."""
    looks: Any = sa.case((Post.has_media.is_(True), "picture"), (Post.has_link.is_(True), "link"), else_="text")
    same: sa.ColumnElement[bool] = looks == value
    return same


def _has_a_tag(within: Scope) -> sa.Exists:
    return sa.exists().where(
        PostTag.consortium_id == within.consortium_id,
        PostTag.consortium_id == Post.consortium_id,
        PostTag.post_id == Post.id,
    )
