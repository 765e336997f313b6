"""The pages for what went wrong: each says what is the matter and the one next step."""

import logging

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchPage

from app.foundation.errors import NotFound
from app.web.requests import request_id

_log = logging.getLogger(__name__)


def install_error_pages(app: Flask) -> None:
    """One page for each way a request can fail; whatever rose and was not foreseen gets a reference number."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NoSuchPage, _not_found)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(500, _failed)


def _not_found(error: Exception) -> ResponseReturnValue:
    sentence = str(error) if isinstance(error, NotFound) else ""
    return render_template("errors/404.html", sentence=sentence), 404


def _forbidden(error: Exception) -> ResponseReturnValue:
    """A view may say what the reader can do instead, as the description of its Forbidden."""
    sentence = error.description if isinstance(error, HTTPException) else None
    own_words = sentence if sentence != Forbidden.description else None
    g.is_refused = True
    return render_template("errors/403.html", sentence=own_words), 403


def _too_large(_error: Exception) -> ResponseReturnValue:
    most = request.max_content_length
    return render_template("errors/413.html", most_mb=most // 1024**2 if most else None), 413


def _stale_form(_error: Exception) -> ResponseReturnValue:
    return render_template("errors/400.html", is_stale=True), 400


def _bad_request(_error: Exception) -> ResponseReturnValue:
    return render_template("errors/400.html", is_stale=False), 400


def _failed(_error: Exception) -> ResponseReturnValue:
    """The page asks nothing about the reader, since asking may be what failed."""
    reference = request_id()
    route = request.url_rule.rule if request.url_rule else ""
    _log.error("reference %s: %s %s", reference, request.method, route)  # the app has logged what rose
    g.frame_is_bare = True
    return render_template("errors/500.html", reference=reference), 500
