"""How the installation stands as a whole: its work, its backups, its migrations; no row of a tenant is read."""

from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.background.models import BackgroundRow, WorkerBeat
from app.background.rules import RowState
from app.foundation.database import INSTALLATION_TABLES, Base, UtcDateTime
from app.foundation.migrations import newest_migration
from app.upkeep.models import BackupMade
from app.upkeep.queries.tables import migration_of
from app.upkeep.rules.findings import WorkStanding

_A_DAY = timedelta(days=1)
_newest_migration = cache(newest_migration)


def work_standing(session: Session, *, at: datetime) -> WorkStanding:
    """What waits by now, runs, and failed for good within a day; the longest wait; when a worker was last seen."""
    is_due = sa.and_(BackgroundRow.state == RowState.DUE, BackgroundRow.due_at <= at)
    due, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(BackgroundRow.due_at)).select_from(BackgroundRow).where(is_due)
    ).one()
    return WorkStanding(
        due=due,
        running=_count(session, BackgroundRow.state == RowState.CLAIMED),
        failed=_count(session, BackgroundRow.state == RowState.FAILED, BackgroundRow.ended_at > at - _A_DAY),
        oldest_due_at=oldest,
        worker_seen_at=session.scalar(sa.select(sa.func.max(WorkerBeat.seen_at))),
    )


def work_of_a_day(session: Session, *, at: datetime) -> list[tuple[str, RowState, int]]:
    """By kind and state, the work that was due within the last day."""
    statement = (
        sa.select(BackgroundRow.kind, BackgroundRow.state, sa.func.count())
        .where(BackgroundRow.state.in_(list(RowState)), BackgroundRow.due_at > at - _A_DAY)
        .group_by(BackgroundRow.kind, BackgroundRow.state)
        .order_by(BackgroundRow.kind, BackgroundRow.state)
    )
    return [(kind, state, count) for kind, state, count in session.execute(statement)]


def workers_seen(session: Session, *, since: datetime) -> int:
    """How many workers said that they live."""
    return session.scalar(sa.select(sa.func.count(WorkerBeat.id)).where(WorkerBeat.seen_at >= since)) or 0


def last_backup_at(session: Session) -> datetime | None:
    """When the newest backup was made."""
    return session.scalar(sa.select(sa.func.max(BackupMade.made_at)))


def behind(session: Session) -> str | None:
    """None where the tables are those of this program, else what to do, in a sentence."""
    here, wanted = migration_of(session.connection()), _newest_migration()
    if here == wanted:
        return None
    if not here:
        return "The tables are not made yet. Run flask db upgrade."
    if here > wanted:
        return f"The tables are at {here}, newer than this program's {wanted}. Install the newer program."
    return f"The tables are at {here}, this program needs {wanted}. Run flask db upgrade."


def database_clock(session: Session) -> datetime:
    """The database's own time."""
    told: datetime = session.scalars(sa.select(sa.func.now(type_=UtcDateTime()))).one()
    return told


def unguarded_tables(session: Session) -> list[str]:
    """On PostgreSQL, the tenants' tables that row-level security does not hold for everybody."""
    held = set(
        session.scalars(sa.text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")).all()
    )
    return sorted(set(Base.metadata.tables) - INSTALLATION_TABLES - held)


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count(BackgroundRow.id)).where(*conditions)) or 0
