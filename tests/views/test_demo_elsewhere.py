"""The demo's commands where no demo is: a consortium that bears its name is left alone."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.desk.demo.cast import SLUG
from app.foundation.database import db
from tests import databases
from tests.conftest import build
from tests.databases import ENGINES
from tests.factories.world import make_world

_SENTENCE = "The tables are not made yet. Run flask db upgrade first.\n"


def test_another_consortium_by_that_name_is_never_removed(application: Flask, session: Session) -> None:
    make_world(session, slug=SLUG, name="Three Rivers, the real one", prefix="real")
    session.commit()
    result = application.test_cli_runner().invoke(args=["demo", "remove"])
    assert result.exit_code == 1
    assert "is not a demo" in result.output + (result.stderr or "")


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("word", ["load", "remove", "sign-ins"])
def test_without_tables_it_says_what_to_run(engine_name: str, word: str) -> None:
    database = databases.empty(engine_name)
    application = build(database)
    result = application.test_cli_runner().invoke(args=["demo", word])
    with application.app_context():
        db.engine.dispose()
    databases.drop(database)
    assert result.exit_code == 1
    assert result.output + (result.stderr or "") in {_SENTENCE, 2 * _SENTENCE}  # click 8.2 puts both into output
