"""Steps in the life of an account: approve, put into use, watch, retire; and taking the last one back."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts import actions, queries
from app.accounts.forms import StepForm, UndoForm
from app.accounts.models import Account
from app.accounts.rules.life import Step, verb_of
from app.accounts.rules.requests import RequestState
from app.accounts.rules.states import AccountState
from app.accounts.views.pages import account_here, blueprint, place_of_account
from app.consortia.queries.tree import today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused

_WHAT_IT_MEANS = {
    AccountState.APPROVED: "It may be opened and used. Its two contacts are named next.",
    AccountState.ACTIVE: "It counts from this day on, and figures are asked for where the platform gives them.",
    AccountState.ON_WATCH: "It goes on, and everybody sees that it is in question.",
    AccountState.RETIRED: "It is pulled no more and its token is forgotten. Its figures and its history stay.",
}


@blueprint.route("/accounts/<int:account_id>/steps/<string:state>", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def step(account_id: int, state: str) -> ResponseReturnValue:
    """Move an account on to another state, from a day on and with a reason."""
    wanted = next((word for word in _WHAT_IT_MEANS if word.value == state), None)
    if wanted is None:
        abort(404)
    return _step(account_id, wanted)


@blueprint.route("/accounts/<int:account_id>/retire", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def retire(account_id: int) -> ResponseReturnValue:
    """Close an account from a day on; its figures stay."""
    return _step(account_id, AccountState.RETIRED)


def _step(account_id: int, wanted: AccountState) -> ResponseReturnValue:
    account = account_here(account_id)
    request = queries.find_request(db.session, account, within=whole_consortium())
    if request is not None and request.state is RequestState.OPEN:
        return redirect(url_for("desk.account_request", account_id=account_id))
    form = StepForm(on=today_of(db.session, within=whole_consortium(), at=now()))
    if form.validate_on_submit() and form.on.data:
        try:
            with db.session.begin_nested():
                _take(account_id, wanted, form, on=form.on.data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{account.handle} is {wanted.words}. You can take this back for 7 days.", "ok")
            return redirect(url_for("desk.account", account_id=account_id))
    return render_template(
        "accounts/step.html",
        form=form,
        account=account,
        verb=verb_of(account.state, wanted),
        meaning=_WHAT_IT_MEANS[wanted],
        needs_reason=wanted is AccountState.ON_WATCH,
    )


def _take(account_id: int, wanted: AccountState, form: StepForm, *, on: date) -> None:
    account = queries.account_for_change(db.session, account_id, within=whole_consortium())
    taken = Step(account.state, wanted, on, form.reason.data or "")
    actions.take_step(db.session, account, taken, by=current_actor(), at=now())


@blueprint.post("/accounts/<int:account_id>/undo")
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def undo(account_id: int) -> ResponseReturnValue:
    """Take the last step of an account back."""
    if UndoForm().validate_on_submit():
        account = queries.account_for_change(db.session, account_id, within=whole_consortium())
        _undo(account)
    return redirect(url_for("desk.account", account_id=account_id))


def _undo(account: Account) -> None:
    try:
        with db.session.begin_nested():
            state = actions.undo_step(db.session, account, by=current_actor(), at=now())
    except Refused as refusal:
        flash(str(refusal), "watch")
    else:
        db.session.commit()
        flash(f"Taken back: {account.handle} is {state.words} again.", "ok")
