"""Keeping what a pull brought, and noting why another brought nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import actions as accounts
from app.accounts.models import Account
from app.accounts.rules import Connection, PullEnd, after_failure, next_turn
from app.consortia.queries import settings_of
from app.foundation.clock import local_day
from app.foundation.figures import Figure, Reason
from app.foundation.ids import new_id
from app.metrics.actions.answering import note_answers
from app.metrics.actions.furthering import Told, store_further
from app.metrics.actions.mentions import cursor_of, keep_mentions, note_heard
from app.metrics.actions.posts import keep_posts
from app.metrics.actions.pulled import Heard, Insights, Pulled, days_before, days_of
from app.metrics.actions.storing import store_batch
from app.metrics.actions.unnaming import without_names
from app.metrics.actions.vanishing import mark_missed
from app.metrics.models import Run
from app.metrics.queries.figures import counted_days
from app.metrics.queries.mentions import heard_by
from app.metrics.queries.posts import posts_known
from app.metrics.rules.costs import first_of_next_month, reads_in_words
from app.metrics.rules.days import PostSeen, replies_under
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source, offered_by
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.pulls import gap_days, history_days, start_of_day
from app.metrics.rules.runs import RunKind, RunState, Tally
from app.platforms.contract import (
    MOST_POSTS,
    CapReached,
    Meter,
    NotShown,
    PlatformError,
    PostReading,
    RateLimited,
    SignInExpired,
)

_FURTHER = frozenset(metric.value for metric in FurtherMetric)


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to when there are no figures, and which of the days went by while the platform had asked us to wait."""

    today: date
    waited: tuple[date, ...] = ()


def keep_pull(session: Session, account: Account, pulled: Pulled, *, row_id: int, meter: Meter, at: datetime) -> Run:
    """Write the run, the posts and the days of a pull, and note it at the account; all in the caller's transaction."""
    pulled = without_names(account, pulled)
    run = _run(account, row_id=row_id, meter=meter, started_at=pulled.profile.read_at, ended_at=at)
    run.raw = dict(pulled.profile.raw)
    _add(session, run)
    heard = _keep_heard(session, account, pulled, run=run, at=at)
    held = posts_known(session, account, pulled.posts, within=Scope(consortium_id=account.consortium_id))
    tagged = {external_id for external_id, post in held.items() if post["asks"]}
    seen = [_seen(post, is_tagged_ask=post.external_id in tagged) for post in pulled.posts]
    keep_posts(session, account, pulled.posts, run=run, answered=_answered(heard, seen), held=held)
    mark_missed(session, account, pulled, [int(str(post["id"])) for post in held.values()], run=run)
    _keep_history(session, account, pulled, heard, run=run)
    done = store_batch(session, days_of(account, pulled, seen, heard), run=run, source=Source.PULL, at=at)
    store_further(session, _further(account, pulled.insights), run=run, source=Source.PULL, at=at)
    _tell(run, done, posts=len(pulled.posts))
    unread = pulled.refused.sentences
    run.message = " ".join((run.message, *unread))[:500]
    connection, next_at = _end_of(pulled, account, at=at)
    end = PullEnd(
        connection,
        at=at,
        next_at=next_at,
        is_good=connection is Connection.WORKING,
        note=" ".join((*pulled.profile.notes, *unread)),
        external_id=pulled.profile.external_id[:200],
    )
    accounts.note_pull(session, account, end)
    return run


def _keep_history(session: Session, account: Account, pulled: Pulled, heard: Heard, *, run: Run) -> None:
    """Posts of days before the window that nobody has counted, and what they amount to."""
    history = pulled.history
    if history is None or pulled.window is None:
        return
    cursor_of(session, account).history_from_on = history.from_on
    first, until = history.from_on, pulled.window.first
    days = {post.external_id: local_day(post.published_at, pulled.zone.key) for post in history.posts}
    period = history_days(days.values(), first=first, until=until, is_cut=len(history.posts) >= MOST_POSTS)
    if period is None:
        return
    within = Scope(consortium_id=account.consortium_id)
    counted = counted_days(session, account, within=within, since=period.first, before=until)
    seen = [_seen(post, is_tagged_ask=False) for post in history.posts]
    older = [p for p in history.posts if days[p.external_id] < until and days[p.external_id] not in counted]
    keep_posts(session, account, older, run=run, answered=_answered(heard, seen))
    rows = [row for row in days_before(account, pulled, seen, heard, period=period) if row.day not in counted]
    store_batch(session, rows, run=run, source=Source.PULL, at=run.ended_at or run.started_at)


def _end_of(pulled: Pulled, account: Account, *, at: datetime) -> tuple[Connection, datetime]:
    """A pull whose posts were refused is not good, so that the next good one looks back to the last."""
    turn_at = next_turn(account.id, after=at, zone=pulled.zone)
    refusal = pulled.refused.posts
    if refusal is None or isinstance(refusal, NotShown):
        return Connection.WORKING, turn_at
    return _after(refusal, account, at=at, turn_at=turn_at)


def _keep_heard(session: Session, account: Account, pulled: Pulled, *, run: Run, at: datetime) -> Heard:
    """Keep what was heard, move the cursor, and give back all that is known of the days of this pull."""
    if pulled.insights is None and pulled.mentions is None:
        return _heard(session, account, pulled, since=None)
    cursor = cursor_of(session, account)
    if pulled.insights is not None:
        cursor.insights_from_on = pulled.insights.from_on or cursor.insights_from_on
        cursor.insights_until_on = pulled.insights.until_on or cursor.insights_until_on
    if pulled.mentions is None:
        return _heard(session, account, pulled, since=None)
    keep_mentions(session, account, pulled.mentions, run=run, at=at)
    times = [mention.at for mention in pulled.mentions]
    since = min(times) if len(times) >= MOST_POSTS else pulled.heard_since
    note_heard(cursor, since=since, until=pulled.profile.read_at, newest=max(times, default=None))
    session.flush()
    note_answers(session, account, pulled.posts)
    return _heard(session, account, pulled, since=cursor.heard_from_at)


