"""Work that computes for seconds leaves SQLite's one writer to others meanwhile."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.background.actions import ask
from app.background.models import BackgroundRow
from app.background.rules import REBUILD_SCORECARDS, RowState
from app.background.worker import drain
from app.consortia.models import Consortium
from app.desk.demo.cast import SLUG
from app.findings.actions.checking import CHECK
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from tests.demo import template_of_demo
from tests.faults.installations import Installation, installation_on, remove

#: what takes the time, by work: the figures of a year, the evidence of a quarter
_READ_AT_LENGTH = {REBUILD_SCORECARDS: {"daily_figure", "assignment"}, CHECK: {"daily_figure", "post", "assignment"}}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = installation_on("sqlite", Path(tmp_path_factory.mktemp("long")), source=template_of_demo("sqlite"))
    yield installation
    remove(installation)


@pytest.mark.parametrize("kind", sorted(_READ_AT_LENGTH))
def test_others_may_write_while_it_reads(demo: Installation, kind: str) -> None:
    read_freely: set[str] = set()
    read_alone: set[str] = set()
    with demo.application.app_context(), closing(sqlite3.connect(_path(demo), timeout=0)) as other:
        consortium_id = db.session.scalars(sa.select(Consortium.id).where(Consortium.slug == SLUG)).one()
        enter_tenant(db.session, consortium_id)
        db.session.execute(sa.delete(BackgroundRow).where(BackgroundRow.consortium_id == consortium_id))
        ask(db.session, kind, {}, consortium_id=consortium_id, at=now())
        db.session.commit()
        listener = _sorts(read_freely, read_alone, other)
        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            drain(demo.application, threads=1)
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        states = db.session.scalars(sa.select(BackgroundRow.state).where(BackgroundRow.kind == kind)).all()
        db.session.rollback()
    assert states == [RowState.DONE]
    assert _READ_AT_LENGTH[kind] <= read_freely
    assert not _READ_AT_LENGTH[kind] & read_alone


def _path(installation: Installation) -> str:
    path = sa.make_url(installation.database.url).database
    assert path is not None
    return path


def _sorts(free: set[str], held: set[str], other: sqlite3.Connection) -> Callable[..., None]:
    """A listener that notes the tables each statement reads, by whether another connection could write just then."""

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        tables = set(re.findall(r"(?:FROM|JOIN) (\w+)", statement))
        if not statement.startswith("SELECT") or not tables:
            return
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            held.update(tables)
        else:
            other.execute("ROLLBACK")
            free.update(tables)

    return listen
