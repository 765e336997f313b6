"""What is told of posts beside their columns: weighed, written, and put back with the import that brought it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.metrics.models import PostFigure, Run
from app.metrics.queries.posts import post_figures_of
from app.metrics.rules.dictionary import FurtherMetric, Source
from app.platforms.contract import PostReading

_FIGURES = sa.Table(PostFigure.__tablename__, PostFigure.metadata)
_FURTHER = frozenset(metric.value for metric in FurtherMetric)
#: by metric: value, source and run
Before = dict[str, list[Any]]


@dataclass(slots=True)
class ToldOfPosts:
    """What a run tells of posts beside their columns, and what of it is new."""

    run: Run
    #: by the platform's id of the post
    told: Mapping[str, Mapping[FurtherMetric, int]]
    held: Mapping[int, Mapping[FurtherMetric, PostFigure]]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def take(self, external_id: str, post_id: int, *, gives_way: bool = False) -> Before | None:
        """Take in what is told of a post, and what stood there before; None where nothing of it is new.

        ``gives_way``: what another kind of source told of the post stands.
        """
        before: Before = {}
        source, known = Source(self.run.kind.value), self.held.get(post_id, {})
        count = len(self.rows)
        for metric, value in self.told.get(external_id, {}).items():
            held = known.get(metric)
            if held is not None and (held.value == value or (gives_way and held.source is not source)):
                continue
            if held is not None:
                before[metric.value] = [held.value, held.source.value, held.run_id]
            self.rows.append(_row(self.run, post_id, metric, value, source, self.run.id))
        return before if len(self.rows) > count else None

    def write(self, session: Session) -> None:
        """Write what was taken in; the posts are there."""
        if self.rows:
            session.connection().execute(_merging(session.get_bind().dialect.name), self.rows)


def told_of_posts(
    session: Session, posts: Iterable[PostReading], held: Mapping[str, Mapping[str, object]], *, run: Run
) -> ToldOfPosts:
    """What these readings tell beside the columns; asks nothing of the database where that is nothing."""
    told = {post.external_id: its for post in posts if (its := _beside(post))}
    ids = [int(str(held[external_id]["id"])) for external_id in told if external_id in held]
    known = post_figures_of(session, ids, within=Scope(consortium_id=run.consortium_id)) if ids else {}
    return ToldOfPosts(run, told, known)


def take_post_figures_back(session: Session, run: Run, before: Mapping[int, Mapping[str, Sequence[Any]]]) -> None:
    """What an import told of some posts goes; what it replaced, by post, returns where its own still stood."""
    mine = (
        _FIGURES.c.consortium_id == run.consortium_id,
        _FIGURES.c.run_id == run.id,
        _FIGURES.c.post_id.in_(sorted(before)),
    )
    stood = session.execute(
        sa.select(_FIGURES.c.post_id, _FIGURES.c.metric).where(*mine).order_by(_FIGURES.c.post_id, _FIGURES.c.metric)
    ).all()
    session.execute(sa.delete(_FIGURES).where(*mine))
    rows = [
        _row(run, post_id, metric, value, Source(source), run_id)
        for post_id, metric in stood
        if (was := before.get(post_id, {}).get(metric.value)) is not None
        for value, source, run_id in [was]
    ]
    if rows:
        session.execute(sa.insert(_FIGURES), rows)


def _beside(post: PostReading) -> dict[FurtherMetric, int]:
    return {
        FurtherMetric(str(name)): round(figure.value)
        for name, figure in post.figures.items()
        if name in _FURTHER and figure.value is not None
    }


def _row(run: Run, post_id: int, metric: FurtherMetric, value: int, source: Source, run_id: int) -> dict[str, Any]:
    return {
        "consortium_id": run.consortium_id,
        "post_id": post_id,
        "metric": metric,
        "value": value,
        "source": source,
        "run_id": run_id,
    }


@cache
def _merging(engine_name: str) -> sa.Insert:
    insert = postgresql.insert if engine_name == "postgresql" else sqlite.insert
    statement = insert(_FIGURES)
    newer = {name: statement.excluded[name] for name in ("value", "source", "run_id")}
    return statement.on_conflict_do_update(index_elements=["consortium_id", "post_id", "metric"], set_=newer)
