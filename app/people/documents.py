"""The mails that people are sent: who says what to whom, until when a link works, and what to do if it is unexpected."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.access.rules import Actor, Permission, Scope, may
from app.consortia import queries as consortia
from app.foundation.database import tenant
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.mail.actions import post
from app.mail.queries import is_mail_set_up
from app.mail.rules import Letter
from app.people.actions.links import refuse_wider
from app.people.models import Login, Person
from app.people.queries.logins import find_choice
from app.people.queries.persons import places_of_person
from app.people.queries.sessions import consortia_of
from app.people.rules import INVITATION_LASTS, LINK_LASTS, LinkPurpose
from app.web.filters import full_moment

#: the words by which the outbox knows them
INVITATION = "people.invitation"
_LINK, _NOTICE = "people.link", "people.notice"
#: a notice that could not be sent for so long says nothing any more
_NOTICE_LASTS = timedelta(days=2)
_SUBJECTS = {
    LinkPurpose.SIGN_IN: "Your link to sign in",
    LinkPurpose.NEW_PASSWORD: "Choose a new password",
    LinkPurpose.NEW_EMAIL: "Confirm your new address",
}
_ENDPOINTS = {
    LinkPurpose.SIGN_IN: "people.sign_in_by_link",
    LinkPurpose.NEW_PASSWORD: "people.new_password",
    LinkPurpose.NEW_EMAIL: "people.confirm_email",
}


def address_of(endpoint: str, token: str = "") -> str:
    """Where a one-time link leads: the address this installation is known by, never the one a request came to."""
    values = {"token": token} if token else {}
    return settings().public_url + current_app.url_map.bind("").build(endpoint, values)


def post_invitation(session: Session, person: Person, token: str, *, by: Actor, at: datetime) -> None:
    """Put the mail that invites a person into the outbox, with the link of the token just made for them.

    Refuses where this installation sends no mail. For a view, a command or a worker alike.
    """
    within = Scope(consortium_id=person.consortium_id)
    until = at + INVITATION_LASTS
    name = consortia.root_of(session, within=within).name
    body = _text(
        "invitation",
        person=person.name,
        inviter=by.name,
        consortium=name,
        link=address_of("people.join", token),
        until=full_moment(until, consortia.settings_of(session, within=within).time_zone),
    )
    letter = Letter(INVITATION, person.email or "", f"{by.name} invites you to {name}", body, until, about_id=person.id)
    post(session, letter, consortium_id=person.consortium_id, at=at)


def hand_over(session: Session, person: Person, token: str, *, by: Actor, at: datetime) -> str | None:
    """Mail an invitation where mail is set up; else its link, to be shown once and handed over by whoever made it.

    Refuses whom :func:`refuse_to_show` refuses.
    """
    refuse_to_show(session, person, by=by)
    if not is_mail_set_up(settings()):
        return address_of("people.join", token)
    post_invitation(session, person, token, by=by, at=at)
    return None


def refuse_to_show(session: Session, person: Person, *, by: Actor) -> None:
    """Refuse whoever would be shown a link and does not look after every place that the person belongs to.

    They could use it, and would be that person at other places too. Where mail is set up nobody is shown one.
    """
    if is_mail_set_up(settings()):
        return
    for place in places_of_person(session, person, within=Scope(person.consortium_id)):
        if not may(by, Permission.PEOPLE_WRITE, place.path):
            raise Refused(f"{person.name} also belongs to {place.name}. Ask someone who looks after both places.")


def why_not_invited(session: Session, person: Person, *, by: Actor) -> str:
    """Why somebody may make no link for a person, "" where they may."""
    try:
        refuse_wider(session, person, by=by)
        refuse_to_show(session, person, by=by)
    except Refused as refusal:
        return str(refusal)
    return ""


def post_link(session: Session, login: Login, purpose: LinkPurpose, token: str, *, to: str, at: datetime) -> None:
    """Send a login the one-time link it asked for; nothing for one that is in no consortium any more."""
    until = at + LINK_LASTS[purpose]
    _post(
        session,
        login,
        Letter(
            _LINK,
            to,
            _SUBJECTS[purpose],
            _text(
                purpose.value,
                email=login.email,
                new_email=to,
                link=address_of(_ENDPOINTS[purpose], token),
                until=_clock(session, login, until),
            ),
            until,
        ),
        at=at,
    )


def notify_of_password(session: Session, login: Login, *, at: datetime) -> None:
    """Tell the address that its password was changed."""
    _notify(session, login, "password_changed", "Your password was changed", to=login.email, at=at)


def notify_of_email(session: Session, login: Login, *, before: str, at: datetime) -> None:
    """Tell the address before that another one signs in now."""
    _notify(session, login, "email_changed", "Your address was changed", to=before, at=at)


def notify_of_sign_in(session: Session, login: Login, *, at: datetime) -> None:
    """Tell the address that someone signed in with it, where it wants to know."""
    choice = find_choice(session, login.id)
    if choice is not None and choice.hears_of_sign_ins:
        _notify(session, login, "signed_in", "Someone signed in with your address", to=login.email, at=at)


def _notify(session: Session, login: Login, name: str, subject: str, *, to: str, at: datetime) -> None:
    if not is_mail_set_up(settings()):
        return
    link = address_of("people.ask_for_link")
    body = _text(name, email=login.email, before=to, when=_clock(session, login, at), link=link)
    _post(session, login, Letter(_NOTICE, to, subject, body, at + _NOTICE_LASTS), at=at)


def _post(session: Session, login: Login, letter: Letter, *, at: datetime) -> None:
    """In the outbox of the first consortium the login is a person in."""
    for entry, _consortium in consortia_of(session, login.id)[:1]:
        with tenant(session, entry.consortium_id):
            post(session, letter, consortium_id=entry.consortium_id, at=at)


def _clock(session: Session, login: Login, at: datetime) -> str:
    """By the clock the login chose, else by its first consortium's."""
    choice = find_choice(session, login.id)
    if choice is not None and choice.time_zone:
        return full_moment(at, choice.time_zone)
    for entry, _consortium in consortia_of(session, login.id)[:1]:
        with tenant(session, entry.consortium_id):
            found = consortia.settings_of(session, within=Scope(consortium_id=entry.consortium_id))
            return full_moment(at, found.time_zone)
    return full_moment(at)


def _text(name: str, **values: Any) -> str:
    template = current_app.jinja_env.get_template(f"people/mail/{name}.txt")
    return f"{template.render(**values).strip()}\n"
