"""Keeping what platforms tell beside the metrics, by pull and by file: weighed as the metrics are, then written."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.figures import Figure, Reason
from app.metrics.actions.differing import decided_over_the_platform, known_differences, write_differences
from app.metrics.actions.rerolling import AS_IT_IS, parts_of
from app.metrics.actions.staging import FURTHER_STAGE, Part, rows_in
from app.metrics.actions.weighing import Difference, is_far
from app.metrics.models import FurtherFigure, Run
from app.metrics.queries.closing import closed_days
from app.metrics.queries.standing import firm_runs
from app.metrics.rules.dictionary import FurtherMetric, Source
from app.metrics.rules.incoming import is_frozen
from app.metrics.rules.standing import is_platforms, stands_against

FIGURES: sa.Table = sa.Table(FurtherFigure.__tablename__, FurtherFigure.metadata)
#: of these a page can say as much without a row
_TELLS_NOTHING = frozenset({Reason.NOT_SUPPORTED, Reason.NOT_COLLECTED, Reason.BLANK})
#: account, day, metric
Cell = tuple[int, date, FurtherMetric]


@dataclass(frozen=True, slots=True)
class Told:
    """What came in of one metric of an account's day."""

    account_id: int
    day: date
    metric: FurtherMetric
    figure: Figure

    @property
    def cell(self) -> Cell:
        """Which figure it is."""
        return self.account_id, self.day, self.metric


@dataclass(slots=True)
class Beside:
    """What becomes of days by what is told beside their metrics; each an account and a day."""

    #: something is written
    written: set[tuple[int, date]] = field(default_factory=set)
    #: something of the same metrics was known
    met: set[tuple[int, date]] = field(default_factory=set)
    #: another source differs by more than 2%
    conflicting: set[tuple[int, date]] = field(default_factory=set)
    #: a value older than a week changes
    late: set[tuple[int, date]] = field(default_factory=set)

    def add(self, other: "Beside") -> None:
        """Those of another part too."""
        self.written |= other.written
        self.met |= other.met
        self.conflicting |= other.conflicting
        self.late |= other.late


def store_further(session: Session, rows: Iterable[Told], *, run: Run, source: Source, at: datetime) -> Beside:
    """Keep them in the caller's transaction; the same again changes nothing, and missing replaces no value.

    What a file replaces is kept as a revision, so that it can be taken back; what a pull replaces is where it is older
    than a week or its period is closed.
    """
    found = Beside()
    for some in parts_of([row for row in rows if row.figure.reason not in _TELLS_NOTHING]):
        weighed = _weigh(session, some, run=run, source=source, at=at)
        _write(session, weighed, some, run=run, source=source, at=at)
        found.add(weighed.beside)
    return found


def store_staged_further(session: Session, run: Run, part: Part, *, at: datetime) -> Beside:
    """Keep what a part of a file tells beside its metrics."""
    return store_further(session, _staged(session, run, part), run=run, source=Source.IMPORT, at=at)


def weigh_staged_further(session: Session, run: Run, part: Part, *, at: datetime) -> Beside:
    """What keeping it would do."""
    found = Beside()
    for some in parts_of(_staged(session, run, part)):
        found.add(_weigh(session, some, run=run, source=Source.IMPORT, at=at).beside)
    return found


def _staged(session: Session, run: Run, part: Part) -> list[Told]:
    rows = session.execute(
        sa.select(FURTHER_STAGE)
        .where(rows_in(FURTHER_STAGE, run, part))
        .order_by(FURTHER_STAGE.c.account_id, FURTHER_STAGE.c.day, FURTHER_STAGE.c.metric)
    )
    return [Told(row.account_id, row.day, row.metric, Figure.of(row.value)) for row in rows]


@dataclass(slots=True)
class _Weighed:
    """What is to be written, and what it does to the days."""

    beside: Beside = field(default_factory=Beside)
    gone: list[Cell] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    differences: dict[Cell, Difference] = field(default_factory=dict)


def _weigh(session: Session, told: Sequence[Told], *, run: Run, source: Source, at: datetime) -> _Weighed:
    """As the metrics are weighed: cell by cell, by who says what and when."""
    within = Scope(consortium_id=run.consortium_id)
    closed = closed_days(session, within=within)
    held, last = held_of(session, run, told)
    firm = firm_runs(session, {run.id, *(one.run_id for one in held.values())}, within=within)
    known = known_differences(session, run, held) if is_platforms(source) else {}
    decided = decided_over_the_platform(known.values())
    found = _Weighed()
    for row in told:
        now, place = held.get(row.cell), (row.account_id, row.day)
        if now is not None and now.value is not None:
            found.beside.met.add(place)
        if now is not None and not _replaces(row, now, found, firm=firm, decided=decided, run=run, source=source):
            continue
        if now is not None:
            found.gone.append(row.cell)
            is_late = is_frozen(row.day, at=at, closed=closed)
            if is_late and now.value is not None:
                found.beside.late.add(place)
            if source is Source.IMPORT or is_late:
                found.rows.append(row_of(now, last[row.cell] + 1, at=at))
        found.beside.written.add(place)
        found.rows.append(_fresh(row, run=run, source=source, at=at))
    return found


