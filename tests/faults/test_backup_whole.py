"""What a backup brings back on either engine and from one to the other: every row of every tenant, and every file."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import keep_upload, open_kept
from app.background.models import Upload
from app.consortia.models import Consortium
from app.foundation.database import Base, db, enter_tenant
from app.history.queries import first_break
from tests.databases import ENGINES, Database
from tests.demo import template_of_demo
from tests.factories.complete import template_of_complete
from tests.faults.installations import AT, FILE, Installation, installation_on, remove

NOT_KEPT = {"alembic_version", "backup_made", "link_request", "login_session", "sign_in_attempt", "worker_beat"}
#: more than what is read or written at once
MANY_ROWS = 10_000
Rows = dict[str, list[sa.Row[tuple[object, ...]]]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo and two other consortia, one of them with a kept file."""
    yield from _copied(template_of_demo("sqlite"), tmp_path_factory.mktemp("demo"), _keep_a_file)


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Two consortia with a row in every table, and the files that they kept."""
    yield from _copied(template_of_complete(request.param), tmp_path_factory.mktemp("filled"), _write_files)


def _copied(source: Database, folder: Path, finish: Callable[[Session, Installation], None]) -> Iterator[Installation]:
    installation = installation_on(source.engine_name, folder, source=source)
    with installation.application.app_context():
        finish(db.session, installation)
    yield installation
    remove(installation)


def _keep_a_file(session: Session, installation: Installation) -> None:
    far = session.scalars(sa.select(Consortium).where(Consortium.slug == "far-hills")).one()
    enter_tenant(session, far.id)
    by = Actor.machine("tests", consortium_id=far.id)
    file, folder = io.BytesIO(FILE), installation.uploads
    keep_upload(session, file, name="figures.csv", by=by, at=AT, folder=folder, limit_bytes=1000)
    session.commit()


def _write_files(session: Session, installation: Installation) -> None:
    """The file of each row that tells of one."""
    for consortium_id in session.scalars(sa.select(Consortium.id)).all():
        enter_tenant(session, consortium_id)
        for upload_id in session.scalars(sa.select(Upload.id)):
            (installation.uploads / str(upload_id)).write_bytes(FILE)


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ENGINES)
def test_an_empty_place_gets_every_row_of_every_tenant(
    filled: Installation, install: Callable[[str], Installation], engine_name: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.zip"
    assert filled.run("backup", str(kept))[0] == 0
    assert kept.stat().st_mode & 0o777 == 0o600
    place = install(engine_name)
    code, said = place.run("restore", str(kept))
    assert (code, "Restored." in said) == (0, True), said
    assert_same(filled, place)


@pytest.mark.slow
def test_a_demo_of_thousands_of_rows_moves_from_one_engine_to_the_other(
    demo: Installation, install: Callable[[str], Installation], tmp_path: Path
) -> None:
    demo.back_up(tmp_path / "kept.zip")
    place = install("postgresql")
    place.restore(tmp_path / "kept.zip")
    assert len(rows_of(place.database)["daily_figure"]) > MANY_ROWS
    assert_same(demo, place)


def test_no_table_of_any_tenant_is_empty_in_what_is_brought_back(filled: Installation) -> None:
    """What the test of every row stands on: a new table has a row there at once."""
    rows = rows_of(filled.database)
    consortia = {row.id for row in rows["consortium"]}
    assert len(consortia) == len(files_of(filled)) == 2
    for name, table in Base.metadata.tables.items():
        if name not in NOT_KEPT and "consortium_id" in table.c:
            assert {row.consortium_id for row in rows[name]} >= consortia, name
    assert [name for name, found in rows.items() if not found] == []


@pytest.mark.slow
def test_the_file_is_whole_and_says_what_is_in_it(filled: Installation, tmp_path: Path) -> None:
    kept = tmp_path / "kept.zip"
    manifest = filled.back_up(kept)
    assert (manifest.consortia, manifest.uploads, manifest.lost_uploads) == (2, 2, [])
    assert filled.run("backup", "--check", str(kept))[1].endswith("The backup is whole.\n")
    code, said = filled.run("backup", str(kept))
    assert (code, "exists already" in said) == (1, True)
    code, said = filled.run("restore", str(kept))
    assert (code, "There is a consortium or a login here already" in said) == (1, True)
    assert list(tmp_path.iterdir()) == [kept]


def rows_of(database: Database) -> Rows:
    """Every row of every tenant, as someone sees it whom row-level security does not bind."""
    engine = sa.create_engine(database.admin_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return {
            name: list(connection.execute(sa.select(table).order_by(*table.primary_key)))
            for name, table in Base.metadata.tables.items()
            if name not in NOT_KEPT
        }


def assert_same(before: Installation, after: Installation) -> None:
    """Every row of every tenant, the files, and chains of deeds that are whole."""
    there, here = rows_of(before.database), rows_of(after.database)
    for name, rows in there.items():
        assert here[name] == rows, name
    assert files_of(after) == files_of(before)
    with after.application.app_context():
        for consortium_id in db.session.scalars(sa.select(Consortium.id)).all():
            enter_tenant(db.session, consortium_id)
            assert first_break(db.session, within=Scope(consortium_id=consortium_id)) is None


def files_of(installation: Installation) -> dict[int, bytes]:
    """What was kept, by its number, however it lies on the disk."""
    numbers = {int(path.stem) for path in installation.uploads.iterdir()}
    return {number: _content(number, installation.uploads) for number in numbers}


def _content(number: int, folder: Path) -> bytes:
    with open_kept(number, folder=folder) as file:
        return file.read()
