"""A database of its own for each test that starts processes, an installation of its own for each that fills one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import ENGINES, Database, drop, fresh
from tests.faults.installations import Installation, installation_on, remove


@pytest.fixture(params=ENGINES)
def own_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database that other processes may open."""
    database = fresh(request.param)
    yield database
    drop(database)


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """An empty installation on this engine."""
    made: list[Installation] = []

    def on(engine_name: str) -> Installation:
        made.append(installation_on(engine_name, tmp_path / f"{engine_name}-{len(made)}"))
        return made[-1]

    yield on
    for installation in made:
        remove(installation)


@pytest.fixture(params=ENGINES)
def empty_place(request: pytest.FixtureRequest, install: Callable[[str], Installation]) -> Installation:
    return install(request.param)
