"""httpx behind the door."""

import ssl
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpcore
import httpx

from app.platforms.contract import Malformed
from app.platforms.guard.addresses import Resolver, checked_address, resolve
from app.platforms.guard.limits import DEFAULT_LIMITS, USER_AGENT, Allowance, Limits

#: tells zlib that gzip's header is to be expected
_GZIP = zlib.MAX_WBITS | 16
_PIECE_BYTES = 65_536


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes longer than most questions."""
    return httpx.create_ssl_context()


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline, so that a trickle of headers ends too."""

    def __init__(self, inner: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._inner = inner
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        try:
            return self._inner.read(max_bytes, self._wait(timeout))
        except httpcore.ReadTimeout:
            self._allowance.seconds_left()
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send these bytes."""
        self._inner.write(buffer, self._wait(timeout))

    def close(self) -> None:
        """Let the connection go."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS."""
        secured = self._inner.start_tls(ssl_context, server_hostname, self._wait(timeout))
        return _TimedStream(secured, self._allowance)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._inner.get_extra_info(info)

    def _wait(self, timeout: float | None) -> float:
        left = self._allowance.seconds_left()
        return left if timeout is None else min(timeout, left)


class _TimedBackend(httpcore.SyncBackend):
    """Connections that live no longer than one answer may take; none is kept, so each carries one answer."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """A connection, from whose beginning the time counts."""
        allowance = Allowance.of(self._limits)
        return _TimedStream(super().connect_tcp(*args, **kwargs), allowance)


class _TimedTransport(httpx.HTTPTransport):
    """httpx's transport over such connections."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(verify=trusted())
        # No connection is kept: a kept one is found by its address alone, and another host there is not this one.
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted(), max_keepalive_connections=0, network_backend=_TimedBackend(limits)
        )


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body in small pieces: a few packed bytes may hold gigabytes, and the allowance is asked between pieces."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"identity", ""}:
        yield from response.iter_raw()
        return
    if coding not in {"gzip", "x-gzip"}:
        raise Malformed("The answer is packed in a way that we did not ask for.")
    inflater = zlib.decompressobj(_GZIP)
    try:
        for chunk in response.iter_raw():
            packed = chunk
            while piece := inflater.decompress(packed, _PIECE_BYTES):
                yield piece
                packed = inflater.unconsumed_tail
    except zlib.error as error:
        raise Malformed("The answer is packed in a way that cannot be read.") from error


class _BoundedStream(httpx.SyncByteStream):
    """An unpacked body that stops at its allowance."""

    def __init__(self, inner: httpx.Response, allowance: Allowance) -> None:
        self._inner = inner
        self._allowance = allowance

    def __iter__(self) -> Iterator[bytes]:
        yield from self._allowance.spend(_unpacked(self._inner))

    def close(self) -> None:
        self._inner.close()


def _headers(request: httpx.Request) -> httpx.Headers:
    headers = request.headers.copy()
    headers["Accept-Encoding"] = "gzip"  # the one that is unpacked in pieces
    return headers


class GuardedTransport(httpx.BaseTransport):
    """httpx's transport behind the door; see the module's text."""

    def __init__(self, *, allow_private: bool, limits: Limits, resolver: Resolver) -> None:
        self._inner = _TimedTransport(limits)
        self._allow_private = allow_private
        self._limits = limits
        self._resolver = resolver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One hop; raises NotAllowed, Unreachable, Malformed and httpx's own errors."""
        allowance = Allowance.of(self._limits)
        address = checked_address(str(request.url), allow_private=self._allow_private, resolver=self._resolver)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=_headers(request),
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
        )
        response = self._inner.handle_request(pinned)
        return httpx.Response(
            response.status_code,
            headers=[
                (name, value)
                for name, value in response.headers.multi_items()
                if name not in {"content-encoding", "content-length", "transfer-encoding"}
            ],
            stream=_BoundedStream(response, allowance),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Let the inner transport go."""
        self._inner.close()


def guarded_client(
    *, allow_private: bool, limits: Limits = DEFAULT_LIMITS, resolver: Resolver = resolve
) -> httpx.Client:
    """An httpx client that can only pass the door; proxies and .netrc of the environment are not used."""
    return httpx.Client(
        transport=GuardedTransport(allow_private=allow_private, limits=limits, resolver=resolver),
        timeout=limits.timeout,
        follow_redirects=True,
        max_redirects=limits.max_redirects,
        headers={"User-Agent": USER_AGENT},
        trust_env=False,
    )
