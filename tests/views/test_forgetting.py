"""Once a day: what nobody can use any more is gone, and what somebody still can stays."""

import io
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import keep_upload
from app.background.models import Upload
from app.background.queries import recent_work
from app.background.worker import drain
from app.foundation.clock import now
from app.people.actions.links import invite
from app.people.actions.logins import make_login_link, note_request
from app.people.actions.sessions import note_try, open_session
from app.people.models import Invitation, LinkRequest, LinkToken, LoginLink, LoginSession, SignInAttempt
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose
from app.upkeep.tasks import FORGET, find_due_forgetting
from tests.factories.world import World

TABLES = (Invitation, LinkToken, LoginLink, LinkRequest, SignInAttempt, LoginSession, Upload)


def counts(session: Session) -> dict[str, int]:
    found = {
        table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES
    }
    session.commit()
    return found


def fill(session: Session, world: World, folder: Path) -> None:
    """One of each, made now."""
    at, login = now(), find_login(session, world.staff.email or "")
    assert login is not None
    invite(session, world.director, by=world.machine, at=at)
    make_login_link(session, login, LinkPurpose.SIGN_IN, email=login.email, at=at)
    note_request(session, login.email, at=at)
    note_try(session, login.email, succeeded=False, at=at)
    open_session(session, login.id, world.consortium.id, at=at)
    by = Actor(world.staff.name, world.consortium.id, world.staff.id)
    keep_upload(session, io.BytesIO(b"day\n"), name="a.csv", by=by, at=at, folder=folder, limit_bytes=100)
    session.commit()


def forget(application: Flask, session: Session, world: World) -> str:
    find_due_forgetting(session, now())
    session.commit()
    drain(application, kinds=[FORGET])
    (newest,) = recent_work(session, FORGET, within=Scope(world.consortium.id), count=1)
    session.commit()
    return newest.message


def test_what_ended_long_ago_goes_and_what_is_young_stays(
    application: Flask, session: Session, world: World, far: World
) -> None:
    folder = application.config["SETTINGS"].uploads_path
    there = set(folder.glob("*"))
    fill(session, world, folder)
    assert counts(session) == {table.__tablename__: 2 if table is LinkToken else 1 for table in TABLES}
    assert forget(application, session, world) == "0 rows and 0 files forgotten."
    with time_machine.travel(now() + timedelta(days=8)):
        assert forget(application, session, world) == "0 rows and 1 file forgotten."
        assert set(folder.glob("*")) == there
    with time_machine.travel(now() + timedelta(days=46)):
        fill(session, world, folder)
        forget(application, session, world)
        assert counts(session) == {table.__tablename__: 2 if table is LinkToken else 1 for table in TABLES}
    assert far, "whose own work forgets the logins' rows too, if it is first"


def test_it_is_asked_for_once_a_day(application: Flask, session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    for _ in range(2):
        forget(application, session, world)
    assert len(recent_work(session, FORGET, within=within)) == 1
    session.commit()
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        forget(application, session, world)
        assert len(recent_work(session, FORGET, within=within)) == 2
