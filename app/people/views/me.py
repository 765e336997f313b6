"""My profile: how pages look to me, which mails I get, where I am signed in, my address and my password."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.access.context import current_actor, whole_consortium
from app.access.marks import signed_in
from app.consortia import queries as consortia
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import passwords, settings
from app.mail.queries import is_mail_set_up
from app.people.actions.logins import (
    change_email,
    choose_display,
    choose_notices,
    make_login_link,
    set_password,
    use_link,
)
from app.people.actions.sessions import close_session
from app.people.documents import notify_of_email, notify_of_password, post_link
from app.people.forms import ChangeEmailForm, ChangePasswordForm, DisplayForm, NoticesForm
from app.people.models import Login
from app.people.queries.links import get_link, get_link_for_use
from app.people.queries.logins import find_choice, get_login, get_login_link, live_sessions_of
from app.people.queries.persons import get_person
from app.people.queries.roles import memberships_of
from app.people.queries.sessions import consortia_of
from app.people.rules import CLOCKS, LinkPurpose, Theme, clean_email, refuse_weak
from app.people.views.door import blueprint, keep_display, prove
from app.people.views.passwords import refuse_too_many
from app.web.fields import Form
from app.web.filters import Locale


@blueprint.get("/me")
@signed_in
def me() -> str:
    """Everything that is mine on one page."""
    return _page(*_forms(_login()))


def _login() -> Login:
    return get_login(db.session, current_user.row.login_id)


def _forms(login: Login) -> tuple[DisplayForm, NoticesForm]:
    choice = find_choice(db.session, login.id)
    display = DisplayForm(
        theme=login.theme,
        locale=(choice.locale if choice else "") or Locale.AMERICAN.value,
        time_zone=choice.time_zone if choice else "",
        prefix="display",
    )
    display.time_zone.choices = [("", "The consortium's"), *CLOCKS.items()]
    notices = NoticesForm(
        hears_of_sign_ins=bool(choice and choice.hears_of_sign_ins),
        hears_of_accounts=choice is None or choice.hears_of_accounts,
        prefix="notices",
    )
    return display, notices


def _page(display: DisplayForm, notices: NoticesForm) -> str:
    login, within = _login(), whole_consortium()
    person = get_person(db.session, current_actor().person_id or 0, within=within)
    return render_template(
        "people/me.html",
        person=person,
        email=login.email,
        roles=memberships_of(db.session, person, within=within),
        display=display,
        notices=notices,
        sends_mail=is_mail_set_up(settings()),
        sessions=live_sessions_of(db.session, login.id, at=now()),
        own_session_id=current_user.row.id,
        consortia={consortium.id: consortium.name for _, consortium in consortia_of(db.session, login.id)},
        consortium_id=within.consortium_id,
        zone=consortia.settings_of(db.session, within=within).time_zone,
    )


@blueprint.post("/me/display")
@signed_in
def save_display() -> ResponseReturnValue:
    """Colors, dates and clock, for every browser I sign in with."""
    display, notices = _forms(_login())
    if not display.validate_on_submit():
        return _page(display, notices)
    theme, locale, time_zone = Theme(display.theme.data), display.locale.data, display.time_zone.data or ""
    choose_display(db.session, _login(), theme=theme, locale=locale, time_zone=time_zone)
    db.session.commit()
    keep_display(theme, locale, time_zone)
    flash("Pages look so from now on.", "ok")
    return redirect(url_for("people.me"))


@blueprint.post("/me/notices")
@signed_in
def save_notices() -> ResponseReturnValue:
    """Which of the mails that may be left out I want."""
    display, notices = _forms(_login())
    if not notices.validate_on_submit():
        return _page(display, notices)
    choose_notices(
        db.session,
        _login(),
        hears_of_sign_ins=bool(notices.hears_of_sign_ins.data),
        hears_of_accounts=bool(notices.hears_of_accounts.data),
    )
    db.session.commit()
    flash("Your mail choices are saved.", "ok")
    return redirect(url_for("people.me"))


@blueprint.post("/me/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign another browser of mine out."""
    rows = live_sessions_of(db.session, current_user.row.login_id, at=now())
    found = next((row for row in rows if row.id == session_id), None)
    if found is None:
        raise NotFound("That browser is signed out already.")
    close_session(found, at=now())
    db.session.commit()
    flash("That browser is signed out.", "ok")
    return redirect(url_for("people.me"))


@blueprint.route("/me/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Another password, from someone who knows the present one; other browsers are signed out."""
    form, email = ChangePasswordForm(), _login().email
    if form.validate_on_submit():
        try:
            refuse_weak(form.password.data or "", email=email)
            _prove(email, form.current.data or "")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            hashed = passwords().hash(form.password.data or "")  # no transaction is open here
            set_password(db.session, _login(), password_hash=hashed, at=now(), but=current_user.row.id)
            notify_of_password(db.session, _login(), at=now())
            db.session.commit()
            flash("Your password is changed. Other browsers are signed out.", "ok")
            return redirect(url_for("people.me"))
    return render_template("people/me_password.html", form=form, email=email)


def _prove(email: str, password: str) -> None:
    """It is still them at the keyboard; counted like a try to sign in, and in the reader's tenant again."""
    try:
        prove(email, password)
    except Refused as refusal:
        raise Refused(str(refusal), field="current") from None
    finally:
        enter_tenant(db.session, current_actor().consortium_id)


@blueprint.route("/me/email", methods=["GET", "POST"])
@signed_in
def ask_new_email() -> ResponseReturnValue:
    """Sign in with another address: it changes when the link that is sent there is opened."""
    form, login = ChangeEmailForm(), _login()
    email, sends_mail = login.email, is_mail_set_up(settings())
    if sends_mail and form.validate_on_submit():
        try:
            address = _another(form.email.data or "", than=email)
            _prove(email, form.current.data or "")
            refuse_too_many(address)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            at = now()
            token = make_login_link(db.session, _login(), LinkPurpose.NEW_EMAIL, email=address, at=at)
            post_link(db.session, _login(), LinkPurpose.NEW_EMAIL, token, to=address, at=at)
            db.session.commit()
            flash(f"A link is on its way to {address}. Until it is opened, you sign in as before.", "ok")
            return redirect(url_for("people.me"))
    return render_template("people/me_email.html", form=form, email=email, sends_mail=sends_mail)


def _another(text: str, *, than: str) -> str:
    address = clean_email(text)
    if address == than:
        raise Refused("This is your address already.", field="email")
    return address


@blueprint.route("/me/email/<string:token>", methods=["GET", "POST"])
@signed_in
def confirm_email(token: str) -> ResponseReturnValue:
    """The new address is theirs: asked of whoever is signed in with the old one, so that a slip opens no door."""
    found, login = get_login_link(db.session, get_link(db.session, token, at=now()), LinkPurpose.NEW_EMAIL)
    if login.id != current_user.row.login_id:
        abort(404)
    before, email, form = login.email, found.email, Form()
    if form.validate_on_submit():
        at = now()
        try:
            use_link(get_link_for_use(db.session, token, at=at), at=at)
            change_email(db.session, login, email, at=at)
            notify_of_email(db.session, login, before=before, at=at)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"You sign in as {email} from now on.", "ok")
            return redirect(url_for("people.me"))
    return render_template("people/me_email_confirm.html", form=form, before=before, email=email)
