"""Which addresses are contacted at all."""

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from app.platforms.contract import NotAllowed, Unreachable

#: host and port to IP addresses; raises OSError where the name is unknown
Resolver = Callable[[str, int], list[str]]

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: IPv6 addresses that carry an IPv4 address for a translator (RFC 6052)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: where clouds tell a machine its own secrets, beside the link-local addresses: never asked, not even in a network of one's own
_METADATA = frozenset(
    ipaddress.ip_address(address) for address in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed("The address cannot be read.") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise NotAllowed("Only http and https addresses are contacted.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("An address that carries a user name or a password is not contacted.")
    if not parts.hostname:
        raise NotAllowed("The address names no host.")
    try:
        addresses = resolver(parts.hostname, port or _DEFAULT_PORTS[parts.scheme])
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
    if address in _METADATA or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local):
        return False
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
