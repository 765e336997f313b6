"""The comparison of 100 of all branches, read from stored scorecards, beside SQL that computes the same each time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import psycopg

from bench import databases
from bench.consortium import SLUG, TARGETS
from bench.measure import Bar, bar_of_medians, percentile
from bench.served import HELLO
from bench.serving import Served, served
from bench.size_m import Built
from bench.sizes import QUARTER
from config import ROOT

_SQL = (Path(__file__).parent / "comparison.sql").read_text(encoding="utf-8").encode()
_SHOWN = 100
_PAGE = f"/at/{SLUG}/compare?of=branches&size={_SHOWN}&kpis={','.join(kpi for kpi, *_ in TARGETS)}&sort=-K28"
_FIFTY = f"/at/{SLUG}/compare?of=branches"
#: the last cell of each place's row
_ROW = b'data-l="Status"'
_TIMES, _TARGET = 40, 0.35
_CLIENTS, _ROUNDS, _A_ROUND = 8, 5, 12
_TARGET_AT_ONCE = 15.0
_MOST_HTML, _MOST_CSS = 80.0, 40.0  # kB


def comparison_bars(made: Built) -> list[Bar]:
    """The page for one client and for eight at once, each beside its limit; and how heavy it is."""
    with served(made.database) as server:
        return [_alone(made, server), _at_once(server), _weight(server), _style()]


def _alone(made: Built, server: Served) -> Bar:
    """One signed-in client, the whole page, beside the statement alone on a raw connection of the same role."""
    client = server.connect()
    with databases.raw(made.database, consortium_id=made.consortium_id) as connection:
        rows = server.get(client, _PAGE).count(_ROW)
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


def _weight(server: Served) -> Bar:
    """The HTML of fifty rows as the page opens, before compression."""
    client = server.connect()
    size = len(server.get(client, _FIFTY)) / 1000
    client.close()
    return Bar("HTML of a page of 50 branches", size, _MOST_HTML, 1.0, "the allowance", unit="kB")


def _style() -> Bar:
    size = (ROOT / "app" / "web" / "static" / "app.css").stat().st_size / 1000
    return Bar("our style sheet", size, _MOST_CSS, 1.0, "the allowance", unit="kB")
