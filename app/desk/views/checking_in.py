"""The weekly check-in: what no platform tells, asked of those who do the work."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.queries import accounts_for_change
from app.consortia.queries import today_of
from app.desk.forms import CheckInForm
from app.desk.queries.check_in import asked_of_holder
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.metrics.actions.noting import note_by_hand
from app.metrics.queries.check_in import Asked, check_in_due, last_week
from app.metrics.rules.dictionary import Metric
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.web.filters import plural


@blueprint.route("/at/<string:place>/check-in", methods=["GET", "POST"])
@requires(Permission.METRICS_NOTE, at=place_in_path)
def check_in(place: str) -> ResponseReturnValue:
    """Ask only for what no platform tells of last week and nobody wrote yet.

    Whoever imports figures is asked of the place and below, others of the accounts on which they hold a duty.
    """
    on = today_of(db.session, within=whole_consortium(), at=now())
    week = last_week(on)
    asked = _asked(week, on=on)
    form = CheckInForm()
    errors: dict[str, str] = {}
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                count = _check_in(asked, week, errors)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{plural(count, 'account', 'accounts')} written down.", "ok")
            return redirect(url_for(".check_in", place=place))
    return render_template(
        "desk/check_in.html",
        place=current_place(),
        code=place,
        form=form,
        week=week,
        asked=asked,
        errors=errors,
        given=request.form,
        label_of=lambda name: get_platform(name).label,
    )


def _asked(week: Period, *, on: date) -> list[Asked]:
    if may_here(Permission.METRICS_IMPORT):
        return check_in_due(db.session, current_place(), week, current_scope())
    return asked_of_holder(db.session, current_actor(), within=current_scope(), on=on)


def _check_in(asked: list[Asked], week: Period, errors: dict[str, str]) -> int:
    """Write what was told; refuses all of it where one figure is no number."""
    given: dict[int, dict[Metric, int]] = {}
    for each in asked:
        told: dict[Metric, int] = {}
        for metric in each.metrics:
            name = f"{metric.value}-{each.account.id}"
            text = request.form.get(name, "").replace(",", "").strip()
            if text and not (text.isascii() and text.isdigit() and len(text) <= len("999999999")):
                errors[name] = "Write a whole number, such as 1,240."
            elif text:
                told[metric] = int(text)
        if told:
            given[each.account.id] = told
    if errors:
        raise Refused("Correct the figures marked below.")
    if not given:
        raise Refused("Write at least one figure.")
    for account_id, account in accounts_for_change(db.session, given, within=whole_consortium()).items():
        note_by_hand(db.session, account, week, given[account_id], by=current_actor(), at=now())
    return len(given)
