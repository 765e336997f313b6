"""What each request leaves behind: an id that the answer carries too, a line in the log, a count for monitoring.

The line names the route as the program knows it (``/join/<string:token>``), never the address that was asked for:
addresses hold one-time tokens and what people searched for. Persons are told by number alone.
"""

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from app.foundation.installation import settings

log = structlog.get_logger("concordance.web")
_HEADER = "X-Request-ID"
#: what a proxy may give as the id of a request; anything else is not ours to write down
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ID_BYTES = 8
#: routes that machines ask for all the time: told at the level debug, and not counted
_QUIET = frozenset({"desk.health", "upkeep.ready", "upkeep.metrics", "web.asset"})

REQUESTS = Counter("concordance_requests", "Requests answered.", ["method", "route", "status"], registry=None)
SECONDS = Histogram(
    "concordance_request_seconds",
    "How long answers took.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
    registry=None,
)


def install_requests(app: Flask) -> None:
    """First of all hooks: the clock starts before the guard, and a request that it turns away is told too."""
    app.before_request(_begin)
    app.after_request(_tell)


def request_id() -> str:
    """The id of this request, which the 500 page gives as its reference."""
    if "request_id" not in g:
        g.request_id = _id_from(request.headers.get(_HEADER, ""))
    told: str = g.request_id
    return told


def _begin() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()  # threads serve one request after the other
    structlog.contextvars.bind_contextvars(request=request_id())


def _id_from(given: str) -> str:
    return given if _SANE.fullmatch(given) else secrets.token_hex(_ID_BYTES).upper()


def _tell(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    response.headers[_HEADER] = request_id()
    route = request.url_rule.rule if request.url_rule else ""
    actor = g.get("actor")
    is_quiet = request.endpoint in _QUIET
    tell = log.debug if is_quiet else log.info
    tell(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        tenant=actor.consortium_id if actor else None,
        person=actor.person_id if actor else None,
    )
    if settings().metrics_token and not is_quiet:
        REQUESTS.labels(request.method if route else "", route, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
    return response
