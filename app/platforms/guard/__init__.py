"""The one door to hosts that a person chose: what may be contacted, how long, and how much is read.

Names are resolved here, every address is judged, and the connection goes to the judged address itself, so that a name
which answers differently a moment later (DNS rebinding) gains nothing; the host's name still goes into the Host header
and into TLS. Every redirect passes the same check. Bodies are counted after decompression, and headers and bodies
together end at a deadline. No cookie is kept.
"""

from app.platforms.guard.addresses import Resolver, checked_address, resolve
from app.platforms.guard.by_httpx import GuardedTransport, guarded_client, trusted
from app.platforms.guard.by_requests import GuardedAdapter, guarded_session
from app.platforms.guard.limits import DEFAULT_LIMITS, Limits

__all__ = [
    "DEFAULT_LIMITS",
    "GuardedAdapter",
    "GuardedTransport",
    "Limits",
    "Resolver",
    "checked_address",
    "guarded_client",
    "guarded_session",
    "resolve",
    "trusted",
]
