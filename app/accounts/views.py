"""The pages of accounts: the list of a place, one account, register, connect, change and retire."""

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts import actions, queries
from app.accounts.forms import ChangeForm, ConnectForm, RegisterForm, RetireForm
from app.accounts.models import Account
from app.accounts.queries import AccountFilter
from app.accounts.rules import AccountMode, AccountState, Connection
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings, vault
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform, platforms
from app.platforms.recognize import recognize

blueprint = Blueprint("accounts", __name__, template_folder="templates")
#: the shape a connection is drawn with
CONNECTION_CODES = {
    Connection.NOT_CONNECTED: "none",
    Connection.WORKING: "ok",
    Connection.SIGN_IN_EXPIRED: "off",
    Connection.FAILING: "off",
    Connection.LIMITED: "watch",
    Connection.FILE_ONLY: "none",
}
_Word = TypeVar("_Word", bound=StrEnum)


def _place_of(account_id: int, **_others: object) -> Place:
    return queries.get_account(db.session, account_id, within=_reader()).place


def _reader() -> Scope:
    return Scope(consortium_id=current_actor().consortium_id)


@blueprint.get("/at/<string:place>/accounts")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def index(place: str) -> str:
    """The accounts of a place and all below it; ``platform``, ``connection`` and ``state`` narrow the list."""
    narrowed = AccountFilter(
        platform=request.args.get("platform") or None,
        connection=_chosen(Connection, "connection"),
        state=_chosen(AccountState, "state"),
    )
    return render_template(
        "accounts/index.html",
        place=current_place(),
        accounts=queries.accounts_at(db.session, within=current_scope(), narrowed=narrowed),
        narrowed=narrowed,
        is_narrowed=narrowed != AccountFilter(),
        platform_choices=[("", "All"), *((platform.name, platform.label) for platform in platforms())],
        connection_choices=[("", "All"), *((word.value, word.label) for word in Connection)],
        state_choices=[("", "All"), *((word.value, word.label) for word in AccountState)],
        connection_codes=CONNECTION_CODES,
        label_of=_label,
        zone=_zone(),
        may_write=may_here(Permission.ACCOUNTS_WRITE),
        code=place,
    )


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
            flash(f"{account.handle} on {_label(account.platform)} is registered.", "ok")
            return redirect(url_for(".show", account_id=account.id))
    return render_template("accounts/register.html", form=form, place=current_place(), code=place)


def _register(form: RegisterForm) -> Account:
    wanted = actions.Registration(
        identity=recognize(form.url.data or ""),
        place=current_place(),
        mode=AccountMode(form.mode.data),
        purpose=form.purpose.data or "",
        opened_on=form.opened_on.data,
    )
    allowed = settings().allow_private_hosts
    return actions.register(db.session, wanted, allow_own_network=allowed, by=current_actor(), at=now())


@blueprint.get("/accounts/<int:account_id>")
@requires(Permission.ACCOUNTS_READ, at=_place_of)
def show(account_id: int) -> str:
    """One account: whose it is, how its figures come in, and how it last answered."""
    account = _account(account_id)
    return render_template(
        "accounts/show.html",
        account=account,
        platform=get_platform(account.platform),
        credential=queries.find_credential(db.session, account, within=whole_consortium()),
        is_retired=account.state is AccountState.RETIRED,
        connection_code=CONNECTION_CODES[account.connection],
        zone=_zone(),
        may_write=may_here(Permission.ACCOUNTS_WRITE),
        may_import=may_here(Permission.METRICS_IMPORT),
        may_see_figures=may_here(Permission.METRICS_READ),
    )


@blueprint.route("/accounts/<int:account_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=_place_of)
def edit(account_id: int) -> ResponseReturnValue:
    """Say anew what the account is for and what the public may expect there."""
    account = _account(account_id)
    form = ChangeForm(mode=account.mode.value, purpose=account.purpose)
    if form.validate_on_submit():
        mode, purpose = AccountMode(form.mode.data), form.purpose.data or ""
        try:
            actions.change(db.session, account, mode=mode, purpose=purpose, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".show", account_id=account_id))
    return render_template("accounts/edit.html", form=form, account=account)


@blueprint.route("/accounts/<int:account_id>/connect", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=_place_of)
def connect(account_id: int) -> ResponseReturnValue:
    """Give a platform's token; it is tried by the next pull, in the background."""
    account = _account(account_id)
    form = ConnectForm()
    if form.validate_on_submit():
        token = str(form.token.data)
        try:
            actions.connect(db.session, account, token=token, vault=vault(), by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("The token is kept, sealed. The next pull tries it.", "ok")
            return redirect(url_for(".show", account_id=account_id))
    platform = get_platform(account.platform)
    return render_template("accounts/connect.html", form=form, account=account, platform=platform)


@blueprint.route("/accounts/<int:account_id>/retire", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=_place_of)
def retire(account_id: int) -> ResponseReturnValue:
    """Close an account from a day on; its figures stay."""
    account = _account(account_id)
    form = RetireForm(on=local_day(now(), _zone()))
    if form.validate_on_submit() and form.on.data:
        try:
            actions.retire(db.session, account, on=form.on.data, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{account.handle} is retired. Its figures stay.", "ok")
            return redirect(url_for(".show", account_id=account_id))
    return render_template("accounts/retire.html", form=form, account=account)


def _account(account_id: int) -> Account:
    return queries.get_account(db.session, account_id, within=whole_consortium())


def _zone() -> str:
    return settings_of(db.session, within=whole_consortium()).time_zone


def _label(platform: str) -> str:
    return get_platform(platform).label


def _chosen(words: type[_Word], name: str) -> _Word | None:
    """The word of the filter that the address names, None where it names none of ours."""
    return next((word for word in words if word.value == request.args.get(name)), None)
