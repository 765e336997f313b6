"""Reading an account's days: each figure or its reason, where it came from, and what it replaced."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.models import DailyFigure, Observation, Run
from app.metrics.queries.runs import runs_by_id
from app.metrics.rules.dictionary import Metric, Source, definition_of, offered_by
from app.metrics.rules.seen import DaySeen, FigureSeen, Origin, Revision, why_absent
from app.platforms.catalogue import get_platform


def days_of(session: Session, account: Account, *, period: Period, within: Scope) -> list[DaySeen]:
    """Every day of a period, oldest first, with what is known of it; days nobody wrote are there with their reason."""
    rows = {row.day: row for row in _rows(session, account, period, within)}
    notes: dict[date, dict[Metric, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for note in _notes(session, account, period, within):
        notes[note.day][note.metric].append(note)
    runs = runs_by_id(session, _run_ids(rows.values(), notes), within=within)
    days = [period.first + timedelta(days=step) for step in range(period.days)]
    return [_day(account, day, rows.get(day), notes.get(day, {}), runs) for day in days]


def day_of(session: Session, account: Account, day: date, *, within: Scope) -> DaySeen:
    """One day with the provenance of each of its figures."""
    return days_of(session, account, period=Period(day, day), within=within)[0]


def offered_for(platform: str) -> frozenset[Metric]:
    """The metrics that a platform can give by any way we have."""
    known = {metric.value for metric in Metric} & set(get_platform(platform).metrics)
    return offered_by(platform) | {Metric(name) for name in known}


def _rows(session: Session, account: Account, period: Period, within: Scope) -> Iterable[DailyFigure]:
    return session.scalars(
        sa.select(DailyFigure)
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            DailyFigure.account_id == account.id,
            DailyFigure.day.between(period.first, period.last),
        )
        .order_by(DailyFigure.day)
        .execution_options(populate_existing=True)
    )


def _notes(session: Session, account: Account, period: Period, within: Scope) -> Iterable[Observation]:
    return session.scalars(
        sa.select(Observation)
        .where(
            Observation.consortium_id == within.consortium_id,
            Observation.account_id == account.id,
            Observation.day.between(period.first, period.last),
        )
        .order_by(Observation.day, Observation.metric, Observation.revision)
    )


def _run_ids(rows: Iterable[DailyFigure], notes: Mapping[date, Mapping[Metric, list[Observation]]]) -> set[int]:
    noted = {note.run_id for by_metric in notes.values() for found in by_metric.values() for note in found}
    return noted | {row.run_id for row in rows}


def _day(
    account: Account,
    day: date,
    row: DailyFigure | None,
    notes: Mapping[Metric, list[Observation]],
    runs: Mapping[int, Run],
) -> DaySeen:
    is_closed = account.retired_on is not None and day >= account.retired_on
    offered = offered_for(account.platform)
    figures: dict[Metric, FigureSeen] = {}
    for metric in Metric:
        absent = why_absent(metric, offered=offered, is_closed=is_closed)
        wording = _wording_of(metric, account.platform, day)
        figures[metric] = _seen(metric, row, notes.get(metric, []), runs, absent=absent, wording=wording)
    return DaySeen(day, figures)


def _wording_of(metric: Metric, platform: str, day: date) -> str:
    """The name of a level in a platform's answer; what is counted from many posts has no single wording."""
    making = definition_of(metric).making_on(platform, day)
    return making.field if making and metric.is_stock else ""


def _seen(
    metric: Metric,
    row: DailyFigure | None,
    notes: list[Observation],
    runs: Mapping[int, Run],
    *,
    absent: Reason,
    wording: str,
) -> FigureSeen:
    current = next((note for note in notes if note.revision == 0), None)
    revisions = tuple(
        Revision(
            note.revision, _figure_of(note), origin_of(note.source, runs[note.run_id], wording=wording), note.noted_at
        )
        for note in notes
        if note.revision > 0
    )
    value: int | None = getattr(row, metric.value) if row is not None else None
    if current is not None:
        origin = origin_of(current.source, runs[current.run_id], wording=wording)
        return FigureSeen(metric, _figure_of(current), origin, revisions)
    if row is None or value is None:
        return FigureSeen(metric, Figure.missing(absent), None, revisions)
    return FigureSeen(metric, Figure.of(value), origin_of(row.source, runs[row.run_id], wording=wording), revisions)


def _figure_of(note: Observation) -> Figure:
    return Figure.missing(note.reason) if note.reason is not None else Figure.of(note.value or 0)


def origin_of(source: Source, run: Run, *, wording: str = "") -> Origin:
    """Who wrote a figure; ``wording`` names the field of the platform's answer that is it, where one is."""
    told: Any = run.raw or {}
    for step in wording.split("."):
        told = told.get(step) if isinstance(told, Mapping) else None
    return Origin(
        source=source,
        run_id=run.id,
        noted_at=run.ended_at or run.started_at,
        run_message=run.message,
        file_name=run.file_name,
        layout=run.layout,
        raw=None if told is None else str(told),
    )


def counted_days(session: Session, account: Account, *, within: Scope, since: date, before: date) -> set[date]:
    """The days from ``since`` on and before another whose posts are counted."""
    return set(
        session.scalars(
            sa.select(DailyFigure.day)
            .where(
                DailyFigure.consortium_id == within.consortium_id,
                DailyFigure.account_id == account.id,
                DailyFigure.day >= since,
                DailyFigure.day < before,
                DailyFigure.posts.is_not(None),
            )
            .order_by(DailyFigure.day)
        )
    )
