"""What the tests of platforms share: a server that speaks Mastodon's interface, a fake Meta, and one that serves files of our own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from app.platforms.recognize import recognize
from tests.platforms.graph_server import GraphServer, running_graph
from tests.platforms.mastodon_server import mastodon_server, running_mastodon_server  # noqa: F401 - fixtures
from tests.platforms.web_server import WebServer, running_web_server
from tests.platforms.x_server import XServer, running_x


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


@pytest.fixture(params=["old", "new"])
def x_server(request: pytest.FixtureRequest) -> Iterator[XServer]:
    """X in one of its vocabularies; questions in the other are refused, and no others are."""
    with running_x(request.param) as server:
        yield server
        not_ours = "[post.fields]" if request.param == "old" else "[tweet.fields]"
        assert [words for words in server.api.refused if not_ours not in words] == []


@pytest.fixture
def library_on_x(x_server: XServer) -> str:
    """The id of the library's account there."""
    return x_server.account(recognize("https://twitter.com/CityLibrary").handle)
