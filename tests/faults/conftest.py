"""A database of its own for each test that starts processes, on both engines."""

from collections.abc import Iterator

import pytest

from tests.databases import ENGINES, Database, drop, fresh


@pytest.fixture(params=ENGINES)
def own_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database that other processes may open."""
    database = fresh(request.param)
    yield database
    drop(database)
