"""A real web server on loopback whose pages a test sets: bodies, headers, redirects, trickles, broken connections."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class WebServer:
    """The running server: its pages, and what it was asked."""

    port: int
    pages: dict[str, Answer] = field(default_factory=dict)
    #: path and Host header of each request, in order
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, body: bytes, content_type: str = "text/html", status: int = 200, **headers: str) -> str:
        """Serve this body at this path; returns the address."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Content-Type", content_type)
            request.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(body)

        return self.answer(path, answer)

    def redirect(self, path: str, target: str) -> str:
        """Send whoever asks for this path elsewhere."""
        return self.page(path, b"", status=302, Location=target)

    def trickle(self, path: str, *, pause: float) -> str:
        """Promise a megabyte and send a byte at a time."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Length", "1000000")
            request.end_headers()
            for _ in range(200):
                request.wfile.write(b"x")
                time.sleep(pause)

        return self.answer(path, answer)

    def trickle_of_headers(self, path: str, *, pause: float) -> str:
        """Begin a header and send it a byte at a time."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            for _ in range(200):
                request.wfile.write(b"x")
                time.sleep(pause)

        return self.answer(path, answer)

    def reset(self, path: str, *, times: int, then: Answer) -> str:
        """Tear the connection down without an answer, so many times."""
        left = [times]

        def answer(request: BaseHTTPRequestHandler) -> None:
            if left[0] == 0:
                return then(request)
            left[0] -= 1
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            request.close_connection = True
            return None

        return self.answer(path, answer)

    def answer(self, path: str, answer: Answer) -> str:
        """Answer this path in any way; returns the address."""
        self.pages[path] = answer
        return self.url + path


@contextmanager
def running_web_server(*, tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Start on a free port, with TLS if a context is given; stop afterwards."""
    pages: dict[str, Answer] = {}
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Host", "")))
            answer = pages.get(self.path) or pages.get(self.path.split("?")[0])
            with contextlib.suppress(OSError):  # the reader may leave before the end: that is what some tests want
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

        def log_message(self, *_: object) -> None:
            """Tests' output stays quiet."""

    class Server(ThreadingHTTPServer):
        def shutdown_request(self, request: socket.socket) -> None:
            with contextlib.suppress(OSError):
                super().shutdown_request(request)

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection torn down on purpose, or a TLS greeting refused by the client, is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield WebServer(server.server_address[1], pages, asked)
    finally:
        server.shutdown()
        server.server_close()
