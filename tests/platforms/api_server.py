"""A fake platform on real HTTP: answers from its state, and holds every request and answer against a description."""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.platforms.openapi import Violation


class Description(Protocol):
    """What a platform says of its questions and answers."""

    def check_request(self, target: str) -> None:
        """Raises Violation for a question that it does not know."""
        ...

    def check_answer(self, target: str, status: int, body: object) -> None:
        """Raises Violation for an answer that it would not give."""
        ...


class NoDescription:
    """None is published that could be held against it."""

    def check_request(self, target: str) -> None:
        """Any question."""

    def check_answer(self, target: str, status: int, body: object) -> None:
        """Any answer."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A description, and paths beside it of which it says nothing, such as those of a sign-in."""

    description: Description
    paths: frozenset[str]

    def check_request(self, target: str) -> None:
        """As the description has it."""
        if urlsplit(target).path not in self.paths:
            self.description.check_request(target)

    def check_answer(self, target: str, status: int, body: object) -> None:
        """As the description has it."""
        if urlsplit(target).path not in self.paths:
            self.description.check_answer(target, status, body)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: path, query (the last of each name, and as it came), headers, and what was posted."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    posted: bytes = b""
    raw_query: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer; ``body`` is sent as it is where it is bytes, else as JSON. ``reset`` tears the connection down."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_reset: bool = False
    #: False for an answer that the platform does give and its description leaves out
    is_described: bool = True


@dataclass(slots=True)
class ApiServer:
    """The running fake."""

    description: Description
    #: what a request that breaks the description is told
    refuse: Callable[[str], Told]
    port: int = 0
    respond: Callable[[Asked], Told] = lambda _: Told(status=404)
    asked: list[Asked] = field(default_factory=list)
    #: requests that broke the description, and answers of ours that did
    refused: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    #: pass over parameters that the description does not know, as some servers do
    is_lenient: bool = False
    _faults: list[tuple[str, Told]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    def fault(self, told: Told, *, path: str = "", times: int = 1) -> None:
        """Answer so the next times a path with this text in it is asked for; unchecked, since faults keep no schema."""
        self._faults.extend([(path, told)] * times)

    def answer(self, target: str, headers: Message, posted: bytes = b"") -> Told:
        """What one request is told."""
        parts = urlsplit(target)
        named = {name.lower(): text for name, text in headers.items()}
        asked = Asked(parts.path, dict(parse_qsl(parts.query)), named, posted, parts.query)
        self.asked.append(asked)
        for entry in self._faults:
            if entry[0] in asked.path:
                self._faults.remove(entry)
                return entry[1]
        try:
            self.description.check_request(target)
        except Violation as violation:
            self.refused.append(str(violation))
            if not (self.is_lenient and "not known" in str(violation)):
                return self.refuse(str(violation))
        told = self.respond(asked)
        if told.is_described:
            self._hold_against_description(target, told)
        return told

    def _hold_against_description(self, target: str, told: Told) -> None:
        try:
            self.description.check_answer(target, told.status, told.body)
        except Violation as violation:
            self.broken.append(f"{target}: {violation}")


@contextmanager
def running(server: ApiServer) -> Iterator[ApiServer]:
    """Start it on a free loopback port; stop it afterwards."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body go in two packets, and the second would wait for 40 ms

        def do_GET(self) -> None:
            posted = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = server.answer(self.path, self.headers, posted)
            if told.is_reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            body = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            with contextlib.suppress(OSError):
                self.send_response(told.status)
                for name, text in {"Content-Type": "application/json", **told.headers}.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            """Tests' output stays quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def shutdown_request(self, request: Any) -> None:
            with contextlib.suppress(OSError):
                super().shutdown_request(request)

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection torn down on purpose is no news."""

    http = Server(("127.0.0.1", 0), Handler)
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
