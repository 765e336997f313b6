"""Daily figures by the million: drawn by the demo's generator, written by COPY, rolled up by the metrics room's own statement.

PostgreSQL takes no COPY into a table with row-level security from a role that is bound by it, so a superuser copies,
naming the tenant in each row, and without the foreign keys' triggers; the rows are counted as the application sees them.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

import sqlalchemy as sa

from app.desk.demo.drawing import COLUMNS, AccountSpec, daily_rows
from app.foundation.database import Day, Id
from app.foundation.periods import Period, each_month
from app.metrics.actions.rolling import roll_up
from app.metrics.rules.dictionary import Source
from bench import databases
from tests.databases import Database

_PROCESSES = 2
#: as rows are copied
DAILY_COLUMNS = ("consortium_id", "account_id", "day", "run_id", "source", *(metric.value for metric in COLUMNS))
#: the accounts and months that are to be rolled up; any day of a month stands for it
_TOUCHED = sa.Table(
    "touched_month", sa.MetaData(), sa.Column("account_id", Id), sa.Column("day", Day), prefixes=["TEMPORARY"]
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one process writes."""

    database: Database
    consortium_id: int
    run_id: int
    days: Period
    accounts: tuple[AccountSpec, ...]


def write_facts(
    database: Database, accounts: Sequence[AccountSpec], *, consortium_id: int, run_id: int, days: Period
) -> int:
    """Draw, copy and roll up the figures of these accounts, ordered by id, in two processes; how many rows the application sees."""
    part = -(-len(accounts) // _PROCESSES)
    shares = [
        Share(database, consortium_id, run_id, days, tuple(accounts[start : start + part]))
        for start in range(0, len(accounts), part)
    ]
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        written = sum(pool.map(_write, shares))
    with databases.superuser(database) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE daily_figure")
        connection.execute("VACUUM ANALYZE month_figure")
    with databases.session(database, consortium_id=consortium_id) as session:
        seen = int(session.execute(sa.text("SELECT count(*) FROM daily_figure")).scalar_one())
    assert seen == written, f"{written:,} rows were copied, and the application sees {seen:,}"
    return seen


def _write(share: Share) -> int:
    count = _copy(share)
    _roll_up(share)
    return count


def _copy(share: Share) -> int:
    count = 0
    with databases.superuser(share.database) as connection:
        connection.execute("SET session_replication_role = replica")
        with connection.cursor().copy(f"COPY daily_figure ({', '.join(DAILY_COLUMNS)}) FROM STDIN".encode()) as copy:
            for account in share.accounts:
                lines = list(_lines(share, account))
                copy.write("".join(lines))
                count += len(lines)
        connection.commit()
        connection.execute("ANALYZE daily_figure")
    return count


def _lines(share: Share, account: AccountSpec) -> Iterator[str]:
    """The rows of one account in PostgreSQL's text format."""
    start = f"{share.consortium_id}\t{account.account_id}\t"
    middle = f"\t{share.run_id}\t{Source.DEMO}\t"
    for _, day, *values in daily_rows(account, share.days.first, share.days.last):
        cells = "\t".join(["\\N" if value is None else str(value) for value in values])
        yield f"{start}{day}{middle}{cells}\n"


def _roll_up(share: Share) -> None:
    with databases.session(share.database, consortium_id=share.consortium_id) as session:
        _TOUCHED.create(session.connection())
        firsts: list[date] = [month.first for month in each_month(share.days)]
        rows = [{"account_id": account.account_id, "day": first} for account in share.accounts for first in firsts]
        session.execute(sa.insert(_TOUCHED), rows)
        session.execute(sa.text("ANALYZE touched_month"))
        roll_up(session, _TOUCHED, sa.true(), consortium_id=share.consortium_id)
        session.commit()
