"""The door of the homes: who is here and what the place is decide which one is drawn."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.access.context import current_actor, current_place, current_scope, may_here
from app.access.marks import anyone, anywhere, requires
from app.access.rules import Permission, Role
from app.consortia.models import Place
from app.consortia.queries import today_of
from app.consortia.rules.places import PlaceKind
from app.desk.navigation import home_place
from app.desk.rules import role_at
from app.desk.views.homes.branch import branch_page
from app.desk.views.homes.consortium import consortium_page
from app.desk.views.homes.director import director_page
from app.desk.views.homes.staff import staff_page
from app.foundation.clock import now
from app.foundation.database import db
from app.people.guard import place_in_path

blueprint = Blueprint("desk", __name__, template_folder="../../templates")


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
    """One's own desk for staff; else the home of the place: what needs a decision, why, and whose it is."""
    here: Place = current_place()
    on = today_of(db.session, within=current_scope(), at=now())
    if role_at(current_actor(), here.path) is Role.STAFF:
        return staff_page(here, on=on)
    if here.kind is PlaceKind.BRANCH:
        return branch_page(here, on=on)
    if here.kind is PlaceKind.CONSORTIUM and may_here(Permission.PLACES_WRITE):
        return consortium_page(here, on=on)
    return director_page(here, on=on)
