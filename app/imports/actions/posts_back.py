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

#: so many posts are taken back at once
_AT_ONCE = 500
_TIMES = ("published_at", "gone_at")


@dataclass(frozen=True, slots=True)
class PostsUndone:
    """How many posts were taken back, and how many were left because they were changed since."""

    taken_back: int
    left: int = 0


def take_some_posts_back(session: Session, run: Run) -> PostsUndone | None:
    """The next posts: first those that the import changed are as before, then new ones go; None where no more do.

    What it told beside their columns goes wherever it still stands; new ones that a person tagged or wrote of stay.
    """
    return _restore(session, run) or _take_away(session, run)


def posts_kept(session: Session, run: Run) -> int:
    """How many new posts of the import are left."""
    return session.scalar(sa.select(sa.func.count()).select_from(_new(run).subquery())) or 0


def _restore(session: Session, run: Run) -> PostsUndone | None:
    rows = session.execute(
        sa.select(ReplacedPost, Post)
        .join(Post, sa.and_(Post.consortium_id == ReplacedPost.consortium_id, Post.id == ReplacedPost.post_id))
        .where(
            ReplacedPost.consortium_id == run.consortium_id,
            Post.consortium_id == run.consortium_id,
            ReplacedPost.run_id == run.id,
        )
        .order_by(ReplacedPost.post_id)
        .limit(_AT_ONCE)
        .execution_options(populate_existing=True)
    ).all()
    left = 0
    for entry, post in rows:
        if post.run_id == run.id:
            for name, value in entry.before.items():
                if name != BESIDE:
                    setattr(post, name, _as_it_was(name, value))
        else:
            left += 1
        session.delete(entry)
    session.flush()
    take_post_figures_back(session, run, {entry.post_id: entry.before.get(BESIDE, {}) for entry, _ in rows})
    return PostsUndone(len(rows) - left, left) if rows else None


def _as_it_was(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value


def _take_away(session: Session, run: Run) -> PostsUndone | None:
    """What is left under the run's name was new with it."""
    free = session.scalars(_new(run).where(~is_kept()).order_by(Post.id).limit(_AT_ONCE)).all()
    if not free:
        return None
    for table, key in ((PostTag, PostTag.post_id), (PostFigure, PostFigure.post_id), (Post, Post.id)):
        session.execute(
            sa.delete(table).where(table.consortium_id == run.consortium_id, key.in_(free)),
            execution_options={"synchronize_session": False},
        )
    return PostsUndone(len(free))


def _new(run: Run) -> sa.Select[int]:
    return sa.select(Post.id).where(Post.consortium_id == run.consortium_id, Post.run_id == run.id)
