"""What makes a process of the tests cheap; each that is started calls it."""

import gc

import structlog

#: new things and collections until the next collection; with Python's own numbers they were an eighth of the time
_GARBAGE = (20_000, 20, 20)


def be_frugal() -> None:
    """Look for garbage less often, and write a traceback as it is: drawn in color one takes seconds."""
    gc.set_threshold(*_GARBAGE)
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
