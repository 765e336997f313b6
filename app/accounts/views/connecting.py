"""Connecting an account: signing in at its platform or pasting a token, and testing what can be read.

Nothing here talks to a platform: a worker does, and the page says how far it is.
"""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, may
from app.accounts import actions, queries
from app.accounts.actions.checking import CHECK, ask_check
from app.accounts.actions.connecting import (
    EXCHANGE,
    REGISTER_APP,
    Returned,
    attempt_of,
    begin_sign_in,
    judge_return,
    link_of,
    redirect_uri_for,
    take_return,
)
from app.accounts.forms import ConnectForm, ReturnForm
from app.accounts.models import Account, OAuthAttempt
from app.accounts.queries.connecting import find_check, find_grant, known_to, latest_attempt, may_sign_in
from app.accounts.rules.connecting import PartSeen
from app.accounts.views.pages import account_here, blueprint, place_of_account
from app.background.queries import find_open_row
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import vault
from app.platforms.catalogue import Platform, get_platform
from app.platforms.consent import origin_of, server_of

_UNDER_WAY = {
    CHECK: "What can be read is being looked at.",
    EXCHANGE: "The sign-in is being finished.",
    REGISTER_APP: "The server is being told of this installation, so that it can let you sign in.",
}


@dataclass(frozen=True, slots=True)
class _Way:
    """How far the sign-in of this browser has come."""

    attempt: OAuthAttempt | None
    #: where to go on, None where there is nowhere yet
    link: str | None
    #: what a worker does now, in sentences
    under_way: list[str]


@blueprint.route("/accounts/<int:account_id>/connect", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def connect(account_id: int) -> ResponseReturnValue:
    """Give a platform's token, or sign in there; what can be read is looked at in the background."""
    account = account_here(account_id)
    form = ConnectForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                _keep(account, str(form.token.data))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("The token is kept, sealed. What it lets us read is being looked at.", "ok")
            return redirect(url_for(".connect", account_id=account_id))
    platform = get_platform(account.platform)
    check = find_check(db.session, account, within=whole_consortium())
    return render_template(
        "accounts/connect.html",
        form=form,
        account=account,
        platform=platform,
        may_sign_in=may_sign_in(account.platform),
        why_not=_why_not(platform),
        there=_name_of_there(account, platform),
        way=_way(account),
        credential=queries.find_credential(db.session, account, within=whole_consortium()),
        is_signed_in=find_grant(db.session, account.id, within=whole_consortium()) is not None,
        check=check,
        parts=[PartSeen.from_json(part) for part in check.parts] if check else [],
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
    )


def _keep(account: Account, token: str) -> None:
    """Keep it, and have it tried; in a demo nobody is asked."""
    actions.connect(db.session, account, token=token, vault=vault(), by=current_actor(), at=now())
    if not settings_of(db.session, within=whole_consortium()).is_demo:
        ask_check(db.session, account, at=now())


def _why_not(platform: Platform) -> str:
    """Why nobody can sign in there, where the platform would let us."""
    sign_in = platform.sign_in
    if sign_in is None or sign_in.registers or known_to(sign_in):
        return ""
    return f"Whoever runs this installation has to set up the sign-in for {platform.label} first. Until then, paste a token."


def _name_of_there(account: Account, platform: Platform) -> str:
    server = server_of(platform.sign_in, account.base_url) if platform.sign_in else None
    return origin_of(server).partition("://")[2] if server else platform.label


def _way(account: Account) -> _Way:
    at, within = now(), whole_consortium()
    attempt = latest_attempt(db.session, account, login_session_id=current_user.row.id, at=at, within=within)
    keys = [(CHECK, str(account.id))]
    if attempt is not None:
        keys += [(EXCHANGE, str(attempt.id)), (REGISTER_APP, str(attempt.id))]
    open_kinds = [
        kind
        for kind, key in keys
        if find_open_row(db.session, kind, key, consortium_id=within.consortium_id) is not None
    ]
    link = link_of(db.session, account, attempt) if attempt else None
    return _Way(attempt, link, [_UNDER_WAY[kind] for kind in open_kinds])


@blueprint.post("/accounts/<int:account_id>/connect/test")
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def try_connection(account_id: int) -> ResponseReturnValue:
    """Have a worker look what can be read; one look at a time."""
    try:
        ask_check(db.session, account_here(account_id), at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash("What can be read is being looked at. You can leave this page.", "ok")
    return redirect(url_for(".connect", account_id=account_id))


@blueprint.post("/accounts/<int:account_id>/connect/sign-in")
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def sign_in_there(account_id: int) -> ResponseReturnValue:
    """Begin a sign-in at the platform; the next page leads there."""
    account = account_here(account_id)
    try:
        begin_sign_in(db.session, account, login_session_id=current_user.row.id, by=current_actor(), at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "off")
    else:
        db.session.commit()
    return redirect(url_for(".connect", account_id=account_id))


@blueprint.get("/connect/<string:way>/back")
@requires(Permission.ACCOUNTS_WRITE, at=None)
def came_back(way: str) -> ResponseReturnValue:
    """Where a platform sends a browser after its sign-in: what came is looked at, and used by the button."""
    form = ReturnForm(formdata=None, **{name: request.args.get(name, "") for name in ("state", "code", "iss", "error")})
    returned = _returned(form, way)
    attempt, account = _theirs(returned)
    try:
        judge_return(db.session, attempt, returned, at=now())
    except Refused as refusal:
        return _sent_back(account, refusal)
    platform = get_platform(account.platform)
    return render_template("accounts/came_back.html", form=form, account=account, platform=platform, way=way)


@blueprint.post("/connect/<string:way>/finish")
@requires(Permission.ACCOUNTS_WRITE, at=None)
def finish_sign_in(way: str) -> ResponseReturnValue:
    """Use what came back, once; a worker gives it for a token."""
    form = ReturnForm()
    form.validate_on_submit()
    returned = _returned(form, way)
    attempt, account = _theirs(returned)
    try:
        with db.session.begin_nested():
            take_return(db.session, attempt, returned, at=now())
    except Refused as refusal:
        return _sent_back(account, refusal)
    db.session.commit()
    flash("The platform let us in. The sign-in is being finished.", "ok")
    return redirect(url_for(".connect", account_id=account.id))


def _theirs(returned: Returned) -> tuple[OAuthAttempt, Account]:
    """The sign-in that this browser set out on, and its account; not found where it did not."""
    attempt = attempt_of(db.session, returned, login_session_id=current_user.row.id, by=current_actor())
    account = queries.get_account(db.session, attempt.account_id, within=whole_consortium())
    if not may(current_actor(), Permission.ACCOUNTS_WRITE, account.place.path):
        raise Forbidden  # they were let do it when they set out, and are not any more
    return attempt, account


def _sent_back(account: Account, refusal: Refused) -> ResponseReturnValue:
    """To where the sign-in was begun, and may be begun again, with the reason why it brought nothing."""
    flash(str(refusal), "off")
    return redirect(url_for(".connect", account_id=account.id))


def _returned(form: ReturnForm, way: str) -> Returned:
    told = {name: (form[name].data or "").replace("\x00", "") for name in ("state", "code", "iss", "error")}
    return Returned(told["state"], told["code"], told["error"], told["iss"], arrived_at=redirect_uri_for(way))
