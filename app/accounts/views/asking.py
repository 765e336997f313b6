"""Asking for a new account, mending what was sent back, and writing the address of one that is there by now."""

from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts import actions, queries
from app.accounts.forms import AddressForm, AskForm
from app.accounts.models import Account, AccountRequest
from app.accounts.queries.requests import get_request
from app.accounts.rules.requests import Asked, RequestState, awaits_address
from app.accounts.views.contacts import people_of_library
from app.accounts.views.pages import account_here, blueprint, place_of_account
from app.consortia.models import Place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.platforms.recognize import recognize

_NOBODY = 0
_NONE_CHOSEN = (_NOBODY, "Choose somebody")
_MENDABLE = (RequestState.OPEN, RequestState.SENT_BACK)


@blueprint.route("/at/<string:place>/accounts/ask", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_ASK, at=place_in_path)
def ask(place: str) -> ResponseReturnValue:
    """Ask for a new account at a place; whoever answers for its accounts decides."""
    form = _form(current_place(), AskForm())
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                request = _ask(form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            label = get_platform(request.account.platform).label
            flash(f"Your request for {label} is on its way. You find it on your home page.", "ok")
            return redirect(url_for("desk.account_request", account_id=request.account_id))
    back = url_for("desk.at", place=place)
    return render_template("accounts/ask.html", form=form, place=current_place(), request_=None, back=back)


def _ask(form: AskForm) -> AccountRequest:
    platform = get_platform(str(form.platform.data)).name
    by, at = current_actor(), now()
    return actions.ask_for_account(db.session, current_place(), platform, _asked(form), by=by, at=at)


@blueprint.route("/accounts/<int:account_id>/request/mend", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_ASK, at=place_of_account)
def ask_again(account_id: int) -> ResponseReturnValue:
    """Mend a request: those who asked, and those who decide, until it is decided."""
    account = account_here(account_id)
    request = get_request(db.session, account, within=whole_consortium())
    shown = url_for("desk.account_request", account_id=account_id)
    if request.asked_by_id != current_actor().person_id and not may_here(Permission.ACCOUNTS_WRITE):
        flash("Only who asked for the account may change what was said.", "watch")
        return redirect(shown)
    if request.state not in _MENDABLE:
        flash(f"This request is {request.state.label.lower()} by now.", "watch")
        return redirect(shown)
    form = _form(account.place, _filled(account, request))
    del form.platform
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                actions.ask_again(db.session, request, _asked(form), by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("The request is saved and waits for a decision.", "ok")
            return redirect(shown)
    return render_template("accounts/ask.html", form=form, place=account.place, request_=request, back=shown)


def _filled(account: Account, request: AccountRequest) -> AskForm:
    detail = queries.details_in(queries.find_detail(db.session, account, within=whole_consortium()))
    return AskForm(
        handle=account.handle,
        evidence=request.evidence,
        purpose=account.purpose,
        audience=detail.audience,
        hours=request.hours,
        first_owner=request.first_owner_id,
        second_owner=request.second_owner_id,
        captions=request.captions,
        has_read_minors_rule=request.has_read_minors_rule,
        trial_ends_on=request.trial_ends_on,
    )


def _form(place: Place, form: AskForm) -> AskForm:
    people = sorted(people_of_library(place).items(), key=lambda pair: pair[1].casefold())
    form.first_owner.choices = form.second_owner.choices = [_NONE_CHOSEN, *people]
    return form


def _asked(form: AskForm) -> Asked:
    for field in (form.first_owner, form.second_owner):
        if field.data == _NOBODY:
            raise Refused("Choose somebody. An account that one person holds is lost with them.", field=field.name)
    return Asked(
        handle=str(form.handle.data),
        evidence=str(form.evidence.data),
        purpose=str(form.purpose.data),
        audience=str(form.audience.data),
        hours=round(Decimal(form.hours.data or 0), 2),
        first_owner_id=form.first_owner.data,
        second_owner_id=form.second_owner.data,
        captions=str(form.captions.data),
        has_read_minors_rule=bool(form.has_read_minors_rule.data),
        trial_ends_on=form.trial_ends_on.data,  # type: ignore[arg-type]  # required, so it is there
    )


@blueprint.route("/accounts/<int:account_id>/address", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def give_address(account_id: int) -> ResponseReturnValue:
    """Write the address of an account that was asked for before it was there."""
    account = account_here(account_id)
    if not awaits_address(account.url):
        flash("This account has its address.", "watch")
        return redirect(url_for("desk.account", account_id=account_id))
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                _give_address(account_id, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("The address is written down.", "ok")
            return redirect(url_for("desk.account", account_id=account_id))
    return render_template("accounts/address.html", form=form, account=account, platform=get_platform(account.platform))


def _give_address(account_id: int, form: AddressForm) -> None:
    account = queries.account_for_change(db.session, account_id, within=whole_consortium())
    identity, allowed = recognize(form.url.data or ""), settings().allow_private_hosts
    actions.give_address(db.session, account, identity, allow_own_network=allowed, by=current_actor(), at=now())
