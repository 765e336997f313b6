"""A night's pull of many accounts from a server that takes its time, beside the time that its answers alone take."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from time import monotonic, perf_counter, sleep

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.background.models import BackgroundRow
from app.consortia.queries import root_of, settings_of
from app.foundation.clock import now
from app.foundation.ids import new_id
from app.metrics.actions.asking import PULL
from bench import databases
from bench.consortium import SLUG, write_consortium
from bench.measure import Bar, percentile
from bench.serving import Served, served
from bench.size_m import Built
from bench.sizes import SIZES
from config import ROOT
from tests.databases import Database, drop, fresh

_ACCOUNTS = 2000
_LATENCY_SECONDS = 0.2
#: what is asked of one server at once, on so many servers
_AT_ONCE, _SERVERS = 4, 4
_IN_FLIGHT = _AT_ONCE * _SERVERS
_WORKERS = 2
_LEAST_PAGES = 40
_LOOK_SECONDS = 0.2
_TARGET = 0.8
_TARGET_WEB = 2.0
_MOST_SECONDS = 900
_FEED = """<rss version="2.0"><channel><title>News</title><item><guid>{0}</guid><title>What do you read?</title>
<pubDate>{1:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item></channel></rss>"""


def night_bars(_made: Built) -> list[Bar]:
    """Pulls of feeds, one request each, by two workers; meanwhile a signed-in page is asked for now and then.

    On a small installation of its own, since it writes: what a pull costs does not depend on the size of the rest.
    """
    database = fresh("postgresql")
    with databases.session(database) as session:
        consortium_id, _ = write_consortium(session, SIZES["S"])
        session.commit()
    with _slow_servers() as base_urls, served(database) as site:
        before = _page_times(site, lambda: False, least=_LEAST_PAGES)
        with databases.session(database, consortium_id=consortium_id) as session:
            _make_due(session, base_urls, consortium_id=consortium_id)
        _describe(database)
        with _worker(database), _worker(database):
            _wait_for(database, consortium_id, at_least=1)
            began = perf_counter()
            during = _page_times(site, lambda: _pulled(database, consortium_id) < _ACCOUNTS, least=1)
            taken = (perf_counter() - began) * 1000
    drop(database)
    return [
        Bar(
            f"nightly pull of {_ACCOUNTS:,} accounts, {_IN_FLIGHT} in flight",
            taken,
            _LATENCY_SECONDS * 1000 * _ACCOUNTS / _IN_FLIGHT,
            _TARGET,
            "latency x accounts / in flight",
            at_least=True,
        ),
        Bar(
            "a page meanwhile, p95",
            percentile(during, 95),
            percentile(before, 95),
            _TARGET_WEB,
            "p95 of the same page without workers",
            note=f"medians {median(during):.0f} and {median(before):.0f} ms",
        ),
    ]


@contextmanager
def _slow_servers() -> Iterator[tuple[str, ...]]:
    """Their addresses."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            sleep(_LATENCY_SECONDS)
            body = _FEED.format(self.path, datetime.now(UTC) - timedelta(hours=3)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    running = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(_SERVERS)]
    for server in running:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield tuple(f"http://127.0.0.1:{server.server_port}" for server in running)
    finally:
        for server in running:
            server.shutdown()
            server.server_close()


def _make_due(session: Session, base_urls: tuple[str, ...], *, consortium_id: int) -> None:
    """Feeds that were read yesterday and are due now; what else the installation has is not pulled."""
    whole = Scope(consortium_id=consortium_id)
    settings_of(session, within=whole).is_demo = False
    session.execute(sa.update(Account).where(Account.consortium_id == consortium_id).values(next_pull_at=None))
    at, place_id = now(), root_of(session, within=whole).id
    rows = [
        {
            "id": new_id(),
            "consortium_id": consortium_id,
            "place_id": place_id,
            "platform": "blog",
            "handle": f"feed {number}",
            "url": f"{base_urls[number % _SERVERS]}/{number}",
            "last_pull_at": at - timedelta(days=1),
            "next_pull_at": at,
        }
        for number in range(_ACCOUNTS)
    ]
    session.execute(sa.insert(Account), rows)
    session.commit()


def _describe(database: Database) -> None:
    """What a server in use does of its own accord and a test server, whose autovacuum is off, does not."""
    with databases.superuser(database) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


@contextmanager
def _worker(database: Database) -> Iterator[None]:
    environment = database.environment(ALLOW_PRIVATE_HOSTS="1", LOG_LEVEL="error")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads", str(_IN_FLIGHT // _WORKERS)]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own worker
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def _pulled(database: Database, consortium_id: int) -> int:
    ended = sa.select(sa.func.count()).where(
        BackgroundRow.consortium_id == consortium_id,
        BackgroundRow.kind == PULL,
        BackgroundRow.ended_at.is_not(None),
    )
    with databases.session(database, consortium_id=consortium_id) as session:
        return session.scalar(ended) or 0


def _wait_for(database: Database, consortium_id: int, *, at_least: int) -> None:
    """The sweep comes once a minute: what is measured begins with the first pull."""
    deadline = monotonic() + _MOST_SECONDS
    while _pulled(database, consortium_id) < at_least:
        assert monotonic() < deadline, "No pull was done."
        sleep(_LOOK_SECONDS)


def _page_times(site: Served, goes_on: Callable[[], bool], *, least: int) -> list[float]:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
    taken: list[float] = []
    deadline = monotonic() + _MOST_SECONDS
    while len(taken) < least or goes_on():
        began = perf_counter()
        site.get(connection, f"/at/{SLUG}/")
        taken.append((perf_counter() - began) * 1000)
        assert monotonic() < deadline, "The night came to no end."
        sleep(_LOOK_SECONDS)
    return taken
