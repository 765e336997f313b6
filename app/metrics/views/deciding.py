"""Deciding, on the page of a day, which of two sources of a figure stands."""

from datetime import date

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.queries import account_for_change
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.deciding import let_other_stand
from app.metrics.queries.standing import find_difference
from app.metrics.rules.dictionary import metric_named
from app.metrics.views.figures import blueprint, place_of_account
from app.web.filters import number

_CHANGED = "The figure has changed meanwhile. Look at it again."


@blueprint.post("/accounts/<int:account_id>/figures/<string:on>/decide")
@requires(Permission.METRICS_IMPORT, at=place_of_account)
def decide(account_id: int, on: str) -> ResponseReturnValue:
    """Let the other figure stand, as the page showed it; the page then offers the way back."""
    try:
        day, metric = date.fromisoformat(on), metric_named(request.form.get("metric", ""))
    except ValueError:
        abort(404)
    page = url_for(".day", account_id=account_id, on=on, _anchor=metric.value.replace("_", "-"))
    try:
        value = _decide(account_id, day, metric, shown=request.form.get("value", ""))
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
        return redirect(page)
    db.session.commit()
    flash(f"{metric.label}: {number(value)} stands.", "ok")
    return redirect(page)


def _decide(account_id: int, day: date, metric: str, *, shown: str) -> int:
    """The figure that stands then."""
    account = account_for_change(db.session, account_id, within=whole_consortium())
    found = find_difference(db.session, account, day, metric, within=whole_consortium())
    if found is None or str(found.other_value) != shown:
        raise Refused(_CHANGED)
    let_other_stand(db.session, account, found, by=current_actor(), at=now())
    return found.value
