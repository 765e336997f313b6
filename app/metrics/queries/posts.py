"""Reading the posts of an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.metrics.models import Post, PostFigure, Run
from app.metrics.rules.dictionary import FurtherMetric
from app.metrics.rules.post_ids import code_of, forms_of

#: ids asked for in one statement
_AT_ONCE = 1000
#: an export tells the time of a post by another clock than the platform's answers
_ABOUT = timedelta(days=3)
_POSTS = sa.Table(Post.__tablename__, Post.metadata)
#: made once: every pull asks it
_BY_EXTERNAL_ID = (
    sa.select(_POSTS)
    .where(
        _POSTS.c.consortium_id == sa.bindparam("of_consortium"),
        _POSTS.c.account_id == sa.bindparam("of_account"),
        _POSTS.c.external_id.in_(sa.bindparam("among", expanding=True)),
    )
    .order_by(_POSTS.c.external_id)
)


class PostNamed(Protocol):
    """What was read of a post, as far as it says which one it is."""

    @property
    def external_id(self) -> str:
        """The platform's id of it."""

    @property
    def url(self) -> str:
        """Its address, "" where there is none."""

    @property
    def published_at(self) -> datetime:
        """When, as far as it is known."""

    @property
    def is_reply(self) -> bool:
        """Does it answer somebody? Then its address may be that of the post above it."""


@dataclass(frozen=True, slots=True)
class PostsSeen:
    """What was published in a period: the posts with their counts, newest first, and how many there are in all."""

    posts: Sequence[Post]
    count: int


def _forms(account: Account, external_id: str) -> tuple[str, ...]:
    return forms_of(external_id, platform=account.platform, owner_id=account.external_id)


def posts_by_external_id(
    session: Session, account: Account, external_ids: Sequence[str], *, within: Scope
) -> dict[str, Mapping[str, object]]:
    """The columns of the account's posts that are known already, by the id that was asked for.

    A post may be kept under another form of its id, which its row then tells.
    """
    whose = {"of_consortium": within.consortium_id, "of_account": account.id}
    found: dict[str, Mapping[str, object]] = {}
    asked = {form: one for one in external_ids for form in reversed(_forms(account, one))}
    forms = sorted(asked)
    for start in range(0, len(forms), _AT_ONCE):
        rows = session.execute(_BY_EXTERNAL_ID, whose | {"among": forms[start : start + _AT_ONCE]})
        found |= {asked[str(row["external_id"])]: dict(row) for row in rows.mappings()}
    return found


def posts_known(
    session: Session, account: Account, told: Sequence[PostNamed], *, within: Scope
) -> dict[str, Mapping[str, object]]:
    """The columns of those posts that are kept already, by the id that was told.

    A post may be kept under another form of its id, or under another id with the same code in its address.
    """
    found = posts_by_external_id(session, account, [post.external_id for post in told], within=within)
    fresh = [post for post in told if post.external_id not in found]
    by_code = posts_by_code(session, account, fresh, within=within)
    return found | {post.external_id: by_code[code] for post in fresh if (code := own_code(post)) in by_code}


def own_code(post: PostNamed) -> str:
    """The code in a post's own address; "" where it has none."""
    return "" if post.is_reply else code_of(post.url)


def posts_by_code(
    session: Session, account: Account, told: Sequence[PostNamed], *, within: Scope
) -> dict[str, Mapping[str, object]]:
    """The columns of the account's posts around the same days whose addresses have the codes of these."""
    coded = [post for post in told if own_code(post)]
    if not coded:
        return {}
    times = [post.published_at for post in coded]
    codes = {own_code(post) for post in coded}
    rows = session.execute(
        sa.select(_POSTS)
        .where(
            _POSTS.c.consortium_id == within.consortium_id,
            _POSTS.c.account_id == account.id,
            _POSTS.c.published_at.between(min(times) - _ABOUT, max(times) + _ABOUT),
            _POSTS.c.is_reply.is_(False),
            _POSTS.c.url != "",
        )
        .order_by(_POSTS.c.id.desc())
    )
    found = {code_of(str(row["url"])): dict(row) for row in rows.mappings()}
    return {code: row for code, row in found.items() if code in codes}


def post_figures_of(
    session: Session, post_ids: Sequence[int], *, within: Scope
) -> dict[int, dict[FurtherMetric, PostFigure]]:
    """What is told of some posts beside their columns, by post and metric, each with the run that brought it."""
    found: dict[int, dict[FurtherMetric, PostFigure]] = {}
    for start in range(0, len(post_ids), _AT_ONCE):
        rows = session.scalars(
            sa.select(PostFigure)
            .join(PostFigure.run)
            .where(
                PostFigure.consortium_id == within.consortium_id,
                Run.consortium_id == within.consortium_id,
                PostFigure.post_id.in_(post_ids[start : start + _AT_ONCE]),
            )
            .options(contains_eager(PostFigure.run))
            .order_by(PostFigure.post_id, PostFigure.metric)
            .execution_options(populate_existing=True)
        )
        for row in rows:
            found.setdefault(row.post_id, {})[row.metric] = row
    return found


def posts_of(
    session: Session, account: Account, *, within: Scope, since: datetime, until: datetime, most: int = 50
) -> PostsSeen:
    """Posts of an account from ``since`` up to and without ``until``, reposts of others left out: a check's evidence."""
    here = (
        Post.consortium_id == within.consortium_id,
        Post.account_id == account.id,
        Post.published_at >= since,
        Post.published_at < until,
        Post.is_repost.is_(False),
        Post.gone_at.is_(None),
    )
    newest = sa.select(Post).where(*here).order_by(Post.published_at.desc(), Post.id.desc()).limit(most)
    count = session.scalar(sa.select(sa.func.count()).select_from(Post).where(*here))
    return PostsSeen(session.scalars(newest).all(), count or 0)


def get_post_by_external_id(session: Session, account: Account, external_id: str, *, within: Scope) -> Post:
    """The account's post with the platform's id, which is there."""
    return session.scalars(
        sa.select(Post).where(
            Post.consortium_id == within.consortium_id,
            Post.account_id == account.id,
            Post.external_id == external_id,
        )
    ).one()


def find_post(session: Session, post_id: int, *, within: Scope) -> Post | None:
    """The post with this id as it stands in the database now."""
    statement = sa.select(Post).where(Post.consortium_id == within.consortium_id, Post.id == post_id)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def own_posts_between(
    session: Session, account: Account, *, within: Scope, first_at: datetime, end_at: datetime
) -> Sequence[Post]:
    """The account's own posts between two instants as they stand in the database now, oldest first."""
    return session.scalars(
        sa.select(Post)
        .where(
            Post.consortium_id == within.consortium_id,
            Post.account_id == account.id,
            Post.published_at >= first_at,
            Post.published_at < end_at,
            Post.is_repost.is_(False),
            Post.gone_at.is_(None),
        )
        .order_by(Post.published_at, Post.id)
        .execution_options(populate_existing=True)
    ).all()
