"""The first steps of a new consortium, which can be left and resumed; and taking the demo away again."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from app.access.context import current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.queries import all_consortia, consortium_of, settings_of
from app.desk import actions
from app.desk.demo.removing import remove
from app.desk.queries.first_steps import first_steps_of
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.installation import settings
from app.people.guard import root_place
from app.policies.importers import policy_templates
from app.web.fields import Form

_SHOWN_TEMPLATES = 7


@blueprint.get("/first-steps")
@requires(Permission.PLACES_WRITE, at=root_place)
def first_steps() -> str:
    """What is set up and what comes next; each step is done when its rows are there, so it may be left at any time."""
    return render_template(
        "desk/first_steps.html",
        steps=first_steps_of(db.session, within=current_scope()),
        place=current_place(),
        templates=policy_templates()[:_SHOWN_TEMPLATES],
    )


@blueprint.route("/demo/remove", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def remove_demo() -> ResponseReturnValue:
    """Delete the demo's consortium, everybody in it included; where it was the only one, set-up begins.

    Not in production: all of the demo's people share one password, and whoever runs the server makes the link there.
    """
    consortium = consortium_of(db.session, within=whole_consortium())
    if not settings_of(db.session, within=whole_consortium()).is_demo:
        raise NotFound("This consortium is not a demo.")
    if not Form().validate_on_submit():
        return render_template("desk/remove_demo.html", consortium=consortium)
    remove(db.session, consortium)
    token = None if settings().is_production else actions.make_first_set_up_link(db.session, at=now())
    db.session.commit()
    logout_user()
    words = "" if token or all_consortia(db.session) else " Begin with a link of flask consortia setup-link."
    flash(f"The demo is removed.{words}", "ok")
    return redirect(url_for("desk.set_up", token=token) if token else url_for("people.sign_in"))
