"""Reading the posts of a file on their way in, beside those that are kept."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import get_account
from app.imports.models import StagedPost
from app.imports.rules.post_rows import PostRow
from app.metrics.models import Run, StagedFigure
from app.metrics.queries.posts import own_code, post_figures_of, posts_by_code, posts_by_external_id, posts_known
from app.metrics.rules.days import PER_POST
from app.metrics.rules.dictionary import FurtherMetric, Metric
from app.metrics.rules.post_ids import code_of

_FURTHER = frozenset(metric.value for metric in FurtherMetric)
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
    held = posts_known(session, account, staged, within=within)
    ids = [int(str(post["id"])) for post in held.values()]
    beside = (
        post_figures_of(session, ids, within=within) if any(_FURTHER & post.figures.keys() for post in staged) else {}
    )
    found = []
    for post in staged:
        known = held.get(post.external_id)
        told = beside.get(int(str(known["id"])), {}) if known else {}
        found.append((post, _outcome(post, known, {metric.value: one.value for metric, one in told.items()})))
    return found


def lines_apart(session: Session, account: Account, rows: Sequence[PostRow], *, within: Scope) -> frozenset[int]:
    """The lines whose id is of one post that is kept, and whose address is of another."""
    coded = [row for row in rows if own_code(row)]
    by_id = posts_by_external_id(session, account, [row.external_id for row in coded], within=within) if coded else {}
    by_code = posts_by_code(session, account, [row for row in coded if row.external_id in by_id], within=within)
    found = set()
    for row in coded:
        held, code = by_id.get(row.external_id), own_code(row)
        if held is None:
            continue
        its_code = code_of(str(held["url"]))
        if (its_code and its_code != code) or (not its_code and by_code.get(code, held)["id"] != held["id"]):
            found.add(row.line)
    return frozenset(found)


def _outcome(staged: StagedPost, held: Mapping[str, Any] | None, beside: Mapping[str, int]) -> str:
    if held is None:
        return "New"
    words = (staged.text and staged.text != held["text"]) or (staged.url and staged.url != held["url"])
    counts = any(
        isinstance(came, int) and came != (beside.get(name) if name in _FURTHER else held.get(name))
        for name, came in staged.figures.items()
    )
    moved = abs(staged.published_at - held["published_at"]) >= timedelta(days=1)
    return "Changed" if words or counts or moved else "Same"
