"""Keeping what a pull brought, noting why another brought nothing, and asking for pulls."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import actions as accounts
from app.accounts.models import Account
from app.accounts.queries import account_for_change, due_account_ids
from app.accounts.rules import PULL_EVERY, AccountState, Connection, PullEnd, after_failure
from app.background.actions import ask
from app.background.models import BackgroundRow
from app.consortia.queries import settings_of
from app.foundation.clock import local_day
from app.foundation.errors import Refused
from app.foundation.figures import Figure, Reason
from app.foundation.ids import new_id
from app.foundation.periods import Period
from app.metrics.actions.posts import keep_posts
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run
from app.metrics.queries.posts import asking_posts
from app.metrics.rules.costs import first_of_next_month, reads_in_words
from app.metrics.rules.days import PostSeen, daily_figures, replies_under
from app.metrics.rules.dictionary import Metric, Source, offered_by
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.pulls import gap_days
from app.metrics.rules.runs import RunKind, RunState, Tally
from app.platforms.catalogue import get_platform
from app.platforms.contract import (
    CapReached,
    MentionReading,
    Meter,
    PlatformError,
    PostReading,
    ProfileReading,
    RateLimited,
    SignInExpired,
)

#: the kind of background work that pulls one account
PULL = "metrics.pull"
_STOCKS = (Metric.FOLLOWERS, Metric.FOLLOWING)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a platform said of one account."""

    profile: ProfileReading
    posts: tuple[PostReading, ...]
    #: who spoke to the account, None where that could not be read
    mentions: tuple[MentionReading, ...] | None
    #: the days for which the posts are complete, None where there is no such day
    window: Period | None
    zone: ZoneInfo


def ask_pull(session: Session, account: Account, *, at: datetime) -> BackgroundRow:
    """Ask for a pull in the background; one that waits already is the same one.

    Refuses a retired account, a platform that is not pulled, and the demo, whose accounts do not exist.
    """
    if account.state is AccountState.RETIRED:
        raise Refused("This account is retired; it is pulled no more.")
    if not get_platform(account.platform).is_pulled:
        raise Refused(f"{get_platform(account.platform).label} cannot be pulled. Import its figures from a file.")
    if settings_of(session, within=Scope(consortium_id=account.consortium_id)).is_demo:
        raise Refused("The demo's accounts are made up, so there is nothing to pull.")
    accounts.note_asked(account, at=at)
    return ask(
        session, PULL, {"account_id": account.id}, consortium_id=account.consortium_id, at=at, key=str(account.id)
    )


def ask_due_pulls(session: Session, *, within: Scope, at: datetime) -> dict[int, int]:
    """Ask for every account whose pull is due, never in the demo; the rows of work by account."""
    if settings_of(session, within=within).is_demo:
        return {}
    due = due_account_ids(session, within=within, at=at)
    return {
        account_id: ask_pull(session, account_for_change(session, account_id, within=within), at=at).id
        for account_id in due
    }


def keep_pull(session: Session, account: Account, pulled: Pulled, *, row_id: int, meter: Meter, at: datetime) -> Run:
    """Write the run, the posts and the days of a pull, and note it at the account; all in the caller's transaction."""
    run = _run(session, account, row_id=row_id, meter=meter, started_at=pulled.profile.read_at, ended_at=at)
    run.raw = dict(pulled.profile.raw)
    tagged = asking_posts(session, account, within=Scope(consortium_id=account.consortium_id))
    seen = [_seen(post, is_tagged_ask=post.external_id in tagged) for post in pulled.posts]
    keep_posts(session, account, pulled.posts, run=run, answered=_answered(pulled, seen))
    done = store_batch(session, _days(account, pulled, seen), run=run, source=Source.PULL, at=at)
    _tell(run, done, posts=len(pulled.posts))
    end = PullEnd(
        Connection.WORKING,
        at=at,
        next_at=at + PULL_EVERY,
        is_good=True,
        note=" ".join(pulled.profile.notes),
        external_id=pulled.profile.external_id[:200],
    )
    accounts.note_pull(session, account, end)
    return run


