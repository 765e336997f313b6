"""A server as in production over a built database, and clients that are signed in to it."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

import httpx

from bench.consortium import EMAIL, PASSWORD
from config import ROOT
from tests.databases import Database

_READY_WITHIN_SECONDS = 60
_HOST = "127.0.0.1"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and the cookies of the director."""

    port: int
    cookies: str

    def connect(self) -> HTTPConnection:
        """A connection that is kept open between requests."""
        return HTTPConnection(_HOST, self.port, timeout=60)

    def get(self, connection: HTTPConnection, path: str) -> bytes:
        """The body of a page; anything but a page is a bug of the benchmark."""
        connection.request("GET", path, headers={"Cookie": self.cookies})
        response = connection.getresponse()
        body = response.read()
        assert response.status == httpx.codes.OK, f"{path} answered {response.status}"
        return body


@contextmanager
def served(database: Database) -> Iterator[Served]:
    """Gunicorn as production configures it, on this machine alone."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    environment = database.environment(HOST=_HOST, PORT=str(port), ALLOW_PRIVATE_HOSTS="0")
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "bench.served:app"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own server
    try:
        _wait_until_ready(port, server)
        yield Served(port, _sign_in(port))
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "The server ended by itself."
        try:
            if httpx.get(f"http://{_HOST}:{port}/healthz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("The server did not answer.")


def _sign_in(port: int) -> str:
    """Through the form, as a person does."""
    with httpx.Client(base_url=f"http://{_HOST}:{port}") as client:
        found = _TOKEN.search(client.get("/sign-in").text)
        assert found, "The sign-in form has no token."
        form = {"email": EMAIL, "password": PASSWORD, "csrf_token": found[1]}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == httpx.codes.FOUND, f"Signing in answered {answer.status_code}."
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
