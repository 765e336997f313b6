"""The homes, and the health of the process."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.access.context import current_actor, current_place
from app.access.marks import anyone, anywhere, requires
from app.access.rules import Permission
from app.desk.navigation import home_place
from app.foundation.database import db
from app.people.guard import place_in_path

blueprint = Blueprint("desk", __name__, template_folder="../templates")


@blueprint.get("/healthz")
@anyone
def health() -> ResponseReturnValue:
    """Is the web process up, and does its database answer?"""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


@blueprint.get("/")
@requires(Permission.HOME_READ, at=anywhere)
def home() -> ResponseReturnValue:
    """Each to their own place."""
    return redirect(url_for("desk.at", place=home_place(db.session, current_actor()).code))


@blueprint.get("/at/<string:place>/")
@requires(Permission.HOME_READ, at=place_in_path)
def at(place: str) -> str:  # noqa: ARG001 - the guard loads it
    """How a place is doing, and what needs a decision."""
    return render_template("desk/home.html", place=current_place())
