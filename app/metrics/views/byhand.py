"""What people tell: figures of an account by hand, and whose figures stand."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.models import Account
from app.accounts.queries import account_for_change, get_account
from app.consortia.queries import today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.metrics.actions.noting import Noted, note_by_hand
from app.metrics.actions.settling import set_precedence
from app.metrics.forms import HAND_METRICS, HandForm, PrecedenceForm
from app.metrics.queries.standing import precedence_of
from app.metrics.rules.standing import Precedence
from app.metrics.views.figures import blueprint, place_of_account
from app.people.guard import root_place
from app.platforms.catalogue import get_platform

_WEEK = timedelta(days=6)


@blueprint.route("/accounts/<int:account_id>/by-hand", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_account)
def by_hand(account_id: int) -> ResponseReturnValue:
    """Write down a few figures of a day or of the week that ends on it; the same again corrects them."""
    form = HandForm(day=today_of(db.session, within=whole_consortium(), at=now()))
    if form.validate_on_submit():
        account = account_for_change(db.session, account_id, within=whole_consortium())
        try:
            with db.session.begin_nested():
                noted = _note(account, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(noted.words, "ok")
            return redirect(url_for(".figures", account_id=account_id, to=noted_until(form)))
    account = get_account(db.session, account_id, within=whole_consortium())
    return render_template(
        "metrics/by_hand.html",
        form=form,
        account=account,
        platform=get_platform(account.platform),
        metrics=[metric.value for metric in HAND_METRICS],
    )


def noted_until(form: HandForm) -> str:
    """The day up to which the figures page shows what was written."""
    return form.day.data.isoformat() if form.day.data else ""


def _note(account: Account, form: HandForm) -> Noted:
    last = form.day.data or now().date()
    period = Period(last - _WEEK if form.span.data == "week" else last, last)
    told = {metric: count for metric in HAND_METRICS if (count := form[metric.value].data) is not None}
    return note_by_hand(db.session, account, period, told, by=current_actor(), at=now())


@blueprint.route("/figures/whose", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def precedence() -> ResponseReturnValue:
    """Say whose figures stand where a platform and a file tell of one day."""
    form = PrecedenceForm(precedence=precedence_of(db.session, within=whole_consortium()).value)
    if form.validate_on_submit():
        chosen = Precedence(form.precedence.data)
        set_precedence(db.session, current_place(), chosen, by=current_actor(), at=now())
        db.session.commit()
        flash(f"{chosen.label}.", "ok")
        return redirect(url_for(".precedence"))
    return render_template("metrics/precedence.html", form=form, place=current_place())
