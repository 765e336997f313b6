"""Taking an import back exactly: what it replaced stands again where its own figure still does; a later one stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.queries import accounts_for_change, get_account
from app.background.actions import ask, ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.imports.actions.checking import account_id_of
from app.imports.actions.untouching import take_posts_back
from app.imports.queries.undo import days_on, notes_on, stands
from app.metrics.actions.closing import held_on_closed_days, keep_what_went
from app.metrics.actions.differing import forget_differences
from app.metrics.actions.replacing import forget_replaced
from app.metrics.actions.rerolling import AS_IT_IS, parts_of, roll_up_anew, stage_months
from app.metrics.actions.untelling import take_further_back, told_beside_alone
from app.metrics.models import DailyFigure, FurtherFigure, ImportChoice, Observation, ReplacedFigure, Run
from app.metrics.queries.standing import find_choice
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.runs import RunState
from app.web.filters import plural

#: the kind of background work that takes an import back
UNDO = "metrics.undo_import"
_METRICS = tuple(Metric)


@dataclass(slots=True)
class Undone:
    """How taking an import back went, in days and posts."""

    taken_away: int = 0
    restored: int = 0
    #: account and day that something else changed since
    left: set[tuple[int, date]] = field(default_factory=set)
    posts: int = 0
    posts_left: int = 0

    @property
    def words(self) -> str:
        """For the page of the run."""
        said = [f"{plural(self.taken_away, 'day', 'days')} taken away", f"{self.restored:,} as before"]
        if self.posts or self.posts_left:
            said.append(f"{plural(self.posts, 'post', 'posts')} taken back")
        if self.left or self.posts_left:
            kept = len(self.left) + self.posts_left
            said.append(f"{kept:,} not undone: changed since")
        return "; ".join(said)


def ask_undo(session: Session, run: Run, *, by: Actor, at: datetime) -> None:
    """Take the import back in the background; the run must be locked. Refuses one that cannot be."""
    _claim(session, run, at=at)
    payload = {"run_id": run.id, "person_id": by.person_id}
    ask(session, UNDO, payload, consortium_id=run.consortium_id, at=at, key=str(run.id))


def undo_import(session: Session, run: Run, *, by: Actor, at: datetime) -> Undone:
    """Take it back: what it brought goes, what it replaced returns, and what changed since stays as it is.

    Refuses an import that was not carried out, was taken back already, or is older than thirty days.
    """
    done = take_back(session, run, _claim(session, run, at=at), at=at)
    run.state, run.message = RunState.UNDONE, f"Taken back: {done.words}."
    session.flush()
    account = get_account(session, account_id_of(run), within=Scope(consortium_id=run.consortium_id))
    detail = {"file": run.file_name, "account": account.handle, "left": len(done.left) + done.posts_left}
    record(session, Deed.FIGURES_TAKEN_BACK, run, by=by, at=at, place_path=account.place.path, detail=detail)
    return done


def take_back(session: Session, run: Run, choice: ImportChoice, *, at: datetime) -> Undone:
    """Undo whatever a run's file brought by now; nothing of it may be on the stage."""
    accounts_for_change(session, _accounts(session, run), within=Scope(consortium_id=run.consortium_id))
    done = Undone()
    alone = told_beside_alone(session, run)
    held = held_on_closed_days(session, run)
    stage_months(session, run)
    _take_new_days(session, run, done)
    for entries in parts_of(_replaced(session, run)):
        _restore(session, run, entries, done, at=at)
    keep_what_went(session, run, held, at=at)
    beside = take_further_back(session, run, at=at)
    done.restored += len(beside.restored & alone)
    done.taken_away += len((beside.gone - beside.restored) & alone)
    done.left |= beside.left
    posts = take_posts_back(session, run)
    done.posts, done.posts_left = posts.taken_back, posts.left
    roll_up_anew(session, run)
    forget_differences(session, run)
    forget_replaced(session, [choice])
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=run.consortium_id, at=at, key="all")
    return done


def _claim(session: Session, run: Run, *, at: datetime) -> ImportChoice:
    if run.state is RunState.UNDONE:
        raise Refused("This import was taken back already.")
    choice = find_choice(session, run, within=Scope(consortium_id=run.consortium_id))
    if run.state is not RunState.DONE or choice is None or choice.undo_until is None or choice.undo_until < at:
        raise Refused("An import can be taken back for 30 days after it was carried out, and not later.")
    return choice


def _accounts(session: Session, run: Run) -> set[int]:
    """The accounts whose days it wrote, and the one that it was given for."""
    statements = [
        sa.select(table.account_id).where(table.consortium_id == run.consortium_id, table.run_id == run.id)
        for table in (DailyFigure, ReplacedFigure, FurtherFigure)
    ]
    found = sa.union(*statements).subquery()
    ids = session.scalars(sa.select(found.c.account_id).order_by(found.c.account_id)).all()
    return {*ids, account_id_of(run)}


def _take_new_days(session: Session, run: Run, done: Undone) -> None:
    """Days that were not there before go, but for what another source wrote there since."""
    mine = (DailyFigure.consortium_id == run.consortium_id, DailyFigure.run_id == run.id)
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
    gone = session.execute(sa.delete(DailyFigure).where(*mine, ~was_there, ~has_others), execution_options=AS_IT_IS)
    done.taken_away += gone.rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    session.execute(
        sa.delete(Observation).where(
            Observation.consortium_id == run.consortium_id,
            Observation.run_id == run.id,
            Observation.revision == 0,
            Observation.value.is_(None),
        ),
        execution_options=AS_IT_IS,
    )
    rest = session.scalars(
        sa.select(DailyFigure)
        .where(*mine, ~was_there)
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


def _replaced(session: Session, run: Run) -> Sequence[ReplacedFigure]:
    return session.scalars(
        sa.select(ReplacedFigure)
        .where(ReplacedFigure.consortium_id == run.consortium_id, ReplacedFigure.run_id == run.id)
        .order_by(ReplacedFigure.account_id, ReplacedFigure.day)
    ).all()


def _restore(session: Session, run: Run, entries: Sequence[ReplacedFigure], done: Undone, *, at: datetime) -> None:
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
