"""Files of posts: staged with the days they amount to, weighed by a rehearsal that leaves nothing, and kept."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import get_account
from app.foundation.figures import Figure, Reason
from app.imports.actions.checking import account_id_of, keep_problems, note_checked
from app.imports.models import StagedPost
from app.imports.queries.post_files import lines_apart, staged_posts
from app.imports.rules.files import RowProblem
from app.imports.rules.post_rows import PostRow
from app.metrics.actions.posts import keep_posts
from app.metrics.actions.staging import stage
from app.metrics.models import Run
from app.metrics.queries.posts import posts_known
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.post_ids import bare_id
from app.metrics.rules.runs import Tally
from app.platforms.contract import PostReading

#: so many posts are written at once
_AT_ONCE = 500


def stage_posts(session: Session, run: Run, outcomes: Sequence[PostRow | RowProblem]) -> Sequence[PostRow | RowProblem]:
    """Put a batch of a file's posts on the stage, and keep the problems of those that stay out; what became of each."""
    found = told_apart(session, run, outcomes)
    rows = [one for one in found if isinstance(one, PostRow)]
    if rows:
        session.execute(sa.insert(StagedPost), [_staged(run, row) for row in rows])
    keep_problems(session, run, [one for one in found if isinstance(one, RowProblem)], good=len(rows))
    return found


def told_apart(session: Session, run: Run, outcomes: Sequence[PostRow | RowProblem]) -> Sequence[PostRow | RowProblem]:
    """The same; a post whose id is of one that is kept, and whose address is of another, is a problem."""
    account = get_account(session, account_id_of(run), within=_scope(run))
    told = [outcome for outcome in outcomes if isinstance(outcome, PostRow)]
    apart = lines_apart(session, account, told, within=_scope(run))
    return [one.told_apart() if isinstance(one, PostRow) and one.line in apart else one for one in outcomes]


def stage_counted(session: Session, run: Run, days: Sequence[DailyFigures]) -> None:
    """Put the days that a file's posts amount to on the stage."""
    rows = [AccountDay(account_id_of(run), entry.day, entry.figures) for entry in days]
    stage(session, rows, consortium_id=run.consortium_id, run_id=run.id, lines=[0] * len(rows))


def end_post_check(session: Session, run: Run) -> Tally:
    """Count what the file would do, by doing it and taking it back; refuses one without a row."""
    account = get_account(session, account_id_of(run), within=_scope(run))
    rehearsal = session.begin_nested()
    try:
        found = _rehearse(session, run, account)
    finally:
        rehearsal.rollback()
    note_checked(session, run, found, words=found.tell("post", "posts"))
    return found


def _rehearse(session: Session, run: Run, account: Account) -> Tally:
    total, after = Tally(), 0
    while batch := staged_posts(session, run, after=after, most=_AT_ONCE, within=_scope(run)):
        after = batch[-1].line
        total += _keep(session, run, account, batch)
    return total


def keep_some_posts(session: Session, run: Run, account: Account) -> Tally | None:
    """Keep the next posts of the run's stage and take them off it; None where there are no more."""
    batch = staged_posts(session, run, after=0, most=_AT_ONCE, within=_scope(run))
    if not batch:
        return None
    done = _keep(session, run, account, batch)
    session.execute(
        sa.delete(StagedPost).where(
            StagedPost.consortium_id == run.consortium_id,
            StagedPost.run_id == run.id,
            StagedPost.line <= batch[-1].line,
        ),
        execution_options={"synchronize_session": False},
    )
    return done


def _keep(session: Session, run: Run, account: Account, batch: Sequence[StagedPost]) -> Tally:
    held = posts_known(session, account, batch, within=_scope(run))
    readings = [_reading(post, held.get(post.external_id)) for post in batch]
    return keep_posts(session, account, readings, run=run, held=held)


def _scope(run: Run) -> Scope:
    return Scope(consortium_id=run.consortium_id)


def _staged(run: Run, row: PostRow) -> dict[str, Any]:
    return {
        "consortium_id": run.consortium_id,
        "run_id": run.id,
        "line": row.line,
        "account_id": account_id_of(run),
        # without the page's id, which is not known of an account that was never pulled
        "external_id": bare_id(row.external_id, platform=run.account.platform if run.account else ""),
        "url": row.url,
        "published_at": row.published_at,
        "day": row.day,
        "text": row.text,
        "is_reply": row.is_reply,
        "has_link": row.has_link,
        "figures": {metric.value: _written(figure) for metric, figure in row.figures.items()}
        | {metric.value: value for metric, value in row.further.items()},
    }


def _written(figure: Figure) -> int | str:
    return figure.reason.value if figure.reason else round(figure.value or 0)


def _reading(post: StagedPost, held: Mapping[str, Any] | None) -> PostReading:
    """The post as the file tells it; what a pull knew better, such as its minute and its pictures, stays."""
    known = held or {}
    is_same_day = bool(held) and abs(known["published_at"] - post.published_at) < timedelta(days=1)
    return PostReading(
        external_id=post.external_id,
        url=post.url,
        published_at=known["published_at"] if is_same_day else post.published_at,
        text=post.text,
        is_reply=known.get("is_reply", post.is_reply),
        is_repost=known.get("is_repost", False),
        in_reply_to_own=False,
        has_media=known.get("has_media", False),
        has_link=known.get("has_link", False) or post.has_link,
        figures={name: _figure(written) for name, written in post.figures.items()},
        images=known.get("images") or 0,
        images_with_alt=known.get("images_with_alt") or 0,
    )


def _figure(written: int | str) -> Figure:
    return Figure.missing(Reason(written)) if isinstance(written, str) else Figure.of(written)
