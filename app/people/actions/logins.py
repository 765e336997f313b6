"""What a login does to itself: links to its address, its password, its address, what it chose."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.foundation.crypto import new_token, token_hash
from app.foundation.database import tenant
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.actions.sessions import close_session, note_try
from app.people.models import LinkRequest, LinkToken, Login, LoginChoice, LoginConsortium, LoginLink
from app.people.queries.logins import find_choice, live_sessions_of, open_links_to
from app.people.queries.persons import find_person_by_email, get_person
from app.people.queries.sessions import consortia_of, find_login
from app.people.rules import LINK_LASTS, LinkPurpose, Theme, keys_of_request

_TAKEN = "This address has a sign-in of its own already, or belongs to someone in one of your consortia."


def note_request(session: Session, email: str, *, client: str = "", at: datetime) -> None:
    """Write down that a link was asked for, by the hashes of the address, known or not, and of the client."""
    session.add_all(LinkRequest(email_hash=token_hash(key), asked_at=at) for key in keys_of_request(email, client))


def make_login_link(session: Session, login: Login, purpose: LinkPurpose, *, email: str, at: datetime) -> str:
    """A one-time link's token for a login, to be sent to ``email`` and shown to nobody; earlier ones of its kind end."""
    for earlier in open_links_to(session, login.id, at=at):
        if earlier.purpose is purpose:
            earlier.expires_at = at
    token = new_token()
    link = LinkToken(
        token_hash=token_hash(token), purpose=purpose, consortium_id=None, expires_at=at + LINK_LASTS[purpose]
    )
    session.add(link)
    session.flush()
    session.add(LoginLink(link_token_id=link.id, login_id=login.id, email=email))
    session.flush()
    return token


def set_password(
    session: Session, login: Login, *, password_hash: str, at: datetime, but: int | None = None, client: str = ""
) -> None:
    """Put another password in place: every session ends but the one with id ``but``, and so do links sent before.

    Whoever proved that the address is theirs is no longer locked out, where their ``client`` is.
    """
    login.password_hash = password_hash
    for row in live_sessions_of(session, login.id, at=at):
        if row.id != but:
            close_session(row, at=at)
    end_login_links(session, login, at=at)
    note_try(session, login.email, client=client, succeeded=True, at=at)
    session.flush()


def use_link(link: LinkToken, *, at: datetime) -> None:
    """It worked once; it opens nothing any more."""
    link.used_at = at


def end_login_links(session: Session, login: Login, *, at: datetime) -> None:
    """End every link that was sent for a login."""
    for link in open_links_to(session, login.id, at=at):
        link.expires_at = at


def change_email(session: Session, login: Login, email: str, *, at: datetime) -> None:
    """Sign in with another address from now on; the person in each consortium has it too, where they had the old one.

    Refuses an address that has a login, or that belongs to somebody else in one of the consortia.
    """
    before, entries = login.email, [entry for entry, _consortium in consortia_of(session, login.id)]
    if find_login(session, email):
        raise Refused(_TAKEN)
    try:
        with session.begin_nested():
            login.email = email
            session.flush()
            for entry in entries:
                _follow(session, entry, before=before, email=email, at=at)
    except IntegrityError:  # another took the address between our look and our write
        raise Refused(_TAKEN) from None
    end_login_links(session, login, at=at)


def _follow(session: Session, entry: LoginConsortium, *, before: str, email: str, at: datetime) -> None:
    within = Scope(consortium_id=entry.consortium_id)
    with tenant(session, entry.consortium_id), session.begin_nested():
        person = get_person(session, entry.person_id, within=within)
        if person.email != before:
            return
        if find_person_by_email(session, email, within=within):
            raise Refused(_TAKEN)
        person.email = email
        by = Actor(person.name, entry.consortium_id, person.id, entry.login_id)
        record(session, Deed.EMAIL_CHANGED, person, by=by, at=at, detail={"person": person.name})
        session.flush()


def choose_display(session: Session, login: Login, *, theme: Theme, locale: str, time_zone: str) -> None:
    """How pages look to this login, how dates read, and whose clock: an IANA name, or "" for the consortium's."""
    login.theme = theme.value
    choice = _choice(session, login)
    choice.locale, choice.time_zone = locale, time_zone
    session.flush()


def choose_notices(session: Session, login: Login, *, hears_of_sign_ins: bool, hears_of_accounts: bool) -> None:
    """Which of the mails that may be left out this login wants."""
    choice = _choice(session, login)
    choice.hears_of_sign_ins, choice.hears_of_accounts = hears_of_sign_ins, hears_of_accounts
    session.flush()


def _choice(session: Session, login: Login) -> LoginChoice:
    choice = find_choice(session, login.id)
    if choice is None:
        choice = LoginChoice(login_id=login.id)
        session.add(choice)
    return choice
