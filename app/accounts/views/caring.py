"""Looking after an account: the end of a trial, drills, a retirement step by step; and what holds for all accounts."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, whole_consortium
from app.access.marks import anywhere, requires
from app.access.rules import Permission
from app.accounts import actions, queries
from app.accounts.forms import DrillForm, NormsForm, RetirementForm, TickForm, TrialForm, UndoForm
from app.accounts.models import Account
from app.accounts.queries.care import drills_of
from app.accounts.rules.norms import Norms
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.trials import TrialEnd
from app.accounts.views.contacts import people_of_library
from app.accounts.views.pages import account_here, blueprint, place_of_account
from app.consortia.queries.tree import today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.queries.persons import get_person
from app.web.fields import Form


@blueprint.route("/accounts/<int:account_id>/trial", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def decide_trial(account_id: int) -> ResponseReturnValue:
    """Decide what comes of a trial: keep the account, change something and try on, or close it."""
    account = account_here(account_id)
    trial = queries.find_trial(db.session, account, within=whole_consortium())
    if trial is None:
        flash(f"{account.handle} is not on trial.", "watch")
        return redirect(url_for("desk.account", account_id=account_id))
    form = TrialForm()

    def end(wanted: Account) -> None:
        actions.end_trial(
            db.session,
            wanted,
            TrialEnd(form.decision.data),
            reason=form.reason.data or "",
            next_end=form.next_end.data,
            by=current_actor(),
            at=now(),
        )

    if form.validate_on_submit() and _done(account_id, form, end):
        flash(f"{account.handle}: {TrialEnd(form.decision.data).told.lower()}.", "ok")
        return redirect(url_for("desk.account", account_id=account_id))
    return render_template("accounts/trial.html", form=form, account=account, trial=trial)


@blueprint.route("/accounts/<int:account_id>/drills", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def drill(account_id: int) -> ResponseReturnValue:
    """Write down a drill of an emergency account; those before stand below."""
    account = account_here(account_id)
    try:
        actions.refuse_drill(db.session, account)
    except Refused as refusal:
        flash(str(refusal), "watch")
        return redirect(url_for("desk.account", account_id=account_id))
    form = DrillForm(held_on=today_of(db.session, within=whole_consortium(), at=now()))
    form.holder.choices = sorted(people_of_library(account.place).items(), key=lambda pair: pair[1].casefold())

    def hold(wanted: Account) -> None:
        actions.hold_drill(
            db.session,
            wanted,
            held_on=form.held_on.data,  # type: ignore[arg-type]  # required, so it is there
            holder=get_person(db.session, form.holder.data, within=whole_consortium()),
            note_text=form.note.data or "",
            by=current_actor(),
            at=now(),
        )

    if form.validate_on_submit() and _done(account_id, form, hold):
        flash("The drill is written down.", "ok")
        return redirect(url_for("desk.account", account_id=account_id))
    held = drills_of(db.session, account, within=whole_consortium())
    return render_template("accounts/drill.html", form=form, account=account, held=held)


@blueprint.route("/accounts/<int:account_id>/retirement", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def begin_retirement(account_id: int) -> ResponseReturnValue:
    """Begin the checklist that leads to the end of an account."""
    account = account_here(account_id)
    form = RetirementForm()

    def begin(wanted: Account) -> None:
        actions.begin_retirement(db.session, wanted, reason=form.reason.data or "", by=current_actor(), at=now())

    if form.validate_on_submit() and _done(account_id, form, begin):
        flash("The checklist is on the account's page. The account stays in use until its end.", "ok")
        return redirect(url_for("desk.account", account_id=account_id, _anchor="retirement"))
    return render_template("accounts/retirement.html", form=form, account=account, tasks=list(RetirementTask))


@blueprint.post("/accounts/<int:account_id>/retirement/<string:task>")
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def tick(account_id: int, task: str) -> ResponseReturnValue:
    """One thing of the checklist is done."""
    wanted = next((one for one in RetirementTask if one.value == task), None)
    if wanted is None:
        abort(404)
    form = TickForm()

    def note(account: Account) -> None:
        actions.tick(db.session, account, wanted, note_text=form.note.data or "", by=current_actor(), at=now())

    return _told(account_id, form, note, f"Done: {wanted.label}.")


@blueprint.post("/accounts/<int:account_id>/retirement/stop")
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def stop_retirement(account_id: int) -> ResponseReturnValue:
    """The account stays after all."""

    def stop(account: Account) -> None:
        actions.stop_retirement(db.session, account, by=current_actor(), at=now())

    return _told(account_id, UndoForm(), stop, "The account stays. The checklist is put away.")


@blueprint.route("/accounts/norms", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=anywhere)
def norms() -> ResponseReturnValue:
    """What holds for the accounts of the whole consortium."""
    kept = queries.norms_of(db.session, within=whole_consortium())
    form = NormsForm(hours_per_account=kept.hours_per_account, quiet_after_days=kept.quiet_after_days)
    if form.validate_on_submit():
        wanted = Norms(form.hours_per_account.data or 0, form.quiet_after_days.data or 0)
        actions.set_norms(db.session, wanted, within=whole_consortium(), by=current_actor(), at=now())
        db.session.commit()
        flash("What holds for accounts is saved.", "ok")
        return redirect(url_for(".norms"))
    return render_template("accounts/norms.html", form=form)


def _done(account_id: int, form: Form, what: Callable[[Account], None]) -> bool:
    """Do it to the account as it stands now, and commit; a refusal is shown at its field."""
    try:
        with db.session.begin_nested():
            what(queries.account_for_change(db.session, account_id, within=whole_consortium()))
    except Refused as refusal:
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


def _told(account_id: int, form: Form, what: Callable[[Account], None], sentence: str) -> ResponseReturnValue:
    """The same for a button on the account's page."""
    if not form.validate_on_submit():
        flash("What was written is too long.", "watch")
    elif _done(account_id, form, what):
        flash(sentence, "ok")
    else:
        flash(" ".join(form.form_errors), "watch")
    return redirect(url_for("desk.account", account_id=account_id, _anchor="retirement"))
