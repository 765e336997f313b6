"""The comparison of 100 of all branches, read from stored scorecards, beside SQL that computes the same each time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import psycopg

from bench import databases
from bench.consortium import SLUG
from bench.measure import Bar, bar_of_medians, percentile
from bench.served import HELLO
from bench.serving import Served, served
from bench.size_m import Built
from bench.sizes import QUARTER

_SQL = (Path(__file__).parent / "comparison.sql").read_text(encoding="utf-8").encode()
_SHOWN = 100
_PAGE = f"/at/{SLUG}/compare?places=branches&page_size={_SHOWN}"
_TIMES, _TARGET = 40, 0.35
_CLIENTS, _ROUNDS, _A_ROUND = 8, 5, 12
_TARGET_AT_ONCE = 15.0


def comparison_bars(made: Built) -> list[Bar]:
    """The page for one client and for eight at once, each beside its limit."""
    with served(made.database) as server:
        return [_alone(made, server), _at_once(server)]


def _alone(made: Built, server: Served) -> Bar:
    """One signed-in client, the whole page, beside the statement alone on a raw connection of the same role."""
    client = server.connect()
    with databases.raw(made.database, consortium_id=made.consortium_id) as connection:
        rows = server.get(client, _PAGE).count(b'<th scope="row"')
        assert rows == _compute(connection, made) == min(_SHOWN, made.size.branches), f"The page shows {rows} places."
        return bar_of_medians(
            f"comparison, {rows} of {made.size.branches:,} branches",
            lambda: server.get(client, _PAGE),
            lambda: _compute(connection, made),
            limit_name="raw SQL with window functions on the roll-up",
            target=_TARGET,
            times=_TIMES,
        )


def _compute(connection: psycopg.Connection, made: Built) -> int:
    """Have PostgreSQL compute the comparison; how many rows it gives."""
    values = {
        "consortium_id": made.consortium_id,
        "before_first": QUARTER.before().first,
        "first": QUARTER.first,
        "last": QUARTER.last,
    }
    return len(connection.execute(_SQL, values).fetchall())


def _at_once(server: Served) -> Bar:
    """Eight clients that never wait, in turns with as many that ask the same server for nothing."""
    pages: list[float] = []
    hellos: list[float] = []
    for _ in range(_ROUNDS):
        pages += _crowd(server, _PAGE)
        hellos += _crowd(server, HELLO)
    return Bar(
        f"the same, {_CLIENTS} clients at once, 99th percentile",
        percentile(pages, 99),
        percentile(hellos, 99),
        _TARGET_AT_ONCE,
        "hello-world on the same server, as many clients",
    )


def _crowd(server: Served, path: str) -> list[float]:
    with ThreadPoolExecutor(_CLIENTS) as pool:
        return [taken for one in pool.map(lambda _: _visit(server, path), range(_CLIENTS)) for taken in one]


def _visit(server: Served, path: str) -> list[float]:
    client, taken = server.connect(), []
    for _ in range(_A_ROUND):
        start = perf_counter()
        server.get(client, path)
        taken.append((perf_counter() - start) * 1000)
    client.close()
    return taken
