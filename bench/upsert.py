"""One day's figures of every account, stored as a pull stores them, beside a plain COPY of the same rows."""

from datetime import UTC, datetime, time, timedelta

import psycopg
from sqlalchemy.orm import Session

from app.desk.demo.drawing import COLUMNS, Row, daily_rows
from app.foundation.figures import Figure
from app.foundation.ids import new_id
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run
from app.metrics.rules.dictionary import Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from bench import databases
from bench.facts import DAILY_COLUMNS
from bench.measure import Bar, bar_of_medians
from bench.size_m import Built
from bench.sizes import AS_OF
from bench.specs import specs

_TIMES = 9
_TARGET = 5.0
_DAY = AS_OF + timedelta(days=1)
_AT = datetime.combine(_DAY, time(23), tzinfo=UTC)


def upsert_bars(made: Built) -> list[Bar]:
    """The day after the last, for every account: merged, its months rolled up, its source noted; all is rolled back."""
    with (
        databases.session(made.database, consortium_id=made.consortium_id) as session,
        databases.superuser(made.database) as connection,
    ):
        accounts = specs(session, made.size, consortium_id=made.consortium_id)
        _tidy(connection)
        drawn = [row for account in accounts for row in daily_rows(account, _DAY, _DAY)]
        incoming = [_incoming(row) for row in drawn]
        bar = bar_of_medians(
            f"one day of {len(drawn):,} accounts stored",
            lambda: _store(session, incoming, consortium_id=made.consortium_id),
            lambda: _copy(connection, drawn, consortium_id=made.consortium_id, run_id=made.run_id),
            limit_name="a plain COPY of the same rows into the same table",
            target=_TARGET,
            times=_TIMES,
        )
    return [bar]


def _tidy(connection: psycopg.Connection) -> None:
    """Clear what earlier runs rolled back, as autovacuum does where the server is up all day."""
    connection.autocommit = True
    for table in ("account", "daily_figure", "month_figure"):
        connection.execute(f"VACUUM ANALYZE {table}".encode())
    connection.autocommit = False


def _incoming(row: Row) -> AccountDay:
    account_id, _, *values = row
    assert isinstance(account_id, int)
    known = zip(COLUMNS, values, strict=True)
    return AccountDay(account_id, _DAY, {m: Figure.of(value) for m, value in known if isinstance(value, int)})


def _store(session: Session, rows: list[AccountDay], *, consortium_id: int) -> None:
    run = Run(
        id=new_id(), consortium_id=consortium_id, kind=RunKind.PULL, state=RunState.DONE, started_at=_AT, ended_at=_AT
    )
    session.add(run)
    session.flush()
    done = store_batch(session, rows, run=run, source=Source.PULL, at=_AT)
    assert done.added == len(rows), f"{done.added:,} of {len(rows):,} days were added"
    session.rollback()


def _copy(connection: psycopg.Connection, rows: list[Row], *, consortium_id: int, run_id: int) -> None:
    with connection.cursor().copy(f"COPY daily_figure ({', '.join(DAILY_COLUMNS)}) FROM STDIN".encode()) as copy:
        for account_id, day, *values in rows:
            copy.write_row((consortium_id, account_id, day, run_id, Source.PULL.value, *values))
    connection.rollback()
