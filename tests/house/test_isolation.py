"""The tests' own ground: what one test commits, the next never sees, on either engine."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.foundation.clock import now
from app.foundation.database import db
from app.people.models import Login

ADDRESS = "here-and-gone@example.org"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_commit_lasts_as_long_as_its_test(session: Session, application: Flask, turn: str) -> None:
    mine = sa.select(sa.func.count()).select_from(Login).where(Login.email == ADDRESS)
    assert session.scalar(mine) == 0, turn
    session.add(Login(email=ADDRESS, created_at=now()))
    session.commit()
    with application.app_context():  # as a request sees it: another session, the same commit
        assert db.session.scalar(mine) == 1


def test_databases_of_their_own_differ(fresh_database: Any) -> None:
    for engine_name in ("sqlite", "postgresql"):
        one, other = fresh_database(engine_name), fresh_database(engine_name)
        assert one.url != other.url
        assert one.settings().database_url == one.url
