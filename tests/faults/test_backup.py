"""A backup is one instant and brought up to date; a damaged, foreign or unfit one brings nothing."""

import json
import os
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.background.models import Upload
from app.consortia.models import Consortium, Place
from app.consortia.rules.places import PlaceKind
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.mail.models import MailMessage
from app.mail.rules import MailState
from app.upkeep.actions.backing_up import back_up
from app.upkeep.rules.archive import Archive, Writer
from app.upkeep.rules.manifest import Manifest
from tests import databases
from tests.faults.installations import AT, FILE, Installation


@pytest.fixture(scope="module")
def old_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that an earlier version wrote: a consortium and nothing else."""
    folder, old = tmp_path_factory.mktemp("old"), databases.empty("sqlite")
    databases.migrate_here(old, "upgrade", "0003")
    engine = sa.create_engine(old.url)
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO consortium (id, slug, name, created_at) VALUES (1, 'old', 'Old', '2026-01-05 12:00')")
        )
    assert back_up(engine, folder / "old.zip", uploads=folder, at=AT).migration == "0003"
    databases.drop(old)
    return folder / "old.zip"


def test_what_others_write_meanwhile_is_not_in_it_and_nobody_waits(empty_place: Installation, tmp_path: Path) -> None:
    """The backup reads a pipe as a kept file: while it waits there, in the middle, others write and commit."""
    consortium_id, upload_id = _found(empty_place)
    os.mkfifo(empty_place.uploads / str(upload_id))

    def write_meanwhile() -> None:
        with (empty_place.uploads / str(upload_id)).open("wb") as pipe:  # opens once the backup reads
            for number in range(1, 11):
                _count(empty_place, consortium_id, number)
            pipe.write(FILE)

    others = threading.Thread(target=write_meanwhile, daemon=True)  # not to be waited for where the backup fails
    others.start()
    manifest = empty_place.back_up(tmp_path / "kept.zip")
    others.join()
    kept = zipfile.ZipFile(tmp_path / "kept.zip")
    (consortium,) = (json.loads(line) for line in kept.read("installation/consortium.jsonl").splitlines())
    assert manifest.rows == sum(len(kept.read(member.name).splitlines()) for member in manifest.members if member.table)
    assert consortium[[name for name, _ in manifest.columns["consortium"]].index("name")] == "0"
    assert f"consortia/{consortium_id}/place.jsonl" not in kept.namelist()
    assert _counted(empty_place, consortium_id) == ("10", 10)


def test_a_damaged_file_is_refused_before_anything_is_written(
    empty_place: Installation, install: Callable[[str], Installation], tmp_path: Path
) -> None:
    source = install("sqlite")
    _found(source)
    source.back_up(tmp_path / "kept.zip")
    whole = (tmp_path / "kept.zip").read_bytes()
    damaged = tmp_path / "damaged.zip"
    member = whole.index(b"installation/consortium.jsonl") + 60
    for content in (
        b"",
        b"no zip at all",
        *(whole[: len(whole) * part // 8] for part in range(1, 8)),
        whole[:-1],
        whole[:member] + bytes([whole[member] ^ 1]) + whole[member + 1 :],
    ):
        damaged.write_bytes(content)
        code, said = empty_place.run("restore", str(damaged))
        assert code == 1, said
        assert "damaged" in said or "not a backup" in said
        assert empty_place.is_empty()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"format": 2}, "A newer version of Concordance wrote this backup"),
        ({"product": "something else"}, "not a backup of Concordance"),
        ({"migration": "9999"}, "does not know"),
        ({"members": []}, "does not hold what its list of contents names"),
        ({"columns": None}, "list of contents cannot be read"),
    ],
)
def test_a_foreign_or_newer_file_is_refused_with_what_to_do(
    install: Callable[[str], Installation], tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    place = install("sqlite")
    _found(place)
    place.back_up(tmp_path / "kept.zip")
    with zipfile.ZipFile(tmp_path / "kept.zip") as kept, zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        for name in kept.namelist():
            text = kept.read(name)
            other.writestr(name, json.dumps(json.loads(text) | changed) if name == "manifest.json" else text)
    code, said = place.run("restore", str(tmp_path / "other.zip"))
    assert (code, sentence in said) == (1, True), said


def test_rows_that_do_not_fit_leave_the_place_empty(
    empty_place: Installation, install: Callable[[str], Installation], tmp_path: Path
) -> None:
    source = install("sqlite")
    _found(source)
    manifest = source.back_up(tmp_path / "kept.zip")
    columns = [name for name, _ in manifest.columns["upload"]]
    wrongs: list[dict[str, object]] = [{"consortium_id": 4711}, {"size": "many"}, {"name": None}, {}]
    for wrong in wrongs:
        _write_changed(tmp_path / "kept.zip", tmp_path / "wrong.zip", manifest, columns, wrong)
        with pytest.raises(Refused, match=r"cannot be read|does not fit"):
            empty_place.restore(tmp_path / "wrong.zip")
        assert empty_place.is_empty()
    empty_place.restore(tmp_path / "kept.zip")
    assert not empty_place.is_empty()


def test_mail_that_waited_is_not_sent_by_the_place_restored(empty_place: Installation, tmp_path: Path) -> None:
    """It may have left the other place since; a person decides."""
    consortium_id, _upload = _found(empty_place)
    with empty_place.application.app_context():
        enter_tenant(db.session, consortium_id)
        db.session.add(
            MailMessage(
                consortium_id=consortium_id,
                purpose="people.invitation",
                address="ruth@example.org",
                subject="Join",
                body=b"sealed",
                message_id="<1@example.org>",
                posted_at=AT - timedelta(minutes=5),
                useless_at=AT + timedelta(days=1),
                state_at=AT - timedelta(minutes=5),
            )
        )
        db.session.commit()
    empty_place.back_up(tmp_path / "kept.zip")
    _leave(empty_place)
    empty_place.restore(tmp_path / "kept.zip")
    with empty_place.application.app_context():
        enter_tenant(db.session, consortium_id)
        message = db.session.scalars(sa.select(MailMessage)).one()
        assert (message.state, message.body) == (MailState.UNCERTAIN, None)


def test_an_older_backup_is_brought_up_to_date(empty_place: Installation, old_backup: Path) -> None:
    code, said = empty_place.run("restore", str(old_backup))
    assert code == 0, said
    with empty_place.application.app_context():
        assert db.session.scalars(sa.select(Consortium.name)).all() == ["Old"]
    databases.migrate_here(empty_place.database, "check")


def _found(installation: Installation) -> tuple[int, int]:
    """A consortium with nothing but the record of a kept file; their ids."""
    with installation.application.app_context():
        session = db.session
        consortium = Consortium(slug="green", name="0", created_at=AT)
        session.add(consortium)
        session.flush()
        enter_tenant(session, consortium.id)
        upload = Upload(consortium_id=consortium.id, name="a.csv", sha256="0" * 64, size=len(FILE), kept_at=AT)
        session.add(upload)
        session.commit()
        return consortium.id, upload.id


def _leave(installation: Installation) -> None:
    """Make the place empty again."""
    with installation.application.app_context():
        for consortium_id in db.session.scalars(sa.select(Consortium.id)).all():
            enter_tenant(db.session, consortium_id)
            for table in (MailMessage, Upload, Consortium):
                db.session.execute(sa.delete(table))
        db.session.commit()


def _count(installation: Installation, consortium_id: int, number: int) -> None:
    """A place more, and the number of them in the consortium's name, in one transaction."""
    with installation.application.app_context():
        session: Session = db.session
        enter_tenant(session, consortium_id)
        session.execute(sa.update(Consortium).values(name=str(number)))
        code = f"place-{number}"
        session.add(Place(consortium_id=consortium_id, kind=PlaceKind.BRANCH, code=code, name=code, path=f"{number}/"))
        session.commit()


def _counted(installation: Installation, consortium_id: int) -> tuple[str, int]:
    with installation.application.app_context():
        enter_tenant(db.session, consortium_id)
        name = db.session.scalars(sa.select(Consortium.name)).one()
        return name, db.session.scalar(sa.select(sa.func.count(Place.id))) or 0


def _write_changed(
    source: Path, target: Path, manifest: Manifest, columns: list[str], changed: dict[str, object]
) -> None:
    """The same backup, its checksums right, with another value in its last row; without one, that row is no list."""
    with source.open("rb") as file, target.open("wb") as other:
        archive, writer = Archive.open(file), Writer(other)
        for member in manifest.members:
            if member.table:
                rows: list[Any] = list(archive.rows(member))
                if member.table == "upload":
                    told = dict(zip(columns, rows[-1], strict=True)) | changed
                    rows[-1] = list(told.values()) if changed else told
                writer.add_rows(member.table, member.consortium_id, iter([rows]))
        manifest = archive.manifest
        manifest.members[:] = writer.members
        writer.close(manifest)
