"""What people tell: figures of an account by hand, the weekly check-in of a place, and whose figures stand."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.models import Account
from app.accounts.queries import account_for_change, accounts_for_change, get_account
from app.consortia.queries import today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.metrics.actions.noting import Noted, note_by_hand
from app.metrics.actions.settling import set_precedence
from app.metrics.forms import HAND_METRICS, CheckInForm, HandForm, PrecedenceForm
from app.metrics.queries.check_in import Asked, check_in_due, last_week
from app.metrics.queries.standing import precedence_of
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.standing import Precedence
from app.metrics.views.figures import blueprint, place_of_account
from app.people.guard import place_in_path, root_place
from app.platforms.catalogue import get_platform
from app.web.filters import plural

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


@blueprint.route("/at/<string:place>/check-in", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def check_in(place: str) -> ResponseReturnValue:
    """Ask only for what no platform tells of last week and nobody wrote yet."""
    week = last_week(today_of(db.session, within=whole_consortium(), at=now()))
    asked = check_in_due(db.session, current_place(), week, current_scope())
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
        "metrics/check_in.html",
        place=current_place(),
        code=place,
        form=form,
        week=week,
        asked=asked,
        errors=errors,
        given=request.form,
        label_of=lambda name: get_platform(name).label,
    )


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
