"""What this program writes about itself: JSON lines in production, readable ones in a trial, no secret in either."""

import logging.config
import re
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from config import Settings

#: one-time links, session tokens and sealed texts: long, and random enough to hold a capital
_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{40,}={0,2}")
#: whatever an address names as a token, however short
_NAMED = re.compile(r"(?<=token=)[^&\s\"'<>)]+")
#: a person's address, and the password in a database's
_ADDRESS = re.compile(r"[^\s@\"'<>()/]+@[^\s@\"'<>()/]+")
#: these tell addresses with their query, statements, or each message of the queue
_TALKATIVE = ("alembic", "httpcore", "httpx", "huey", "mastodon", "sqlalchemy", "tweepy", "urllib3")


def mask(text: str) -> str:
    """The text without what looks like a one-time token or a mail address."""
    masked = _NAMED.sub("[token]", _TOKEN.sub("[token]", text))
    return _ADDRESS.sub("[address]", masked) if "@" in masked else masked


def logging_config(settings: Settings) -> dict[str, Any]:
    """For :func:`logging.config.dictConfig`, and for gunicorn, whose own lines then look like ours."""
    level = settings.log_level.value.upper()
    at_least_warnings = "ERROR" if level == "ERROR" else "WARNING"
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if settings.is_production
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    )
    quiet = {"level": at_least_warnings}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "house": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_shared(settings)],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _Masked(renderer)],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "house"}},
        "root": {"level": level, "handlers": ["console"]},
        "loggers": dict.fromkeys(_TALKATIVE, quiet)
        | {"gunicorn.error": {"level": at_least_warnings, "handlers": [], "propagate": True}},
    }


def configure_logs(settings: Settings) -> None:
    """Once in a process, before the app is built."""
    logging.config.dictConfig(logging_config(settings))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(settings),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _shared(settings: Settings) -> list[Processor]:
    exceptions: list[Processor] = [structlog.processors.format_exc_info] if settings.is_production else []
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *exceptions,
    ]


class _Masked:
    """A renderer whose whole line is masked, whoever wrote it."""

    def __init__(self, renderer: Processor) -> None:
        self._render = renderer

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        return mask(str(self._render(logger, name, event)))
