"""The one door to hosts that a person chose: what may be contacted, how long, and how much is read.

Names are resolved here, every address is judged, and the connection goes to the judged address itself, so that a name
which answers differently a moment later (DNS rebinding) gains nothing; the host's name still goes into the Host header
and into TLS. Every redirect passes the same check. Bodies are counted after decompression.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter
from urllib3.response import BaseHTTPResponse

from app.platforms.contract import Malformed, NotAllowed, Unreachable

#: host and port to IP addresses; raises OSError where the name is unknown
Resolver = Callable[[str, int], list[str]]

_CHUNK_BYTES = 65_536
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: IPv6 addresses that carry an IPv4 address for a translator (RFC 6052)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_USER_AGENT = "Concordance (library accounts)"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait and how much to read."""

    #: seconds for each single wait: connecting, the next bytes
    timeout: float = 10.0
    #: seconds for one answer as a whole, so that a trickle ends too
    total: float = 60.0
    max_bytes: int = 5_000_000
    max_redirects: int = 5


DEFAULT_LIMITS = Limits()


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, IPv4 first, since not every machine that runs us has IPv6 to the outside."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda answer: answer[0] != socket.AF_INET)
    return [str(answer[4][0]) for answer in ordered]


def checked_address(url: str, *, allow_private: bool, resolver: Resolver = resolve) -> str:
    """The IP address to connect to for this URL.

    Raises NotAllowed for another scheme than http and https, for credentials in the URL, and when any of the host's
    addresses is one we do not contact; Unreachable when the name is unknown. With ``allow_private``, private and
    loopback addresses pass; link-local (cloud metadata lives there), multicast and reserved ones never do.
    """
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS:
        raise NotAllowed("Only http and https addresses are contacted.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("An address that carries a user name or a password is not contacted.")
    if not parts.hostname:
        raise NotAllowed("The address names no host.")
    try:
        addresses = resolver(parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme])
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"The host {parts.hostname} is not known.") from error
    if not addresses:
        raise Unreachable(f"The host {parts.hostname} is not known.")
    if not all(_may_contact(ipaddress.ip_address(address), allow_private=allow_private) for address in addresses):
        raise NotAllowed(f"{parts.hostname} is a private or reserved address, which is not contacted from here.")
    return addresses[0]


def _may_contact(address: _Address, *, allow_private: bool) -> bool:
    address = _unwrapped(address)
    if address.is_loopback:
        return allow_private
    if address.is_multicast or address.is_unspecified or address.is_link_local or address.is_reserved:
        return False
    return address.is_global or allow_private


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one, since that is where the packets would arrive."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@dataclass(slots=True)
class _Allowance:
    """What one answer may still cost."""

    bytes_left: int
    deadline: float

    @classmethod
    def of(cls, limits: Limits) -> "_Allowance":
        return cls(bytes_left=limits.max_bytes, deadline=time.monotonic() + limits.total)

    def spend(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.bytes_left -= len(chunk)
            if self.bytes_left < 0:
                raise Malformed("The answer is larger than we accept.")
            if time.monotonic() > self.deadline:
                raise Unreachable("The answer took too long.")
            yield chunk


class _BoundedStream(httpx.SyncByteStream):
    """A decoded body that stops at its allowance."""

    def __init__(self, inner: httpx.Response, allowance: _Allowance) -> None:
        self._inner = inner
        self._allowance = allowance

    def __iter__(self) -> Iterator[bytes]:
        yield from self._allowance.spend(self._inner.iter_bytes())

    def close(self) -> None:
        self._inner.close()


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes longer than most questions."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.BaseTransport):
    """httpx's transport behind the door; see the module's text."""

    def __init__(self, *, allow_private: bool, limits: Limits, resolver: Resolver) -> None:
        # No connection is kept: a kept one is found by its address alone, and another host there is not this one.
        self._inner = httpx.HTTPTransport(verify=trusted(), limits=httpx.Limits(max_keepalive_connections=0))
        self._allow_private = allow_private
        self._limits = limits
        self._resolver = resolver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One hop; raises NotAllowed, Unreachable, Malformed and httpx's own errors."""
        allowance = _Allowance.of(self._limits)
        address = checked_address(str(request.url), allow_private=self._allow_private, resolver=self._resolver)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
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
        headers={"User-Agent": _USER_AGENT},
        trust_env=False,
    )


class _BoundedBody:
    """urllib3's answer as requests reads it, stopping at its allowance."""

    def __init__(self, raw: BaseHTTPResponse, allowance: _Allowance) -> None:
        self._raw = raw
        self._allowance = allowance

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _amount: int, *, decode_content: bool) -> Iterator[bytes]:
        """Pieces as they arrive: read1 does not wait until a piece is full, so a trickle meets the deadline."""
        pieces = iter(lambda: self._raw.read1(_CHUNK_BYTES, decode_content=decode_content), b"")
        yield from self._allowance.spend(pieces)


class GuardedAdapter(HTTPAdapter):
    """requests' adapter behind the door; see the module's text."""

    def __init__(self, *, allow_private: bool, limits: Limits, resolver: Resolver) -> None:
        super().__init__(max_retries=0)
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
        allowance = _Allowance.of(self._limits)
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
    session.headers["User-Agent"] = _USER_AGENT
    adapter = GuardedAdapter(allow_private=allow_private, limits=limits, resolver=resolver)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session