def _heard(session: Session, account: Account, pulled: Pulled, *, since: datetime | None) -> Heard:
    if pulled.window is None:
        return Heard(since)
    start = start_of_day(pulled.window.first, zone=pulled.zone)
    within = Scope(consortium_id=account.consortium_id)
    return Heard(since, heard_by(session, account, since=start, within=within))


def note_wait(
    session: Session, account: Account, error: RateLimited, *, row_id: int, until: datetime, meter: Meter, at: datetime
) -> None:
    """The platform asked us to wait: no failure and no gap, only later; what it billed before that is kept."""
    if meter.reads:
        run = _run(account, row_id=row_id, meter=meter, started_at=at, ended_at=at)
        run.state, run.message = RunState.FAILED, f"{error} {_billed(run)}".strip()
        _add(session, run)
    accounts.note_pull(session, account, PullEnd(Connection.LIMITED, at, until, is_good=False, note=str(error)))


def note_failure(
    session: Session, account: Account, error: PlatformError, *, row_id: int, gap: Gap, meter: Meter, at: datetime
) -> Run:
    """Keep that a pull failed, and why; days that stay without figures get the reason, never a zero."""
    run = _run(account, row_id=row_id, meter=meter, started_at=at, ended_at=at)
    run.state, run.message = RunState.FAILED, f"{error} {_billed(run)}".strip()[:500]
    _add(session, run)
    connection, next_at = _after(error, account, at=at, turn_at=_turn(session, account, after=at))
    if connection in {Connection.SIGN_IN_EXPIRED, Connection.FAILING, Connection.LIMITED}:
        _note_gap(session, account, error.reason, run=run, gap=gap, at=at)
    accounts.note_pull(session, account, PullEnd(connection, at, next_at, is_good=False, note=str(error)))
    return run


def _after(error: PlatformError, account: Account, *, at: datetime, turn_at: datetime) -> tuple[Connection, datetime]:
    """Where an error leaves the connection, and when to ask again."""
    if isinstance(error, SignInExpired):
        return Connection.SIGN_IN_EXPIRED, turn_at
    if isinstance(error, CapReached):
        return Connection.LIMITED, min(turn_at, first_of_next_month(at))
    if error.worth_retrying:
        failures = account.failed_pulls + 1
        return after_failure(account.connection, failures, account_id=account.id, at=at, turn_at=turn_at)
    return Connection.FAILING, turn_at


def _turn(session: Session, account: Account, *, after: datetime) -> datetime:
    zone = settings_of(session, within=Scope(consortium_id=account.consortium_id)).time_zone
    return next_turn(account.id, after=after, zone=ZoneInfo(zone))


def _note_gap(session: Session, account: Account, reason: Reason, *, run: Run, gap: Gap, at: datetime) -> None:
    offered = sorted(offered_by(account.platform))
    waited, failed = Figure.missing(Reason.RATE_LIMITED), Figure.missing(reason)
    rows = [
        AccountDay(account.id, day, dict.fromkeys(offered, waited if day in gap.waited else failed))
        for day in gap_days(account.newest_figure_on, today=gap.today)
    ]
    store_batch(session, rows, run=run, source=Source.PULL, at=at)


def _run(account: Account, *, row_id: int, meter: Meter, started_at: datetime, ended_at: datetime) -> Run:
    return Run(
        id=new_id(),
        consortium_id=account.consortium_id,
        account_id=account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=started_at,
        ended_at=ended_at,
        background_row_id=row_id,
        reads=dict(meter.reads) or None,
        cost_micros=meter.spent,
    )


def _add(session: Session, run: Run) -> None:
    """First of all, since what it brings refers to it."""
    session.add(run)
    session.flush()


def _further(account: Account, insights: Insights | None) -> list[Told]:
    """What the platform's statistics say of past days beside the metrics."""
    return [
        Told(account.id, reading.day, FurtherMetric(str(name)), figure)
        for reading in (insights.days if insights else ())
        for name, figure in reading.figures.items()
        if name in _FURTHER
    ]


def _tell(run: Run, done: Tally, *, posts: int) -> None:
    run.rows_read = posts
    run.rows_added, run.rows_changed, run.rows_same = done.added, done.changed, done.same
    run.message = f"{posts:,} {'post' if posts == 1 else 'posts'} read; {done.words}. {_billed(run)}".strip()


def _billed(run: Run) -> str:
    """What the platform counts of the run, in a sentence; nothing where it counts nothing."""
    return f"The platform counted {reads_in_words(run.reads)}." if run.reads else ""


def _seen(post: PostReading, *, is_tagged_ask: bool) -> PostSeen:
    return PostSeen(
        id=post.external_id,
        published_at=post.published_at,
        text=post.text,
        is_reply=post.is_reply and not post.in_reply_to_own,
        is_repost=post.is_repost,
        in_reply_to_id=post.in_reply_to_id,
        is_tagged_ask=is_tagged_ask,
        figures={Metric(str(name)): figure for name, figure in post.figures.items()},
    )


def _answered(heard: Heard, seen: list[PostSeen]) -> frozenset[str]:
    return frozenset(post_id for post_id, count in replies_under(seen, parents=heard.parents).items() if count)
