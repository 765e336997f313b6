"""A web server as a process of its own: what it writes down, and how it goes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from app.foundation.crypto import new_token
from config import ROOT
from tests.databases import ENGINES, Database, drop, fresh

pytestmark = pytest.mark.slow

METRICS_TOKEN = "a token that only tests know"
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Server:
    """gunicorn with our settings, on a free port of this machine."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()


@contextmanager
def serving(database: Database, folder: Path, **changed: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = database.environment(INSTANCE_PATH=str(folder), PORT=str(port), **changed)
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
    log = folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=subprocess.STDOUT)
    server = Server(process, port, log)
    try:
        wait_until_it_answers(server)
        yield server
    finally:
        process.kill()
        process.wait()


def wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        assert server.process.poll() is None, server.log.read_text()
        assert time.monotonic() < deadline, server.log.read_text()
        try:
            if httpx.get(f"{server.url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)


@pytest.fixture(scope="module", params=ENGINES)
def trial(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A trial in two processes; the last of its tests stops it."""
    database = fresh(request.param)
    changed = {"DRAIN_SECONDS": "2", "METRICS_TOKEN": METRICS_TOKEN, "WORKERS": "2"}
    with serving(database, tmp_path_factory.mktemp("trial"), **changed) as server:
        yield server
    drop(database)


def test_several_processes_count_together(trial: Server) -> None:
    for _ in range(40):
        httpx.get(f"{trial.url}/sign-in")  # each on a connection of its own
    told = httpx.get(f"{trial.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text
    assert 'concordance_requests_total{method="GET",route="/sign-in",status="200"} 40.0' in told


def test_a_trial_writes_lines_that_a_person_can_read(trial: Server) -> None:
    httpx.get(f"{trial.url}/sign-in?next=/places")
    line = [line for line in trial.lines() if "/sign-in" in line][-1]
    assert "route=/sign-in" in line
    assert not line.startswith("{")


def test_a_request_in_hand_is_answered_and_readiness_ends_first(trial: Server) -> None:
    """The last of a trial's tests."""
    body = b"email=ruth%40example.org&password=" + b"x" * 200
    with socket.create_connection(("127.0.0.1", trial.port)) as slow:
        slow.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body[:20])
        )
        time.sleep(0.5)  # it is in a thread's hands by now, waiting for the rest of the form
        trial.stop()
        time.sleep(0.3)
        reply = httpx.get(f"{trial.url}/readyz")
        assert (reply.status_code, reply.json()["why"]) == (503, "This process is going down.")
        assert httpx.get(f"{trial.url}/sign-in").status_code == 200
        time.sleep(2)  # no new connection is taken any more
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{trial.url}/readyz", timeout=1)
        slow.sendall(body[20:])
        assert slow.recv(4096).startswith(b"HTTP/1.1 400 ")  # a form without its token
        assert trial.process.wait(_PATIENCE_SECONDS) == 0


def test_production_writes_json_and_no_secret(own_database: Database, tmp_path: Path) -> None:
    token, password, address = new_token(), "correct horse battery", "ruth@example.org"
    production = {
        "MODE": "production",
        "PUBLIC_URL": "https://library.example",
        "PASSWORD_HASH_COST": "normal",
        "LOG_LEVEL": "debug",
        "WORKERS": "1",
    }
    with serving(own_database, tmp_path, **production) as server:
        for path in (f"/join/{token}", f"/set-up/{token}", f"/sign-in?next=/join/{token}", f"/{token}"):
            httpx.get(server.url + path)
        httpx.post(f"{server.url}/sign-in", data={"email": address, "password": password})
        break_links(own_database)
        reply = httpx.get(f"{server.url}/join/{token}", headers={"X-Request-ID": "from-the-proxy-1"})
        assert reply.status_code == 500
        assert reply.headers["X-Request-ID"] == "from-the-proxy-1"
        assert "reference from-the-proxy-1" in reply.text
    written = [json.loads(line) for line in server.lines()]
    routes = {(line["route"], line["status"]) for line in written if line["event"] == "request"}
    assert {("/join/<string:token>", 404), ("/join/<string:token>", 500), ("/sign-in", 200), ("", 404)} <= routes
    bug = next(line for line in written if "exception" in line)
    assert bug["request"] == "from-the-proxy-1"
    assert "link_token" in bug["exception"]
    text = "\n".join(server.lines())
    assert [secret for secret in (token, password, address, os.fspath(own_database.url)) if secret in text] == []
    assert not re.search(r"gAAAA[\w-]{20}", text)


def break_links(database: Database) -> None:
    """A table that is gone: a bug that nobody foresaw."""
    engine = sa.create_engine(database.migration_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE link_token RENAME TO link_gone"))
