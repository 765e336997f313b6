"""Ending an assignment, and undoing what was done by mistake."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.models import Place
from app.consortia.queries import today_of
from app.duties import actions
from app.duties.actions import Spot
from app.duties.forms import EndForm
from app.duties.models import Assignment
from app.duties.queries.assignments import get_assignment
from app.duties.views.matrix import blueprint
from app.duties.views.page import account_label
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.people.guard import place_in_path
from app.web.fields import Form


def _assignment(assignment_id: int) -> Assignment:
    """The assignment of this very place's matrix."""
    found = get_assignment(db.session, assignment_id, within=current_scope())
    if found.place_id != current_scope().place_id:
        raise NotFound("There is no such assignment here.")
    return found


@blueprint.route("/at/<string:place>/assignments/<int:assignment_id>/end", methods=["GET", "POST"])
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def end(place: str, assignment_id: int) -> ResponseReturnValue:
    """End an assignment on a last day; what it covered shows as a gap from the day after."""
    assignment, here = _assignment(assignment_id), _here()
    form = EndForm()
    if form.validate_on_submit() and form.last_on.data:
        try:
            actions.end_assignment(
                db.session, assignment, place=here, last_on=form.last_on.data, by=current_actor(), at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for("duties.index", place=place, done=assignment.id))
    if not form.is_submitted():
        form.last_on.data = today_of(db.session, within=current_scope(), at=now())
    return render_template(
        "duties/end.html",
        place=here,
        assignment=assignment,
        form=form,
        label=account_label(assignment.account),
        holder=assignment.team.name if assignment.team else assignment.position.title if assignment.position else "",
    )


@blueprint.post("/at/<string:place>/assignments/<int:assignment_id>/undo")
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def undo(place: str, assignment_id: int) -> ResponseReturnValue:
    """Take back what was just done: an end where one was recorded, else the assignment itself."""
    assignment, here = _assignment(assignment_id), _here()
    if Form().validate_on_submit():
        try:
            _undo(assignment, here)
        except Refused as refusal:
            flash(str(refusal), "off")
        else:
            db.session.commit()
            flash("Undone. Everything is as it was before.", "ok")
    return redirect(url_for("duties.index", place=place))


def _undo(assignment: Assignment, here: Place) -> None:
    by, at = current_actor(), now()
    if assignment.end_recorded_at is None:
        actions.withdraw(db.session, assignment, place=here, by=by, at=at)
        return
    spot = Spot(here, assignment.account, assignment.family)
    actions.resume(db.session, assignment, spot=spot, by=by, at=at)


def _here() -> Place:
    place: Place = current_place()
    return place
