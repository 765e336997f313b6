"""requests behind the door."""

import io
import socket
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse

from app.platforms.guard.addresses import Resolver, checked_address, resolve
from app.platforms.guard.limits import DEFAULT_LIMITS, USER_AGENT, Allowance, Limits

_CHUNK_BYTES = 65_536


class _BoundedBody:
    """urllib3's answer as requests reads it, stopping at its allowance."""

    #: where requests looks for cookies, to send them on after a redirect, by the Host header of the first host
    _original_response = None

    def __init__(self, raw: BaseHTTPResponse, allowance: Allowance) -> None:
        self._raw = raw
        self._allowance = allowance

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _amount: int, *, decode_content: bool) -> Iterator[bytes]:
        """Pieces as they arrive: read1 does not wait until a piece is full, so a trickle meets the deadline."""
        pieces = iter(lambda: self._raw.read1(_CHUNK_BYTES, decode_content=decode_content), b"")
        yield from self._allowance.spend(pieces)


class _TimedFile(io.RawIOBase):
    """What http.client reads an answer from; every wait ends at the deadline, that for headers too."""

    def __init__(self, inner: io.RawIOBase, sock: socket.socket, allowance: Allowance) -> None:
        super().__init__()
        self._inner = inner
        self._sock = sock
        self._allowance = allowance

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """The next bytes."""
        timeout, left = self._sock.gettimeout(), self._allowance.seconds_left()
        self._sock.settimeout(left if timeout is None else min(timeout, left))
        try:
            return self._inner.readinto(buffer)
        except TimeoutError:
            self._allowance.seconds_left()
            raise

    def close(self) -> None:
        """Let the connection go."""
        self._inner.close()
        super().close()


def _timed_pools(limits: Limits) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, by scheme, of connections that time their answers."""

    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            timed = _TimedFile(self.fp.detach(), sock, Allowance.of(limits))
            self.fp = io.BufferedReader(timed)

    class Plain(HTTPConnection):
        response_class = Response

    class Secure(HTTPSConnection):
        response_class = Response

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class GuardedAdapter(HTTPAdapter):
    """requests' adapter behind the door; see the module's text."""

    def __init__(self, *, allow_private: bool, limits: Limits, resolver: Resolver) -> None:
        super().__init__(max_retries=0)
        self.poolmanager.pool_classes_by_scheme = _timed_pools(limits)
        self._allow_private = allow_private
        self._limits = limits
        self._resolver = resolver

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001 - requests' own signature
        cert: Any = None,
    ) -> tuple[Any, Any]:
        """Connect to the checked address, and speak TLS to the name; requests calls this once per hop."""
        host_params, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        pool_kwargs: dict[str, Any] = dict(tls)
        host = host_params["host"]
        host_params["host"] = checked_address(
            str(request.url), allow_private=self._allow_private, resolver=self._resolver
        )
        if host_params["scheme"] == "https":
            pool_kwargs["server_hostname"] = host
        return host_params, pool_kwargs

    def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:
        """The name goes into the Host header, which urllib3 would fill with the address."""
        super().add_headers(request, **kwargs)
        request.headers["Host"] = urlsplit(str(request.url)).netloc

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - requests' own signature
        timeout: Any = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - requests' own signature
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """One hop; the body is bounded whether or not the caller streams it. Proxies are not used."""
        del stream, proxies
        allowance = Allowance.of(self._limits)
        response = super().send(
            request, stream=True, timeout=timeout or self._limits.timeout, verify=verify, cert=cert, proxies=None
        )
        response.raw = _BoundedBody(response.raw, allowance)
        return response


def guarded_session(
    *, allow_private: bool, limits: Limits = DEFAULT_LIMITS, resolver: Resolver = resolve
) -> requests.Session:
    """A requests session that can only pass the door, for clients that take one; no proxies, no .netrc."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = limits.max_redirects
    session.headers["User-Agent"] = USER_AGENT
    adapter = GuardedAdapter(allow_private=allow_private, limits=limits, resolver=resolver)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session
