"""A night of two thousand accounts: a server that tells of each what follows from its number, and what must come out."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from socket import create_connection
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from typing import Any, ClassVar
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import Connection
from app.consortia.models import Consortium
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.foundation.ids import new_id
from app.metrics.models import DailyFigure, Mention, MonthFigure, Observation, Post, Run
from app.metrics.rules.dictionary import FLOWS
from app.platforms.contract import Identity, MentionReading, PostReading, ProfileReading, Reach
from tests.faults.metrics_work import SLUG, add_accounts

#: accounts whose numbers leave the same rest are told the same
KINDS = 7
NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
_YESTERDAY = timedelta(days=1)


#: bytes prepared beforehand: the server is to cost next to nothing
_ANSWERS = [b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"kind": %d}' % kind for kind in range(KINDS)]


class _Server(ThreadingTCPServer):
    daemon_threads = True
    #: all workers may come at the same instant
    request_queue_size = 64


@dataclass
class NightServer:
    """Answers at once, and remembers how many asked it at the same time under each of its names."""

    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _now: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    @property
    def base_urls(self) -> tuple[str, str]:
        """Two names of one server: two lanes."""
        return f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"

    @contextmanager
    def counted(self, host: str) -> Iterator[None]:
        """One more asks."""
        with self._lock:
            self.asked[host] += 1
            self._now[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self._now[host])
        try:
            yield
        finally:
            with self._lock:
                self._now[host] -= 1


@contextmanager
def running_night_server() -> Iterator[NightServer]:
    """A real server on loopback, in threads of this process."""
    told = NightServer()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.readline().split()[1]
            headers = iter(self.rfile.readline, b"\r\n")
            host = next(line for line in headers if line.startswith(b"Host: "))[6:].strip().decode()
            for _rest in headers:
                pass
            with told.counted(host):
                self.wfile.write(_ANSWERS[int(asked.rpartition(b"/")[2]) % KINDS])

    server = _Server(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


class NightReader:
    """Asks the server once for an account; what follows from the answer needs no further question."""

    needs_token: ClassVar[bool] = False

    def profile(self, _reach: Reach, identity: Identity) -> ProfileReading:
        """Followers by kind."""
        kind = _kind(identity)
        figures = {"followers": Figure.of(100 + kind), "following": Figure.of(kind)}
        return ProfileReading(f"{identity.handle} {kind}", identity.handle, "Branch", now(), figures, {"kind": kind})

    def posts(self, _reach: Reach, identity: Identity, _since: datetime) -> list[PostReading]:
        """As many posts as the kind says, yesterday."""
        kind = int((identity.external_id or "").split()[1])
        return [_post(number, kind) for number in range(kind % 3 + 1)]

    def mentions(self, _reach: Reach, identity: Identity, _since: datetime) -> list[MentionReading]:
        """Somebody said something to every other kind."""
        kind = int((identity.external_id or "").split()[1])
        said = MentionReading("m1", NOON - _YESTERDAY, "mention", f"author {kind}", "Thank you")
        return [said] if kind % 2 else []


def _kind(identity: Identity) -> int:
    parts = urlsplit(identity.base_url or "")
    with create_connection(("127.0.0.1", parts.port or 0), timeout=10) as connection:
        connection.sendall(f"GET /accounts/{identity.handle} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            kind: int = json.loads(answer.read().partition(b"\r\n\r\n")[2])["kind"]
    return kind


def _post(number: int, kind: int) -> PostReading:
    at = NOON - _YESTERDAY - timedelta(hours=number)
    counts = {"reactions": Figure.of(kind), "comments": Figure.of(1), "shares": Figure.of(0)}
    return PostReading(f"p{number}", "", at, "What do you read?", False, False, False, False, False, counts)


def prepare(session: Session, base_urls: tuple[str, str], count: int) -> None:
    """So many accounts that were pulled yesterday and are due."""
    add_accounts(session, base_urls[0])
    consortium_id = session.scalars(sa.select(Consortium.id).where(Consortium.slug == SLUG)).one()
    place_id = session.scalars(sa.text("SELECT id FROM place")).one()
    rows = [
        {
            "id": new_id(),
            "consortium_id": consortium_id,
            "place_id": place_id,
            "platform": "mastodon",
            "handle": str(number),
            "url": f"{base_urls[number % 2]}/@{number}",
            "base_url": base_urls[number % 2],
            "connection": Connection.WORKING,
            "last_pull_at": now() - _YESTERDAY,
            "next_pull_at": now(),
        }
        for number in range(count)
    ]
    session.execute(sa.insert(Account), rows)
    session.commit()


def picture(session: Session) -> dict[int, list[tuple[Any, ...]]]:
    """All that was left behind for each account, by its number, without ids and times."""
    consortium_id = session.scalars(sa.select(Consortium.id).where(Consortium.slug == SLUG)).one()
    enter_tenant(session, consortium_id)
    flows = sorted(FLOWS)
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for columns in (
        (DailyFigure.day, DailyFigure.followers, *(getattr(DailyFigure, flow) for flow in flows)),
        (MonthFigure.month, MonthFigure.days, *(getattr(MonthFigure, flow) for flow in flows)),
        (Observation.day, Observation.metric, Observation.revision, Observation.value),
        (Post.external_id, Post.text, Post.reactions),
        (Mention.external_id, Mention.text),
        (Run.kind, Run.state, Run.rows_read, Run.rows_added, Run.rows_changed, Run.message),
        (Account.connection, Account.failed_pulls, Account.newest_figure_on),
    ):
        table = columns[0].class_  # type: ignore[attr-defined]  # each is a mapped column
        owner = Account.id if table is Account else table.account_id
        statement = sa.select(Account.handle, *columns).where(table.consortium_id == consortium_id)
        joined = statement if table is Account else statement.join(Account, Account.id == owner)
        for handle, *values in session.execute(joined):
            found[int(handle)].append((table.__name__, *map(str, values)))
    return {number: sorted(rows) for number, rows in found.items()}