def note_wait(
    session: Session, account: Account, error: RateLimited, *, row_id: int, until: datetime, meter: Meter, at: datetime
) -> None:
    """The platform asked us to wait: no failure and no gap, only later; what it billed before that is kept."""
    if meter.reads:
        run = _run(session, account, row_id=row_id, meter=meter, started_at=at, ended_at=at)
        run.state, run.message = RunState.FAILED, f"{error} {_billed(run)}".strip()
    accounts.note_pull(session, account, PullEnd(Connection.LIMITED, at, until, is_good=False, note=str(error)))


def note_failure(
    session: Session, account: Account, error: PlatformError, *, row_id: int, today: date, meter: Meter, at: datetime
) -> Run:
    """Keep that a pull failed, and why; days that stay without figures get the reason, never a zero."""
    run = _run(session, account, row_id=row_id, meter=meter, started_at=at, ended_at=at)
    run.state, run.message = RunState.FAILED, f"{error} {_billed(run)}".strip()[:500]
    if isinstance(error, SignInExpired):
        connection, next_at = Connection.SIGN_IN_EXPIRED, at + PULL_EVERY
    elif isinstance(error, CapReached):
        connection, next_at = Connection.LIMITED, min(at + PULL_EVERY, first_of_next_month(at))
    elif error.worth_retrying:
        connection, next_at = after_failure(account.connection, account.failed_pulls + 1, at=at)
    else:
        connection, next_at = Connection.FAILING, at + PULL_EVERY
    if connection in {Connection.SIGN_IN_EXPIRED, Connection.FAILING, Connection.LIMITED}:
        _note_gap(session, account, error.reason, run=run, today=today, at=at)
    accounts.note_pull(session, account, PullEnd(connection, at, next_at, is_good=False, note=str(error)))
    return run


def _note_gap(session: Session, account: Account, reason: Reason, *, run: Run, today: date, at: datetime) -> None:
    figures = {metric: Figure.missing(reason) for metric in sorted(offered_by(account.platform))}
    rows = [AccountDay(account.id, day, figures) for day in gap_days(account.newest_figure_on, today=today)]
    store_batch(session, rows, run=run, source=Source.PULL, at=at)


def _run(
    session: Session, account: Account, *, row_id: int, meter: Meter, started_at: datetime, ended_at: datetime
) -> Run:
    run = Run(
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
    session.add(run)
    session.flush()
    return run


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


def _parents(pulled: Pulled) -> dict[str, str]:
    return {mention.external_id: mention.in_reply_to_id for mention in pulled.mentions or () if mention.in_reply_to_id}


def _answered(pulled: Pulled, seen: list[PostSeen]) -> frozenset[str]:
    return frozenset(post_id for post_id, count in replies_under(seen, parents=_parents(pulled)).items() if count)


def _days(account: Account, pulled: Pulled, seen: list[PostSeen]) -> list[AccountDay]:
    """The flows of the window and, on the day of the reading, the levels."""
    days: dict[date, dict[Metric, Figure]] = {}
    if pulled.window is not None:
        flows = daily_figures(
            seen,
            window=pulled.window,
            zone=pulled.zone,
            parents=_parents(pulled),
            offered=offered_by(account.platform),
        )
        days = {entry.day: dict(entry.figures) for entry in flows}
        for day, count in _mentions_by_day(pulled, days).items():
            days[day][Metric.MENTIONS] = Figure.of(count)
    today = local_day(pulled.profile.read_at, pulled.zone.key)
    levels = {metric: pulled.profile.figures[metric] for metric in _STOCKS if metric in pulled.profile.figures}
    days.setdefault(today, {}).update(levels)
    return [AccountDay(account.id, day, figures) for day, figures in sorted(days.items())]


def _mentions_by_day(pulled: Pulled, days: Mapping[date, object]) -> dict[date, int]:
    if pulled.mentions is None:
        return {}
    counts = Counter(local_day(mention.at, pulled.zone.key) for mention in pulled.mentions)
    return {day: counts[day] for day in days}
