"""In and out: sign in, accept an invitation, switch the consortium, sign out."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from app.access.marks import anyone, signed_in
from app.foundation.clock import now
from app.foundation.crypto import token_hash
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.foundation.installation import passwords, settings
from app.mail.queries import is_mail_set_up
from app.people.actions.links import accept_invitation
from app.people.actions.sessions import close_session, note_try, open_session
from app.people.documents import notify_of_sign_in
from app.people.forms import JoinForm, ProveForm, SignInForm
from app.people.guard import SignedIn
from app.people.models import LoginSession
from app.people.queries.links import get_invitation, get_link, get_link_for_use
from app.people.queries.logins import find_choice, get_login
from app.people.queries.sessions import consortia_of, failed_tries, find_live_session, find_login
from app.people.rules import LinkPurpose, client_of, keys_of_try, locked_until, refuse_weak
from app.web.fields import Form, safe_next
from app.web.filters import clock_time

blueprint = Blueprint("people", __name__, template_folder="../templates")
_WRONG = "This address and password do not go together."


@blueprint.route("/sign-in", methods=["GET", "POST"])
@anyone
def sign_in() -> ResponseReturnValue:
    """One message for a wrong address and a wrong password; five failures lock the address for a while."""
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            login_id, consortium_id = prove(_text(form.email.data).strip().lower(), _text(form.password.data))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            notify_of_sign_in(db.session, get_login(db.session, login_id), at=now())
            enter(login_id, consortium_id)
            return redirect(safe_next(form.next.data) or url_for("desk.home"))
    return render_template("people/sign_in.html", form=form, sends_mail=is_mail_set_up(settings()))


def prove(email: str, password: str) -> tuple[int, int]:
    """The login with this address and password, and its first consortium; counted like any try to sign in.

    Refuses in one sentence what does not go together, and an address or a client that is locked for a while.
    """
    at, client = now(), client_of(request.remote_addr)
    _refuse_locked(email, client, at=at)
    login = find_login(db.session, email)
    stored = login.password_hash if login else None
    db.session.rollback()  # a hash takes long: never inside a transaction that holds the write lock
    is_right = passwords().matches(stored, password)
    entries = consortia_of(db.session, login.id) if login and is_right else []
    note_try(db.session, email, client=client, succeeded=bool(entries), at=at)
    db.session.commit()
    if login is None or not entries:
        raise Refused(_WRONG)
    return login.id, entries[0][0].consortium_id


def _refuse_locked(email: str, client: str, *, at: datetime) -> None:
    for key, after in keys_of_try(email, client).items():
        if opens := locked_until(failed_tries(db.session, token_hash(key), at=at), at=at, after=after):
            raise Refused(f"Too many tries. Try again after {clock_time(opens)}.")


def enter(login_id: int, consortium_id: int) -> None:
    """Begin a session and commit; the one this browser had ends, and its cookie keeps nothing of whoever was here before."""
    at = now()
    _close_current(at=at)
    token = open_session(db.session, login_id, consortium_id, at=at)
    row = find_live_session(db.session, token, at=at)
    login, choice = get_login(db.session, login_id), find_choice(db.session, login_id)
    db.session.commit()
    session.clear()
    keep_display(login.theme, choice.locale if choice else "", choice.time_zone if choice else "")
    if row is not None:
        login_user(SignedIn(token, row))


def keep_display(theme: str, locale: str, time_zone: str) -> None:
    """In the cookie, so that no page asks for it: how pages look, how dates read, and whose clock they show."""
    session["theme"] = theme
    for name, word in (("locale", locale), ("zone", time_zone)):
        if word:
            session[name] = word
        else:
            session.pop(name, None)


def _close_current(*, at: datetime) -> None:
    if current_user.is_authenticated:
        row: LoginSession = current_user.row
        close_session(row, at=at)


@blueprint.route("/sign-out", methods=["POST"])
@anyone
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    _close_current(at=now())
    db.session.commit()
    logout_user()
    session.clear()
    flash("You are signed out.", "ok")
    return redirect(url_for("people.sign_in"))


@blueprint.route("/join/<string:token>", methods=["GET", "POST"])
@anyone
def join(token: str) -> ResponseReturnValue:
    """Accept an invitation: a first password, or proof of the one this address has already.

    Whoever made the link may see it, so a login that exists is never opened by the link alone: it may lead into
    other consortia.
    """
    link = get_link(db.session, token, at=now())
    if link.purpose is not LinkPurpose.INVITE:
        abort(404)
    enter_tenant(db.session, link.consortium_id)
    person = get_invitation(db.session, link).person
    name, email = person.name, person.email or ""
    is_known = find_login(db.session, email) is not None
    form = ProveForm() if is_known else JoinForm()
    if form.validate_on_submit():
        try:
            hashed = _checked(email, _text(form.password.data), is_known=is_known)
            return _accept(token, hashed)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return render_template("people/join.html", form=form, name=name, email=email, is_known=is_known)


def _checked(email: str, password: str, *, is_known: bool) -> str | None:
    """The hash of a first password; for a login that exists, proof of its own, which counts like any sign-in."""
    if is_known:
        enter_tenant(db.session, None)
        prove(email, password)
        return None
    refuse_weak(password, email=email)
    db.session.rollback()  # no hash inside a write transaction
    return passwords().hash(password)


def _accept(token: str, hashed: str | None) -> ResponseReturnValue:
    at = now()
    link = get_link_for_use(db.session, token, at=at)  # again: the link may have been used meanwhile
    enter_tenant(db.session, link.consortium_id)
    login, entry = accept_invitation(db.session, link, password_hash=hashed, at=at)
    db.session.commit()
    enter(login.id, entry.consortium_id)
    return redirect(url_for("desk.home"))


@blueprint.route("/switch", methods=["GET", "POST"])
@signed_in
def switch() -> ResponseReturnValue:
    """Choose the consortium to work in, for a login that is a person in several."""
    row: LoginSession = current_user.row
    choices = consortia_of(db.session, row.login_id)
    form = Form()
    if form.validate_on_submit():
        wanted = next((c.id for _, c in choices if str(c.id) == request.form.get("consortium")), None)
        if wanted is None:
            abort(404)
        enter(row.login_id, wanted)
        return redirect(url_for("desk.home"))
    return render_template("people/switch.html", form=form, choices=choices, current=row.consortium_id)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