def _replaces(
    row: Told,
    now: FurtherFigure,
    found: _Weighed,
    *,
    firm: Iterable[int],
    decided: Container[object],
    run: Run,
    source: Source,
) -> bool:
    """Does what came stand instead of what is held? Notes where the two differ much."""
    came = row.figure.value
    if came is None or (now.value == came and now.reason is row.figure.reason):
        return False
    if now.value is None:
        return True
    stays = row.cell in decided or stands_against(
        now.source, source, held_is_firm=now.run_id in firm, came_is_firm=run.id in firm
    )
    if is_far(now.value, now.source, round(came), source):
        found.beside.conflicting.add((row.account_id, row.day))
        found.differences[row.cell] = (
            Difference(now.value, now.source, round(came), source, run.id)
            if stays
            else Difference(round(came), source, now.value, now.source, now.run_id)
        )
    return not stays


def _write(
    session: Session, weighed: _Weighed, told: Sequence[Told], *, run: Run, source: Source, at: datetime
) -> None:
    if weighed.gone:
        remove_current(session, weighed.gone, run)
    if weighed.rows:
        session.execute(sa.insert(FIGURES), weighed.rows)
    came = {row.cell: round(row.figure.value) for row in told if row.figure.value is not None}
    known = known_differences(session, run, came)
    if not known and not weighed.differences:
        return
    beside = [
        {**known[account_id, day, metric.value], f"came_{metric.value}": value}
        for (account_id, day, metric), value in came.items()
        if (account_id, day, metric.value) in known
    ]
    write_differences(session, beside, weighed.differences.items(), run=run, source=source, at=at)


def held_of(
    session: Session, run: Run, rows: Sequence[Told] | Sequence[FurtherFigure]
) -> tuple[dict[Cell, FurtherFigure], Mapping[Cell, int]]:
    """What stands now of the accounts and days of some rows, and the number of the last revision, by figure."""
    found = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == run.consortium_id,
            FurtherFigure.account_id.in_({row.account_id for row in rows}),
            FurtherFigure.day.between(min(row.day for row in rows), max(row.day for row in rows)),
        )
        .order_by(FurtherFigure.account_id, FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision)
        .execution_options(populate_existing=True)
    )
    held: dict[Cell, FurtherFigure] = {}
    last: dict[Cell, int] = {}
    for one in found:
        cell = (one.account_id, one.day, one.metric)
        last[cell] = one.revision
        if one.revision == 0:
            held[cell] = one
    return held, last


def remove_current(session: Session, cells: Sequence[Cell], run: Run) -> None:
    """What stands goes; its revisions stay."""
    statement = sa.delete(FIGURES).where(
        FIGURES.c.consortium_id == run.consortium_id,
        FIGURES.c.account_id == sa.bindparam("of_account", type_=FIGURES.c.account_id.type),
        FIGURES.c.day == sa.bindparam("of_day", type_=FIGURES.c.day.type),
        FIGURES.c.metric == sa.bindparam("of_metric", type_=FIGURES.c.metric.type),
        FIGURES.c.revision == 0,
    )
    rows = [{"of_account": account_id, "of_day": day, "of_metric": metric} for account_id, day, metric in cells]
    session.connection().execute(statement, rows, execution_options=AS_IT_IS)


def row_of(held: FurtherFigure, revision: int, *, at: datetime) -> dict[str, Any]:
    """What stood, as a revision replaced at this time."""
    names = ("consortium_id", "account_id", "day", "metric", "value", "reason", "source", "run_id")
    return {name: getattr(held, name) for name in names} | {"revision": revision, "noted_at": at}


def _fresh(row: Told, *, run: Run, source: Source, at: datetime) -> dict[str, Any]:
    return {
        "consortium_id": run.consortium_id,
        "account_id": row.account_id,
        "day": row.day,
        "metric": row.metric,
        "value": None if row.figure.value is None else round(row.figure.value),
        "reason": row.figure.reason,
        "source": source,
        "run_id": run.id,
        "revision": 0,
        "noted_at": at,
    }
