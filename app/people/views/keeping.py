"""How long the names of people who left are kept, and whose go next."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.actions.anonymizing import set_retention
from app.people.forms import RetentionForm
from app.people.guard import root_place
from app.people.queries.leaving import count_anonymized, waiting_for_erasure
from app.people.rules import erased_on
from app.people.views.door import blueprint
from app.people.views.staff import today

_SHOWN = 50


@blueprint.route("/people/names-kept", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def names_kept() -> ResponseReturnValue:
    """Say how many months after the last day names are kept; see whose are erased when."""
    whole = whole_consortium()
    months = settings_of(db.session, within=whole).anonymize_after_months
    form = RetentionForm(months=months)
    if form.validate_on_submit():
        try:
            set_retention(db.session, form.months.data or 0, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Names are kept for {form.months.data} months after the last day.", "ok")
            return redirect(url_for("people.names_kept"))
    waiting = waiting_for_erasure(db.session, within=whole, on=today())
    return render_template(
        "people/names_kept.html",
        form=form,
        place=current_place(),
        months=months,
        waiting=[(person, erased_on(person.left_on, months=months)) for person in waiting[:_SHOWN] if person.left_on],
        total=len(waiting),
        erased=count_anonymized(db.session, within=whole),
    )
