"""A file of a million rows imported as a worker imports it, beside the engine's fastest way to take the clean rows.

It is one file of our own layout with the days of many accounts; some rows cannot be read, and some cells are blank.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_at
from app.consortia.queries import root_of
from app.foundation.database import prepare_engine
from app.foundation.ids import new_id
from app.metrics.rules.dictionary import Metric, Source
from bench import databases
from bench.consortium import write_consortium
from bench.measure import Bar
from bench.size_m import Built
from bench.sizes import AS_OF, SIZES
from config import ROOT
from tests.databases import ENGINES, Database, drop, fresh, run_folder

_DAYS = 1000
#: the accounts at size M, and at a smaller one
_ACCOUNTS = {"M": 1000, "S": 100}
_TIMES = 3
_TARGETS = {"postgresql": 0.6, "sqlite": 0.4}
_MOST_MEMORY = 80.0
#: one row in so many has a number that is none, or a blank cell
_WITH_PROBLEM, _WITH_BLANK = 1000, 500
_METRICS = (
    Metric.FOLLOWERS,
    Metric.POSTS,
    Metric.REPLIES,
    Metric.REACTIONS,
    Metric.COMMENTS,
    Metric.SHARES,
    Metric.VIEWS,
    Metric.REACH,
)
_NAMES = ("consortium_id", "account_id", "day", "run_id", "source", *(metric.value for metric in _METRICS))
#: what its own row tells of an account, its day and its figures
_Clean = tuple[int, int, date, int, str, *tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Ground:
    """An installation to import into: its root has the account that the file is given for."""

    database: Database
    consortium_id: int
    account_id: int
    run_id: int
    accounts: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the process that imported a file says of itself."""

    milliseconds: float
    peak_kb: int
    added: int
    problems: int


def import_bars(made: Built) -> list[Bar]:
    """Both engines: the time beside the limit, and the memory beside a process that imports one row."""
    accounts = _ACCOUNTS.get(made.size.name, _ACCOUNTS["S"])
    return [bar for engine_name in reversed(ENGINES) for bar in _bars(engine_name, accounts)]


def _bars(engine_name: str, accounts: int) -> list[Bar]:
    ground = _ground(engine_name, accounts)
    large, small = run_folder() / "large.csv", run_folder() / "small.csv"
    clean = _write(large, ground)
    _write(small, replace(ground, accounts=ground.accounts[:1]), days=1)
    ours: list[Told] = []
    limits: list[float] = []
    for _ in range(_TIMES):
        ours.append(_import(ground, large))
        assert ours[-1].added == len(clean), f"{ours[-1].added:,} of {len(clean):,} days were added"
        _empty(ground)
        limits.append(_limit(ground, clean))
        _empty(ground)
    alone = _import(ground, small)
    drop(ground.database)
    name = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[engine_name]
    way = {"postgresql": "COPY and a merge", "sqlite": "executemany"}[engine_name]
    return [
        Bar(
            f"import of {accounts * _DAYS:,} rows, {name}",
            median(told.milliseconds for told in ours),
            median(limits),
            _TARGETS[engine_name],
            f"{way} of the clean rows",
            at_least=True,
        ),
        Bar(
            f"its memory, {name}",
            (max(told.peak_kb for told in ours) - alone.peak_kb) / 1000,
            _MOST_MEMORY,
            1.0,
            "the allowance, beyond a process that imports one row",
            unit="MB",
        ),
    ]


