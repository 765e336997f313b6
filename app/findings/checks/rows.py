"""The rows that checks are made from: counts of days and of posts, for a consortium at once or a few accounts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.findings.rules.judging import DayCounts, PostCounts, is_only_a_link
from app.foundation.periods import Period
from app.metrics.models import DailyFigure, Post

#: a post with so little beside its address is looked at closer
_BARE = 300


def days_by_account(session: Session, *, within: Scope, period: Period) -> dict[int, tuple[DayCounts, ...]]:
    """What was counted on each account of the consortium on each day of a period; one statement."""
    statement = (
        sa.select(
            DailyFigure.account_id,
            DailyFigure.day,
            DailyFigure.posts,
            DailyFigure.broadcasts,
            DailyFigure.questions_due,
            DailyFigure.questions_in_time,
        )
        .join_from(
            Account,
            DailyFigure,
            sa.and_(DailyFigure.consortium_id == Account.consortium_id, DailyFigure.account_id == Account.id),
        )
        .where(
            Account.consortium_id == within.consortium_id,
            DailyFigure.consortium_id == within.consortium_id,
            DailyFigure.day.between(period.first, period.last),
        )
        .order_by(DailyFigure.account_id, DailyFigure.day)
    )
    found: dict[int, list[DayCounts]] = defaultdict(list)
    for account_id, day, posts, broadcasts, due, in_time in session.execute(statement):
        found[account_id].append(DayCounts(day, posts, broadcasts, due, in_time))
    return {account_id: tuple(days) for account_id, days in found.items()}


def days_of_accounts(
    session: Session, ids: Iterable[int], *, within: Scope, period: Period
) -> list[tuple[int, DayCounts]]:
    """The same for a few accounts, by account and day: the rows behind one check."""
    statement = (
        sa.select(
            DailyFigure.account_id,
            DailyFigure.day,
            DailyFigure.posts,
            DailyFigure.broadcasts,
            DailyFigure.questions_due,
            DailyFigure.questions_in_time,
        )
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            DailyFigure.account_id.in_(sorted(set(ids))),
            DailyFigure.day.between(period.first, period.last),
        )
        .order_by(DailyFigure.account_id, DailyFigure.day)
    )
    return [
        (account_id, DayCounts(day, posts, broadcasts, due, in_time))
        for account_id, day, posts, broadcasts, due, in_time in session.execute(statement)
    ]


def posts_by_account(session: Session, *, within: Scope, first_at: datetime, end_at: datetime) -> dict[int, PostCounts]:
    """Stored posts of each account between two instants: all, with media, and only a link; two statements."""
    period = (
        Post.consortium_id == within.consortium_id,
        Post.is_repost.is_(False),
        Post.gone_at.is_(None),
        Post.published_at >= first_at,
        Post.published_at < end_at,
    )
    counts = (
        sa.select(Post.account_id, sa.func.count(Post.id), sa.func.sum(sa.case((Post.has_media.is_(True), 1), else_=0)))
        .where(*period)
        .group_by(Post.account_id)
        .order_by(Post.account_id)
    )
    maybe_bare = (
        sa.select(Post.account_id, Post.text)
        .where(*period, Post.has_link.is_(True), Post.has_media.is_(False), sa.func.length(Post.text) < _BARE)
        .order_by(Post.account_id, Post.id)
    )
    bare: dict[int, int] = defaultdict(int)
    for account_id, text in session.execute(maybe_bare):
        bare[account_id] += is_only_a_link(text)
    return {
        account_id: PostCounts(int(posts), int(with_media), bare[account_id])
        for account_id, posts, with_media in session.execute(counts)
    }
