"""Reading what taking an import back would do: its days and its posts, one by one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.metrics.models import (
    DailyFigure,
    FurtherFigure,
    Observation,
    Post,
    PostTag,
    ReplacedFigure,
    ReplacedPost,
    Run,
    TagChange,
)
from app.metrics.rules.dictionary import FurtherMetric, Metric

#: an account's day
DayOf = tuple[int, date]
_LONGEST_TEXT = 120


@dataclass(frozen=True, slots=True)
class DayBack:
    """A day of an import: what it stands at, and at what it stood before, figure by figure."""

    account_id: int
    day: date
    #: did the import bring the day?
    is_new: bool
    #: metric, the value that came, the value before
    cells: tuple[tuple[Metric | FurtherMetric, int | None, int | None], ...]
    #: did something else change a part of it since, which stays?
    is_changed_since: bool


@dataclass(frozen=True, slots=True)
class PostBack:
    """A post of an import."""

    account_id: int
    published_at: datetime
    text: str
    is_new: bool
    #: was it changed, or tagged by people, since? Then it stays
    is_changed_since: bool


@dataclass(slots=True)
class _Beside:
    """What an import told of a day beside the metrics: metric, the value that came, the value before."""

    cells: list[tuple[FurtherMetric, int | None, int | None]] = field(default_factory=list)
    is_changed_since: bool = False


def counts_to_undo(session: Session, run: Run, *, within: Scope) -> tuple[int, int]:
    """How many days and how many posts an import brought or changed."""
    days, posts = (
        session.scalar(sa.select(sa.func.count()).select_from(each.subquery())) or 0
        for each in (_day_keys(run, within), _post_ids(run, within))
    )
    return days, posts


def days_to_undo(session: Session, run: Run, *, within: Scope, offset: int, limit: int) -> list[DayBack]:
    """Some of its days, by account and day."""
    keys = _day_keys(run, within).subquery()
    statement = sa.select(keys).order_by(keys.c.account_id, keys.c.day).offset(offset).limit(limit)
    places = [(account_id, day) for account_id, day in session.execute(statement)]
    rows, notes = days_on(session, places, within=within), notes_on(session, places, within=within)
    entries = session.scalars(
        sa.select(ReplacedFigure).where(
            ReplacedFigure.consortium_id == within.consortium_id,
            ReplacedFigure.run_id == run.id,
            sa.tuple_(ReplacedFigure.account_id, ReplacedFigure.day).in_(places),
        )
    )
    replaced = {(entry.account_id, entry.day): entry for entry in entries}
    beside = _beside_on(session, run, places, within=within)
    return [
        _with(_day_back(run, place, rows.get(place), notes[place], replaced.get(place)), beside[place])
        for place in places
    ]


def _with(back: DayBack, beside: _Beside) -> DayBack:
    """The day with what was told of it beside the metrics."""
    is_new = back.is_new and all(before is None for _, _, before in beside.cells)
    is_changed = back.is_changed_since or beside.is_changed_since
    return replace(back, is_new=is_new, is_changed_since=is_changed, cells=(*back.cells, *beside.cells))


def posts_to_undo(session: Session, run: Run, *, within: Scope, offset: int, limit: int) -> list[PostBack]:
    """Some of its posts, the oldest first."""
    ids = _post_ids(run, within)
    was_there = sa.exists().where(
        ReplacedPost.consortium_id == Post.consortium_id, ReplacedPost.run_id == run.id, ReplacedPost.post_id == Post.id
    )
    rows = session.execute(
        sa.select(
            Post.account_id,
            Post.published_at,
            Post.text,
            ~was_there,
            sa.or_(Post.run_id != run.id, ~was_there & is_kept()),
        )
        .where(Post.consortium_id == within.consortium_id, Post.id.in_(ids))
        .order_by(Post.published_at, Post.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        PostBack(account_id, published_at, text[:_LONGEST_TEXT], bool(is_new), bool(is_changed))
        for account_id, published_at, text, is_new, is_changed in rows
    ]


def is_kept() -> sa.ColumnElement[bool]:
    """Did people tag the post, or say what it asks? Then it is theirs too."""
    by_people = sa.exists().where(
        PostTag.consortium_id == Post.consortium_id, PostTag.post_id == Post.id, PostTag.person_id.is_not(None)
    )
    in_batches = sa.exists().where(TagChange.consortium_id == Post.consortium_id, TagChange.post_id == Post.id)
    return sa.or_(by_people, in_batches, Post.asks.is_not(None))


def stands(run: Run, row: DailyFigure | None, note: Observation | None, metric: Metric, came: int | None) -> bool:
    """Is a figure of a day still as the import left it?"""
    held = None if row is None else getattr(row, metric.value)
    if came is None:
        return note is None and held is None
    if row is None or held != came:
        return False
    return (note if note is not None and note.value is not None else row).run_id == run.id


def notes_on(session: Session, places: Sequence[DayOf], *, within: Scope) -> dict[DayOf, dict[Metric, Observation]]:
    """The current notes of some days."""
    found: dict[DayOf, dict[Metric, Observation]] = defaultdict(dict)
    rows = session.scalars(
        sa.select(Observation)
        .where(
            Observation.consortium_id == within.consortium_id,
            Observation.revision == 0,
            sa.tuple_(Observation.account_id, Observation.day).in_(places),
        )
        .order_by(Observation.account_id, Observation.day, Observation.metric)
        .execution_options(populate_existing=True)
    )
    for note in rows:
        found[note.account_id, note.day][note.metric] = note
    return found


def days_on(session: Session, places: Sequence[DayOf], *, within: Scope) -> dict[DayOf, DailyFigure]:
    """Some days as they are held."""
    rows = session.scalars(
        sa.select(DailyFigure)
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            sa.tuple_(DailyFigure.account_id, DailyFigure.day).in_(places),
        )
        .order_by(DailyFigure.account_id, DailyFigure.day)
        .execution_options(populate_existing=True)
    )
    return {(row.account_id, row.day): row for row in rows}


def _day_back(
    run: Run,
    place: DayOf,
    row: DailyFigure | None,
    notes: dict[Metric, Observation],
    entry: ReplacedFigure | None,
) -> DayBack:
    if entry is None and (row is None or row.run_id != run.id):
        return DayBack(*place, is_new=True, cells=(), is_changed_since=False)
    if entry is None or entry.held_run_id is None:
        brought = [] if row is None else [(m, v, None) for m in Metric if (v := getattr(row, m.value)) is not None]
        others = {metric for metric, note in notes.items() if note.value is not None}
        mine = tuple((metric, value, None) for metric, value, _ in brought if metric not in others)
        return DayBack(*place, is_new=True, cells=mine, is_changed_since=bool(others))
    cells = tuple(_cells(entry.cells))
    is_whole = all(stands(run, row, notes.get(metric), metric, came) for metric, came, _ in cells)
    return DayBack(*place, is_new=False, cells=cells, is_changed_since=not is_whole)


def _cells(written: dict[str, Any]) -> Iterator[tuple[Metric, int | None, int | None]]:
    for name, (came, before, _) in written.items():
        yield Metric(name), came, before


def _day_keys(run: Run, within: Scope) -> sa.CompoundSelect[tuple[int, date]]:
    statements = [
        sa.select(table.account_id, table.day).where(
            table.consortium_id == within.consortium_id, table.run_id == run.id
        )
        for table in (DailyFigure, ReplacedFigure, FurtherFigure)
    ]
    return sa.union(*statements)


def _beside_on(session: Session, run: Run, places: Sequence[DayOf], *, within: Scope) -> dict[DayOf, _Beside]:
    rows = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == within.consortium_id,
            sa.tuple_(FurtherFigure.account_id, FurtherFigure.day).in_(places),
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision.desc())
    ).all()
    found: dict[DayOf, _Beside] = defaultdict(_Beside)
    before: dict[tuple[DayOf, FurtherMetric], int | None] = {}
    for row in rows:
        place = (row.account_id, row.day)
        if row.revision > 0:
            before.setdefault((place, row.metric), row.value)
            found[place].is_changed_since |= row.run_id == run.id
        elif row.run_id == run.id:
            found[place].cells.append((row.metric, row.value, before.get((place, row.metric))))
    return found


def _post_ids(run: Run, within: Scope) -> sa.CompoundSelect[tuple[int]]:
    return sa.union(
        sa.select(Post.id).where(Post.consortium_id == within.consortium_id, Post.run_id == run.id),
        sa.select(ReplacedPost.post_id).where(
            ReplacedPost.consortium_id == within.consortium_id, ReplacedPost.run_id == run.id
        ),
    )