def _ground(engine_name: str, accounts: int) -> Ground:
    database = fresh(engine_name)
    with databases.session(database) as session:
        size = replace(SIZES["S"], accounts=accounts, branches=max(accounts // 5, 1))
        consortium_id, run_id = write_consortium(session, size)
        within = Scope(consortium_id=consortium_id)
        session.commit()
        named = tuple((account.id, account.url) for account in accounts_at(session, within=within))
        account_id = _own_account(session, within)
        session.commit()
    return Ground(database, consortium_id, account_id, run_id, tuple(sorted(named)))


def _own_account(session: Session, within: Scope) -> int:
    root = root_of(session, within=within)
    own = Account(id=new_id(), consortium_id=root.consortium_id, place_id=root.id, platform="blog", handle="our news")
    own.url = "https://news.example/"
    session.add(own)
    session.flush()
    return own.id


def _write(path: Path, ground: Ground, *, days: int = _DAYS) -> list[_Clean]:
    """The file, by account and day as an export writes it; its clean rows."""
    clean: list[_Clean] = []
    with path.open("w", encoding="utf-8") as file:
        file.write(f"date,account,{','.join(metric.value for metric in _METRICS)}\n")
        for number, (account_id, url, day, figures) in enumerate(_drawn(ground, days), start=1):
            cells = ["" if figure is None else str(figure) for figure in figures]
            if number % _WITH_PROBLEM == 0:
                cells[1] = "some"
            else:
                clean.append((ground.consortium_id, account_id, day, ground.run_id, Source.IMPORT.value, *figures))
            file.write(f"{day},{url},{','.join(cells)}\n")
    return clean


def _drawn(ground: Ground, days: int) -> Iterator[tuple[int, str, date, list[int | None]]]:
    dice, number = Random(_DAYS), 0  # noqa: S311 - figures to measure with, no secrets
    first = AS_OF - timedelta(days=days - 1)
    for account_id, url in ground.accounts:
        followers = dice.randrange(200, 20_000)
        for step in range(days):
            number += 1
            posts = dice.randrange(4)
            figures: list[int | None] = [
                followers + step,
                posts,
                dice.randrange(3),
                *(dice.randrange(90) for _ in "ccc"),
            ]
            figures += [dice.randrange(9000), dice.randrange(6000)]
            if number % _WITH_BLANK == 0:
                figures[-1] = None
            yield account_id, url, first + timedelta(days=step), figures


def _import(ground: Ground, path: Path) -> Told:
    """By a process of its own, whose memory is what is measured."""
    command = [
        sys.executable,
        "-m",
        "bench.importing_child",
        str(ground.consortium_id),
        str(ground.account_id),
        str(path),
    ]
    environment = ground.database.environment()
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return Told(**json.loads(done.stdout))


def _limit(ground: Ground, clean: list[_Clean]) -> float:
    take: Callable[[Ground, list[_Clean]], None] = (
        _copy if ground.database.engine_name == "postgresql" else _execute_many
    )
    start = perf_counter()
    take(ground, clean)
    return (perf_counter() - start) * 1000


def _copy(ground: Ground, clean: list[_Clean]) -> None:
    names = ", ".join(_NAMES)
    values = ", ".join(f"{metric} = excluded.{metric}" for metric in _METRICS)
    with (
        databases.raw(ground.database, consortium_id=ground.consortium_id) as connection,
        connection.cursor() as cursor,
    ):
        columns = f"SELECT {names} FROM daily_figure WITH NO DATA"
        cursor.execute(f"CREATE TEMPORARY TABLE came ON COMMIT DROP AS {columns}".encode())
        with cursor.copy(f"COPY came ({names}) FROM STDIN".encode()) as copy:
            for row in clean:
                copy.write_row(row)
        _merge(connection, f"INSERT INTO daily_figure ({names}) SELECT {names} FROM came", values)
        connection.commit()


def _merge(connection: psycopg.Connection, insert: str, values: str) -> None:
    connection.execute(f"{insert} ON CONFLICT (consortium_id, account_id, day) DO UPDATE SET {values}".encode())


def _execute_many(ground: Ground, clean: list[_Clean]) -> None:
    places = ", ".join("?" * len(_NAMES))
    engine = sa.create_engine(ground.database.url)
    prepare_engine(engine)
    with engine.begin() as connection:
        statement = f"INSERT INTO daily_figure ({', '.join(_NAMES)}) VALUES ({places})"
        connection.exec_driver_sql(statement, [(*row[:2], row[2].toordinal(), *row[3:]) for row in clean])
    engine.dispose()


def _empty(ground: Ground) -> None:
    """Take away what was imported, as fast as each engine can."""
    tables = ("observation", "month_figure", "daily_figure")
    with sa.create_engine(ground.database.admin_url).begin() as connection:
        if ground.database.engine_name == "postgresql":
            connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            connection.exec_driver_sql(f"DELETE FROM {table}")
