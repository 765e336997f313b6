"""A file that a person gave us: whole or not at all, and gone when its work is done."""

import gzip
import io
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background import actions, queries
from app.background.models import Upload
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from tests.databases import Database
from tests.faults import small_work

CONTENT = b"day,followers\n2026-11-01,840\n"


@pytest.fixture
def here(own_database: Database) -> Iterator[Session]:
    with small_work.build(own_database.settings()).app_context():
        yield db.session


@pytest.fixture
def by(here: Session) -> Actor:
    return Actor.machine("tests", consortium_id=small_work.prepare(here))


def kept(session: Session, by: Actor, folder: Path, content: bytes = CONTENT, name: str = "figures.csv") -> Upload:
    stream = io.BytesIO(content)
    return actions.keep_upload(session, stream, name=name, by=by, at=now(), folder=folder, limit_bytes=100)


def test_a_kept_file_reads_back_and_is_told_by_its_digest(here: Session, by: Actor, tmp_path: Path) -> None:
    upload_id = kept(here, by, tmp_path, name="C:\\figures\\east.csv").id
    here.commit()
    upload = queries.get_upload(here, upload_id, within=Scope(by.consortium_id))
    assert (upload.name, upload.size, upload.sha256) == ("east.csv", len(CONTENT), sha256(CONTENT).hexdigest())
    with actions.open_upload(upload, folder=tmp_path) as file:
        assert file.read() == CONTENT
        assert (file.tell(), file.seek(0), file.read(3)) == (len(CONTENT), 0, b"day")
    (packed,) = tmp_path.iterdir()
    assert gzip.decompress(packed.read_bytes()) == CONTENT
    with pytest.raises(NotFound):
        queries.get_upload(here, upload_id, within=Scope(by.consortium_id + 1))


@pytest.mark.parametrize("content", [CONTENT, b"PK\x03\x04 an archive", gzip.compress(CONTENT)])
def test_a_file_reads_back_as_it_was_given_packed_or_as_earlier_versions_kept_it(
    here: Session, by: Actor, tmp_path: Path, content: bytes
) -> None:
    upload = kept(here, by, tmp_path, content)
    here.commit()
    for put in (lambda: None, lambda: (tmp_path / str(upload.id)).write_bytes(content)):
        put()
        with actions.open_upload(upload, folder=tmp_path) as file:
            assert file.read() == content
        (tmp_path / f"{upload.id}.gz").unlink(missing_ok=True)
    actions.drop_upload(here, upload, folder=tmp_path)
    here.commit()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("content", "sentence"), [(b"", "The file is empty"), (b"x" * 101, "larger than")])
def test_an_empty_file_and_a_large_one_are_refused_without_a_trace(
    here: Session, by: Actor, tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        kept(here, by, tmp_path, content)
    assert list(tmp_path.iterdir()) == []


def test_a_rollback_takes_the_file_away(here: Session, by: Actor, tmp_path: Path) -> None:
    kept(here, by, tmp_path)
    with here.begin_nested():
        pass  # the end of a savepoint decides nothing
    here.rollback()
    assert list(tmp_path.iterdir()) == []


def test_a_dropped_file_leaves_with_the_commit_and_not_before(here: Session, by: Actor, tmp_path: Path) -> None:
    upload = kept(here, by, tmp_path)
    here.commit()
    actions.drop_upload(here, upload, folder=tmp_path)
    here.rollback()
    assert len(list(tmp_path.iterdir())) == 1
    actions.drop_upload(here, upload, folder=tmp_path)
    here.commit()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotFound, match="Give it again"):
        actions.open_upload(upload, folder=tmp_path)
