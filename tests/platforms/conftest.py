"""What the tests of platforms share: a server that speaks Mastodon's interface, a fake Meta, and one that serves files of our own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.platforms.graph_server import GraphServer, running_graph
from tests.platforms.mastodon_server import mastodon_server, running_mastodon_server  # noqa: F401 - fixtures
from tests.platforms.web_server import WebServer, running_web_server


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    """A fake Meta with nothing on it yet, at an hour of ours."""
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC)), running_graph() as server:
        yield server


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    """A web server on loopback with nothing on it yet."""
    with running_web_server() as server:
        yield server
