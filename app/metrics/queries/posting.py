"""When accounts posted last, and on how many days that is known: from daily figures and from the posts themselves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.rules.published import Published
from app.foundation.clock import local_day
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.models import DailyFigure, Post

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
#: a database takes only so many values in one statement
_AT_ONCE = 5000
_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Posted:
    """The last day with a post as far back as was looked, and the days on which the number of posts is known."""

    last_on: date | None = None
    known_days: int = 0


def posting_since(
    session: Session, first: date, *, within: Scope, zone: str, only: Iterable[int] | None = None
) -> Mapping[int, Posted]:
    """What is known of each account of the consortium from a day on; reposts of others are no posts. Two statements.

    ``only`` names those that matter; an account of which nothing is known is left out.
    """
    wanted = None if only is None else sorted(set(only))
    ids = wanted if wanted is not None and len(wanted) <= _AT_ONCE else None
    counted = _counted(session, first, within=within, ids=ids)
    written = _written(session, first, within=within, ids=ids)
    found = {}
    for account_id in sorted({*counted, *written}):
        last_on, known = counted.get(account_id, (None, 0))
        days = [day for day in (last_on, _day(written.get(account_id), zone)) if day is not None]
        found[account_id] = Posted(max(days, default=None), known)
    return found


def published_in(
    session: Session, within: Scope, account_ids: Sequence[int], period: Period
) -> Mapping[int, Published]:
    """How much each of some accounts published in a period, by weeks back from its last day; one statement."""
    rows = session.execute(
        sa.select(_DAYS.c.account_id, _DAYS.c.day, _DAYS.c.posts)
        .where(
            _DAYS.c.consortium_id == within.consortium_id,
            _DAYS.c.account_id.in_(account_ids),
            _DAYS.c.day.between(period.first, period.last),
            _DAYS.c.posts.is_not(None),
        )
        .order_by(_DAYS.c.account_id, _DAYS.c.day)
    )
    days: dict[int, dict[date, int]] = defaultdict(dict)
    for account_id, day, posts in rows:
        days[account_id][day] = posts
    return {account_id: _published(days.get(account_id, {}), period) for account_id in account_ids}


def _published(known: Mapping[date, int], period: Period) -> Published:
    if not known:
        return Published(Figure.missing(Reason.NOT_COLLECTED))
    weeks: list[int | None] = [None] * -(-period.days // _A_WEEK)
    for day, posts in known.items():
        number = -1 - (period.last - day).days // _A_WEEK
        weeks[number] = (weeks[number] or 0) + posts
    return Published(Figure.of(sum(known.values())), len(known), tuple(weeks))


def _counted(
    session: Session, first: date, *, within: Scope, ids: list[int] | None
) -> dict[int, tuple[date | None, int]]:
    statement = (
        sa.select(
            _DAYS.c.account_id,
            sa.func.max(sa.case((_DAYS.c.posts > 0, _DAYS.c.day)), type_=_DAYS.c.day.type),
            sa.func.count(_DAYS.c.posts),
        )
        .where(_DAYS.c.consortium_id == within.consortium_id, _DAYS.c.day >= first)
        .group_by(_DAYS.c.account_id)
        .order_by(_DAYS.c.account_id)
    )
    if ids is not None:
        statement = statement.where(_DAYS.c.account_id.in_(ids))
    return {account_id: (last_on, int(known)) for account_id, last_on, known in session.execute(statement)}


def _written(session: Session, first: date, *, within: Scope, ids: list[int] | None) -> dict[int, datetime]:
    statement = (
        sa.select(Post.account_id, sa.func.max(Post.published_at))
        .where(
            Post.consortium_id == within.consortium_id,
            Post.published_at >= datetime.combine(first, time(), UTC),
            Post.is_repost.is_(False),
            Post.gone_at.is_(None),
        )
        .group_by(Post.account_id)
        .order_by(Post.account_id)
    )
    if ids is not None:
        statement = statement.where(Post.account_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(statement)}


def _day(at: datetime | None, zone: str) -> date | None:
    return local_day(at, zone) if at is not None else None
