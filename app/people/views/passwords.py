"""In without a password: ask for a link by email, sign in with it once, or choose a new password with it."""

import time

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.marks import anyone
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import passwords, settings
from app.mail.queries import is_mail_set_up
from app.people.actions.logins import make_login_link, note_request, set_password, use_link
from app.people.documents import notify_of_password, notify_of_sign_in, post_link
from app.people.forms import LinkForm, NewPasswordForm
from app.people.models import Login
from app.people.queries.links import get_link, get_link_for_use
from app.people.queries.logins import get_login_link, requests_of
from app.people.queries.sessions import consortia_of, find_login
from app.people.rules import LinkPurpose, asks_again_at, clean_email, client_of, keys_of_request, refuse_weak
from app.people.views.door import blueprint, enter
from app.web.fields import Form
from app.web.filters import clock_time

#: each answer takes as long, so that the time does not tell which addresses sign in here
LINK_ANSWER_SECONDS = 0.25


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@anyone
def ask_for_link() -> str:
    """One answer for every address, whether it signs in here or not; three links an hour for each."""
    form = LinkForm(purpose=request.args.get("for", LinkPurpose.SIGN_IN))
    sends_mail = is_mail_set_up(settings())
    answer_seconds = current_app.config.get("LINK_ANSWER_SECONDS", LINK_ANSWER_SECONDS)
    began = time.monotonic()
    if sends_mail and form.validate_on_submit():
        try:
            email = clean_email(form.email.data or "")
            refuse_too_many(email)
            _send(email, LinkPurpose(form.purpose.data))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            time.sleep(max(0.0, began + answer_seconds - time.monotonic()))
            return render_template("people/link_sent.html", email=email)
    return render_template("people/link_ask.html", form=form, sends_mail=sends_mail)


def refuse_too_many(email: str) -> None:
    """Note that a link is asked for at an address; refuse where that happens too often, for it or from one client."""
    at, client = now(), client_of(request.remote_addr)
    for key, most in keys_of_request(email, client).items():
        if again := asks_again_at(requests_of(db.session, key, at=at), at=at, most=most):
            raise Refused(f"{most} links were asked for within an hour. Try again after {clock_time(again)}.")
    note_request(db.session, email, client=client, at=at)


def _send(email: str, purpose: LinkPurpose) -> None:
    login = find_login(db.session, email)
    if login is None:
        return
    at = now()
    token = make_login_link(db.session, login, purpose, email=email, at=at)
    post_link(db.session, login, purpose, token, to=email, at=at)


@blueprint.route("/sign-in/link/<string:token>", methods=["GET", "POST"])
@anyone
def sign_in_by_link(token: str) -> ResponseReturnValue:
    """Come in once; only the button uses the link up, since some mail programs open every link they see."""
    at = now()
    _link, login = get_login_link(db.session, get_link(db.session, token, at=at), LinkPurpose.SIGN_IN)
    form = Form()
    if form.validate_on_submit():
        link = get_link_for_use(db.session, token, at=at)
        use_link(link, at=at)
        notify_of_sign_in(db.session, login, at=at)
        return _in(login)
    return render_template("people/link_sign_in.html", form=form, email=login.email)


@blueprint.route("/new-password/<string:token>", methods=["GET", "POST"])
@anyone
def new_password(token: str) -> ResponseReturnValue:
    """Choose another password; every browser that was signed in is out, and the address is told."""
    _link, login = get_login_link(db.session, get_link(db.session, token, at=now()), LinkPurpose.NEW_PASSWORD)
    email, form = login.email, NewPasswordForm()
    if form.validate_on_submit():
        try:
            refuse_weak(form.password.data or "", email=email)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.rollback()  # no hash inside a write transaction
            return _set(token, passwords().hash(form.password.data or ""))
    return render_template("people/new_password.html", form=form, email=email)


def _set(token: str, hashed: str) -> ResponseReturnValue:
    at = now()
    link = get_link_for_use(db.session, token, at=at)  # again: it may have been used meanwhile
    _link, login = get_login_link(db.session, link, LinkPurpose.NEW_PASSWORD)
    use_link(link, at=at)
    set_password(db.session, login, password_hash=hashed, at=at, client=client_of(request.remote_addr))
    notify_of_password(db.session, login, at=at)
    return _in(login)


def _in(login: Login) -> ResponseReturnValue:
    """Signed in at the first consortium; to the door where the login is in none any more."""
    for entry, _consortium in consortia_of(db.session, login.id)[:1]:
        enter(login.id, entry.consortium_id)
        return redirect(url_for("desk.home"))
    db.session.commit()
    return redirect(url_for("people.sign_in"))
