"""A real server that speaks Mastodon's interface, for any test that pulls: accounts, posts and faults on demand.

Use it as a pytest plugin (``pytest_plugins``), which gives the fixture ``mastodon_server``, or as the plain context
manager ``running_mastodon``. It runs in a process of its own and keeps everything in memory.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

_STARTS_WITHIN = 60.0  # seconds; about six on a quiet machine


@dataclass(frozen=True, slots=True)
class MastodonAccount:
    """An account on the test server, with a token that signs in as it."""

    id: str
    username: str
    token: str


@dataclass(frozen=True, slots=True)
class MastodonServer:
    """The running server; ``base_url`` is scheme, host and port."""

    base_url: str
    client: httpx.Client

    def create_account(self, username: str, *, display_name: str | None = None) -> MastodonAccount:
        """A new account; the user name must not exist yet."""
        made = self._send(
            "POST", "/api/v1/_mock/dev_user", {"username": username, "display_name": display_name or username}
        )
        return MastodonAccount(made["id"], made["username"], made["access_token"])

    def post(
        self, account: MastodonAccount, text: str, *, reply_to: str | None = None, visibility: str = "public"
    ) -> str:
        """A post by the account, now; returns its id."""
        body = {"status": text, "visibility": visibility, "in_reply_to_id": reply_to}
        return str(self._send("POST", "/api/v1/statuses", body, by=account)["id"])

    def favourite(self, account: MastodonAccount, post_id: str) -> None:
        """The account likes the post."""
        self._send("POST", f"/api/v1/statuses/{post_id}/favourite", by=account)

    def boost(self, account: MastodonAccount, post_id: str) -> None:
        """The account passes the post on."""
        self._send("POST", f"/api/v1/statuses/{post_id}/reblog", by=account)

    def follow(self, account: MastodonAccount, other: MastodonAccount) -> None:
        """The account follows the other one."""
        self._send("POST", f"/api/v1/accounts/{other.id}/follow", by=account)

    def fault(self, effect: str, *, path: str | None = None, count: int | None = 1, **details: Any) -> None:
        """The next ``count`` requests to ``path`` (``*`` matches; all paths if None; for ever if count is None) fail.

        ``effect`` is status, ratelimit, latency, malformed or timeout; ``details`` are the effect's own words, such as
        ``status=503`` or ``delay_ms=2000``.
        """
        match = {} if path is None else {"path": path}
        rule = {"match": match, "effect": {"type": effect, **details}, "count": count}
        self._send("POST", "/api/v1/_mock/faults", rule)

    def clear_faults(self) -> None:
        """No more faults."""
        self._send("DELETE", "/api/v1/_mock/faults")

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, by: MastodonAccount | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {by.token}"} if by else {}
        answer = self.client.request(method, self.base_url + path, json=body or {}, headers=headers)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def running_mastodon() -> Iterator[MastodonServer]:
    """Start the server on a free loopback port, wait until it answers, end it afterwards."""
    port = _free_port()
    base_url = f"http://127.0.0.1:{port}"
    command = shutil.which("mastodon_mock", path=str(Path(sys.executable).parent)) or "mastodon_mock"
    arguments = ["serve", "--in-memory", "--demo", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen([command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(timeout=10, trust_env=False) as client:
            _wait_for(client, base_url, process)
            yield MastodonServer(base_url, client)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def running_mastodon_server() -> Iterator[MastodonServer]:
    """One server for the whole run of tests."""
    with running_mastodon() as server:
        yield server


@pytest.fixture
def mastodon_server(running_mastodon_server: MastodonServer) -> Iterator[MastodonServer]:
    """The server, without faults before and after."""
    running_mastodon_server.clear_faults()
    yield running_mastodon_server
    running_mastodon_server.clear_faults()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(client: httpx.Client, base_url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The test server ended at once, with code {process.returncode}.")
        try:
            client.get(f"{base_url}/api/v1/instance")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The test server did not answer in time.")
