"""The page of what holds for the whole consortium."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia import actions, queries
from app.consortia.forms import SettingsForm
from app.consortia.views.listing import blueprint, root_place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused


@blueprint.route("/settings", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def settings() -> ResponseReturnValue:
    """The consortium's clock, its year, and the vote on names; the demo is removed from here."""
    known = queries.settings_of(db.session, within=current_scope())
    form = SettingsForm(obj=known)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                actions.settle(
                    db.session,
                    time_zone=form.time_zone.data,
                    fiscal_year_start_month=int(form.fiscal_year_start_month.data),
                    names_shared_on=form.names_shared_on.data,
                    by=current_actor(),
                    at=now(),
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("The settings are saved.", "ok")
            return redirect(url_for(".settings"))
    return render_template("consortia/settings.html", form=form, place=current_place(), is_demo=known.is_demo)
