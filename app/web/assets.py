"""Style sheets, scripts and the site's mark, ours and those of two installed packages, each under an address with its hash."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

blueprint = Blueprint("web", __name__, template_folder="templates")

#: name -> the package that holds it, where, and what it is
_SOURCES = {
    "bootstrap.css": ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css", "text/css; charset=utf-8"),
    "app.css": ("app.web", "static/app.css", "text/css; charset=utf-8"),
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js", "text/javascript; charset=utf-8"),
    "app.js": ("app.web", "static/app.js", "text/javascript; charset=utf-8"),
    "favicon.svg": ("app.web", "static/favicon.svg", "image/svg+xml"),
}
_DIGEST_LENGTH = 16
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    content_type: str
    digest: str


@cache
def _asset(name: str) -> Asset:
    package, path, content_type = _SOURCES[name]
    body = files(package).joinpath(path).read_bytes()
    return Asset(body, content_type, hashlib.sha256(body).hexdigest()[:_DIGEST_LENGTH])


def asset_url(name: str) -> str:
    """The address of a style sheet or script, new whenever its content is."""
    return url_for("web.asset", digest=_asset(name).digest, name=name)


@blueprint.get("/assets/<string:digest>/<string:name>")
def asset(digest: str, name: str) -> ResponseReturnValue:
    """The file; kept for a year under its own hash, asked for again under an older one."""
    if name not in _SOURCES:
        abort(404)
    found = _asset(name)
    return _sent(found, _FOREVER if digest == found.digest else "no-cache")


@blueprint.get("/favicon.svg")
def favicon() -> ResponseReturnValue:
    """The site's mark, at the address browsers are told."""
    return _sent(_asset("favicon.svg"), "public, max-age=86400")


def _sent(found: Asset, caching: str) -> Response:
    response = Response(found.body, content_type=found.content_type)
    response.headers["Cache-Control"] = caching
    response.set_etag(found.digest)
    response.make_conditional(request)
    return response


#: the views that anyone may see; the factory puts its mark on them, since this floor knows no permissions
PUBLIC_VIEWS = (asset, favicon)
