"""The demo's commands where no demo is: a consortium that bears its name is left alone."""

from flask import Flask
from sqlalchemy.orm import Session

from app.desk.demo.cast import SLUG
from tests.factories.world import make_world


def test_another_consortium_by_that_name_is_never_removed(application: Flask, session: Session) -> None:
    make_world(session, slug=SLUG, name="Three Rivers, the real one", prefix="real")
    session.commit()
    result = application.test_cli_runner().invoke(args=["demo", "remove"])
    assert result.exit_code == 1
    assert "is not a demo" in result.output + (result.stderr or "")
