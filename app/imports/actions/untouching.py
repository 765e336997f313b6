"""Taking back the posts of an import: new ones go, changed ones are as before, what people said of them stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.imports.queries.undo import is_kept
from app.metrics.actions.post_figures import take_post_figures_back
from app.metrics.actions.replacing import BESIDE
from app.metrics.models import Post, PostFigure, PostTag, ReplacedPost, Run

_TIMES = ("published_at", "gone_at")


@dataclass(frozen=True, slots=True)
class PostsUndone:
    """How many posts were taken back, and how many were left: changed since, or tagged by people."""

    taken_back: int
    left: int


def take_posts_back(session: Session, run: Run) -> PostsUndone:
    """Posts that the import changed are as before; new ones go, unless a person tagged them or wrote of them.

    What it told beside their columns goes wherever it still stands, but from new posts that stay.
    """
    restored, left = _restore(session, run)
    gone, kept = _take_away(session, run)
    return PostsUndone(restored + gone, left + kept)


def _restore(session: Session, run: Run) -> tuple[int, int]:
    rows = session.execute(
        sa.select(ReplacedPost, Post)
        .join(Post, sa.and_(Post.consortium_id == ReplacedPost.consortium_id, Post.id == ReplacedPost.post_id))
        .where(
            ReplacedPost.consortium_id == run.consortium_id,
            Post.consortium_id == run.consortium_id,
            ReplacedPost.run_id == run.id,
        )
        .order_by(ReplacedPost.post_id)
        .execution_options(populate_existing=True)
    ).all()
    left = 0
    beside: dict[int, dict[str, list[Any]]] = {}
    for entry, post in rows:
        beside[post.id] = entry.before.get(BESIDE, {})
        if post.run_id != run.id:
            left += 1
            continue
        for name, value in entry.before.items():
            if name != BESIDE:
                setattr(post, name, _as_it_was(name, value))
    session.flush()
    take_post_figures_back(session, run, beside, but_of=_new(run).where(is_kept()))
    return len(rows) - left, left


def _as_it_was(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value


def _new(run: Run) -> sa.Select[int]:
    """The posts that came with it, once those that it changed are as before."""
    return sa.select(Post.id).where(Post.consortium_id == run.consortium_id, Post.run_id == run.id)


def _take_away(session: Session, run: Run) -> tuple[int, int]:
    """What is left under the run's name was new with it."""
    new, free = _new(run), _new(run).where(~is_kept())
    for table in (PostTag, PostFigure):
        session.execute(
            sa.delete(table).where(table.consortium_id == run.consortium_id, table.post_id.in_(free)),
            execution_options={"synchronize_session": False},
        )
    gone = session.execute(
        sa.delete(Post).where(Post.consortium_id == run.consortium_id, Post.id.in_(free)),
        execution_options={"synchronize_session": False},
    )
    kept = session.scalar(sa.select(sa.func.count()).select_from(new.subquery())) or 0
    return gone.rowcount, kept  # type: ignore[attr-defined]  # a DELETE's result has it
