"""The doctor's round on a real installation: what it says of a healthy one, and of one thing broken at a time."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import create_engine, text

from app.accounts.models import Credential
from app.background.actions import keep_upload
from app.background.models import WorkerBeat
from app.foundation.clock import now
from app.foundation.crypto import Vault
from app.foundation.database import db
from tests.conftest import build
from tests.databases import ENGINES, Database
from tests.factories.world import make_world

FRESH = Callable[[str], Database]


def examined(application: Flask) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and by what it is about the word and the sentence."""
    done = application.test_cli_runner().invoke(args=["doctor", "--json"])
    found: list[dict[str, Any]] = json.loads(done.output)
    return done.exit_code, {finding["about"]: (finding["word"], finding["says"]) for finding in found}


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, fresh_database: FRESH) -> Database:
    return fresh_database(request.param)


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Flask:
    tmp_path.chmod(0o700)
    return build(database, instance_path=tmp_path)


def test_a_kept_file_that_the_disk_lost_is_told(installation: Flask, tmp_path: Path) -> None:
    with installation.app_context():
        by = make_world(db.session, slug="green-valley", name="Green Valley", prefix="gv").machine
        folder = installation.config["SETTINGS"].uploads_path
        for _ in "ab":
            keep_upload(db.session, io.BytesIO(b"day"), name="a", by=by, at=now(), folder=folder, limit_bytes=9)
        db.session.commit()
        assert examined(installation)[1]["files"] == ("OK", "Every kept file is on the disk (2).")
        next(folder.iterdir()).unlink()
    word, says = examined(installation)[1]["files"]
    assert (word, says.partition(".")[0]) == ("Look", "1 kept file is not on the disk")


def test_a_healthy_installation_has_nothing_broken(installation: Flask) -> None:
    with installation.app_context():
        db.session.add(WorkerBeat(name="here:1", started_at=now(), seen_at=now(), threads=4))
        db.session.commit()
    code, found = examined(installation)
    assert code == 0
    assert {about for about, (word, _) in found.items() if word != "OK"} == {"mail"}
    assert found["mail"][0] == "Look"
    said = installation.test_cli_runner().invoke(args=["doctor"]).output.splitlines()
    assert [line for line in said if not line.startswith(("OK: ", "Look: ", "Broken: "))] == []
    assert [line for line in said if not line.endswith(".")] == []


def test_a_worker_long_gone_is_looked_at(installation: Flask) -> None:
    with installation.app_context():
        seen_at = now() - timedelta(hours=5)
        db.session.add(WorkerBeat(name="here:1", started_at=seen_at, seen_at=seen_at, threads=4))
        db.session.commit()
    assert examined(installation)[1]["worker"][0] == "Look"


def test_tables_of_another_version_are_broken(installation: Flask, database: Database) -> None:
    engine = create_engine(database.migration_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    engine.dispose()
    code, found = examined(installation)
    assert (code, found["migrations"][0]) == (1, "Broken")
    assert "Run flask db upgrade." in found["migrations"][1]


def test_tokens_of_other_keys_are_broken(installation: Flask) -> None:
    with installation.app_context():
        world = make_world(db.session, slug="green-valley", name="Green Valley", prefix="gv")
        sealed = Vault([Fernet.generate_key().decode()]).seal("a token of another place")
        db.session.add(
            Credential(consortium_id=world.consortium.id, account_id=world.account.id, sealed=sealed, kept_at=now())
        )
        db.session.commit()
    code, found = examined(installation)
    assert (code, found["tokens"][0]) == (1, "Broken")
    assert found["tokens"][1].startswith("1 of 1 stored secrets do not open.")


def test_a_folder_open_to_others_is_looked_at(installation: Flask, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("a secret")
    (tmp_path / "secret_key").chmod(0o644)
    word, says = examined(installation)[1]["folder"]
    assert (word, str(tmp_path / "secret_key") in says) == ("Look", True)


def test_a_backup_is_remembered(installation: Flask, tmp_path: Path) -> None:
    assert installation.test_cli_runner().invoke(args=["backup", str(tmp_path)]).exit_code == 0
    assert len(list(tmp_path.glob("concordance-*.zip"))) == 1
    word, says = examined(installation)[1]["backup"]
    assert (word, says.startswith("The last backup is")) == ("OK", True)


def test_a_table_without_row_level_security_is_broken(fresh_database: FRESH, tmp_path: Path) -> None:
    database = fresh_database("postgresql")
    engine = create_engine(database.migration_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE place NO FORCE ROW LEVEL SECURITY"))
    engine.dispose()
    code, found = examined(build(database, instance_path=tmp_path))
    assert (code, found["tenants"][0]) == (1, "Broken")
    assert "not forced on place." in found["tenants"][1]


def test_the_doctor_names_the_settings_for_signing_in(installation: Flask) -> None:
    word, says = examined(installation)[1]["sign-ins"]
    assert word == "OK"
    assert "YouTube (GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET)" in says
    assert "Facebook and Instagram (META_CLIENT_ID and META_CLIENT_SECRET)" in says
    settings = installation.config["SETTINGS"].model_copy(update={"x_client_id": "ours"})
    installation.config["SETTINGS"] = settings
    assert examined(installation)[1]["sign-ins"] == (
        "Look", "X_CLIENT_SECRET is missing, so nobody can sign in at X. Set both of the pair, or neither.",
    )  # fmt: skip
