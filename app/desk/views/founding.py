"""Before anybody can sign in: found a consortium, load the demo, or restore a backup, through a one-time link."""

from datetime import timedelta

import flask
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.marks import anyone
from app.consortia.rules import slug_of, working_week
from app.desk import actions
from app.desk.demo import sign_ins
from app.desk.demo.cast import cast
from app.desk.demo.loading import find_demo, load
from app.desk.forms import RestoreForm, SetUpForm, Start
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.foundation.installation import passwords, settings
from app.people.actions.links import accept_invitation
from app.people.guard import let_send_files
from app.people.queries.links import get_link, get_link_for_use
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose, clean_email, refuse_weak
from app.upkeep.actions.restoring import refuse_occupied, restore_into
from app.web.fields import Form


def _refuse_other_links(token: str) -> None:
    if get_link(db.session, token, at=now()).purpose is not LinkPurpose.SET_UP:
        abort(404)


@blueprint.route("/set-up/<string:token>", methods=["GET", "POST"])
@anyone
def set_up(token: str) -> ResponseReturnValue:
    """Where to start: a consortium and its first admin, the demo, or a backup; the link founds once."""
    _refuse_other_links(token)
    form = SetUpForm()
    if form.is_submitted() and form.start.data in _ELSEWHERE:
        return redirect(url_for(_ELSEWHERE[form.start.data], token=token))
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


_ELSEWHERE = {Start.DEMO.value: "desk.set_up_demo", Start.RESTORE.value: "desk.set_up_restore"}


def _found(token: str, form: SetUpForm) -> str:
    """Found it; answers where to go on: to sign in, or, for an address that has a password, to prove that first."""
    password = form.password.data or ""
    email = _email(form)
    refuse_weak(password, email=email)
    week = _week(form)
    db.session.rollback()  # no hash inside a write transaction
    hashed, at = passwords().hash(password), now()
    link = get_link_for_use(db.session, token, at=at)  # again: it may have been used meanwhile
    link.used_at = at
    founded = actions.found_consortium(
        db.session,
        name=form.name.data or "",
        slug=form.slug.data or slug_of(form.name.data or ""),
        admin_name=form.admin_name.data or "",
        admin_email=email,
        at=at,
    )
    terms = actions.FirstTerms(form.time_zone.data, int(form.fiscal_year_start_month.data), week)
    actions.settle_first(db.session, founded.consortium, terms, at=at)
    if find_login(db.session, email):
        return url_for("people.join", token=founded.token)
    invited = get_link(db.session, founded.token, at=at)
    accept_invitation(db.session, invited, password_hash=hashed, at=at)
    return url_for("people.sign_in", next=url_for("desk.first_steps"))


def _email(form: SetUpForm) -> str:
    try:
        return clean_email(form.admin_email.data or "")
    except Refused as refusal:
        raise Refused(str(refusal), field="admin_email") from None


def _week(form: SetUpForm) -> actions.Days | None:
    try:
        return working_week(form.hours.data) if form.hours.data else None
    except Refused as refusal:
        raise Refused(str(refusal), field="hours") from None


@blueprint.route("/set-up/<string:token>/demo", methods=["GET", "POST"])
@anyone
def set_up_demo(token: str) -> ResponseReturnValue:
    """Load the demo and tell with whom to enter it; the link stays good for one's own consortium."""
    _refuse_other_links(token)
    if not Form().validate_on_submit():
        return render_template("desk/set_up_demo.html", token=token, sign_ins=None)
    password = sign_ins.fresh_password()
    is_there = find_demo(db.session) is not None
    db.session.rollback()  # no hash inside a write transaction
    by_email = sign_ins.hashes(passwords(), password)
    if not is_there:
        load(db.session, as_of=now().date() - timedelta(days=1))
    sign_ins.set_passwords(db.session, by_email)
    db.session.commit()
    enter_tenant(db.session, None)
    return render_template("desk/set_up_demo.html", token=token, sign_ins=cast().sign_ins, password=password)


@blueprint.route("/set-up/<string:token>/restore", methods=["GET", "POST"])
@anyone
def set_up_restore(token: str) -> ResponseReturnValue:
    """Fill the empty installation from a backup, whole or not at all."""
    _refuse_other_links(token)
    let_send_files()
    form = RestoreForm()
    if form.validate_on_submit():
        try:
            restore_into(db.session, form.file.data.stream, uploads=settings().uploads_path)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flask.session.clear()
            flash("The backup is restored. Sign in as you did there.", "ok")
            return redirect(url_for("people.sign_in"))
    try:
        refuse_occupied(db.session)
    except Refused as refusal:
        return render_template("desk/set_up_restore.html", form=None, token=token, sentence=str(refusal))
    return render_template("desk/set_up_restore.html", form=form, token=token)
