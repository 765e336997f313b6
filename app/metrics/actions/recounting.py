"""Counting days anew from the posts that are kept: after posts were tagged as asking, or logged by hand."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
from app.metrics.actions.withdrawing import take_away
from app.metrics.models import Post, Run
from app.metrics.queries.figures import day_of
from app.metrics.queries.posts import own_posts_between
from app.metrics.rules.days import PER_POST, PostSeen, add_up, asks, is_broadcast
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.rules.seen import DaySeen

_AT_ONCE = 500
#: what posts by themselves tell of a day
COUNTED = (Metric.POSTS, Metric.REPLIES, Metric.ASKS, Metric.BROADCASTS, *PER_POST)
#: figures by day; what is not known is not in it
DaysCounted = Mapping[date, Mapping[Metric, float]]


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
                found = counts(posts)
                rows.append(
                    AccountDay(account.id, day, {metric: found[metric] for metric in (Metric.ASKS, Metric.BROADCASTS)})
                )
    if not rows:
        return 0
    run = hand_run(session, consortium_id=consortium_id, account=None, by=by, at=at, message="Counted anew from tags.")
    done = store_batch(session, rows, run=run, source=Source.COMPUTED, at=at)
    run.rows_read, run.rows_changed, run.rows_same = len(rows), done.changed, done.same
    return done.changed


def counted(session: Session, account: Account, days: Collection[date]) -> DaysCounted:
    """What the kept posts of some days amount to; nothing of a day without any, of which nobody knows."""
    within = Scope(consortium_id=account.consortium_id)
    found = {day: _posts_of_day(session, account, day, within=within) for day in sorted(days)}
    return {day: _known(posts) for day, posts in found.items()}


def recount_by_hand(session: Session, account: Account, before: DaysCounted, *, run: Run, at: datetime) -> bool:
    """Count days anew, as entered by hand, after their posts changed; ``before`` is what they amounted to.

    A figure that a person wrote down otherwise stays, and so does a day that a platform or a file has counted: False
    where there is one. What the posts do not tell any more is taken away, for a sum with a hole looks like a small one.
    """
    within = Scope(consortium_id=account.consortium_id)
    after = counted(session, account, before)
    written: list[AccountDay] = []
    gone: dict[date, list[Metric]] = {}
    is_whole = True
    for day, was in before.items():
        seen = day_of(session, account, day, within=within)
        if _is_counted_elsewhere(seen):
            is_whole = False
            continue
        own = [metric for metric in COUNTED if _is_ours(seen.figures[metric].figure, was, metric)]
        written.append(AccountDay(account.id, day, {m: Figure.of(after[day][m]) for m in own if m in after[day]}))
        gone[day] = [metric for metric in own if metric in was and metric not in after[day]]
    store_batch(session, [row for row in written if row.figures], run=run, source=Source.BY_HAND, at=at)
    take_away(session, account, gone, run=run, at=at)
    return is_whole


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
    found = {
        Metric.POSTS: len(seen),
        Metric.REPLIES: sum(post.is_reply for post, _ in seen),
        Metric.ASKS: sum(asks(post.text, is_tagged_ask=post.is_tagged_ask) for post, _ in seen),
        Metric.BROADCASTS: sum(
            is_broadcast(post, replies_by_account_within_7_days=int(answered), is_tagged_ask=post.is_tagged_ask)
            for post, answered in seen
        ),
    }
    return {metric: Figure.of(count) for metric, count in found.items()} | {
        metric: add_up(_figure(getattr(post, metric.value)) for post in posts) for metric in PER_POST
    }


def _known(posts: Sequence[Post]) -> dict[Metric, float]:
    return {metric: figure.value for metric, figure in counts(posts).items() if posts and figure.value is not None}


def _is_counted_elsewhere(seen: DaySeen) -> bool:
    origin = seen.figures[Metric.POSTS].origin
    return origin is not None and origin.source is not Source.BY_HAND


def _is_ours(figure: Figure, was: Mapping[Metric, float], metric: Metric) -> bool:
    """Does the figure say what the posts said before, or could they say nothing of it?"""
    return not figure.is_known or not was or figure.value == was.get(metric)


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
