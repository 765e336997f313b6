"""What the tests of platforms share: a server that speaks Mastodon's interface, and one that serves files of our own."""

from collections.abc import Iterator

import pytest

from tests.platforms.mastodon_server import mastodon_server, running_mastodon_server  # noqa: F401 - fixtures
from tests.platforms.web_server import WebServer, running_web_server


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    """A web server on loopback with nothing on it yet."""
    with running_web_server() as server:
        yield server
