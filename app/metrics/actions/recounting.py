"""Counting days anew from the posts that are kept: after posts were tagged as asking, or logged by hand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_by_id
from app.consortia.queries import settings_of
from app.foundation.figures import Figure, Reason
from app.foundation.ids import new_id
from app.metrics.actions.storing import store_batch
from app.metrics.models import Post, Run
from app.metrics.queries.figures import day_of
from app.metrics.queries.posts import own_posts_between
from app.metrics.rules.days import PER_POST, PostSeen, add_up, asks, is_broadcast
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.rules.seen import DaySeen

_AT_ONCE = 500


def recount_asks(session: Session, post_ids: Sequence[int], *, consortium_id: int, by: Actor, at: datetime) -> int:
    """Count asks and broadcasts anew on the days of these posts; how many days changed.

    Only where every post of the day is kept and both were counted before: else the platform's count stands.
    """
    within = Scope(consortium_id=consortium_id)
    days = _days_of(session, post_ids, within=within)
    rows = []
    for account in accounts_by_id(session, days, within=within).values():
        for day in sorted(days[account.id]):
            posts = _posts_of_day(session, account, day, within=within)
            if _is_countable(day_of(session, account, day, within=within), len(posts)):
                counted = counts(posts)
                rows.append(
                    AccountDay(
                        account.id, day, {metric: counted[metric] for metric in (Metric.ASKS, Metric.BROADCASTS)}
                    )
                )
    if not rows:
        return 0
    run = hand_run(session, consortium_id=consortium_id, account=None, by=by, at=at, message="Counted anew from tags.")
    done = store_batch(session, rows, run=run, source=Source.COMPUTED, at=at)
    run.rows_read, run.rows_changed, run.rows_same = len(rows), done.changed, done.same
    return done.changed


def recount_by_hand(session: Session, account: Account, day: date, *, run: Run, at: datetime) -> bool:
    """Count a day from its kept posts, as entered by hand; False where a platform or a file has counted it already."""
    within = Scope(consortium_id=account.consortium_id)
    seen = day_of(session, account, day, within=within).figures[Metric.POSTS]
    if seen.origin is not None and seen.origin.source is not Source.BY_HAND:
        return False
    known = {
        metric: figure
        for metric, figure in counts(_posts_of_day(session, account, day, within=within)).items()
        if figure.is_known
    }
    store_batch(session, [AccountDay(account.id, day, known)], run=run, source=Source.BY_HAND, at=at)
    return True


def hand_run(
    session: Session, *, consortium_id: int, account: Account | None, by: Actor, at: datetime, message: str
) -> Run:
    """A run for what a person entered or changed here, so that its figures say where they came from."""
    run = Run(
        id=new_id(),
        consortium_id=consortium_id,
        account_id=account.id if account else None,
        kind=RunKind.BY_HAND,
        state=RunState.DONE,
        started_at=at,
        ended_at=at,
        person_id=by.person_id,
        message=message,
    )
    session.add(run)
    session.flush()
    return run


def counts(posts: Sequence[Post]) -> dict[Metric, Figure]:
    """What the posts of a day amount to, by the definitions of :mod:`app.metrics.rules.days`."""
    seen = [(_seen(post), post.was_answered_by_us) for post in posts]
    counted = {
        Metric.POSTS: len(seen),
        Metric.REPLIES: sum(post.is_reply for post, _ in seen),
        Metric.ASKS: sum(asks(post.text, is_tagged_ask=post.is_tagged_ask) for post, _ in seen),
        Metric.BROADCASTS: sum(
            is_broadcast(post, replies_by_account_within_7_days=int(answered), is_tagged_ask=post.is_tagged_ask)
            for post, answered in seen
        ),
    }
    return {metric: Figure.of(count) for metric, count in counted.items()} | {
        metric: add_up(_figure(getattr(post, metric.value)) for post in posts) for metric in PER_POST
    }


def _posts_of_day(session: Session, account: Account, day: date, *, within: Scope) -> Sequence[Post]:
    zone = ZoneInfo(settings_of(session, within=within).time_zone)
    first_at = datetime.combine(day, time(), zone)
    end_at = datetime.combine(day + timedelta(days=1), time(), zone)
    return own_posts_between(session, account, within=within, first_at=first_at, end_at=end_at)


def _figure(count: int | None) -> Figure:
    return Figure.missing(Reason.NOT_COLLECTED) if count is None else Figure.of(count)


def _seen(post: Post) -> PostSeen:
    return PostSeen(
        id=post.external_id,
        published_at=post.published_at,
        text=post.text,
        is_reply=post.is_reply,
        is_repost=post.is_repost,
        is_tagged_ask=bool(post.asks),
    )


def _days_of(session: Session, post_ids: Sequence[int], *, within: Scope) -> dict[int, set[date]]:
    """The local days on which posts were published, by account."""
    zone = ZoneInfo(settings_of(session, within=within).time_zone)
    days: dict[int, set[date]] = defaultdict(set)
    for start in range(0, len(post_ids), _AT_ONCE):
        rows = session.execute(
            sa.select(Post.account_id, Post.published_at)
            .where(Post.consortium_id == within.consortium_id, Post.id.in_(post_ids[start : start + _AT_ONCE]))
            .order_by(Post.account_id, Post.published_at)
        )
        for account_id, published_at in rows:
            days[account_id].add(published_at.astimezone(zone).date())
    return days


def _is_countable(seen: DaySeen, kept: int) -> bool:
    figures = seen.figures
    both = figures[Metric.ASKS].figure.is_known and figures[Metric.BROADCASTS].figure.is_known
    return both and figures[Metric.POSTS].figure.value == kept
