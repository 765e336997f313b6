"""Puts the frame on an app: assets, filters, headers and error pages in one call."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Flask, g, has_request_context, session

from app.web import charts
from app.web.addresses import install_addresses
from app.web.assets import PUBLIC_VIEWS, asset_url, blueprint
from app.web.compiled import keep_compiled_templates
from app.web.errors import install_error_pages
from app.web.filters import CLOCKS, FILTERS, locale, plural, read_as
from app.web.frame import Frame
from app.web.markdown import markdown
from app.web.security import install_security_headers
from app.web.status import status_kind, status_word


def install_web(app: Flask, *, frame: Callable[[], Frame], open_to_all: Callable[[Any], Any]) -> None:
    """``frame`` tells what surrounds the page being drawn; ``open_to_all`` marks the doors that need no sign-in."""
    install_addresses(app)
    for view in PUBLIC_VIEWS:
        open_to_all(view)
    app.register_blueprint(blueprint)
    _install_words(app)
    keep_compiled_templates(app)
    install_security_headers(app)
    install_error_pages(app)

    @app.before_request
    def read_as_chosen() -> None:
        read_as(session.get("locale", ""))

    @app.teardown_request
    def read_as_others_do(_error: BaseException | None) -> None:
        read_as("")

    @app.context_processor
    def surround() -> dict[str, Frame]:
        return {"frame": Frame.bare() if g.get("frame_is_bare") else frame()}


def _by_the_readers_clock(clock: Callable[..., str]) -> Callable[..., str]:
    """A filter for times that takes the reader's own zone, where they chose one, before the page's."""

    @wraps(clock)
    def shown(at: datetime, zone: str | None = None) -> str:
        return clock(at, (session.get("zone") if has_request_context() else None) or zone)

    return shown


def _install_words(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    for function in (*FILTERS, markdown, status_kind, status_word):
        environment.filters[function.__name__] = function
    for clock in CLOCKS:
        environment.filters[clock.__name__] = _by_the_readers_clock(clock)
    environment.globals.update(
        asset_url=asset_url,
        charts=charts,
        locale=locale,
        plural=plural,
        status_kind=status_kind,
        status_word=status_word,
    )
