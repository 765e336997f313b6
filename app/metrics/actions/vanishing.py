"""What a platform tells no more: posts that are gone there, and counts that it keeps back, each since when."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.foundation.figures import Reason
from app.metrics.actions.pulled import Pulled
from app.metrics.models import Post, Run
from app.metrics.rules.days import PER_POST
from app.metrics.rules.dictionary import offered_by
from app.metrics.rules.pulls import start_of_day
from app.metrics.rules.runs import RunKind
from app.platforms.contract import PostReading

#: reason and day, by count
Untold = dict[str, list[str]]
_POSTS = sa.Table(Post.__tablename__, Post.metadata)
_RUNS = sa.Table(Run.__tablename__, Run.metadata)
_MISSED = (
    sa.update(_POSTS)
    .where(
        _POSTS.c.consortium_id == sa.bindparam("of_consortium"),
        _POSTS.c.account_id == sa.bindparam("of_account"),
        _POSTS.c.published_at >= sa.bindparam("since"),
        _POSTS.c.published_at < sa.bindparam("until"),
        _POSTS.c.gone_at.is_(None),
        # an answer may stand under a post of a day that is not read again
        _POSTS.c.is_reply.is_(False),
        _POSTS.c.run_id != sa.bindparam("by_run"),
        _POSTS.c.id.not_in(sa.bindparam("seen", expanding=True)),
        # what a person or a file told of, the platform may never have listed
        sa.exists().where(
            _RUNS.c.consortium_id == _POSTS.c.consortium_id,
            _RUNS.c.id == _POSTS.c.run_id,
            _RUNS.c.kind == RunKind.PULL,
        ),
    )
    .values(gone_at=sa.bindparam("noticed_at"))
)


def mark_missed(session: Session, account: Account, pulled: Pulled, seen: Collection[int], *, run: Run) -> None:
    """Note that posts of days which were read whole are gone; ``seen`` are the known ones that were read."""
    if pulled.window is None or account.last_pull_at is None:
        return
    session.connection().execute(
        _MISSED,
        {
            "of_consortium": account.consortium_id,
            "of_account": account.id,
            "since": start_of_day(pulled.window.first, zone=pulled.zone),
            "until": pulled.profile.read_at,
            "by_run": run.id,
            "seen": sorted(seen),
            "noticed_at": pulled.profile.read_at,
        },
    )


def untold(post: PostReading, *, platform: str, run: Run) -> Untold | None:
    """The counts of a post that its platform offers and did not tell, where it said why."""
    if run.kind is not RunKind.PULL or post.is_repost:
        return None
    offered, on = offered_by(platform), _day(run.started_at)
    found = {
        metric.value: [figure.reason.value, on]
        for metric in PER_POST
        if metric in offered
        and (figure := post.figures.get(metric))
        and figure.reason
        and _is_told(post, figure.reason)
    }
    return found or None


def since_known(came: Untold | None, known: Mapping[str, list[str]] | None) -> Untold | None:
    """What did not come now, each since the day on which the same reason was told first."""
    if came is None or known is None:
        return came
    return {name: known[name] if name in known and known[name][0] == why[0] else why for name, why in came.items()}


def _is_told(post: PostReading, reason: Reason) -> bool:
    """Is the reason one, and not what goes without saying of an answer?"""
    return reason is not Reason.NOT_COLLECTED and not (post.is_reply and reason is Reason.NOT_SUPPORTED)


def _day(at: datetime) -> str:
    return at.date().isoformat()
