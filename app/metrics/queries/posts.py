"""Reading the posts of an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.metrics.models import Post
from app.metrics.rules.post_ids import forms_of

#: ids asked for in one statement
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class PostsSeen:
    """What was published in a period: the posts with their counts, newest first, and how many there are in all."""

    posts: Sequence[Post]
    count: int


def asking_posts(session: Session, account: Account, *, within: Scope) -> frozenset[str]:
    """The platform's ids of the account's posts that a person tagged as asking something, in every form."""
    found = session.scalars(
        sa.select(Post.external_id)
        .where(Post.consortium_id == within.consortium_id, Post.account_id == account.id, Post.asks.is_(True))
        .order_by(Post.external_id)
    )
    return frozenset(form for one in found for form in _forms(account, one))


def _forms(account: Account, external_id: str) -> tuple[str, ...]:
    return forms_of(external_id, platform=account.platform, owner_id=account.external_id)


def posts_by_external_id(
    session: Session, account: Account, external_ids: Sequence[str], *, within: Scope
) -> dict[str, Mapping[str, object]]:
    """The columns of the account's posts that are known already, by the id that was asked for.

    A post may be kept under another form of its id, which its row then tells.
    """
    columns = sa.inspect(Post).columns
    found: dict[str, Mapping[str, object]] = {}
    asked = {form: one for one in external_ids for form in reversed(_forms(account, one))}
    forms = sorted(asked)
    for start in range(0, len(forms), _AT_ONCE):
        rows = session.execute(
            sa.select(*columns)
            .where(
                Post.consortium_id == within.consortium_id,
                Post.account_id == account.id,
                Post.external_id.in_(forms[start : start + _AT_ONCE]),
            )
            .order_by(Post.external_id)
        )
        found |= {asked[str(row["external_id"])]: dict(row) for row in rows.mappings()}
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
        )
        .order_by(Post.published_at, Post.id)
        .execution_options(populate_existing=True)
    ).all()
