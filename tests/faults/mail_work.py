"""A letter to send, as the tests of faults want it: posted before, looked at after."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.worker import install_background
from app.consortia.models import Consortium
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.ids import new_id
from app.mail.actions import post
from app.mail.models import MailMessage
from app.mail.queries import get_message
from app.mail.rules import Letter
from app.mail.tasks import HANDLERS
from config import Settings

ADDRESS = "ann@library.example"


def build(settings: Settings) -> Flask:
    """The application with the sending of mail alone."""
    app = create_app(settings)
    install_background(app, HANDLERS, settings=settings)
    return app


def post_a_letter(session: Session) -> int:
    """A consortium and one letter in its outbox, committed; the message's id."""
    consortium = Consortium(id=new_id(), slug="green-valley", name="Green Valley", created_at=now())
    session.add(consortium)
    session.flush()
    enter_tenant(session, consortium.id)
    letter = Letter(
        "tests.letter", ADDRESS, "Join us", "https://library.example/join/secret\n", now() + timedelta(days=1)
    )
    message = post(session, letter, consortium_id=consortium.id, at=now())
    session.commit()
    return message.id


def the_message(session: Session) -> MailMessage:
    """The only message, as it stands now."""
    session.rollback()
    consortium = session.scalars(sa.select(Consortium).where(Consortium.slug == "green-valley")).one()
    enter_tenant(session, consortium.id)
    within = Scope(consortium_id=consortium.id)
    statement = sa.select(MailMessage.id).where(MailMessage.consortium_id == consortium.id)
    message = get_message(session, session.scalars(statement).one(), within=within)
    session.rollback()
    return message


def state_of(session: Session) -> tuple[str, bool]:
    """The state of the only message, and whether its text is gone."""
    message = the_message(session)
    return message.state.value, message.body is None
