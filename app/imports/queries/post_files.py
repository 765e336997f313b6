"""Reading the posts of a file on their way in, beside those that are kept."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.queries import get_account
from app.imports.models import StagedPost
from app.metrics.models import Run, StagedFigure
from app.metrics.queries.posts import posts_by_external_id
from app.metrics.rules.days import PER_POST
from app.metrics.rules.dictionary import Metric

#: a text in the preview is cut there
LONGEST_TEXT = 120


def staged_posts(session: Session, run: Run, *, after: int, most: int, within: Scope) -> Sequence[StagedPost]:
    """Posts of a checked file below a line, in the order of the file."""
    return session.scalars(
        sa.select(StagedPost)
        .where(StagedPost.consortium_id == within.consortium_id, StagedPost.run_id == run.id, StagedPost.line > after)
        .order_by(StagedPost.line)
        .limit(most)
    ).all()


def counted_days(session: Session, run: Run, *, within: Scope) -> int:
    """How many days the posts of a checked file amount to."""
    statement = sa.select(sa.func.count()).where(
        StagedFigure.consortium_id == within.consortium_id, StagedFigure.run_id == run.id
    )
    return session.scalar(statement) or 0


def post_metrics(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """Those of a file's metrics that each post has."""
    return tuple(metric for metric in metrics if metric in PER_POST)


def outcomes_of(
    session: Session, run: Run, lines: sa.ColumnElement[bool], *, within: Scope
) -> list[tuple[StagedPost, str]]:
    """Posts of a checked file on these lines, each with what importing it does."""
    staged = session.scalars(
        sa.select(StagedPost)
        .where(StagedPost.consortium_id == within.consortium_id, StagedPost.run_id == run.id, lines)
        .order_by(StagedPost.line)
    ).all()
    account = get_account(session, run.account_id or 0, within=Scope(consortium_id=within.consortium_id))
    held = posts_by_external_id(session, account, [post.external_id for post in staged], within=within)
    return [(post, _outcome(post, held.get(post.external_id))) for post in staged]


def _outcome(staged: StagedPost, held: Mapping[str, Any] | None) -> str:
    if held is None:
        return "New"
    words = (staged.text and staged.text != held["text"]) or (staged.url and staged.url != held["url"])
    counts = any(isinstance(came, int) and name in held and came != held[name] for name, came in staged.figures.items())
    moved = abs(staged.published_at - held["published_at"]) >= timedelta(days=1)
    return "Changed" if words or counts or moved else "Same"
