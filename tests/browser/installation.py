"""An installation of its own for the browser tests: a copy of SQLite with the demo, a web server and a worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from config import ROOT
from tests.databases import Database, drop, fresh, run_folder
from tests.demo import template_of_demo

PASSWORD = "a lamp for the river otter"
#: with whom the demo is entered, by the short name that the tests use
ADDRESSES = {role: f"{role}@three-rivers.example" for role in ("admin", "director", "manager", "staff", "auditor")}
_FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
_GUNICORN = (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app")
_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 10.0
_TAIL = 4000


@dataclass(frozen=True)
class Installation:
    """A running Concordance with the demo in it."""

    base_url: str
    database: Database
    environment: dict[str, str]
    log: Path

    def flask(self, *words: str) -> str:
        """Run one of our commands beside the server; what it printed, or a failure with its sentence."""
        done = subprocess.run(
            [*_FLASK, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"flask {' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def links_for(self, role: str) -> list[str]:
        """Addresses with links of one use, as mails bring them to a role."""
        made = [sys.executable, "-m", "tests.browser.links", ADDRESSES[role]]
        done = subprocess.run(made, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return list(json.loads(done.stdout))

    def log_tail(self) -> str:
        """The newest lines of the server's and the worker's log."""
        return self.log.read_text(errors="replace")[-_TAIL:]


@contextmanager
def running_installation() -> Iterator[Installation]:
    """Copy the demo, start both processes, wait until the server answers; stop both however this is left."""
    database, port = fresh("sqlite", template_of_demo("sqlite")), _free_port()
    folder = run_folder() / "browser"
    folder.mkdir(exist_ok=True)
    base_url = f"http://127.0.0.1:{port}"
    environment = database.environment(
        INSTANCE_PATH=str(folder),
        HOST="127.0.0.1",
        PORT=str(port),
        PUBLIC_URL=base_url,
        DEMO_PASSWORD=PASSWORD,
        ALLOW_PRIVATE_HOSTS="1",
        # the tests may be slower than people: nobody is signed out for being idle
        SESSION_IDLE_MINUTES="600",
    )
    installation = Installation(base_url, database, environment, folder / "log.txt")
    installation.flask("demo", "sign-ins")
    children: list[subprocess.Popen[bytes]] = []
    try:
        with installation.log.open("wb") as log:
            start = partial(subprocess.Popen, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
            children.extend(start(command) for command in (_GUNICORN, (*_FLASK, "worker")))
        _wait_for(installation, children)
        yield installation
    finally:
        for child in children:
            _stop(child)
        drop(database)


def _wait_for(installation: Installation, children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    with httpx.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < deadline and all(child.poll() is None for child in children):
            try:
                client.get(f"{installation.base_url}/healthz").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
    raise RuntimeError(f"The installation did not start:\n{installation.log_tail()}")


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
