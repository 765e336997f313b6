"""Noting that periods are closed or open again, what came late, and what taking an import back changes in them.

The scorecards decide what is closed; from then on whatever a figure of those days was is kept.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia.models import Place
from app.foundation.figures import Reason
from app.foundation.periods import Period
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.rerolling import parts_of
from app.metrics.actions.revising import Cell, Ledger, Note, write_ledger
from app.metrics.actions.staging import WHOLE, Part, rows_in
from app.metrics.models import ClosedPeriod, ClosingSettings, DailyFigure, LateDay, Observation, ReplacedFigure, Run
from app.metrics.queries.closing import closed_days
from app.metrics.rules.dictionary import Metric

_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_REPLACED = sa.Table(ReplacedFigure.__tablename__, ReplacedFigure.metadata)
_LATE = sa.Table(LateDay.__tablename__, LateDay.metadata)


def note_closed(session: Session, period: Period, *, by: Actor, at: datetime) -> ClosedPeriod:
    """A period is closed as of now; the caller has seen that it is open."""
    closing = ClosedPeriod(
        consortium_id=by.consortium_id,
        first_on=period.first,
        last_on=period.last,
        closed_at=at,
        closed_by_id=by.person_id,
    )
    session.add(closing)
    session.flush()
    return closing


def note_reopened(session: Session, closings: Sequence[ClosedPeriod], *, why: str, at: datetime) -> None:
    """These periods are open again."""
    for closing in closings:
        closing.reopened_at, closing.reopened_why = at, why
    session.flush()


def set_closing(session: Session, root: Place, after_days: int | None, *, by: Actor, at: datetime) -> None:
    """After how many days periods close by themselves from now on; None: never. The same again changes nothing."""
    held = session.scalars(
        sa.select(ClosingSettings).where(ClosingSettings.consortium_id == root.consortium_id)
    ).one_or_none()
    if held is None:
        held = ClosingSettings(consortium_id=root.consortium_id)
        session.add(held)
    elif held.after_days == after_days:
        return
    held.after_days = after_days
    session.flush()
    detail = {"after_days": after_days}
    record(session, Deed.PERIODS_SETTLED, held, by=by, at=at, place_path=root.path, detail=detail)


def note_late_days(
    session: Session,
    table: sa.Table,
    is_new: sa.ColumnElement[bool],
    *,
    closed: Sequence[Period],
    at: datetime,
) -> None:
    """Note the staged days that are about to be added to closed periods; nothing where none is closed."""
    if not closed:
        return
    lies_in = sa.or_(*(table.c.day.between(period.first, period.last) for period in closed))
    rows = (
        sa.select(
            table.c.consortium_id,
            table.c.account_id,
            table.c.day,
            sa.literal(at, _LATE.c.noted_at.type),
            table.c.run_id,
        )
        .where(is_new, lies_in)
        .order_by(table.c.consortium_id, table.c.account_id, table.c.day)
    )
    names = ["consortium_id", "account_id", "day", "noted_at", "run_id"]
    session.execute(sa.insert(_LATE).from_select(names, rows))


#: what stands on some days, by figure
Held = Mapping[Cell, Note]


def held_on_closed_days(session: Session, run: Run, part: Part = WHOLE) -> Held:
    """What stands on the days of closed periods that an import wrote, before they are taken back."""
    closed = closed_days(session, within=Scope(consortium_id=run.consortium_id))
    return _held(session, run, _days_of(session, run, part, closed)) if closed else {}


def keep_what_went(session: Session, run: Run, held: Held, *, at: datetime) -> None:
    """Keep every figure that stood on those days and does so no longer, and that there was none where there is one."""
    now = _held(session, run, sorted({(account_id, day) for account_id, day, _ in held}))
    kept = [(cell, note) for cell, note in held.items() if cell not in now or now[cell].value != note.value]
    kept += [
        (cell, Note(None, Reason.NOT_COLLECTED, note.source, note.run_id))
        for cell, note in now.items()
        if cell not in held
    ]
    write_ledger(session, Ledger({}, frozenset(), kept=kept), run=run, at=at)


def _days_of(session: Session, run: Run, part: Part, closed: Sequence[Period]) -> list[tuple[int, date]]:
    statements = [
        sa.select(table.c.account_id, table.c.day).where(
            rows_in(table, run, part),
            sa.or_(*(table.c.day.between(period.first, period.last) for period in closed)),
        )
        for table in (_DAYS, _REPLACED)
    ]
    found = sa.union(*statements).subquery()
    rows = session.execute(sa.select(found.c.account_id, found.c.day).order_by(found.c.account_id, found.c.day))
    return [(account_id, day) for account_id, day in rows]


def _held(session: Session, run: Run, places: Sequence[tuple[int, date]]) -> dict[Cell, Note]:
    found: dict[Cell, Note] = {}
    for some in parts_of(places):
        rows = session.scalars(
            sa.select(DailyFigure)
            .where(
                DailyFigure.consortium_id == run.consortium_id,
                sa.tuple_(DailyFigure.account_id, DailyFigure.day).in_(some),
            )
            .order_by(DailyFigure.account_id, DailyFigure.day)
            .execution_options(populate_existing=True)
        )
        for row in rows:
            for metric in Metric:
                if (value := getattr(row, metric.value)) is not None:
                    found[row.account_id, row.day, metric] = Note(value, None, row.source, row.run_id)
        found |= _noted(session, run, some)
    return found


def _noted(session: Session, run: Run, places: Sequence[tuple[int, date]]) -> dict[Cell, Note]:
    """Values with a source of their own."""
    rows = session.scalars(
        sa.select(Observation)
        .where(
            Observation.consortium_id == run.consortium_id,
            Observation.revision == 0,
            Observation.value.is_not(None),
            sa.tuple_(Observation.account_id, Observation.day).in_(places),
        )
        .order_by(Observation.account_id, Observation.day, Observation.metric)
    )
    return {(row.account_id, row.day, row.metric): Note(row.value, None, row.source, row.run_id) for row in rows}
