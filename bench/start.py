"""From nothing to the first page, beside Python reading nothing but Flask and SQLAlchemy."""

import subprocess
import sys

from bench.measure import Bar, bar_of_medians
from bench.size_m import Built
from config import ROOT

_TIMES, _TARGET = 5, 3.0
#: what only developers have, and libraries load where they find it
_ABSENT = ("pygments", "rich")
_HIDE = f"import sys; sys.modules.update(dict.fromkeys({_ABSENT})); "
_FIRST_PAGE = f"{_HIDE}from wsgi import app; assert app.test_client().get('/sign-in').status_code == 200"
_LIBRARIES = f"{_HIDE}import flask, sqlalchemy, sqlalchemy.orm"


def start_bars(made: Built) -> list[Bar]:
    """A process of its own each time, with modules compiled before, as an installation has them after its first start."""
    environment = made.database.environment(PYTHONPYCACHEPREFIX=str(ROOT / "build" / "bench" / "compiled"))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

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
