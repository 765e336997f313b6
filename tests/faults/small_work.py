"""A small piece of work, done well and done carelessly, to try workers and the harness on.

It writes places in parts, each of which may be written again, and at the end counts itself in the consortium's
name: the one thing that shows when it was done twice.
"""

import time
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.background.actions import ask
from app.background.registry import Work
from app.background.rules import Again
from app.background.worker import install_background
from app.consortia.models import Consortium, Place
from app.consortia.rules.places import PlaceKind
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from config import Settings

PARTS = 2
SLUG = "green-valley"


def build(settings: Settings) -> Flask:
    """The application with this module's handlers in place of its own."""
    app = create_app(settings)
    handlers = {
        "good": good,
        "careless": careless,
        "one": one,
        "slow": slow,
        "broken": broken,
        "refused": refused,
        "later": later,
    }
    install_background(app, handlers, settings=settings, last_words={"refused": unable})
    return app


def good(work: Work) -> str:
    """Parts on the way, the rest together with the end."""
    _write_parts(work)
    _count(work)
    return f"{PARTS} parts written."


def unable(_work: Work, _message: str) -> None:
    """A last word that fails, which costs the end of the work nothing."""
    raise ZeroDivisionError


def careless(work: Work) -> str:
    """Commits its count before it has finished: a kill in between counts twice."""
    _write_parts(work)
    _count(work)
    work.session.commit()
    return f"{PARTS} parts written."


def one(work: Work) -> str:
    """A place whose code tells the claim, so that a second run is a second place."""
    _add_place(work, f"{work.payload['number']}-{work.claimed.claim[:8]}")
    return "One place written."


def slow(work: Work) -> str:
    """Says that it lives, for half a minute."""
    for step in range(300):
        work.progress(step, 300)
        time.sleep(0.1)
    return "Slept well."


def broken(work: Work) -> str:
    """A bug, after a write that must not stay."""
    _count(work)
    raise ZeroDivisionError


def refused(work: Work) -> str:
    """What no second try would mend."""
    _count(work)
    raise Refused("The file has no column “day”. Add it and import again.")


def later(_work: Work) -> Again:
    """The platform asks for patience."""
    return Again(timedelta(minutes=15), "The platform asked us to wait.")


def prepare(session: Session, *kinds: str) -> int:
    """A consortium with one row of each kind, committed; its id."""
    consortium = Consortium(id=new_id(), slug=SLUG, name="Runs:", created_at=now())
    session.add(consortium)
    session.flush()
    enter_tenant(session, consortium.id)
    for number, kind in enumerate(kinds):
        ask(session, kind, {"number": number}, consortium_id=consortium.id, at=now())
    session.commit()
    return consortium.id


def prepare_good(session: Session) -> None:
    """Before the good work."""
    prepare(session, "good")


def prepare_careless(session: Session) -> None:
    """Before the careless work."""
    prepare(session, "careless")


def picture(session: Session) -> tuple[str, list[str]]:
    """How often the work was counted, and the places it wrote."""
    consortium = session.scalars(sa.select(Consortium).where(Consortium.slug == SLUG)).one()
    enter_tenant(session, consortium.id)
    codes = sa.select(Place.code).where(Place.consortium_id == consortium.id).order_by(Place.code)
    return consortium.name, list(session.scalars(codes))


def _write_parts(work: Work) -> None:
    for part in range(PARTS):
        present = sa.select(Place.id).where(Place.consortium_id == work.consortium_id, Place.code == f"part-{part}")
        if work.session.scalar(present) is None:
            _add_place(work, f"part-{part}")
        work.progress(part + 1, PARTS)
        work.session.commit()


def _add_place(work: Work, code: str) -> None:
    made = new_id()
    place = Place(
        id=made, consortium_id=work.consortium_id, kind=PlaceKind.CONSORTIUM, code=code, name=code, path=f"{made}/"
    )
    work.session.add(place)
    work.session.flush()


def _count(work: Work) -> None:
    counted = sa.update(Consortium).where(Consortium.id == work.consortium_id).values(name=Consortium.name + " done")
    work.session.execute(counted)
