"""Registering an account, and saying what it is for."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts import actions, queries
from app.accounts.forms import ChangeForm, RegisterForm
from app.accounts.models import Account
from app.accounts.rules.life import AccountKind, Details
from app.accounts.rules.states import AccountMode, AccountState
from app.consortia.models import Place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.platforms.recognize import recognize

blueprint = Blueprint("accounts", __name__, template_folder="../templates")


def place_of_account(account_id: int, **_others: object) -> Place:
    """``at=`` for an account's pages."""
    return queries.get_account(db.session, account_id, within=Scope(consortium_id=current_actor().consortium_id)).place


def account_here(account_id: int) -> Account:
    """The account of this page; the guard has let the reader in."""
    return queries.get_account(db.session, account_id, within=whole_consortium())


@blueprint.route("/at/<string:place>/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def register(place: str) -> ResponseReturnValue:
    """Add an official account by pasting its address."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            account = _register(form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_told(account), "ok")
            return redirect(url_for("desk.account", account_id=account.id))
    return render_template("accounts/register.html", form=form, place=current_place(), code=place)


def _told(account: Account) -> str:
    told = f"{account.handle} on {get_platform(account.platform).label} is registered."
    former = queries.accounts_of_address(db.session, account, within=whole_consortium())
    if not former:
        return told
    where = "" if former[0].place_id == account.place_id else f" at {former[0].place.name}"
    return f"{told} An account of this address was retired{where}; its figures and its history stay with it."


def _register(form: RegisterForm) -> Account:
    wanted = actions.Registration(
        identity=recognize(form.url.data or ""),
        place=current_place(),
        mode=AccountMode(form.mode.data),
        purpose=form.purpose.data or "",
        opened_on=form.opened_on.data,
        state=AccountState(form.state.data),
    )
    allowed = settings().allow_private_hosts
    return actions.register(db.session, wanted, allow_own_network=allowed, by=current_actor(), at=now())


@blueprint.route("/accounts/<int:account_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def edit(account_id: int) -> ResponseReturnValue:
    """Say anew what the account is for, for whom, who may speak there and what the public may expect."""
    account = account_here(account_id)
    kept = queries.details_in(queries.find_detail(db.session, account, within=whole_consortium()))
    form = ChangeForm(
        mode=account.mode.value,
        kind=kept.kind.value,
        purpose=account.purpose,
        audience=kept.audience,
        speakers=kept.speakers,
        site_link=kept.site_link,
        planned_end_on=kept.planned_end_on,
    )
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                _change(account, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{account.handle} is saved.", "ok")
            return redirect(url_for("desk.account", account_id=account_id))
    return render_template("accounts/edit.html", form=form, account=account)


def _change(account: Account, form: ChangeForm) -> None:
    """The details first: they may be refused, and nothing is written then."""
    by, at = current_actor(), now()
    wanted = Details(
        kind=AccountKind(form.kind.data),
        audience=form.audience.data or "",
        speakers=form.speakers.data or "",
        site_link=form.site_link.data or "",
        planned_end_on=form.planned_end_on.data,
    )
    actions.describe(db.session, account, wanted, by=by, at=at)
    mode, purpose = AccountMode(form.mode.data), form.purpose.data or ""
    actions.change(db.session, account, mode=mode, purpose=purpose, by=by, at=at)
