"""The queue of accounts that double each other or may be taken for ours, and reporting one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts import actions, queries
from app.accounts.forms import LookAlikeForm, ReportForm
from app.accounts.queries.proofs import get_look_alike
from app.accounts.queries.proofs import look_alikes as queue
from app.accounts.rules.look_alikes import LookAlikeState
from app.accounts.views.pages import blueprint
from app.consortia.models import Place
from app.consortia.queries.tree import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.web.paging import PAGE_SIZE, page_asked

_NONE = 0


def _place_of_look_alike(look_alike_id: int, **_others: object) -> Place:
    return get_look_alike(db.session, look_alike_id, within=Scope(current_actor().consortium_id)).place


@blueprint.get("/at/<string:place>/accounts/look-alikes")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def look_alikes(place: str) -> str:
    """The look-alikes of a place and below it, the open ones unless another state is asked for."""
    asked = request.args.get("state", "")
    state = next((one for one in LookAlikeState if one.value == asked), None)
    found = queue(db.session, within=current_scope(), state=None if asked == "all" else state or LookAlikeState.OPEN)
    number = page_asked(len(found))
    return render_template(
        "accounts/look_alikes.html",
        place=current_place(),
        code=place,
        found=found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        total=len(found),
        number=number,
        page_size=PAGE_SIZE,
        url_of_page=lambda page: url_for(".look_alikes", place=place, state=asked or None, page=page),
        state=asked if asked == "all" or state else LookAlikeState.OPEN.value,
        state_choices=[*((one.value, one.label) for one in LookAlikeState), ("all", "All")],
        answers=[(one.value, one.label) for one in LookAlikeState],
        label_of=lambda name: get_platform(name).label,
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
        may_write=may_here(Permission.ACCOUNTS_WRITE),
        may_report=may_here(Permission.ACCOUNTS_ASK),
    )


@blueprint.route("/at/<string:place>/accounts/look-alikes/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_ASK, at=place_in_path)
def report_look_alike(place: str) -> ResponseReturnValue:
    """Report an account from outside that people may take for ours."""
    form = ReportForm()
    ours = {account.id: account for account in queries.accounts_at(db.session, within=current_scope())}
    named = [(one.id, f"{one.handle}, {get_platform(one.platform).label}") for one in ours.values()]
    form.account_id.choices = [(_NONE, "No account in particular"), *named]
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                actions.report_look_alike(
                    db.session,
                    current_place(),
                    url=form.url.data or "",
                    note=form.note.data or "",
                    account=ours.get(form.account_id.data),
                    by=current_actor(),
                    at=now(),
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("It is reported. Whoever answers for the accounts decides.", "ok")
            return redirect(url_for("desk.at", place=place))
    return render_template("accounts/report.html", form=form, place=current_place())


@blueprint.post("/look-alikes/<int:look_alike_id>")
@requires(Permission.ACCOUNTS_WRITE, at=_place_of_look_alike)
def decide_look_alike(look_alike_id: int) -> ResponseReturnValue:
    """Say what became of a look-alike."""
    seen = get_look_alike(db.session, look_alike_id, within=whole_consortium())
    form = LookAlikeForm()
    if not form.validate_on_submit():
        abort(400)
    state = LookAlikeState(form.state.data)
    by, at = current_actor(), now()
    actions.decide_look_alike(
        db.session, seen.row, state, place=seen.place, reason=form.reason.data or "", by=by, at=at
    )
    db.session.commit()
    flash(f"It is noted: {state.label.lower()}.", "ok")
    return redirect(url_for(".look_alikes", place=seen.place.code))
