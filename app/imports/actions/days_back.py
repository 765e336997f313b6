"""Taking the days of an import back: what it replaced stands again where its own figure still does; a later one stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.queries import accounts_for_change
from app.foundation.ids import new_id
from app.imports.queries.undo import DayOf, days_on, notes_on, stands
from app.metrics.actions.closing import held_on_closed_days, keep_what_went
from app.metrics.actions.differing import forget_differences
from app.metrics.actions.rerolling import AS_IT_IS, parts_of, roll_up_anew, stage_days
from app.metrics.actions.staging import Part, rows_in
from app.metrics.actions.untelling import take_further_back, told_beside_alone
from app.metrics.models import DailyFigure, FurtherFigure, Observation, ReplacedFigure, Run
from app.metrics.rules.dictionary import Metric, Source

#: so many days are taken back at once: a file has a million of them
PART_DAYS = 5000
_METRICS = tuple(Metric)
_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_REPLACED = sa.Table(ReplacedFigure.__tablename__, ReplacedFigure.metadata)
_NOTES = sa.Table(Observation.__tablename__, Observation.metadata)
_FURTHER = sa.Table(FurtherFigure.__tablename__, FurtherFigure.metadata)
#: tables that hold what an import brought or replaced, each with the rows that count
_KEPT = ((_DAYS, sa.true()), (_REPLACED, sa.true()), (_FURTHER, _FURTHER.c.revision == 0))


@dataclass(slots=True)
class DaysUndone:
    """How some days went back."""

    taken_away: int = 0
    restored: int = 0
    #: account and day that something else changed since
    left: set[DayOf] = field(default_factory=set)


def next_days(session: Session, run: Run, *, after: DayOf | None) -> tuple[Part, list[DayOf]]:
    """The next part of an import beyond a place, and its days; the last part ends nowhere."""
    found: set[DayOf] = set()
    for table, counts in _KEPT:
        rows = session.execute(
            sa.select(table.c.account_id, table.c.day)
            .where(rows_in(table, run, Part(after)), counts)
            .distinct()
            .order_by(table.c.account_id, table.c.day)
            .limit(PART_DAYS)
        )
        found.update((account_id, day) for account_id, day in rows)
    places = sorted(found)[:PART_DAYS]
    return Part(after, places[-1] if len(places) == PART_DAYS else None), places


def take_days_back(session: Session, run: Run, part: Part, places: Sequence[DayOf], *, at: datetime) -> DaysUndone:
    """Undo what the run wrote in a part, of which these are the days; afterwards nothing of it is there."""
    accounts_for_change(session, {account_id for account_id, _ in places}, within=_scope(run))
    done, alone = DaysUndone(), told_beside_alone(session, run, part)
    held = held_on_closed_days(session, run, part)
    _take_new_days(session, run, part, done)
    for entries in parts_of(_replaced(session, run, part)):
        _restore(session, run, entries, done, at=at)
    session.execute(sa.delete(_REPLACED).where(rows_in(_REPLACED, run, part)))
    keep_what_went(session, run, held, at=at)
    beside = take_further_back(session, run, part, at=at)
    done.restored += len(beside.restored & alone)
    done.taken_away += len((beside.gone - beside.restored) & alone)
    done.left |= beside.left
    stage_days(session, run, places)
    roll_up_anew(session, run)
    forget_differences(session, run, part)
    return done


def _take_new_days(session: Session, run: Run, part: Part, done: DaysUndone) -> None:
    """Days that were not there before go, but for what another source wrote there since."""
    mine = rows_in(_DAYS, run, part)
    was_there = sa.exists().where(
        ReplacedFigure.consortium_id == run.consortium_id,
        ReplacedFigure.run_id == run.id,
        ReplacedFigure.account_id == DailyFigure.account_id,
        ReplacedFigure.day == DailyFigure.day,
        ReplacedFigure.held_run_id.is_not(None),
    )
    has_others = sa.exists().where(
        Observation.consortium_id == run.consortium_id,
        Observation.account_id == DailyFigure.account_id,
        Observation.day == DailyFigure.day,
        Observation.revision == 0,
        Observation.value.is_not(None),
    )
    gone = session.execute(sa.delete(DailyFigure).where(mine, ~was_there, ~has_others), execution_options=AS_IT_IS)
    done.taken_away += gone.rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    session.execute(
        sa.delete(_NOTES).where(rows_in(_NOTES, run, part), _NOTES.c.revision == 0, _NOTES.c.value.is_(None))
    )
    rest = session.scalars(
        sa.select(DailyFigure)
        .where(mine, ~was_there)
        .order_by(DailyFigure.account_id, DailyFigure.day)
        .execution_options(populate_existing=True)
    ).all()
    for rows in parts_of(rest):
        notes = notes_on(session, [(row.account_id, row.day) for row in rows], within=_scope(run))
        for row in rows:
            _leave_to_others(session, row, notes[row.account_id, row.day])
            done.taken_away += 1
            done.left.add((row.account_id, row.day))
    session.flush()


def _leave_to_others(session: Session, row: DailyFigure, notes: dict[Metric, Observation]) -> None:
    """The day keeps what others wrote there, and becomes the day of the first of them."""
    others = {metric: note for metric, note in notes.items() if note.value is not None}
    for metric in _METRICS:
        if metric not in others:
            setattr(row, metric.value, None)
    first = min(others.values(), key=lambda note: note.noted_at)
    row.run_id, row.source = first.run_id, first.source
    for note in others.values():
        if (note.run_id, note.source) == (first.run_id, first.source):
            session.delete(note)


def _replaced(session: Session, run: Run, part: Part) -> Sequence[ReplacedFigure]:
    return session.scalars(
        sa.select(ReplacedFigure)
        .where(rows_in(_REPLACED, run, part))
        .order_by(ReplacedFigure.account_id, ReplacedFigure.day)
    ).all()


def _restore(session: Session, run: Run, entries: Sequence[ReplacedFigure], done: DaysUndone, *, at: datetime) -> None:
    places = [(entry.account_id, entry.day) for entry in entries]
    notes, days = notes_on(session, places, within=_scope(run)), days_on(session, places, within=_scope(run))
    for entry in entries:
        place = (entry.account_id, entry.day)
        row = days.get(place)
        is_whole = _restore_day(session, run, entry, row, notes[place], at=at)
        if is_whole:
            done.restored += entry.held_run_id is not None
        else:
            done.left.add(place)
    session.flush()


def _restore_day(
    session: Session,
    run: Run,
    entry: ReplacedFigure,
    row: DailyFigure | None,
    notes: dict[Metric, Observation],
    *,
    at: datetime,
) -> bool:
    """Put one day back; was all of it still as the import left it?"""
    took_row = row is not None and row.run_id == run.id
    is_whole = True
    for name, (came, before, note) in entry.cells.items():
        metric = Metric(name)
        held = notes.get(metric)
        if not stands(run, row, held, metric, came):
            is_whole = False
            continue
        if held is not None:
            session.delete(held)
        if row is not None and came is not None:
            setattr(row, name, before)
        if note is not None:
            _put_note(session, run, entry, metric, note, at=at)
    if took_row and row is not None and entry.held_run_id is not None:
        row.run_id, row.source = entry.held_run_id, Source(entry.held_source or Source.IMPORT)
    if row is not None and all(getattr(row, each.value) is None for each in _METRICS):
        session.delete(row)  # what it was made of was taken back before
    return is_whole


def _put_note(
    session: Session, run: Run, entry: ReplacedFigure, metric: Metric, note: list[Any], *, at: datetime
) -> None:
    session.flush()  # the note that goes makes room for the one that returns
    value, reason, source, run_id = note
    session.execute(
        sa.insert(Observation).values(
            id=new_id(),
            consortium_id=run.consortium_id,
            account_id=entry.account_id,
            day=entry.day,
            metric=metric,
            revision=0,
            value=value,
            reason=reason,
            source=source,
            run_id=run_id,
            noted_at=at,
        )
    )


def _scope(run: Run) -> Scope:
    return Scope(consortium_id=run.consortium_id)
