"""From nothing to the first page, beside Python reading nothing but Flask and SQLAlchemy."""

import subprocess
import sys

from bench.measure import Bar, bar_of_medians
from bench.size_m import Built
from config import ROOT

_TIMES, _TARGET = 5, 3.0
_FIRST_PAGE = "from wsgi import app; assert app.test_client().get('/sign-in').status_code == 200"
_LIBRARIES = "import flask, sqlalchemy, sqlalchemy.orm"


def start_bars(made: Built) -> list[Bar]:
    """A process of its own each time."""
    environment = made.database.environment()

    def run(words: str) -> None:
        subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=environment, check=True)  # noqa: S603 - ours

    bar = bar_of_medians(
        "cold start to the first page",
        lambda: run(_FIRST_PAGE),
        lambda: run(_LIBRARIES),
        limit_name="importing Flask and SQLAlchemy alone",
        target=_TARGET,
        times=_TIMES,
    )
    return [bar]
