"""Builds the database on which the large bars are measured, and keeps it until the code that fills it changes.

Size M is 1,200 branches in 60 libraries with 5,000 accounts and three years of days. Only ``--size S`` makes it smaller.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import sqlalchemy as sa

from app.access.rules import Scope
from app.consortia.models import Consortium
from app.foundation.database import enter_tenant
from app.metrics.models import MonthFigure, Run
from app.scorecards.actions import rebuild_all
from bench import databases
from bench.consortium import AT, SLUG, write_consortium
from bench.facts import write_facts
from bench.sizes import AS_OF, Size
from bench.specs import specs
from tests.databases import Database, fresh

#: what decides the rows that are written
_MADE_BY = (
    "app/accounts/models",
    "app/consortia/models.py",
    "app/desk/demo/drawing.py",
    "app/desk/demo/specs.py",
    "app/goals/models.py",
    "app/metrics/actions/rolling.py",
    "app/metrics/models",
    "bench/consortium.py",
    "bench/facts.py",
    "bench/sizes.py",
    "bench/specs.py",
    "migrations",
    "seeds/platforms.yaml",
)

#: what decides the scorecards, which are rebuilt alone where only this has changed
_SCORED_BY = (
    "app/duties/rules",
    "app/goals/actions",
    "app/goals/rules",
    "app/metrics/queries/sums.py",
    "app/scorecards/actions.py",
    "app/scorecards/models.py",
    "app/scorecards/queries/ground.py",
    "app/scorecards/rules",
    "seeds/kpis.yaml",
)


@dataclass(frozen=True, slots=True)
class Built:
    """A database with one consortium of this size in it."""

    size: Size
    database: Database
    consortium_id: int
    #: the run that wrote every figure
    run_id: int
    account_days: int


@contextmanager
def built(size: Size) -> Iterator[Built]:
    """The database of this size, its server running; built first where the kept one is not of this code."""
    with databases.kept(f"size-{size.name.lower()}", databases.fingerprint(*_MADE_BY)) as kept:
        if kept.database is None:
            print(f"Building size {size.name}, kept in {kept.folder} for the next time", flush=True)
            start = perf_counter()
            kept.keep(_build(size))
            print(f"Built in {perf_counter() - start:,.0f} seconds", flush=True)
        assert kept.database is not None
        made = _read(kept.database, size)
        key = databases.fingerprint(*_SCORED_BY)
        if not kept.is_stamped("scored", key):
            _score(made)
            kept.stamp("scored", key)
        yield made


def _read(database: Database, size: Size) -> Built:
    with databases.session(database) as session:
        consortium_id = int(session.execute(sa.select(Consortium.id).where(Consortium.slug == SLUG)).scalar_one())
        enter_tenant(session, consortium_id)
        days = sa.select(sa.func.sum(MonthFigure.days)).where(MonthFigure.consortium_id == consortium_id)
        run_id = session.execute(sa.select(Run.id).where(Run.consortium_id == consortium_id)).scalar_one()
        return Built(size, database, consortium_id, run_id, int(session.execute(days).scalar_one()))


def _score(made: Built) -> None:
    """Every period that is kept, by the scorecards room's own hand."""
    start = perf_counter()
    with databases.session(made.database, consortium_id=made.consortium_id) as session:
        periods = rebuild_all(session, within=Scope(made.consortium_id), on=AS_OF, at=AT)
        session.commit()
    print(f"Scorecards of {len(periods)} periods rebuilt in {perf_counter() - start:,.0f} seconds", flush=True)
    with databases.superuser(made.database) as connection:
        connection.autocommit = True
        for table in ("kpi_standing", "goal_standing", "scorecard"):
            connection.execute(f"VACUUM ANALYZE {table}".encode())


def _build(size: Size) -> Database:
    database = fresh("postgresql")
    databases.make_roomy(database)
    with databases.session(database) as session:
        consortium_id, run_id = write_consortium(session, size)
        session.commit()
        drawn = specs(session, size, consortium_id=consortium_id)
    write_facts(database, drawn, consortium_id=consortium_id, run_id=run_id, days=size.days)
    with databases.superuser(database) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return database
