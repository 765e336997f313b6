"""What the measured server serves: the application, and beside it a hello that does nothing."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from wsgi import app as concordance

HELLO = "/hello-and-nothing-else"
_WORDS = b"Hello, world"


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The limit of this server for one path, Concordance for every other."""
    if environ["PATH_INFO"] == HELLO:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(_WORDS)))])
        return [_WORDS]
    return concordance(environ, start_response)
