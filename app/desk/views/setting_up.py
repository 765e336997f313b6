"""Founding the first consortium through a one-time link."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.marks import anyone
from app.desk import actions
from app.desk.forms import SetUpForm
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import passwords
from app.people.actions.links import accept_invitation
from app.people.queries.links import get_link, get_link_for_use
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose, clean_email, refuse_weak


@blueprint.route("/set-up/<string:token>", methods=["GET", "POST"])
@anyone
def set_up(token: str) -> ResponseReturnValue:
    """A consortium and its first admin; the link works once."""
    if get_link(db.session, token, at=now()).purpose is not LinkPurpose.SET_UP:
        abort(404)
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            next_step = _found(token, form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(next_step)
    return render_template("desk/set_up.html", form=form)


def _found(token: str, form: SetUpForm) -> str:
    """Found it; answers where to go on: to sign in, or, for an address that has a password, to prove that first."""
    password = form.password.data or ""
    try:
        email = clean_email(form.admin_email.data or "")
    except Refused as refusal:
        raise Refused(str(refusal), field="admin_email") from None
    refuse_weak(password, email=email)
    db.session.rollback()  # no hash inside a write transaction
    hashed, at = passwords().hash(password), now()
    link = get_link_for_use(db.session, token, at=at)  # again: it may have been used meanwhile
    link.used_at = at
    founded = actions.found_consortium(
        db.session,
        name=form.name.data or "",
        slug=form.slug.data or "",
        admin_name=form.admin_name.data or "",
        admin_email=email,
        at=at,
    )
    if find_login(db.session, email):
        return url_for("people.join", token=founded.token)
    invited = get_link(db.session, founded.token, at=at)
    accept_invitation(db.session, invited, password_hash=hashed, at=at)
    return url_for("people.sign_in")
